//! What the flow of an agreement and its reminders share: the goals as a sheet, and what follows a version.

use super::messages::Sheet;
use super::release;
use crate::domain::cadence::{after, months_after};
use crate::domain::goals::REMINDERS;
use crate::domain::pair::{Pair, State};
use crate::domain::program::Settings;
use crate::domain::timer::Timer;
use crate::features::Result;
use crate::store::agreements::{self, Agreement};
use crate::store::{Reading, Tx, cycles, timers};
use jiff::SignedDuration;

/// From a version to its first reminder, unless they meet earlier, and from one reminder to the next.
pub(super) const BETWEEN: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Sets the timer for whatever is next: a reminder to sign, or the release of two people who have not begun.
pub(super) async fn follow_up(tx: &mut Tx, pair: &Pair) -> Result<()> {
    let latest = agreements::latest(tx, pair.id).await?;
    let unsigned =
        latest.filter(|latest| latest.completed_at.is_none() && latest.reminded < REMINDERS);
    let reminder =
        unsigned.map(|latest| after(latest.made_at, BETWEEN * times(latest.reminded + 1)));
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
