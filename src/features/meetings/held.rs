//! Records whether they met. One partner's yes is enough; silence is unknown.

use super::change::{Change, change};
use super::month::{Month, as_seen, key, mine, on_break, propose, to_arrange_in, wanted_later};
use super::{messages, replies, timing, views};
use crate::domain::cadence;
use crate::domain::card::Card;
use crate::domain::cycle::{Cycle, MetAnswer, State};
use crate::domain::happening::Happening;
use crate::domain::ids::{CycleId, PairId, UserId};
use crate::domain::key::{AboutCycle, Key, Topic};
use crate::domain::pair::{self, Pair};
use crate::features::{Reply, Result, settings};
use crate::shared::nudge::{self, Nudge};
use crate::slack::event::{Actor, Answers};
use crate::store::outbox::{self, Kind, Lane, To, cards};
use crate::store::{Reading, Tx, cycles, met, pairs, people, reflections, timers};
use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A question about a meeting that downtime delayed for this long is dropped.
const QUESTION_STALE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How far back a meeting can be logged, in days.
const LOG_DAYS: i32 = 60;

/// Timer `MeetingOver`: asks whether they met.
pub async fn meeting_over(tx: &mut Tx, cycle: CycleId, user: &UserId) -> Result<()> {
    let timer = timing::question_to(cycle, user);
    let Some(month) = wanted_later(tx, cycle, &timer).await? else {
        return Ok(());
    };
    let arranged = month.cycle.clone().unanswered();
    // A break interrupted the month, and they may have met before.
    let broke_off = arranged.state == State::OnBreak && arranged.meets_at.is_none();
    if arranged.state == State::Skipped || broke_off || !month.pair.has(user) {
        return Ok(());
    }
    let said = met::of(tx, cycle).await?;
    let has_said = said.of(month.cycle.plans, &month.pair, user).is_some();
    if has_said || arranged.meets_at.is_none() && said.said_yes(&month.pair, user) {
        return Ok(());
    }
    // The meeting was moved.
    if let Some(at) = month.cycle.ask_at().filter(|at| *at > tx.now) {
        return Ok(timers::at(tx, &timer, at).await?);
    }
    if outbox::has(tx, &question(&month, user)).await? {
        return Ok(());
    }
    let nudge = Nudge {
        kind: Kind::DidYouMeet,
        key: question(&month, user),
        to: To::Person(user.clone()),
        people: vec![user.clone()],
        message: messages::did_you_meet(&month, user, tx.now),
        // After a break or days off, the question is as good as on the day of the meeting.
        stale_at: nudge::unless_late(tx, QUESTION_STALE),
        timer,
    };
    nudge::send_or_wait(tx, nudge).await?;
    Ok(())
}

/// The key of the question to one partner about the latest plan.
pub fn question(month: &Month, user: &UserId) -> Key {
    let about = AboutCycle::Met {
        plan: month.cycle.plans,
        user: user.clone(),
    };
    key(month, about)
}

/// Handles yes, moved, or not this time, about the meeting planned as number `plan`, even if there is a newer plan.
pub async fn did_meet(
    tx: &mut Tx,
    actor: &Actor,
    cycle: CycleId,
    plan: Option<i64>,
    said: MetAnswer,
) -> Result<Reply> {
    let month = mine(tx, actor, cycle).await?;
    let ahead = month.cycle.is_ahead(tx.now);
    let plan = plan.unwrap_or(if ahead {
        met::NO_PLAN
    } else {
        month.cycle.plans
    });
    if said == MetAnswer::Yes {
        let follows = they_met(tx, &month, &actor.user, plan).await?;
        return Ok(Reply::replace(replies::met(&month, &actor.user, follows)));
    }
    let is_last = plan == month.cycle.plans;
    let before = met::of(tx, cycle).await?;
    let said_yes = before.of(plan, &month.pair, &actor.user) == Some(MetAnswer::Yes.as_str());
    if said_yes || ahead && is_last {
        return Ok(Reply::replace(replies::stands(&month, tx.now)));
    }
    met::say(tx, cycle, plan, (&month.pair, &actor.user), said.as_str()).await?;
    // The month stays as it is: if it changed, the partner could tell what was answered. For the same reason the reply does not
    // show that the partner said yes.
    let month = as_seen(tx, month, &actor.user).await?;
    if ahead || month.cycle.state == State::Planned && !is_last {
        return Ok(Reply::replace(replies::stands(&month, tx.now)));
    }
    let asked_about = month.cycle.id;
    let mut month = to_arrange_in(tx, month, &actor.user).await?;
    if month.cycle.id != asked_about && !month.cycle.may_be_planned(tx.now) {
        return Ok(Reply::replace(replies::nothing_more(&month, &actor.user)));
    }
    let rests = on_break(tx, &month.pair).await?;
    if month.is_running() && !rests {
        propose(tx, &mut month).await?;
    }
    let card = replies::not_yet(&month, &actor.user, (said, rests), tx.now);
    Ok(Reply::replace(card))
}

