//! The enrollment window: people join until a day, and no round is made before the first match. With fewer people than the program
//! wants, owners choose; with no answer the first match moves by a week, three times at most, and then whoever is there is matched.

mod messages;
#[cfg(test)]
mod tests;

pub use crate::shared::enrollment::people_changed;

use super::{Reply, Result, next_match, owners_only, refuse, settings};
use crate::domain::cadence::{self, Hours};
use crate::domain::card::Card;
use crate::domain::enrollment::Window;
use crate::domain::ids::UserId;
use crate::domain::key::{Key, Topic};
use crate::domain::message::Message;
use crate::domain::outgoing::Lane;
use crate::domain::participant::Standing;
use crate::domain::program::Enrollment;
use crate::domain::timer::Timer;
use crate::domain::workday::Workday;
use crate::shared::{breaks, enrollment, news, owners, promised, recurring};
use crate::slack::event::Actor;
use crate::store::outbox::{self, Kind, cards};
use crate::store::rounds::{self, Origin};
use crate::store::{Reading, Tx, audit, invitations, participants, programs, timers};
use jiff::civil::Date;

/// Working days that owners have to choose.
const PATIENCE: usize = 2;

/// Timer `Round`: whether a round may be made now. On the day of the first match it may if enough people have joined.
pub async fn may_match(tx: &mut Tx) -> Result<bool> {
    let (window, next) = (
        enrollment::window(tx).await?,
        enrollment::next_step(tx).await?,
    );
    let Some((window, next)) = window.zip(next) else {
        return Ok(true);
    };
    if next > tx.now {
        // Its day is another one by now, or the program is on a break.
        plan(tx).await?;
        return Ok(false);
    }
    let looking = enrollment::looking(tx).await?;
    if window.is_made_with(looking) {
        close(tx, &window).await?;
        return Ok(true);
    }
    if window.decide_by.is_some() {
        a_week_later(tx, &window).await?;
    } else {
        ask_owners(tx, &window).await?;
    }
    Ok(false)
}

/// Too few people have joined: each owner is asked once about this day.
async fn ask_owners(tx: &mut Tx, window: &Window) -> Result<()> {
    let settings = settings(tx).await?;
    let (hours, day) = (Hours::from(&settings), Workday::usual(settings.zone()));
    let mut decide_by = tx.now;
    for _ in 0..PATIENCE {
        decide_by = hours.working_day_after(decide_by, &day);
    }
    let asked = Enrollment {
        decide_by: Some(decide_by),
        ..progress(tx).await?
    };
    programs::set_enrollment(tx, asked).await?;
    plan(tx).await?;
    enrollment::questions_follow(tx).await?;
    let until = decide_by.as_millisecond();
    let asked = Window {
        decide_by: Some(decide_by),
        ..window.clone()
    };
    let question = question(tx, &asked).await?;
    for owner in owners::acting(tx).await?.people {
        let key = Key::FirstMatch {
            owner: owner.clone(),
            until,
        };
        news::tell(tx, &owner, Kind::Companion, &key, question.clone()).await?;
    }
    Ok(())
}

/// The first match moves, and those who wait for it hear so.
async fn a_week_later(tx: &mut Tx, window: &Window) -> Result<Date> {
    let moved = window.a_week_later(today(tx).await?);
    let day = moved.moved_to.unwrap_or(window.first_match);
    decided(tx, window, moved).await?;
    plan(tx).await?;
    enrollment::date_moved(tx).await?;
    Ok(day)
}

/// The first match is made: from now on, rounds follow their schedule.
async fn close(tx: &mut Tx, window: &Window) -> Result<()> {
    let over = Enrollment {
        decide_by: None,
        over: true,
        ..progress(tx).await?
    };
    decided(tx, window, over).await?;
    enrollment::introductions_follow(tx).await
}

/// Owners are asked no longer: what they have not read yet is withdrawn, and the rest is changed.
async fn decided(tx: &mut Tx, window: &Window, progress: Enrollment) -> Result<()> {
    programs::set_enrollment(tx, progress).await?;
    let Some(until) = window.decide_by else {
        return Ok(());
    };
    let lanes = owners::lanes(tx, None).await?;
    outbox::withdraw(tx, Topic::FirstMatch, &lanes).await?;
    Ok(cards::changed_everywhere(tx, Card::FirstMatch(until.as_millisecond()), &lanes).await?)
}

/// Sets the timer of rounds to what comes next.
async fn plan(tx: &mut Tx) -> Result<()> {
    let settings = settings(tx).await?;
    let (schedule, zone) = (&settings.round_schedule, settings.zone());
    if !recurring::set_scheduled(tx, &Timer::Round, schedule, &zone).await? {
        timers::cancel(tx, &Timer::Round).await?;
    }
    Ok(())
}

async fn progress(tx: &mut Reading) -> Result<Enrollment> {
    let program = programs::find(tx).await?;
    Ok(program.map_or_else(Enrollment::default, |program| program.enrollment))
}

async fn today(tx: &mut Reading) -> Result<Date> {
    let zone = settings(tx).await?.zone();
    Ok(cadence::local(tx.now, &zone).date())
}

async fn question(tx: &mut Reading, window: &Window) -> Result<Message> {
    let zone = settings(tx).await?.zone();
    let looking = enrollment::looking(tx).await?;
    let back = breaks::of_program(tx).await?;
    let until = back.map_or(window.next_step(), |back| back.max(window.next_step()));
    let later = window.a_week_later(cadence::local(until, &zone).date());
    let without = if window.is_made_with(looking) {
        messages::Without::Matched
    } else {
        messages::Without::On(later.moved_to.unwrap_or(window.first_match))
    };
    let until = cadence::say_day(until, &zone, tx.now);
    let today = cadence::local(tx.now, &zone).date();
    Ok(messages::question(
        window,
        looking,
        (&until, without),
        today,
    ))
}

