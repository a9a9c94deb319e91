//! The nudges of a month: for a missing plan, and the reminder of a planned meeting.

use super::messages;
use super::month::{again, as_seen, goals, key, propose, to_arrange, wanted};
use crate::domain::cadence::after;
use crate::domain::cycle::State;
use crate::domain::ids::{CycleId, UserId};
use crate::domain::key::AboutCycle;
use crate::domain::timer::Timer;
use crate::features::Result;
use crate::shared::nudge::{self, Nudge};
use crate::store::Tx;
use crate::store::outbox::{Kind, To};
use jiff::SignedDuration;

/// From the opening, or the end of a break: after this, the next nudge is near.
const WEEK_STALE: SignedDuration = SignedDuration::from_hours(13 * 24);
/// The last nudge of a month is dropped if downtime delayed it for this long.
const FORTNIGHT_STALE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Timer `NudgeWeek`: nothing is planned after a week, so both are asked.
pub async fn week_passed(tx: &mut Tx, cycle: CycleId) -> Result<()> {
    let Some(month) = wanted(tx, cycle).await? else {
        return Ok(());
    };
    let mut month = to_arrange(tx, month).await?;
    if month.cycle.state != State::Open {
        return Ok(());
    }
    propose(tx, &mut month).await?;
    let nudge = Nudge {
        kind: Kind::NudgeWeek,
        key: key(
            &month,
            AboutCycle::Week {
                again: again(&month),
            },
        ),
        to: To::both(&month.pair),
        people: month.both(),
        message: messages::nudge_week(&month, tx.now),
        stale_at: after(month.cycle.asked_from(), WEEK_STALE),
        timer: Timer::NudgeWeek(cycle),
    };
    let now = tx.now;
    let alone = |user: &UserId| messages::nudge_week_alone(&month, user, now);
    nudge::send_to_both(tx, nudge, alone).await
}

/// Timer `NudgeFortnight`: nothing is planned after two weeks; the mentee may skip the month without blame.
pub async fn fortnight_passed(tx: &mut Tx, cycle: CycleId) -> Result<()> {
    let Some(month) = wanted(tx, cycle).await? else {
        return Ok(());
    };
    let mentee = month.pair.mentee.clone();
    let mut month = as_seen(tx, month, &mentee).await?;
    if !matches!(month.cycle.state, State::Open | State::Sorting) {
        return Ok(());
    }
    propose(tx, &mut month).await?;
    let stale = nudge::unless_late(tx, FORTNIGHT_STALE);
    let nudge = Nudge {
        kind: Kind::NudgeFortnight,
        key: key(
            &month,
            AboutCycle::Fortnight {
                again: again(&month),
            },
        ),
        to: To::Person(mentee.clone()),
        people: vec![mentee],
        message: messages::nudge_fortnight(&month, tx.now),
        stale_at: stale.min(month.cycle.closes_at),
        timer: Timer::NudgeFortnight(cycle),
    };
    nudge::send_or_wait(tx, nudge).await?;
    Ok(())
}

/// Timer `MeetingSoon`: the reminder, one working day before.
pub async fn meeting_soon(tx: &mut Tx, cycle: CycleId) -> Result<()> {
    let Some(month) = wanted(tx, cycle).await? else {
        return Ok(());
    };
    let Some(meets_at) = month
        .cycle
        .meets_at
        .filter(|_| month.cycle.is_ahead(tx.now))
    else {
        return Ok(());
    };
    let (goals, now) = (goals(tx, month.pair.id).await?, tx.now);
    let nudge = Nudge {
        kind: Kind::MeetingSoon,
        key: key(
            &month,
            AboutCycle::Soon {
                plan: month.cycle.plans,
            },
        ),
        to: To::both(&month.pair),
        people: month.both(),
        message: messages::soon(&month, goals.as_ref(), meets_at, tx.now),
        stale_at: meets_at,
        timer: Timer::MeetingSoon(cycle),
    };
    let alone = |user: &UserId| messages::soon_alone(&month, user, goals.as_ref(), meets_at, now);
    nudge::send_to_both(tx, nudge, alone).await
}
