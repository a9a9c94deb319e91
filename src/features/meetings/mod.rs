//! The months of a pair: they find a time and meet, and nobody is blamed.
//!
//! Read `opens` first, then `plan` (finding a time), `held` (whether they met), `change` (each change of a month with all that follows
//! from it) and `timing` (the timers of a month in each state). The states are those of [`crate::domain::cycle::State`].

mod agenda;
mod breaks;
mod by_owner;
mod card;
mod change;
mod closing;
mod held;
mod messages;
mod month;
mod nudges;
mod plan;
mod replies;
#[cfg(test)]
mod tests;
mod timing;
mod views;

pub use breaks::{partner_changed, program_break, zone_changed};
pub use by_owner::{hello, nudged_by_owner, open_nudge};
pub use card::{card, plan_passed, question_card};
pub use closing::{closes, ended, last_month, leaves_calendars};
pub use held::{did_meet, logged, meeting_over, open_log};
pub use nudges::{fortnight_passed, meeting_soon, week_passed};
pub use plan::{open_other_time, open_skip, other_time, pick_slot, skip, sort_out};

use super::{Result, settings};
use crate::domain::cadence::{self, Hours, after};
use crate::domain::card::Card;
use crate::domain::cycle::{Anchor, State};
use crate::domain::ids::{CycleId, PairId};
use crate::domain::key::AboutCycle;
use crate::domain::pair::Pair;
use crate::shared::nudge::{self, Nudge};
use crate::store::outbox::{self, Kind, To, cards};
use crate::store::{Tx, cycles, pairs, timers};
use jiff::{SignedDuration, Timestamp};
use month::{
    DAY, again, as_seen, away, goals, key, month, not_now, on_break, propose, wanted, workdays,
};

/// How long before the next opening a month closes.
const CLOSES_BEFORE_NEXT: SignedDuration = SignedDuration::from_hours(1);
/// From the opening, or the end of a break: a card that was delayed for this long is dropped, because the next nudge is near.
const OPENING_STALE: SignedDuration = SignedDuration::from_hours(6 * 24);

/// Months begin, with the introduction, or continue, because both chose to go on. The first opens at once, and its times
/// follow the introduction; another opens at the first time they share on the next working day. Both wait while one of
/// them is on a break, and both are told so.
pub async fn begin(tx: &mut Tx, pair: PairId) -> Result<()> {
    let Some(pair) = pairs::find(tx, pair).await? else {
        return Ok(());
    };
    let settings = settings(tx).await?;
    let latest = cycles::latest(tx, pair.id).await?;
    let number = latest.as_ref().map_or(1, |cycle| cycle.number + 1);
    let opening = timing::opening_of(pair.id, number);
    if !pair.runs()
        || number > pair.cycles
        || latest.is_some_and(|cycle| cycle.closed_at.is_none())
        || timers::due(tx, &opening).await?.is_some()
    {
        return Ok(());
    }
    if on_break(tx, &pair).await? {
        let away = away(tx, &pair).await?;
        return breaks::begins_later(tx, &pair, &away).await;
    }
    if number == 1 {
        return first_month(tx, &pair).await;
    }
    let workdays = workdays(tx, &pair).await?;
    let zone = &workdays[0].zone;
    let tomorrow = cadence::local(tx.now, zone)
        .date()
        .tomorrow()
        .map_or(tx.now, |day| cadence::at_local(day.at(0, 0, 0, 0), zone));
    let at = Hours::from(&settings).next_shared(tomorrow, &workdays);
    timing::set_opening(tx, &pair, number, at, zone).await
}

/// Begins the months of pairs that an earlier release left waiting for their signatures, at the next hour they share.
/// Returns the pairs. A break's end begins them by itself.
pub async fn begin_waiting(tx: &mut Tx) -> Result<Vec<PairId>> {
    let mut begun = Vec::new();
    for pair in pairs::without_months(tx).await? {
        let opening = timing::opening_of(pair.id, 1);
        if on_break(tx, &pair).await? || timers::due(tx, &opening).await?.is_some() {
            continue;
        }
        let settings = settings(tx).await?;
        let workdays = workdays(tx, &pair).await?;
        let at = Hours::from(&settings).next_shared(tx.now, &workdays);
        timing::set_opening(tx, &pair, 1, at, &workdays[0].zone).await?;
        begun.push(pair.id);
    }
    Ok(begun)
}

