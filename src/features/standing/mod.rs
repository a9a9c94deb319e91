//! A person's standing: status, pause, resume, leave.

mod messages;
#[cfg(test)]
mod tests;

use super::{Reply, Result, next_match, next_round, settings};
use crate::domain::happening::Happening;
use crate::domain::ids::UserId;
use crate::domain::key::Key;
use crate::domain::message::Message;
use crate::domain::pair::Pair;
use crate::domain::participant::{BREAK_ASKED_AGAIN, Participant, Standing};
use crate::md;
use crate::shared::another::Another;
use crate::shared::nudge::{self, Nudge, Outcome};
use crate::shared::pair_card::{self, Viewer};
use crate::shared::{breaks, circle, promised};
use crate::slack::event::{Actor, Answers};
use crate::slack::words::Md;
use crate::store::outbox::{self, Kind as Sort, Lane, To};
use crate::store::timers::Due;
use crate::store::{
    Reading, Tx, audit, candidates, cycles, known, pairs, participants, people, programs, quiet,
    timers, workdays,
};
use crate::{domain::cadence, domain::timer::Timer};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use messages::Onward;

const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(24);

pub async fn status(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    let settings = settings(tx).await?;
    let known = known::about(tx, &actor.user).await?;
    let me = match &known.participant {
        Some(me) if matches!(me.standing, Standing::Active | Standing::Paused) => me,
        other => {
            let days = settings.retention_days;
            return Ok(Reply::say(messages::not_taking_part(other.as_ref(), days)));
        }
    };
    let open = known.open_pairs(tx).await?;
    let next = next_round(tx, known.next_round).await?;
    let zone = known.zone_or(settings.zone());
    let cards = pair_card::load(tx, &open, &actor.user).await?;
    let viewer = Viewer {
        user: &actor.user,
        zone: &zone,
        now: tx.now,
        program: &settings.name,
    };
    let mut lines = Vec::new();
    if me.standing == Standing::Paused {
        lines.push(messages::paused_line(until(me, &zone, tx.now)));
    }
    let promised = promised::line(tx, &actor.user).await?;
    let another = match open.as_slice() {
        [] => Another::No,
        _ => Another::of(tx, me).await?,
    };
    match me.waiting_since {
        _ if promised.is_some() => lines.extend(promised),
        // A pair's own lines are more useful than the details of the wait for a further partner.
        _ if !open.is_empty() => {}
        Some(_) if me.standing == Standing::Paused => {}
        Some(since) => {
            let since = cadence::say_day(since, &zone, tx.now);
            lines.push(messages::waiting_line(&since, &next));
            let person = known.person.as_ref();
            let obstacle = candidates::obstacle(tx, &settings, me, person).await?;
            lines.extend(obstacle.map(|obstacle| md!("{}", Md::from(obstacle.in_words()))));
        }
        None => lines.push(messages::not_looking_line()),
    }
    lines.extend(another.line());
    let stage_known = settings.stage_rank(&me.profile.stage).is_some();
    Ok(Reply::say(messages::status(
        me,
        (stage_known, another),
        &lines,
        (&open, &cards),
        viewer,
    )))
}

/// The date where they are, from which "tomorrow" and "2 weeks" are counted.
pub async fn today(tx: &mut Reading, user: &UserId) -> Result<Date> {
    let zone = zone_of(tx, user).await?;
    Ok(cadence::local(tx.now, &zone).date())
}

/// Asks for how long: a break has a date, or is asked about again.
pub async fn open_pause(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    let me = match taking_part(tx, actor).await? {
        Ok(me) => me,
        Err(other) => return Ok(Reply::say(other)),
    };
    let zone = zone_of(tx, &actor.user).await?;
    let today = cadence::local(tx.now, &zone).date();
    let now = match (me.standing, until(&me, &zone, tx.now)) {
        (Standing::Paused, Some(day)) => messages::Now::Until(day),
        (Standing::Paused, None) => messages::Now::Open,
        _ => messages::Now::None,
    };
    let told = at_work(tx, &actor.user).await?;
    Ok(Reply::modal(messages::pause_form(today, &now, &told)))
}

