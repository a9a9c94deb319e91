//! Who may change the settings: workspace admins and owners.

use crate::domain::ids::UserId;
use crate::domain::program::Settings;
use crate::domain::timer::{LookedUp, Purpose};
use crate::features::Result;
use crate::shared::{look_up, owners};
use crate::store::{Reading, Tx, people};
use jiff::SignedDuration;

/// How old Slack's word on admin rights may be before it is asked again.
const RIGHTS_AGE: SignedDuration = SignedDuration::from_mins(1);

/// Whether a person may change the settings.
pub(super) enum Right {
    Yes,
    No,
    /// Slack has been asked; the answer takes a moment, and leads to a direct message.
    Asking,
}

/// Whether they are an owner, or an admin as far as Slack told us.
pub(super) async fn holds_right(
    tx: &mut Reading,
    settings: Option<&Settings>,
    user: &UserId,
) -> Result<bool> {
    let person = people::find(tx, user).await?;
    let is_named = settings.is_some_and(|settings| settings.is_owner(user));
    let is_admin = person
        .as_ref()
        .is_some_and(|person| person.admin && !person.deleted);
    Ok(is_admin || is_named && owners::is_here(person.as_ref()))
}

/// Admins and owners. Fails closed: a person whom Slack has told us nothing about must wait for its answer.
pub(super) async fn right(
    tx: &mut Tx,
    settings: Option<&Settings>,
    user: &UserId,
) -> Result<Right> {
    if holds_right(tx, settings, user).await? {
        return Ok(Right::Yes);
    }
    // They may have become an admin since Slack last told us.
    let heard = people::seen_at(tx, user).await?;
    let fresh = heard.is_some_and(|at| tx.now.duration_since(at) < RIGHTS_AGE);
    if fresh {
        return Ok(Right::No);
    }
    let waiting = LookedUp {
        person: user.clone(),
        asker: user.clone(),
        purpose: Purpose::Rights,
    };
    look_up::ask(tx, &waiting).await?;
    Ok(Right::Asking)
}
