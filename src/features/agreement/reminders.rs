//! Reminders to sign, privately, to those who have neither signed nor said that they met.

use super::after_meeting;
use super::common::{BETWEEN, follow_up, follow_up_from, sheet, times, without_signature};
use crate::domain::cadence::after;
use crate::domain::ids::{PairId, UserId};
use crate::domain::key::Key;
use crate::domain::pair::Pair;
use crate::domain::timer::Timer;
use crate::features::{Result, settings};
use crate::shared::nudge::{self, Nudge, Outcome};
use crate::store::agreements::{self, Agreement};
use crate::store::outbox::{self, Kind, To};
use crate::store::{Tx, timers};
use jiff::Timestamp;

pub(super) async fn remind(tx: &mut Tx, pair: &Pair, agreement: Agreement) -> Result<()> {
    let id = pair.id;
    let (version, reminded) = (agreement.version, agreement.reminded);
    if after(agreement.made_at, BETWEEN * times(reminded + 1)) > tx.now {
        return follow_up(tx, pair).await;
    }
    let mut missing = Vec::new();
    for user in without_signature(pair, &agreement) {
        // Somebody who has said that they met gets the questions that follow the meeting instead.
        if after_meeting::follows(tx, pair, &agreement, &user).await? {
            after_meeting::begin(tx, pair, &agreement, &user).await?;
        } else {
            missing.push(user);
        }
    }
    let settings = settings(tx).await?;
    let sheet = sheet(tx, pair, agreement, &settings).await?;
    let mut again: Option<Timestamp> = None;
    for user in missing {
        let key = Key::Unsigned {
            pair: id,
            version,
            reminded,
            user: user.clone(),
        };
        if outbox::has(tx, &key).await? {
            continue;
        }
        let nudge = Nudge {
            kind: Kind::Unsigned,
            key,
            to: To::Person(user.clone()),
            message: sheet.reminder(&user),
            people: vec![user],
            stale_at: nudge::ASKED_ONCE,
            timer: Timer::Unsigned(id),
        };
        if let Outcome::Later(at) = nudge::send(tx, nudge).await? {
            again = Some(again.map_or(at, |earlier| earlier.min(at)));
        }
    }
    if let Some(at) = again {
        timers::at(tx, &Timer::Unsigned(id), at).await?;
        return Ok(());
    }
    agreements::reminded(tx, id, version).await?;
    let next = after(tx.now, BETWEEN);
    follow_up_from(tx, pair, next).await
}

/// A reminder could not be sent to `people` that day, so its round of reminders does not count yet: once, also where neither of
/// the two got it.
pub async fn unsent(tx: &mut Tx, id: PairId, people: &[UserId]) -> Result<()> {
    let Some(agreement) = agreements::latest(tx, id).await? else {
        return Ok(());
    };
    let Some(reminded) = agreement.reminded.checked_sub(1).filter(|n| *n >= 0) else {
        return Ok(());
    };
    for user in people {
        let of_this_round = Key::Unsigned {
            pair: id,
            version: agreement.version,
            reminded,
            user: user.clone(),
        };
        if !outbox::has(tx, &of_this_round).await? {
            agreements::not_reminded(tx, id, agreement.version).await?;
            return Ok(timers::soon(tx, &Timer::Unsigned(id)).await?);
        }
    }
    Ok(())
}