/// The form was submitted.
pub async fn paused(tx: &mut Tx, actor: &Actor, answers: &Answers) -> Result<Reply> {
    let Ok(me) = taking_part(tx, actor).await? else {
        return Ok(Reply::modal(messages::pause_notice(
            "You're not in the program, so there's nothing to pause.".into(),
        )));
    };
    let zone = zone_of(tx, &actor.user).await?;
    let today = cadence::local(tx.now, &zone).date();
    let said = match messages::chosen(answers, today) {
        Ok(until) => begin(tx, &me, &zone, until).await?,
        Err(wrong) => return Ok(Reply::errors(vec![(messages::DATE, wrong.to_owned())])),
    };
    Ok(Reply::modal(messages::pause_notice(said)).with_home())
}

/// `/reverse-mentor pause until DATE`. Pausing again moves the last day.
pub async fn pause(tx: &mut Tx, actor: &Actor, day: Date) -> Result<Reply> {
    let me = match taking_part(tx, actor).await? {
        Ok(me) => me,
        Err(other) => return Ok(Reply::say(other).with_home()),
    };
    let zone = zone_of(tx, &actor.user).await?;
    let said = begin(tx, &me, &zone, Some(day)).await?;
    Ok(Reply::say(said).with_home())
}

/// Pauses until a day, on which they are brought back; or until they resume, and they are asked again after a while.
async fn begin(tx: &mut Tx, me: &Participant, zone: &TimeZone, day: Option<Date>) -> Result<Md> {
    let user = &me.user;
    let before = until(me, zone, tx.now);
    let hours = workdays::of(tx, user, zone).await?.hours;
    let civil = day.map(|day| hours.starts_on(day));
    let ends = civil.map(|civil| cadence::at_local(civil, zone));
    participants::set_standing(tx, user, Standing::Paused, ends).await?;
    let since = participants::paused_since(tx, user).await?;
    let is_long = cadence::after(since.unwrap_or(tx.now), BREAK_ASKED_AGAIN);
    let timer = Timer::PauseEnds(user.clone());
    match civil {
        Some(civil) => {
            let whose = Some(user);
            timers::set(tx, &timer, &Due::Local { civil, zone, whose }).await?;
        }
        None if is_long > tx.now => timers::at(tx, &timer, is_long).await?,
        None => timers::at(tx, &timer, cadence::after(tx.now, BREAK_ASKED_AGAIN)).await?,
    }
    if me.standing != Standing::Paused {
        tx.happens(Happening::Paused(user.clone()));
    }
    if ends.map_or(is_long <= tx.now, |ends| ends > is_long) {
        tx.happens(Happening::AwayForLong(user.clone()));
    }
    let told = match breaks::of_program(tx).await? {
        // Their group stays as it is until the program goes on, and they are back by then.
        Some(back) if ends.is_some_and(|ends| ends <= back) => Vec::new(),
        _ => at_work(tx, user).await?,
    };
    let ends = ends.map(|ends| cadence::say_day(ends, zone, tx.now));
    let open_ended = ends.is_none();
    let said = messages::paused(ends, &told);
    Ok(match before {
        Some(day) if open_ended => messages::no_longer_until(&day, &said),
        _ => said,
    })
}

pub async fn resume(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    let me = match taking_part(tx, actor).await? {
        Ok(me) => me,
        Err(other) => return Ok(Reply::say(other).with_home()),
    };
    if me.standing == Standing::Active {
        return Ok(Reply::say(messages::not_paused()).with_home());
    }
    participants::set_standing(tx, &actor.user, Standing::Active, None).await?;
    timers::cancel(tx, &Timer::PauseEnds(actor.user.clone())).await?;
    tx.happens(Happening::Resumed(actor.user.clone()));
    let onward = if hears_of_an_end_first(tx, &actor.user).await? {
        Onward::EndFirst
    } else {
        onward(tx, &actor.user).await?
    };
    Ok(Reply::say(messages::resumed(&onward)).with_home())
}

