//! Reminders to sign, privately, to those who have not.

use super::common::{BETWEEN, follow_up, sheet, times};
use crate::domain::cadence::after;
use crate::domain::ids::{PairId, UserId};
use crate::domain::key::Key;
use crate::domain::pair::Pair;
use crate::domain::timer::Timer;
use crate::features::{Result, settings};
use crate::shared::nudge::{self, Nudge, Outcome};
use crate::store::agreements::{self, Agreement};
use crate::store::outbox::{self, Kind, To};
use crate::store::{Reading, Tx, cycles, timers};
use jiff::{SignedDuration, Timestamp};

/// A reminder that was delayed for this long is dropped.
const STALE: SignedDuration = SignedDuration::from_hours(5 * 24);

pub(super) async fn remind(tx: &mut Tx, pair: &Pair, agreement: Agreement) -> Result<()> {
    let id = pair.id;
    let (version, reminded) = (agreement.version, agreement.reminded);
    let all_are_due = after(agreement.made_at, BETWEEN * times(reminded + 1)) <= tx.now;
    let mut missing = missing(pair, &agreement);
    if !all_are_due {
        missing = who_said_they_met(tx, pair, missing).await?;
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
            stale_at: after(tx.now, STALE),
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
    if all_are_due {
        agreements::reminded(tx, id, version).await?;
    }
    follow_up(tx, pair).await
}

/// After the first meeting, only those are reminded who said that they met: the others would learn of it.
async fn who_said_they_met(
    tx: &mut Reading,
    pair: &Pair,
    people: Vec<UserId>,
) -> Result<Vec<UserId>> {
    let mut met = Vec::new();
    for user in people {
        if cycles::said_they_met(tx, pair, &user).await? {
            met.push(user);
        }
    }
    Ok(met)
}

/// A reminder could not be sent that day, so its round of reminders does not count yet.
pub async fn unsent(tx: &mut Tx, id: PairId) -> Result<()> {
    let Some(agreement) = agreements::latest(tx, id).await? else {
        return Ok(());
    };
    if agreement.reminded > 0 {
        agreements::not_reminded(tx, id, agreement.version).await?;
        timers::soon(tx, &Timer::Unsigned(id)).await?;
    }
    Ok(())
}

fn missing(pair: &Pair, agreement: &Agreement) -> Vec<UserId> {
    [
        (&pair.mentor, agreement.mentor_signed_at),
        (&pair.mentee, agreement.mentee_signed_at),
    ]
    .into_iter()
    .filter(|(_, signed)| signed.is_none())
    .map(|(user, _)| user.clone())
    .collect()
}
