//! Who may change the settings: workspace admins and owners.

use crate::domain::ids::UserId;
use crate::domain::key::Key;
use crate::domain::program::Settings;
use crate::features::Result;
use crate::shared::owners;
use crate::store::outbox::What;
use crate::store::{Tx, lookups, people};
use jiff::SignedDuration;

/// How old Slack's word on admin rights may be before it is asked again.
const RIGHTS_AGE: SignedDuration = SignedDuration::from_mins(1);

/// Whether a person may change the settings.
pub(super) enum Right {
    Yes,
    No,
    /// Slack has been asked; the answer takes a moment.
    Asking,
}

/// Admins and owners. Fails closed: a person whom Slack has told us nothing about must wait for its answer.
pub(super) async fn right(
    tx: &mut Tx,
    settings: Option<&Settings>,
    user: &UserId,
) -> Result<Right> {
    let person = people::find(tx, user).await?;
    let is_named = settings.is_some_and(|settings| settings.is_owner(user));
    if is_named && owners::is_here(person.as_ref()) {
        return Ok(Right::Yes);
    }
    if person
        .as_ref()
        .is_some_and(|person| person.admin && !person.deleted)
    {
        return Ok(Right::Yes);
    }
    // They may have become an admin since Slack last told us.
    let heard = people::seen_at(tx, user).await?;
    let fresh = heard.is_some_and(|at| tx.now.duration_since(at) < RIGHTS_AGE);
    if fresh {
        return Ok(Right::No);
    }
    let minute = tx.now.as_second() / 60;
    let what = What::LookUp { user: user.clone() };
    let key = Key::LookUpRights {
        user: user.clone(),
        minute,
    };
    lookups::ask(tx, &key, &what).await?;
    Ok(Right::Asking)
}