/// Timer: a pause is over. It ends on its day; the message waits for a good hour, with the same timer.
pub async fn pause_ended(tx: &mut Tx, user: &UserId) -> Result<()> {
    let Some(me) = participants::find(tx, user).await? else {
        return Ok(());
    };
    match (me.standing, me.paused_until) {
        (Standing::Paused, None) => return still_away(tx, user).await,
        (Standing::Paused, Some(_)) => {
            participants::set_standing(tx, user, Standing::Active, None).await?;
            tx.happens(Happening::Resumed(user.clone()));
        }
        // Already resumed, but not told yet.
        (Standing::Active, _) => {}
        _ => return Ok(()),
    }
    if hears_of_an_end_first(tx, user).await? {
        let again = cadence::after(tx.now, LOOK_AGAIN);
        return Ok(timers::at(tx, &Timer::PauseEnds(user.clone()), again).await?);
    }
    let onward = onward(tx, user).await?;
    let nudge = Nudge {
        kind: Sort::Notice,
        key: Key::PauseEnded {
            user: user.clone(),
            at: tx.now_ms(),
        },
        to: To::Person(user.clone()),
        people: vec![user.clone()],
        message: messages::pause_over(&onward),
        stale_at: nudge::ASKED_ONCE,
        timer: Timer::PauseEnds(user.clone()),
    };
    nudge::send_or_wait(tx, nudge).await?;
    Ok(())
}

/// Whether a pair of theirs ended during the break and they have yet to read it: "you don't have a partner" comes after that.
async fn hears_of_an_end_first(tx: &mut Reading, user: &UserId) -> Result<bool> {
    let waiting = outbox::waiting(tx, &Lane::Person(user.clone())).await?;
    Ok(waiting
        .iter()
        .any(|key| matches!(key, Some(Key::Ended { .. }))))
}

/// The question about a break without a date could not be sent that day. Its timer is set already for the next one, weeks later.
pub async fn unsent(tx: &mut Tx, user: &UserId) -> Result<()> {
    let me = participants::find(tx, user).await?;
    let is_open = |me: Participant| me.standing == Standing::Paused && me.paused_until.is_none();
    if me.is_some_and(is_open) {
        timers::soon(tx, &Timer::PauseEnds(user.clone())).await?;
    }
    Ok(())
}

/// A break without a date: they are asked about it, and their partners need not wait any longer.
async fn still_away(tx: &mut Tx, user: &UserId) -> Result<()> {
    let timer = Timer::PauseEnds(user.clone());
    let nudge = Nudge {
        kind: Sort::Notice,
        key: Key::PauseEnded {
            user: user.clone(),
            at: tx.now_ms(),
        },
        to: To::Person(user.clone()),
        people: vec![user.clone()],
        message: messages::still_away(),
        stale_at: nudge::ASKED_ONCE,
        timer: timer.clone(),
    };
    let again = match nudge::send(tx, nudge).await? {
        Outcome::Later(at) => at,
        Outcome::Sent | Outcome::TooLate | Outcome::Apart => {
            tx.happens(Happening::AwayForLong(user.clone()));
            cadence::after(tx.now, BREAK_ASKED_AGAIN)
        }
    };
    Ok(timers::at(tx, &timer, again).await?)
}

async fn onward(tx: &mut Reading, user: &UserId) -> Result<Onward> {
    let open = pairs::open_of(tx, user).await?;
    let mut going_on = Vec::new();
    for pair in &open {
        if has_months_left(tx, pair).await? {
            going_on.push(pair.partner_of(user).clone());
        }
    }
    if going_on.is_empty() && !open.is_empty() {
        let partners = open.iter().map(|pair| pair.partner_of(user).clone());
        return Ok(Onward::Over(partners.collect()));
    }
    if let Some(until) = breaks::of_program(tx).await?.filter(|_| !open.is_empty()) {
        let zone = zone_of(tx, user).await?;
        return Ok(Onward::ProgramRests(cadence::say_day(until, &zone, tx.now)));
    }
    if !open.is_empty() {
        let mut partners = at_work(tx, user).await?;
        partners.retain(|partner| going_on.contains(partner));
        return Ok(Onward::With(partners));
    }
    if let Some(line) = promised::line(tx, user).await? {
        return Ok(Onward::Promised(line));
    }
    let me = participants::find(tx, user).await?;
    Ok(if me.is_some_and(|me| me.waiting_since.is_some()) {
        Onward::Waits(next_match(tx).await?)
    } else {
        Onward::NotLooking
    })
}