/// The owners' card as it is now.
pub async fn card(tx: &mut Reading, until: i64) -> Result<Option<Message>> {
    let window = enrollment::window(tx).await?;
    Ok(Some(match &window {
        Some(window) if window.is_asked_until(until) => question(tx, window).await?,
        Some(window) if window.decide_by.is_some() => messages::asked_again(),
        Some(window) => messages::decided(Some(window.first_match), today(tx).await?),
        None => messages::decided(None, today(tx).await?),
    }))
}

/// An owner asks for a round: before the first match they read when that is, and can have it now.
pub async fn asked_early(tx: &mut Reading, actor: &Actor) -> Result<Option<Reply>> {
    let Some(window) = enrollment::window(tx).await? else {
        return Ok(None);
    };
    owners_only(tx, actor).await?;
    if breaks::of_program(tx).await?.is_some() {
        return Ok(None);
    }
    let program = programs::find(tx).await?;
    let in_slack = program.is_some_and(|program| !program.declared);
    let message = if window.decide_by.is_some() {
        question(tx, &window).await?
    } else {
        let (today, looking) = (today(tx).await?, enrollment::looking(tx).await?);
        messages::early(&window, looking, today, in_slack)
    };
    Ok(Some(Reply::say(message)))
}

/// An owner has whoever is there matched now.
pub async fn match_now(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let Some(window) = enrollment::window(tx).await? else {
        return refuse(
            "That's decided: the first match has begun. `/reverse-mentor round` proposes another round whenever you like.",
        );
    };
    breaks::refuse_during_one(tx).await?;
    close(tx, &window).await?;
    rounds::want(tx, Origin::Asked, Some(&actor.user)).await?;
    timers::soon(tx, &Timer::Match).await?;
    plan(tx).await?;
    audit::note(tx, &actor.user, "first_match_now", "program").await?;
    let approval = settings(tx).await?.approval;
    Ok(Reply::say(messages::matching(approval)).with_home())
}

/// An owner gives people another week to join.
pub async fn one_more_week(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let today = today(tx).await?;
    let Some(window) = enrollment::window(tx).await? else {
        return Ok(Reply::say(messages::decided(None, today)));
    };
    if window.decide_by.is_none() {
        return Ok(Reply::say(messages::decided(
            Some(window.first_match),
            today,
        )));
    }
    breaks::refuse_during_one(tx).await?;
    let day = a_week_later(tx, &window).await?;
    audit::note(tx, &actor.user, "first_match_moved", "program").await?;
    Ok(Reply::say(messages::moved(day, today)).with_home())
}

/// What somebody has not read yet of a yes to their invitation names an earlier day. Also to somebody on a break, who reads the new
/// one as that ends.
async fn unread_yes_is_over(tx: &mut Tx, user: &UserId) -> Result<()> {
    for sent in invitations::of(tx, user).await? {
        if sent.inviter == *user {
            let lane = Lane::Person(user.clone());
            outbox::withdraw(tx, Topic::Invitation(sent.id), &[lane]).await?;
        }
    }
    Ok(())
}

/// Timer `FirstMatchMoved`: somebody who waits, or is promised a partner, hears the new day, as it is once it suits them.
pub async fn tell_moved(tx: &mut Tx, user: &UserId) -> Result<()> {
    let window = enrollment::window(tx).await?;
    let promised = promised::line(tx, user).await?;
    if promised.is_some() {
        unread_yes_is_over(tx, user).await?;
    }
    let me = participants::find(tx, user).await?;
    let Some(me) = me.filter(|me| me.standing == Standing::Active) else {
        return Ok(());
    };
    if me.waiting_since.is_none() && promised.is_none() {
        return Ok(());
    }
    // What they have not read yet names an earlier day.
    outbox::withdraw(tx, Topic::FirstMatch, &[Lane::Person(user.clone())]).await?;
    let back = breaks::of_program(tx).await?;
    let back = window.as_ref().and_then(|window| window.waits_until(back));
    let has_passed = window.as_ref().is_some_and(|window| window.at <= tx.now);
    if back.is_none() && has_passed {
        return Ok(());
    }
    let key = Key::FirstMatchMoved {
        user: user.clone(),
        at: tx.now_ms(),
    };
    let later = if let Some(back) = back {
        // Like pairs, they read of the break when it begins: at its end, they are matched.
        let until = cadence::say_day(back, &settings(tx).await?.zone(), tx.now);
        news::tell_of_break(tx, user, &key, messages::after_break(&until)).await?
    } else {
        news::suits_later(tx, Kind::Notice, user).await?
    };
    if let Some(at) = later {
        let timer = Timer::FirstMatchMoved(user.clone());
        return Ok(timers::at(tx, &timer, at).await?);
    }
    if back.is_some() {
        return Ok(());
    }
    let message = match (&window, promised) {
        (Some(_), Some(line)) => messages::moved_for_two(&line),
        (Some(window), None) => messages::told(window, today(tx).await?),
        (None, Some(line)) => line.into(),
        (None, None) => messages::no_day(&next_match(tx).await?),
    };
    news::tell(tx, user, Kind::Notice, &key, message).await?;
    Ok(())
}
