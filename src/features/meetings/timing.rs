//! Which timers a month has, in which state. Setting them is idempotent, so whatever changes a month just arms it anew.

use super::month::{Month, on_break};
use crate::domain::cadence::{self, DAY_STARTS};
use crate::domain::cycle::{Cycle, State};
use crate::domain::ids::{CycleId, PairId, UserId};
use crate::domain::pair::{self, Pair};
use crate::domain::timer::Timer;
use crate::features::Result;
use crate::store::timers::{self, Due};
use crate::store::{Reading, Tx};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A reminder this soon after the plan was made would only repeat it.
const REMINDER_NOT_WITHIN: SignedDuration = SignedDuration::from_hours(12);
/// When a month sorts itself out, we ask on this day of it whether they met.
const SORTED_OUT_BY_DAY: i32 = 21;

/// What [`disarm`] leaves alone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Spare {
    Nothing,
    /// The next month's opening, and the questions about a meeting that was.
    Opening,
}

/// The opening of a pair's month.
pub fn opening_of(pair: PairId, number: u8) -> Timer {
    Timer::CycleOpens { pair, number }
}

/// The question to one partner whether they met.
pub fn question_to(cycle: CycleId, user: &UserId) -> Timer {
    Timer::MeetingOver {
        cycle,
        user: user.clone(),
    }
}

/// Sets the opening of cycle `number`, at a time on the mentee's clock.
pub async fn set_opening(
    tx: &mut Tx,
    pair: &Pair,
    number: u8,
    at: Timestamp,
    zone: &TimeZone,
) -> Result<()> {
    let due = Due::Local {
        civil: cadence::local(at, zone),
        zone,
        whose: Some(&pair.mentee),
    };
    timers::set(tx, &opening_of(pair.id, number), &due).await?;
    Ok(())
}

/// Sets the timers of a month as its state wants them. What is past stays as it is: a nudge that has to wait is neither
/// lost nor sent twice.
pub async fn arm(tx: &mut Tx, month: &Month) -> Result<()> {
    let (cycle, hours) = (&month.cycle, month.hours());
    if month.pair.state != pair::State::Active || on_break(tx, &month.pair).await? {
        return disarm(tx, &month.pair, Some(cycle), Spare::Nothing).await;
    }
    let on_day = |days| hours.days_after(cycle.asked_from(), days, month.zone());
    let open = cycle.state == State::Open;
    let unplanned = open || cycle.state == State::Sorting;
    let id = cycle.id;
    let (week, fortnight) = (Timer::NudgeWeek(id), Timer::NudgeFortnight(id));
    keep(tx, &week, open.then(|| on_day(7))).await?;
    keep(tx, &fortnight, unplanned.then(|| on_day(14))).await?;
    keep(tx, &Timer::MeetingSoon(id), reminder(month, tx.now)).await?;
    let asks = match cycle.state {
        State::Planned => Some(cycle.ask_at()),
        State::Held if cycle.is_ahead(tx.now) => Some(cycle.ask_at()),
        State::Sorting => Some(Some(on_day(SORTED_OUT_BY_DAY))),
        State::Skipped => Some(None),
        // Whoever was to be asked still is: their answer counts beside the other's.
        State::Open | State::Held | State::OnBreak | State::Unknown => None,
    };
    for user in month.pair.members() {
        if let Some(at) = asks {
            keep(tx, &question_to(id, user), at).await?;
        }
    }
    keep(tx, &Timer::CycleCloses(id), Some(cycle.closes_at)).await?;
    if cycle.number < month.pair.cycles {
        let next = cycle
            .anchor
            .next_opening(cycle.number, cycle.opened_at, month.zone());
        let next = hours.next_shared(next, &month.zones);
        if next > tx.now {
            set_opening(tx, &month.pair, cycle.number + 1, next, month.zone()).await?;
        }
    }
    Ok(())
}

/// When to remind them of the meeting: the working day before, when the mentee's day starts and both are there.
fn reminder(month: &Month, now: Timestamp) -> Option<Timestamp> {
    let meets_at = month.cycle.meets_at.filter(|_| month.cycle.is_ahead(now))?;
    let day_before = month.hours().working_day_before(meets_at, month.zone());
    let morning = cadence::local(day_before, month.zone())
        .date()
        .at(DAY_STARTS, 0, 0, 0);
    let at = cadence::at_local(morning, month.zone());
    let at = month.hours().next_shared(at, &month.zones);
    (at < meets_at).then_some(at)
}

/// Sets a timer to come, cancels one that is not wanted, leaves one alone whose time has come.
async fn keep(tx: &mut Tx, timer: &Timer, at: Option<Timestamp>) -> Result<()> {
    let margin = if matches!(timer, Timer::MeetingSoon(_)) {
        REMINDER_NOT_WITHIN
    } else {
        SignedDuration::ZERO
    };
    match at {
        Some(at) if at.duration_since(tx.now) > margin => timers::at(tx, timer, at).await?,
        Some(_) => {}
        None => timers::cancel(tx, timer).await?,
    }
    Ok(())
}

/// Cancels the reminder and the questions of a plan that is replaced by another.
pub async fn forget_plan(tx: &mut Tx, month: &Month) -> Result<()> {
    timers::cancel(tx, &Timer::MeetingSoon(month.cycle.id)).await?;
    for user in month.pair.members() {
        timers::cancel(tx, &question_to(month.cycle.id, user)).await?;
    }
    Ok(())
}

/// Cancels the timers of a pair whose latest cycle is `cycle`.
pub async fn disarm(tx: &mut Tx, pair: &Pair, cycle: Option<&Cycle>, spare: Spare) -> Result<()> {
    if let Some(cycle) = cycle {
        for timer in [
            Timer::NudgeWeek(cycle.id),
            Timer::NudgeFortnight(cycle.id),
            Timer::MeetingSoon(cycle.id),
            Timer::CycleCloses(cycle.id),
        ] {
            timers::cancel(tx, &timer).await?;
        }
        if spare == Spare::Nothing {
            for user in pair.members() {
                timers::cancel(tx, &question_to(cycle.id, user)).await?;
            }
            // A nudge that had to wait sits under the opening's own name.
            timers::cancel(tx, &opening_of(pair.id, cycle.number)).await?;
        }
    }
    if spare == Spare::Nothing {
        let next = cycle.map_or(1, |cycle| cycle.number.saturating_add(1));
        timers::cancel(tx, &opening_of(pair.id, next)).await?;
    }
    Ok(())
}

/// Whether anything is to come for a pair whose latest cycle is `cycle`.
pub async fn is_armed(tx: &mut Reading, pair: &Pair, cycle: Option<&Cycle>) -> Result<bool> {
    let next = cycle.map_or(1, |cycle| cycle.number.saturating_add(1));
    if timers::due(tx, &opening_of(pair.id, next)).await?.is_some() {
        return Ok(true);
    }
    let Some(cycle) = cycle else { return Ok(false) };
    Ok(timers::due(tx, &Timer::CycleCloses(cycle.id))
        .await?
        .is_some())
}