/// Whether months of a pair continue with the end of a break: the one that it interrupted, or another.
async fn has_months_left(tx: &mut Reading, pair: &Pair) -> Result<bool> {
    let latest = cycles::latest(tx, pair.id).await?;
    let left = latest.is_none_or(|month| {
        month.number < pair.cycles || month.unanswered().outlasts_break(tx.now)
    });
    Ok(pair.runs() && left)
}

/// A person's partners who are not on a break themselves, in pairs whose months run: the others wait for nothing and are not told
/// of breaks.
async fn at_work(tx: &mut Reading, user: &UserId) -> Result<Vec<UserId>> {
    let mut partners = Vec::new();
    for pair in pairs::open_of(tx, user).await? {
        let partner = pair.partner_of(user);
        let away = participants::standing(tx, partner).await? == Some(Standing::Paused);
        if !away && pair.runs() {
            partners.push(partner.clone());
        }
    }
    Ok(partners)
}

/// `/reverse-mentor leave`: asks for confirmation in a modal.
pub async fn open_leave(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    match participants::standing(tx, &actor.user).await? {
        Some(Standing::Active | Standing::Paused) => {}
        Some(Standing::Ineligible) => return Ok(Reply::modal(messages::ask_leave_as_guest())),
        Some(Standing::Left) | None => return Ok(Reply::say(messages::nothing_to_leave())),
    }
    let settings = settings(tx).await?;
    let pairs = pairs::open_of(tx, &actor.user).await?.len();
    Ok(Reply::modal(messages::ask_leave(
        pairs,
        settings.retention_days,
    )))
}

pub async fn leave(tx: &mut Tx, actor: &Actor, _answers: &Answers) -> Result<Reply> {
    let user = &actor.user;
    let standing = participants::standing(tx, user).await?;
    // Whoever is out as a guest would be brought back otherwise.
    if standing.is_some_and(|standing| standing != Standing::Left) {
        participants::set_standing(tx, user, Standing::Left, None).await?;
        quiet::keep(tx, user).await?;
        participants::set_waiting(tx, user, None).await?;
        timers::cancel(tx, &Timer::PauseEnds(user.clone())).await?;
        audit::note(tx, user, "left", user.as_str()).await?;
        tx.happens(Happening::Departed {
            user: user.clone(),
            own_choice: true,
        });
    }
    let circle = circle::joined(tx, user).await?;
    let is_guest = standing == Some(Standing::Ineligible);
    Ok(Reply::modal(messages::left(circle.as_ref(), is_guest)).with_home())
}

/// The participant, if active or paused; otherwise what to tell them.
async fn taking_part(
    tx: &mut Reading,
    actor: &Actor,
) -> Result<std::result::Result<Participant, Message>> {
    Ok(match participants::find(tx, &actor.user).await? {
        Some(me) if matches!(me.standing, Standing::Active | Standing::Paused) => Ok(me),
        other => {
            let days = settings(tx).await?.retention_days;
            Err(messages::not_taking_part(other.as_ref(), days))
        }
    })
}

async fn zone_of(tx: &mut Reading, user: &UserId) -> Result<TimeZone> {
    let program = programs::find(tx).await?;
    let fallback = program.map_or(TimeZone::UTC, |program| program.settings.zone());
    Ok(people::zone_or(tx, user, &fallback).await?)
}

/// The day a pause ends, in words.
fn until(me: &Participant, zone: &TimeZone, now: Timestamp) -> Option<String> {
    me.paused_until.map(|at| cadence::say_day(at, zone, now))
}
