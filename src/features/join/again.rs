//! Somebody whom Slack once called a guest or an app wants to join: Slack is asked again, and they hear the result.

use super::messages;
use crate::domain::ids::UserId;
use crate::domain::participant::Standing;
use crate::domain::timer::{LookedUp, Purpose};
use crate::features::{Reply, Result};
use crate::shared::look_up::{self, Word};
use crate::slack::event::Actor;
use crate::store::known::Known;
use crate::store::{Tx, participants, people};
use jiff::{SignedDuration, Timestamp};

/// What Slack said against somebody longer ago than this is asked again when they want to join.
const ASKED_AGAIN: SignedDuration = SignedDuration::from_hours(1);

pub(super) fn may_have_changed(known: &Known, now: Timestamp) -> bool {
    let heard = known.heard_at;
    heard.is_none_or(|at| now.duration_since(at) >= ASKED_AGAIN)
}

/// Slack said a while ago that they cannot take part: it is asked once more.
pub async fn ask_again(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    ask(tx, &actor.user).await?;
    Ok(Reply::say(messages::asking_again()))
}

/// The form was submitted: it stays, with what they filled in, or is replaced once Slack has told us that they can't take part.
pub(super) async fn submitted_while_barred(
    tx: &mut Tx,
    user: &UserId,
    known: &Known,
) -> Result<Reply> {
    if may_have_changed(known, tx.now) {
        ask(tx, user).await?;
        return Ok(Reply::errors(vec![messages::asking_meanwhile()]));
    }
    Ok(Reply::modal(
        messages::notice(messages::full_members_only()),
    ))
}

async fn ask(tx: &mut Tx, user: &UserId) -> Result<()> {
    people::doubt(tx, user).await?;
    let waiting = LookedUp {
        person: user.clone(),
        asker: user.clone(),
        purpose: Purpose::Join,
    };
    look_up::ask(tx, &waiting).await
}

/// Slack answered about somebody who wants to join, or has not in time.
pub(super) async fn heard(tx: &mut Tx, waited: &LookedUp) -> Result<()> {
    let user = &waited.person;
    let heard = people::seen_at(tx, user).await?;
    // In doubt until Slack has spoken.
    let result = if heard.is_none_or(|at| at == Timestamp::UNIX_EPOCH) {
        messages::no_word().into()
    } else {
        match look_up::word(tx, user).await? {
            Word::Unknown => messages::no_word().into(),
            Word::Barred(_) => messages::full_members_only().into(),
            Word::Member => match participants::standing(tx, user).await? {
                Some(Standing::Active | Standing::Paused) => messages::back_already(),
                Some(Standing::Left | Standing::Ineligible) | None => messages::may_join(),
            },
        }
    };
    look_up::tell(tx, waited, result).await
}
