//! The enrollment window, for all who plan or speak of the next match.

use super::{Result, breaks, owners, settings};
use crate::domain::cadence;
use crate::domain::card::Card;
use crate::domain::enrollment::Window;
use crate::domain::ids::UserId;
use crate::domain::key::Topic;
use crate::domain::overview::PeopleGroup;
use crate::domain::timer::Timer;
use crate::store::db::StoreError;
use crate::store::outbox::{self, Lane, cards};
use crate::store::{Reading, Tx, overview, participants, programs, rounds, timers};
use jiff::{SignedDuration, Timestamp};

/// How long an owner's word on a pair can be taken back at least: nobody is introduced sooner.
pub const UNDO: SignedDuration = SignedDuration::from_mins(10);

/// The window, while the first match is still to be made.
pub async fn window(tx: &mut Reading) -> Result<Option<Window>, StoreError> {
    let program = programs::find(tx).await?;
    Ok(program.and_then(|program| Window::open(&program.settings, &program.enrollment)))
}

/// When the window goes on by itself: the moment of the first match, or when the owners' time to decide is over; not during a
/// break of the program. None without an open window.
pub async fn next_step(tx: &mut Reading) -> Result<Option<Timestamp>> {
    let Some(window) = window(tx).await? else {
        return Ok(None);
    };
    let next = window.next_step();
    let back = breaks::of_program(tx).await?;
    Ok(Some(back.map_or(next, |back| back.max(next))))
}

/// When people are introduced at the earliest: not during a break of the program; and two who found each other by an invitation
/// (`invited`) not before the first match, where that is still to come. None: at once.
pub async fn meet_from(tx: &mut Reading, invited: bool) -> Result<Option<Timestamp>> {
    let rests = breaks::of_program(tx).await?;
    if !invited {
        return Ok(rests);
    }
    Ok(next_step(tx).await?.max(rests))
}

/// When somebody who found a partner by an invitation is introduced, as long as the first match is still to come, or the
/// program or they are on a break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum First {
    /// On that day, with everyone else.
    On(String),
    /// Owners choose the day, or it is being made.
    DayBeingSet,
    /// After their own break, which ends later than what else there is to wait for.
    Back(String),
    /// There is no first match to wait for, and the program goes on on that day.
    GoesOn(String),
}

/// When the first match is for `user`, in words: after a break of the program that passes over it, on the day on which that ends.
/// What it says depends on nobody else's break.
pub async fn first_for(tx: &mut Reading, user: &UserId) -> Result<Option<First>> {
    let rests = breaks::of_program(tx).await?;
    let own = breaks::back_soon(tx, user).await?;
    let zone = settings(tx).await?.zone();
    let Some(window) = window(tx).await? else {
        let say = |until| cadence::say_day(until, &zone, tx.now);
        return Ok(match (rests, own) {
            (Some(rests), own) if own.is_none_or(|own| own <= rests) => {
                Some(First::GoesOn(say(rests)))
            }
            (_, own) => own.map(|own| First::Back(say(own))),
        });
    };
    let back = window.waits_until(rests);
    Ok(Some(match (back, own) {
        (_, Some(own)) if own > back.unwrap_or(window.at) => {
            First::Back(cadence::say_day(own, &zone, tx.now))
        }
        (Some(back), _) => First::On(cadence::say_day(back, &zone, tx.now)),
        (None, _) if window.at <= tx.now => First::DayBeingSet,
        (None, _) => {
            let today = cadence::local(tx.now, &zone).date();
            First::On(cadence::say_date(window.first_match, today))
        }
    }))
}

/// How many people would be in the first match.
pub async fn looking(tx: &mut Reading) -> Result<i64> {
    let counts = participants::count(tx).await?;
    Ok(counts.without_partner + counts.would_take_another)
}

/// When the first match or a break changed: those who wait to be introduced follow, and so do the words on their card, and the
/// owners' questions.
pub async fn introductions_follow(tx: &mut Tx) -> Result<()> {
    for id in rounds::to_introduce(tx).await? {
        timers::soon(tx, &Timer::Introduce(id)).await?;
    }
    questions_follow(tx).await
}

/// The cards on which owners are, or were, asked about the first match say what is true now.
pub async fn questions_follow(tx: &mut Tx) -> Result<()> {
    let asked = window(tx).await?.and_then(|window| window.decide_by);
    let asked = asked.map(|until| Card::FirstMatch(until.as_millisecond()));
    let earlier = cards::of_first_match(tx).await?.into_iter();
    let earlier: Vec<Card> = earlier.filter(|card| Some(*card) != asked).collect();
    let owners = owners::lanes(tx, None).await?;
    for card in earlier.into_iter().chain(asked) {
        cards::changed_everywhere(tx, card, &owners).await?;
    }
    Ok(())
}

/// Somebody came or went: while owners are asked, they read how many there are.
pub async fn people_changed(tx: &mut Tx) -> Result<()> {
    match window(tx).await? {
        Some(window) if window.decide_by.is_some() => questions_follow(tx).await,
        _ => Ok(()),
    }
}

/// A break of the program began, has another end or is over; `before` is when it ended until now. Introductions wait for it, and so
/// does the first match; what names its day follows.
pub async fn waits_for_break(tx: &mut Tx, before: Option<Timestamp>) -> Result<()> {
    introductions_follow(tx).await?;
    let Some(window) = window(tx).await? else {
        return Ok(());
    };
    let after = breaks::of_program(tx).await?;
    if window.waits_until(before) != window.waits_until(after) {
        tell_those_who_wait(tx).await?;
    }
    Ok(())
}

/// The first match is on another day, or on none.
pub async fn date_moved(tx: &mut Tx) -> Result<()> {
    introductions_follow(tx).await?;
    tell_those_who_wait(tx).await?;
    // Owners are asked no longer about the earlier day.
    let owners = owners::lanes(tx, None).await?;
    outbox::withdraw(tx, Topic::FirstMatch, &owners).await?;
    Ok(())
}

/// Each who waits for the first match hears when it is now, in a transaction of their own; also whoever looks for nobody, and is
/// to be introduced then to somebody they found by an invitation.
async fn tell_those_who_wait(tx: &mut Tx) -> Result<()> {
    let promised = rounds::promised_people(tx).await?;
    let people = overview::people(tx).await?.into_iter();
    for one in people {
        match one.group() {
            PeopleGroup::NotLooking | PeopleGroup::WithPartner if promised.contains(&one.user) => {
                timers::soon(tx, &Timer::FirstMatchMoved(one.user)).await?;
            }
            PeopleGroup::WithoutPartner | PeopleGroup::WouldTakeAnother => {
                timers::soon(tx, &Timer::FirstMatchMoved(one.user)).await?;
            }
            // The question whether they'd like to be in it names the day.
            PeopleGroup::NotLooking => {
                let lane = Lane::Person(one.user.clone());
                if outbox::withdraw(tx, Topic::FirstMatch, &[lane]).await? > 0 {
                    timers::soon(tx, &Timer::NextCohort(one.user)).await?;
                }
            }
            PeopleGroup::WithPartner | PeopleGroup::OnBreak => {}
        }
    }
    Ok(())
}
