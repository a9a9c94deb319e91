//! Finding a time: a slot, another time, "we'll sort it out", or no meeting this month.

use super::change::{Change, change};
use super::month::{Month, again, as_seen, key, mine, on_break, propose, tell_both, to_arrange_in};
use super::views::Odd;
use super::{messages, replies, views};
use crate::domain::cadence::{self, MEETING_MINUTES, after, say_day};
use crate::domain::card::Card;
use crate::domain::cycle::State;
use crate::domain::ids::{CycleId, UserId};
use crate::domain::key::AboutCycle;
use crate::features::{Reply, Result, nothing_changed, refuse};
use crate::md;
use crate::shared::breaks;
use crate::slack::event::{Actor, Answers};
use crate::slack::words::Md;
use crate::store::outbox::{self, Kind, Lane, Passed, PassesOn, To, cards};
use crate::store::{Reading, Tx, cycles, people};
use jiff::{SignedDuration, Timestamp};

/// One of them picked a proposed time.
pub async fn pick_slot(tx: &mut Tx, actor: &Actor, cycle: CycleId, at: i64) -> Result<Reply> {
    let month = mine(tx, actor, cycle).await?;
    let mut month = to_arrange_in(tx, month, &actor.user).await?;
    let has_passed = month.cycle.state == State::Planned && !month.cycle.is_ahead(tx.now);
    let unplanned = has_passed || matches!(month.cycle.state, State::Open | State::Sorting);
    if !unplanned || !month.is_running() {
        return Ok(Reply::replace(replies::stands(&month, tx.now)));
    }
    let soonest = tx.now;
    let at = Timestamp::from_millisecond(at).unwrap_or(soonest);
    not_on_break(tx, &month).await?;
    let taken = month.busy.clashes(at);
    // Somebody may have moved to another time zone, or work at other hours, since it was offered.
    let suits_no_more = taken || at > soonest && !month.hours().fit(at, &month.workdays);
    if suits_no_more || at <= soonest || at > month.cycle.latest_meeting(soonest) {
        propose(tx, &mut month).await?;
        return Ok(Reply::replace(if suits_no_more {
            replies::slot_taken(&month, tx.now)
        } else {
            replies::slots_passed(&month, tx.now)
        }));
    }
    let month = settle(tx, month, at, &actor.user).await?;
    Ok(Reply::replace(replies::stands(&month, tx.now)))
}

/// "Another time", or "Move it".
pub async fn open_other_time(tx: &mut Reading, actor: &Actor, cycle: CycleId) -> Result<Reply> {
    let month = mine(tx, actor, cycle).await?;
    let month = to_arrange_in(tx, month, &actor.user).await?;
    if !month.may_change(tx.now) {
        return Ok(Reply::modal(views::as_it_stands(&month)));
    }
    not_on_break(tx, &month).await?;
    let zone = people::zone_or(tx, &actor.user, &month.settings.zone()).await?;
    if month.cycle.latest_meeting(tx.now) <= tx.now {
        return refuse(md!("{}", replies::too_late(&month, &zone, tx.now)));
    }
    Ok(Reply::modal(views::other_time(
        &month,
        &actor.user,
        &zone,
        tx.now,
    )))
}

pub async fn other_time(
    tx: &mut Tx,
    actor: &Actor,
    (cycle, plans): (CycleId, Option<i64>),
    answers: &Answers,
) -> Result<Reply> {
    let month = mine(tx, actor, cycle).await?;
    let month = to_arrange_in(tx, month, &actor.user).await?;
    if !month.may_change(tx.now) {
        return Ok(Reply::modal(views::as_it_stands(&month)));
    }
    not_on_break(tx, &month).await?;
    let Some(date) = answers.date("date") else {
        return Ok(wrong("date", "Which day?"));
    };
    let Some(time) = answers.time("time") else {
        return Ok(wrong("time", "At what time?"));
    };
    let zone = people::zone_or(tx, &actor.user, &month.settings.zone()).await?;
    let at = cadence::at_local(date.to_datetime(time), &zone);
    if at <= tx.now {
        let today = cadence::local(tx.now, &zone).date();
        let field = if date == today { "time" } else { "date" };
        return Ok(wrong(
            field,
            "That time has passed. Pick a time in the future.",
        ));
    }
    if at > month.cycle.latest_meeting(tx.now) {
        return Ok(wrong("date", &replies::too_late(&month, &zone, tx.now)));
    }
    let is_set = month.cycle.is_ahead(tx.now) && month.cycle.meets_at == Some(at);
    if is_set && plans == Some(month.cycle.plans) {
        return Ok(Reply::modal(nothing_changed()));
    }
    if !is_set && chosen_meanwhile(&month, plans, tx.now) {
        let here = cadence::local(at, &zone);
        let form = views::chosen_meanwhile(&month, &actor.user, &zone, &here, tx.now);
        return Ok(Reply::modal(form));
    }
    let month = if is_set {
        month
    } else {
        settle(tx, month, at, &actor.user).await?
    };
    let odd = Odd {
        out_of_hours: !within_hours(&month, at),
        clashes: month.busy.clashes(at),
    };
    let told = views::planned(&month, &actor.user, at, odd, tx.now);
    Ok(Reply::modal(told).with_home())
}

/// Whether a time was chosen since a form was opened that had seen `plans`: nobody saves over what their partner just chose
/// without being asked.
fn chosen_meanwhile(month: &Month, plans: Option<i64>, now: Timestamp) -> bool {
    plans.is_some_and(|seen| seen != month.cycle.plans) && month.cycle.is_ahead(now)
}