/// The first month: times to meet, in the group DM, right behind the introduction.
async fn first_month(tx: &mut Tx, pair: &Pair) -> Result<()> {
    let Some(id) = open(tx, pair, 1, None).await? else {
        return Ok(());
    };
    let Some(mut month) = month(tx, id).await? else {
        return Ok(());
    };
    propose(tx, &mut month).await?;
    let key = key(&month, AboutCycle::Opens { again: None });
    let card = messages::first(&month, tx.now);
    outbox::post(tx, To::both(pair), Kind::CycleOpens, &key, card, None).await?;
    Ok(())
}

/// Timer `CycleOpens`: the month begins, and the mentee is asked for a time.
pub async fn opens(tx: &mut Tx, pair: PairId, number: u8) -> Result<()> {
    let Some(pair) = pairs::find(tx, pair).await? else {
        return Ok(());
    };
    if !pair.runs() || number > pair.cycles || on_break(tx, &pair).await? {
        return Ok(());
    }
    if let Some(at) = not_now(tx, &pair).await? {
        timers::at(tx, &timing::opening_of(pair.id, number), at).await?;
        return Ok(());
    }
    let id = match cycles::latest(tx, pair.id).await? {
        // The month is already open: this is a delayed nudge, or the one after a break.
        Some(cycle) if cycle.number == number => cycle.id,
        Some(before) if before.is_ahead(tx.now) => {
            let after = before.ask_at().unwrap_or(tx.now).saturating_add(DAY);
            let opening = timing::opening_of(pair.id, number);
            timers::at(tx, &opening, after.unwrap_or(Timestamp::MAX)).await?;
            return Ok(());
        }
        before if before.as_ref().map_or(1, |before| before.number + 1) == number => {
            match open(tx, &pair, number, before.map(|before| before.anchor)).await? {
                Some(id) => id,
                None => return Ok(()),
            }
        }
        _ => return Ok(()),
    };
    ask_for_a_time(tx, id).await
}

/// The month's first nudge, at its opening and again after a break.
async fn ask_for_a_time(tx: &mut Tx, id: CycleId) -> Result<()> {
    let Some(month) = wanted(tx, id).await? else {
        return Ok(());
    };
    let mentee = month.pair.mentee.clone();
    let mut month = as_seen(tx, month, &mentee).await?;
    if month.cycle.state != State::Open {
        return Ok(());
    }
    propose(tx, &mut month).await?;
    let now = tx.now;
    let goals = goals(tx, month.pair.id).await?;
    let nudge = Nudge {
        kind: Kind::CycleOpens,
        key: key(
            &month,
            AboutCycle::Opens {
                again: again(&month),
            },
        ),
        to: To::Person(mentee.clone()),
        people: vec![mentee],
        message: messages::opens(&month, goals.as_ref(), now),
        stale_at: after(month.cycle.asked_from(), OPENING_STALE),
        timer: timing::opening_of(month.pair.id, month.cycle.number),
    };
    nudge::send_or_wait(tx, nudge).await?;
    Ok(())
}

/// Creates the cycle's row and sets its timers, including the next opening's.
async fn open(
    tx: &mut Tx,
    pair: &Pair,
    number: u8,
    before: Option<Anchor>,
) -> Result<Option<CycleId>> {
    let settings = settings(tx).await?;
    let workdays = workdays(tx, pair).await?;
    let zone = &workdays[0].zone;
    let anchor = Anchor::for_opening(before, number, tx.now, zone);
    let next = anchor.next_opening(number, tx.now, zone);
    let next = Hours::from(&settings).next_shared(next, &workdays);
    let closes_at = next.saturating_sub(CLOSES_BEFORE_NEXT).unwrap_or(next);
    let Some(id) = cycles::create(tx, pair.id, number, anchor, closes_at).await? else {
        return Ok(None);
    };
    if let Some(month) = month(tx, id).await? {
        timing::arm(tx, &month).await?;
    }
    if before.map_or(pair.created_at < tx.now, |before| before != anchor) {
        // Their months end on another day than their goals say.
        cards::changed(tx, Card::Agreement(pair.id), &pair.lanes()).await?;
    }
    Ok(Some(id))
}
