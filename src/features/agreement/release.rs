//! Two people who have neither met nor signed are released after six weeks. `endings` tells them.

use crate::domain::cadence::after;
use crate::domain::cycle::{Cycle, State as Month};
use crate::domain::happening::Happening;
use crate::domain::pair::Pair;
use crate::domain::timer::Timer;
use crate::features::Result;
use crate::store::{Reading, Tx, cycles, timers};
use jiff::{SignedDuration, Timestamp};

/// From the introduction until two people who neither met nor signed are released.
const RELEASED_AFTER: SignedDuration = SignedDuration::from_hours(42 * 24);
/// How long a release waits for a break, or for a meeting that is planned.
pub(super) const WAITS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Six weeks after their first month began, which is with the introduction, or after the return from a break.
pub(super) async fn due_at(tx: &mut Reading, pair: &Pair) -> Result<Timestamp> {
    let months = cycles::of(tx, pair.id).await?;
    let mut since = months.first().map_or(tx.now, |first| first.opened_at);
    let mut was_on_break = false;
    for month in months {
        if was_on_break {
            since = month.opened_at;
        }
        since = month.taken_up_at.unwrap_or(since);
        was_on_break = month.state == Month::OnBreak;
    }
    // The next month is about to open.
    let since = if was_on_break { tx.now } else { since };
    Ok(after(since, RELEASED_AFTER))
}

/// Six weeks are over: both are released, unless they have planned to meet, in whichever month, or were about to tell of it.
pub(super) async fn unless_they_will_meet(tx: &mut Tx, pair: &Pair) -> Result<()> {
    let months = cycles::of(tx, pair.id).await?;
    let asked = months.iter().filter_map(Cycle::ask_at).max();
    let answered = asked.map(|asked| after(asked, WAITS));
    if let Some(answered) = answered.filter(|at| *at > tx.now) {
        return Ok(timers::at(tx, &Timer::Unsigned(pair.id), answered).await?);
    }
    tx.happens(Happening::NeverBegan(pair.id));
    Ok(())
}