/// Refuses during a break, because nobody should come back to a meeting they did not know of.
async fn not_on_break(tx: &mut Reading, month: &Month) -> Result<()> {
    // A meeting that is ahead can still be kept or moved.
    if month.cycle.is_ahead(tx.now) || !on_break(tx, &month.pair).await? {
        return Ok(());
    }
    refuse(match breaks::of_program(tx).await? {
        Some(until) => md!(
            "The whole program is on a break until {}, so there's nothing to plan right now. Your months continue afterwards.",
            say_day(until, &month.settings.zone(), tx.now)
        ),
        None => Md::from(
            "One of you is on a break, so there's nothing to plan right now. Your months continue when the break is over.",
        ),
    })
}

fn wrong(field: &'static str, text: &str) -> Reply {
    Reply::errors(vec![(field, text.to_owned())])
}

/// Whether a meeting at `at` is within the working hours of both.
fn within_hours(month: &Month, at: Timestamp) -> bool {
    let end = after(at, SignedDuration::from_mins(MEETING_MINUTES - 1));
    let hours = month.hours();
    month
        .workdays
        .iter()
        .all(|day| hours.is_open(at, day) && hours.is_open(end, day))
}

/// Stores the time, moves the timers, and tells both. Returns the changed month.
async fn settle(tx: &mut Tx, before: Month, at: Timestamp, by: &UserId) -> Result<Month> {
    let moved = before.cycle.is_ahead(tx.now);
    let Some(month) = change(tx, &before, Change::Plan(at)).await? else {
        return Ok(before);
    };
    let plan = month.cycle.plans;
    let key = key(&month, AboutCycle::Planned { plan });
    let message = messages::planned(&month, at, moved, by, tx.now);
    tell_both(tx, &month.pair, &key, message).await?;
    let file = messages::calendar_file(&month, at, tx.now);
    let (to, file) = (To::both(&month.pair), (Kind::CalendarFile, file));
    outbox::share(tx, to, file, &key, Some(at)).await?;
    Ok(month)
}

/// "We'll sort it out": pauses the questions for a while. A month opens in private, so the partner reads it in the group.
pub async fn sort_out(tx: &mut Tx, actor: &Actor, cycle: CycleId) -> Result<Reply> {
    let before = mine(tx, actor, cycle).await?;
    let mut month = to_arrange_in(tx, before, &actor.user).await?;
    if month.is_running()
        && month.cycle.may_be_sorted_out(tx.now)
        && let Some(sorting) = change(tx, &month, Change::SortOut).await?
    {
        month = as_seen(tx, sorting, &actor.user).await?;
        let group = Lane::Pair(month.pair.id);
        let card = Card::Month(month.cycle.id);
        if cards::at(tx, card, &group).await?.is_none() {
            let (plan, again) = (month.cycle.plans, again(&month));
            let key = key(&month, AboutCycle::Sorting { plan, again });
            let message = replies::stands(&month, tx.now);
            tell_both(tx, &month.pair, &key, message).await?;
        }
    }
    Ok(Reply::replace(replies::stands(&month, tx.now)))
}

/// "Skip this month"; if they already met, "Call it off".
pub async fn open_skip(tx: &mut Reading, actor: &Actor, cycle: CycleId) -> Result<Reply> {
    let month = mine(tx, actor, cycle).await?;
    let month = as_seen(tx, month, &actor.user).await?;
    Ok(Reply::modal(if month.may_change(tx.now) {
        views::skip(&month, &actor.user, None, tx.now)
    } else {
        views::as_it_stands(&month)
    }))
}

pub async fn skip(
    tx: &mut Tx,
    actor: &Actor,
    (cycle, plans): (CycleId, Option<i64>),
    answers: &Answers,
) -> Result<Reply> {
    let before = mine(tx, actor, cycle).await?;
    if chosen_meanwhile(&before, plans, tx.now) {
        let seen = as_seen(tx, before, &actor.user).await?;
        let note = answers.text("note");
        return Ok(Reply::modal(views::skip(&seen, &actor.user, note, tx.now)));
    }
    let off = before
        .cycle
        .meets_at
        .filter(|_| before.cycle.is_ahead(tx.now));
    let (is_held, pair) = (before.cycle.state == State::Held, before.pair.clone());
    let before = as_seen(tx, before, &actor.user).await?;
    if !before.may_change(tx.now) {
        return Ok(Reply::modal(views::as_it_stands(&before)));
    }
    // A month of which one of them says that they met stays held. Nothing else may differ, or it would tell that answer.
    let skip = if is_held {
        Change::CallOff
    } else {
        Change::Skip
    };
    if change(tx, &before, skip).await?.is_some() {
        let (note, rests) = (answers.text("note"), on_break(tx, &pair).await?);
        cycles::set_note(tx, cycle, note.unwrap_or("")).await?;
        let message = messages::skipped(&before, (&actor.user, note), off, rests, tx.now);
        let key = key(&before, AboutCycle::Skipped);
        if note.is_some() {
            let passes_on = PassesOn::of(&actor.user, Passed::Note);
            outbox::pass_on(tx, passes_on, To::both(&pair), &key, message).await?;
        } else {
            tell_both(tx, &pair, &key, message).await?;
        }
        if let Some(at) = off {
            let file = messages::canceled_file(&before, at, tx.now);
            let (to, file) = (To::both(&pair), (Kind::CalendarFile, file));
            outbox::share(tx, to, file, &key, Some(at)).await?;
        }
    }
    let now = mine(tx, actor, cycle).await?;
    let now = as_seen(tx, now, &actor.user).await?;
    Ok(Reply::modal(views::as_it_stands(&now)).with_home())
}
