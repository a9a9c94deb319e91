//! The timers of a month in each state. Setting them is idempotent, so every change of a month sets them all again.

use super::month::{DAY, Month, key, on_break, to_arrange};
use crate::domain::cadence::{self, after};
use crate::domain::cycle::{Cycle, State};
use crate::domain::ids::{CycleId, PairId, UserId};
use crate::domain::key::AboutCycle;
use crate::domain::pair::Pair;
use crate::domain::timer::Timer;
use crate::domain::workday::Workday;
use crate::features::Result;
use crate::store::timers::{self, Due};
use crate::store::{Reading, Tx, outbox};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A reminder within this time of the plan would only repeat it.
const REMINDER_NOT_WITHIN: SignedDuration = SignedDuration::from_hours(12);
/// The day of the month on which we ask a pair that sorts it out whether they met.
const SORTED_OUT_BY_DAY: i32 = 21;

/// The timers that [`disarm`] keeps.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Spare {
    Nothing,
    /// The next month's opening, and the questions about a past meeting.
    Opening,
}

/// The timer that opens a pair's month.
pub fn opening_of(pair: PairId, number: u8) -> Timer {
    Timer::CycleOpens { pair, number }
}

/// The timer of the question to one partner whether they met.
pub fn question_to(cycle: CycleId, user: &UserId) -> Timer {
    Timer::MeetingOver {
        cycle,
        user: user.clone(),
    }
}

/// Sets the opening of cycle `number`, at a time in the mentee's zone.
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

/// Sets the timers of a month for its state. Timers that are due stay as they are, so that a delayed nudge is neither
/// lost nor sent twice.
pub async fn arm(tx: &mut Tx, month: &Month) -> Result<()> {
    // A plan passes during a break, too, and nobody is asked anything by it.
    if let Some(at) = month.cycle.plan_changes_at(tx.now) {
        timers::at(tx, &Timer::PlanPassed(month.cycle.id), at).await?;
    }
    let month = &to_arrange(tx, month.clone()).await?;
    let (cycle, hours) = (&month.cycle, month.hours());
    if !month.pair.runs() || on_break(tx, &month.pair).await? {
        return disarm(tx, &month.pair, Some(cycle), Spare::Nothing).await;
    }
    let on_day = |days| hours.days_after(cycle.asked_from(), days, month.workday());
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
        State::Sorting => Some(Some(sorted_out_by(month, tx.now))),
        State::Skipped => Some(None),
        // Partners who were still to be asked are asked, because both answers count.
        State::Open | State::Held | State::OnBreak | State::Unknown => None,
    };
    for user in month.pair.members() {
        if let Some(at) = asks {
            keep(tx, &question_to(id, user), at).await?;
        }
    }
    let closes = Timer::CycleCloses(id);
    keep(tx, &closes, Some(cycle.open_until(tx.now))).await?;
    let arranged = cycle.clone().unanswered().state;
    if arranged == State::Skipped && cycle.closes_at <= tx.now {
        // It was still open for a meeting that is off, whatever they have answered about an earlier one.
        timers::soon(tx, &closes).await?;
    }
    if cycle.number < month.pair.cycles {
        let next = cycle
            .anchor
            .next_opening(cycle.number, cycle.opened_at, month.zone());
        let next = hours.next_shared(next, &month.workdays);
        if next > tx.now {
            set_opening(tx, &month.pair, cycle.number + 1, next, month.zone()).await?;
        } else {
            waits_no_longer(tx, month).await?;
        }
    }
    Ok(())
}

/// The next month waits for a late meeting, and no longer than for that one: it may be off, or be sooner now.
async fn waits_no_longer(tx: &mut Tx, month: &Month) -> Result<()> {
    let cycle = &month.cycle;
    let from = match cycle.ask_at() {
        Some(asked) if cycle.is_ahead(tx.now) => after(asked, DAY),
        _ => tx.now,
    };
    let at = month.hours().next_shared(from, &month.workdays);
    let next = cycle.number + 1;
    let waits = timers::due(tx, &opening_of(month.pair.id, next)).await?;
    if waits.is_some_and(|due| due > at) {
        set_opening(tx, &month.pair, next, at, month.zone()).await?;
    }
    Ok(())
}

/// When to ask a pair that sorts it out whether they met: on day 21, or at the end of the month if that has passed.
fn sorted_out_by(month: &Month, now: Timestamp) -> Timestamp {
    let (cycle, hours, day) = (&month.cycle, month.hours(), month.workday());
    let by_day = hours.days_after(cycle.asked_from(), SORTED_OUT_BY_DAY, day);
    let last_day = hours.working_day_before(cycle.closes_at, day);
    let possible = [by_day, last_day].into_iter().find(|at| *at > now);
    possible.unwrap_or_else(|| hours.working_day_after(now.max(cycle.closes_at), day))
}

/// When to remind them of the meeting: on the working day before, when the mentee's day starts and both are at work.
fn reminder(month: &Month, now: Timestamp) -> Option<Timestamp> {
    let meets_at = month.cycle.meets_at.filter(|_| month.cycle.is_ahead(now))?;
    let Workday { zone, hours } = month.workday();
    let day_before = month.hours().working_day_before(meets_at, month.workday());
    let morning = hours.starts_on(cadence::local(day_before, zone).date());
    let at = cadence::at_local(morning, zone);
    let at = month.hours().next_shared(at, &month.workdays);
    (at < meets_at).then_some(at)
}

/// Sets a future timer, cancels one without a time, and leaves one that is already due.
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

/// A plan that was made long ago is remembered, however soon it is: after a break, its reminder may be due by now or past.
pub async fn remind_of_old_plan(tx: &mut Tx, month: &Month) -> Result<()> {
    let cycle = &month.cycle;
    let Some(meets_at) = cycle.meets_at.filter(|_| cycle.is_ahead(tx.now)) else {
        return Ok(());
    };
    let reminder = Timer::MeetingSoon(cycle.id);
    let plan = cycle.plans;
    let was_sent = outbox::has(tx, &key(month, AboutCycle::Soon { plan })).await?;
    let at = month.hours().next_shared(tx.now, &month.workdays);
    if !was_sent && at < meets_at && timers::due(tx, &reminder).await?.is_none() {
        timers::at(tx, &reminder, at).await?;
    }
    Ok(())
}

/// Cancels the reminder, the questions and the cards' change of a plan that another one replaces.
pub async fn forget_plan(tx: &mut Tx, month: &Month) -> Result<()> {
    timers::cancel(tx, &Timer::MeetingSoon(month.cycle.id)).await?;
    timers::cancel(tx, &Timer::PlanPassed(month.cycle.id)).await?;
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
            // A month that closed may still be asked about: during a break, its questions wait by themselves.
            if cycle.closed_at.is_none() || !pair.is_open() {
                for user in pair.members() {
                    timers::cancel(tx, &question_to(cycle.id, user)).await?;
                }
            }
            // A delayed nudge waits under the opening's timer.
            timers::cancel(tx, &opening_of(pair.id, cycle.number)).await?;
        }
    }
    if spare == Spare::Nothing {
        let next = cycle.map_or(1, |cycle| cycle.number.saturating_add(1));
        timers::cancel(tx, &opening_of(pair.id, next)).await?;
    }
    Ok(())
}

/// Whether any timer is set for a pair whose latest cycle is `cycle`.
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
