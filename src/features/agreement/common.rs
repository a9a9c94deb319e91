//! What the flow of an agreement and its reminders share: the goals as a sheet, and what follows a version.

use super::messages::Sheet;
use super::release;
use crate::domain::cadence::{after, months_after};
use crate::domain::goals::REMINDERS;
use crate::domain::ids::UserId;
use crate::domain::pair::{Pair, State};
use crate::domain::program::Settings;
use crate::domain::timer::Timer;
use crate::features::Result;
use crate::shared::breaks;
use crate::store::agreements::{self, Agreement};
use crate::store::{Reading, Tx, cycles, timers};
use jiff::{SignedDuration, Timestamp};

/// From a version to its first reminder, and from one reminder to the next.
pub(super) const BETWEEN: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Sets the timer for whatever is next: a reminder to sign, or the release of two people who have not begun.
pub(super) async fn follow_up(tx: &mut Tx, pair: &Pair) -> Result<()> {
    let now = tx.now;
    follow_up_from(tx, pair, now).await
}

/// The same, with no reminder before `earliest`: after a break or downtime, two that are late don't come on two days in a row.
pub(super) async fn follow_up_from(tx: &mut Tx, pair: &Pair, earliest: Timestamp) -> Result<()> {
    let latest = agreements::latest(tx, pair.id).await?;
    let unsigned =
        latest.filter(|latest| latest.completed_at.is_none() && latest.reminded < REMINDERS);
    let reminder = unsigned.map(|latest| {
        let due = after(latest.made_at, BETWEEN * times(latest.reminded + 1));
        due.max(earliest)
    });
    let release = match pair.state {
        State::Introduced => Some(release::due_at(tx, pair).await?),
        _ => None,
    };
    match reminder.into_iter().chain(release).min() {
        Some(at) => timers::at(tx, &Timer::Unsigned(pair.id), at.max(tx.now)).await?,
        None => timers::cancel(tx, &Timer::Unsigned(pair.id)).await?,
    }
    Ok(())
}

pub(super) fn times(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(1)
}

/// Whether nothing may be asked of one of them.
pub(super) async fn is_away(tx: &mut Reading, pair: &Pair) -> Result<bool> {
    Ok(breaks::are_on_break(tx, &pair.members()).await?)
}

/// Those of the two who have not signed this version.
pub(super) fn without_signature(pair: &Pair, agreement: &Agreement) -> Vec<UserId> {
    [
        (&pair.mentor, agreement.mentor_signed_at),
        (&pair.mentee, agreement.mentee_signed_at),
    ]
    .into_iter()
    .filter(|(_, signed)| signed.is_none())
    .map(|(user, _)| user.clone())
    .collect()
}

pub(super) async fn sheet(
    tx: &mut Reading,
    pair: &Pair,
    agreement: Agreement,
    settings: &Settings,
) -> Result<Sheet> {
    let zone = settings.zone();
    // A break, or a pause between two terms, puts off all months that follow.
    let ends = if let Some(latest) = cycles::latest(tx, pair.id).await? {
        latest.anchor.opening(pair.cycles.saturating_add(1), &zone)
    } else {
        let starts = pair.started_at.unwrap_or(pair.created_at);
        months_after(starts, i32::from(pair.cycles), &zone)
    };
    Ok(Sheet {
        pair: pair.clone(),
        ends,
        agreement,
        zone,
        now: tx.now,
    })
}