/// A partner says that they met, at the meeting planned as number `plan` or at any other. The first yes makes the month
/// held; another meeting still ahead stays planned, and nothing changes for the partner. Returns whether they are asked a
/// question about it: not if they said so before.
async fn they_met(tx: &mut Tx, before: &Month, user: &UserId, plan: i64) -> Result<bool> {
    let (pair, cycle) = (before.pair.id, before.cycle.id);
    let yes = MetAnswer::Yes.as_str();
    let said = met::of(tx, cycle).await?;
    if said.of(plan, &before.pair, user) == Some(yes) {
        return Ok(false);
    }
    let follows = !reflections::was_asked(tx, cycle, user).await?;
    met::say(tx, cycle, plan, (&before.pair, user), yes).await?;
    let own = Lane::Person(user.clone());
    cards::changed(tx, Card::Month(cycle), std::slice::from_ref(&own)).await?;
    let another_ahead = before.cycle.is_ahead(tx.now) && plan != before.cycle.plans;
    if !another_ahead {
        timers::cancel(tx, &timing::question_to(cycle, user)).await?;
        outbox::withdraw(tx, Topic::Arrangement(cycle), &[own]).await?;
    }
    let by = user.clone();
    if before.cycle.state == State::Held {
        tx.happens(Happening::SaidTheyMet { pair, cycle, by });
        return Ok(follows);
    }
    if before.pair.state == pair::State::Introduced {
        pairs::step(tx, pair, pair::State::Introduced, pair::State::Active).await?;
    }
    change(tx, before, Change::Held).await?;
    tx.happens(Happening::SaidTheyMet { pair, cycle, by });
    Ok(follows)
}

/// The global shortcut "Log a mentoring meeting", or the button of one pair, whose partner is picked already.
pub async fn open_log(tx: &mut Reading, actor: &Actor, of: Option<PairId>) -> Result<Reply> {
    let mut pairs = started(tx, &actor.user).await?;
    pairs.sort_by_key(|(pair, _)| Some(pair.id) != of);
    if pairs.is_empty() {
        return Ok(Reply::modal(views::nothing_to_log()));
    }
    let zone = clock_of(tx, &actor.user).await?;
    let partners: Vec<UserId> = pairs
        .iter()
        .map(|(pair, _)| pair.partner_of(&actor.user).clone())
        .collect();
    let today = cadence::local(tx.now, &zone).date();
    Ok(Reply::modal(views::log(&partners, today)))
}

pub async fn logged(tx: &mut Tx, actor: &Actor, answers: &Answers) -> Result<Reply> {
    let pairs = started(tx, &actor.user).await?;
    let named = answers.user("partner");
    let found = match (pairs.as_slice(), named) {
        ([], _) => return Ok(Reply::modal(views::nothing_to_log())),
        ([one], None) => Some(one),
        (_, Some(partner)) => pairs
            .iter()
            .find(|(pair, _)| pair.partner_of(&actor.user) == partner),
        (_, None) => None,
    };
    let Some((_, cycles)) = found else {
        return Ok(Reply::errors(vec![(
            "partner",
            "The two of you aren't a pair here. Pick your mentor or mentee.".to_owned(),
        )]));
    };
    let zone = clock_of(tx, &actor.user).await?;
    let today = cadence::local(tx.now, &zone).date();
    let date = answers.date("date").unwrap_or(today);
    if let Some(problem) = wrong_day(date, today) {
        return Ok(Reply::errors(vec![("date", problem.to_owned())]));
    }
    let Some(cycle) = month_of(cycles, date, &zone) else {
        return Ok(Reply::modal(views::nothing_to_log()));
    };
    let month = mine(tx, actor, cycle).await?;
    let plan = plan_of(&month, date, &zone);
    let follows = they_met(tx, &month, &actor.user, plan).await?;
    let logged = views::logged(&month, &actor.user, (date, today), follows);
    Ok(Reply::modal(logged).with_home())
}

/// The number of the plan that a meeting on `date` belongs to, if any.
fn plan_of(month: &Month, date: Date, zone: &TimeZone) -> i64 {
    let planned = month.cycle.meets_at;
    let on_the_day = planned.is_some_and(|at| cadence::local(at, zone).date() == date);
    if on_the_day {
        month.cycle.plans
    } else {
        met::NO_PLAN
    }
}

/// A person's time zone.
async fn clock_of(tx: &mut Reading, user: &UserId) -> Result<TimeZone> {
    let fallback = settings(tx).await?.zone();
    Ok(people::zone_or(tx, user, &fallback).await?)
}

fn wrong_day(date: Date, today: Date) -> Option<&'static str> {
    if date > today {
        return Some("That day is in the future. Log it once you've met.");
    }
    let earliest = today.saturating_sub(jiff::Span::new().days(LOG_DAYS));
    (date < earliest).then_some("That was more than two months ago. Pick a more recent day.")
}

/// A person's open pairs whose months have begun, with their cycles.
async fn started(tx: &mut Reading, user: &UserId) -> Result<Vec<(Pair, Vec<Cycle>)>> {
    let mut found = Vec::new();
    for pair in pairs::open_of(tx, user).await? {
        let cycles = cycles::of(tx, pair.id).await?;
        if !cycles.is_empty() {
            found.push((pair, cycles));
        }
    }
    Ok(found)
}

/// The cycle that was running on `date`; the first cycle for an earlier day.
fn month_of(cycles: &[Cycle], date: Date, zone: &TimeZone) -> Option<CycleId> {
    cycles
        .iter()
        .rev()
        .find(|cycle| cadence::local(cycle.opened_at, zone).date() <= date)
        .or(cycles.first())
        .map(|cycle| cycle.id)
}
