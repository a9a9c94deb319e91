//! Nudges, which nobody asked for: in everyone's working hours, at most one a day per person, never stale.

use super::{Result, breaks, settings};
use crate::domain::cadence::Hours;
use crate::domain::ids::UserId;
use crate::domain::key::Key;
use crate::domain::message::Message;
use crate::domain::timer::Timer;
use crate::domain::workday::Workday;
use crate::store::outbox::{self, DayReservation, Kind, To, What};
use crate::store::{Reading, Tx, cycles, nudged, timers, workdays};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// For what is asked only once: it is never stale, and waits until it can be asked. Its feature looks at the reason each time, and
/// the gate lets one thing a day through, so nothing of this comes in a burst after downtime.
pub const ASKED_ONCE: Timestamp = Timestamp::MAX;

/// Until when something is worth sending that comes again another time: no longer, once downtime has made it late by `most`. Days
/// off, breaks and other messages set its timer for a later time instead, so they make nothing stale.
pub fn unless_late(tx: &Tx, most: SignedDuration) -> Timestamp {
    if tx.late() >= most {
        tx.now
    } else {
        Timestamp::MAX
    }
}

/// How long until a break is looked at again: it may end earlier than was planned.
pub(super) const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(24);

#[derive(Clone)]
pub struct Nudge {
    pub kind: Kind,
    /// The unique key: a message with the same key is sent once.
    pub key: Key,
    pub to: To,
    /// The people whose day it takes.
    pub people: Vec<UserId>,
    pub message: Message,
    /// From then on it is better not sent: what it is about is over, or see [`unless_late`] and [`ASKED_ONCE`].
    pub stale_at: Timestamp,
    /// The timer that sends it. It is set again for the next possible time, and if Slack cannot be reached all day.
    pub timer: Timer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Queued in the outbox.
    Sent,
    /// Not now: set the timer again for this time.
    Later(Timestamp),
    /// Too late: drop it.
    TooLate,
    /// They share no working hours, so no time is good for all of them.
    Apart,
}

/// When these people work; in the program's zone where Slack gives none.
pub async fn workdays(tx: &mut Reading, users: &[UserId]) -> Result<Vec<Workday>> {
    let fallback = settings(tx).await?.zone();
    let mut workdays = Vec::with_capacity(users.len());
    for user in users {
        workdays.push(workdays::of(tx, user, &fallback).await?);
    }
    Ok(workdays)
}

/// Sends it, if now is a good time for everyone who gets it.
pub async fn send(tx: &mut Tx, nudge: Nudge) -> Result<Outcome> {
    let now = tx.now;
    if now >= nudge.stale_at {
        return Ok(Outcome::TooLate);
    }
    match moment(tx, nudge.kind, &nudge.people, true).await? {
        // One of them travels and they share no hour; a nudge must not arrive at night for either.
        Moment::Never => Ok(match nudge.people.len() {
            1 => Outcome::TooLate,
            _ => Outcome::Apart,
        }),
        Moment::Later(at) => Ok(later(at, nudge.stale_at)),
        Moment::Now { days, closes } => {
            // If Slack cannot be reached, it may wait until the working day ends, not into the night.
            let expires = closes.min(nudge.stale_at);
            post(tx, nudge, days, expires).await?;
            Ok(Outcome::Sent)
        }
    }
}

/// When something that nobody asked for may be sent to these people.
pub(super) enum Moment {
    /// Everybody is at work, and has read nothing else of the kind today: the dates on their calendars, and when the first
    /// working day ends.
    Now {
        days: Vec<(UserId, Date)>,
        closes: Timestamp,
    },
    Later(Timestamp),
    /// They share no working hours.
    Never,
}

/// `takes_days`: whether it needs a day of its own.
pub(super) async fn moment(
    tx: &mut Reading,
    kind: Kind,
    people: &[UserId],
    takes_days: bool,
) -> Result<Moment> {
    let now = tx.now;
    let rests_until = breaks::of_program(tx).await?.filter(|until| *until > now);
    // What owners are told is about the program, which they may have to end the break of.
    let Some(until) = rests_until.filter(|_| kind != Kind::Companion) else {
        return moment_from(tx, now, kind, people, takes_days).await;
    };
    Ok(
        match moment_from(tx, until, kind, people, takes_days).await? {
            Moment::Later(at) => Moment::Later(at.min(now + LOOK_AGAIN)),
            moment => moment,
        },
    )
}

/// The same, no earlier than `from`, whether the program is on a break or not.
pub(super) async fn moment_from(
    tx: &mut Reading,
    from: Timestamp,
    kind: Kind,
    people: &[UserId],
    takes_days: bool,
) -> Result<Moment> {
    let now = tx.now;
    let workdays = workdays(tx, people).await?;
    let settings = settings(tx).await?;
    let hours = Hours::from(&settings);
    let open = hours.next_shared(from, &workdays);
    if !workdays.iter().all(|day| hours.is_open(open, day)) {
        return Ok(Moment::Never);
    }
    if open > now {
        return Ok(Moment::Later(open));
    }
    let mut days = Vec::with_capacity(people.len());
    for (user, Workday { zone, .. }) in people.iter().zip(&workdays) {
        let today = now.to_zoned(zone.clone()).date();
        let tomorrow = first_moment_after(today, zone, now);
        let is_taken = takes_days
            && (nudged::on(tx, user, today).await? || yields(tx, kind, user, tomorrow).await?);
        if is_taken {
            return Ok(Moment::Later(hours.next_shared(tomorrow, &workdays)));
        }
        days.push((user.clone(), today));
    }
    let closes = hours.closes(now, &workdays);
    Ok(Moment::Now { days, closes })
}

/// When the first of them is at work, from `from` on: for those who share no working hours.
pub(super) async fn first_at_work(
    tx: &mut Reading,
    from: Timestamp,
    people: &[UserId],
) -> Result<Timestamp> {
    let workdays = workdays(tx, people).await?;
    let settings = settings(tx).await?;
    let hours = Hours::from(&settings);
    let opens = workdays.iter().map(|day| hours.next_open(from, day));
    Ok(opens.min().unwrap_or(from))
}

/// The first moment from `from` on that is in the working hours of all these people; none if they share no hours.
pub async fn all_at_work(
    tx: &mut Reading,
    from: Timestamp,
    people: &[UserId],
) -> Result<Option<Timestamp>> {
    let workdays = workdays(tx, people).await?;
    let settings = settings(tx).await?;
    let hours = Hours::from(&settings);
    let shared = hours.next_shared(from, &workdays);
    let is_shared = workdays.iter().all(|day| hours.is_open(shared, day));
    Ok(is_shared.then_some(shared))
}

/// The first moment from `from` on at which all of these pairs are at work; where they share no hours, the first at which one of the
/// pairs is, or else one of the people.
pub async fn pairs_at_work(
    tx: &mut Reading,
    from: Timestamp,
    pairs: &[[UserId; 2]],
) -> Result<Timestamp> {
    let people = pairs.concat();
    if let Some(at) = all_at_work(tx, from, &people).await? {
        return Ok(at);
    }
    let mut first: Option<Timestamp> = None;
    for pair in pairs {
        let at = all_at_work(tx, from, pair).await?;
        first = first.into_iter().chain(at).min();
    }
    match first {
        Some(at) => Ok(at),
        None => first_at_work(tx, from, &people).await,
    }
}

/// The first moment of the day after `today` in local time.
fn first_moment_after(today: Date, zone: &TimeZone, now: Timestamp) -> Timestamp {
    let tomorrow = today.tomorrow().ok();
    let starts = tomorrow.and_then(|day| zone.to_zoned(day.at(0, 0, 0, 0)).ok());
    starts.map_or(now.saturating_add(24.hours()).unwrap_or(now), |day| {
        day.timestamp()
    })
}

/// Something reached these people that goes out at once: nothing else that they did not ask for follows on the same day.
pub async fn take_today(tx: &mut Tx, people: &[UserId]) -> Result<()> {
    let workdays = workdays(tx, people).await?;
    for (user, day) in people.iter().zip(workdays) {
        let today = tx.now.to_zoned(day.zone).date();
        nudged::note(tx, user, today).await?;
    }
    Ok(())
}

/// Takes these places in people's days.
pub async fn take(tx: &mut Tx, days: &[(UserId, Date)]) -> Result<()> {
    for (user, day) in days {
        nudged::note(tx, user, *day).await?;
    }
    Ok(())
}

/// Whether it gives up its place to a meeting's reminder, which would be too late on any other day.
async fn yields(tx: &mut Reading, kind: Kind, user: &UserId, tomorrow: Timestamp) -> Result<bool> {
    Ok(kind != Kind::MeetingSoon && cycles::reminds_before(tx, user, tomorrow).await?)
}

/// Queues it, and takes its place in people's days.
async fn post(
    tx: &mut Tx,
    nudge: Nudge,
    days: Vec<(UserId, Date)>,
    expires: Timestamp,
) -> Result<()> {
    take(tx, &days).await?;
    let what = What::Post {
        to: nudge.to.clone(),
        message: nudge.message,
        chart: None,
        reservation: Some(DayReservation {
            until: None,
            days,
            timer: Ok(nudge.timer),
        }),
        passes_on: None,
    };
    outbox::push(tx, nudge.kind, &nudge.key, &what, Some(expires)).await?;
    Ok(())
}

/// Sends it, or sets its timer for when it may be sent.
pub async fn send_or_wait(tx: &mut Tx, nudge: Nudge) -> Result<Outcome> {
    let timer = nudge.timer.clone();
    let outcome = send(tx, nudge).await?;
    if let Outcome::Later(at) = outcome {
        timers::at(tx, &timer, at).await?;
    }
    Ok(outcome)
}

/// Sends it to both, or sets its timer if it has to wait. If they share no working hours, each is told alone in their own
/// hours, with the words of `alone`; once one of them was told this way, so is the other.
pub async fn send_to_both(
    tx: &mut Tx,
    nudge: Nudge,
    alone: impl Fn(&UserId) -> Message,
) -> Result<()> {
    let mut told = Vec::new();
    for user in &nudge.people {
        if outbox::has(tx, &nudge.key.alone(user)).await? {
            told.push(user);
        }
    }
    if told.is_empty() {
        let outcome = send(tx, nudge.clone()).await?;
        if let Outcome::Later(at) = outcome {
            timers::at(tx, &nudge.timer, at).await?;
        }
        if outcome != Outcome::Apart {
            return Ok(());
        }
    }
    let mut again: Option<Timestamp> = None;
    for user in nudge.people.iter().filter(|user| !told.contains(user)) {
        let private = Nudge {
            key: nudge.key.alone(user),
            to: To::Person(user.clone()),
            people: vec![user.clone()],
            message: alone(user),
            ..nudge.clone()
        };
        if let Outcome::Later(at) = send(tx, private).await? {
            again = Some(again.map_or(at, |earlier| earlier.min(at)));
        }
    }
    if let Some(at) = again {
        timers::at(tx, &nudge.timer, at).await?;
    }
    Ok(())
}

/// A nudge was certainly not sent: releases its key and its places in people's days.
pub async fn give_back(tx: &mut Tx, id: i64, reservation: &DayReservation) -> Result<()> {
    outbox::give_key_back(tx, id).await?;
    for (user, day) in &reservation.days {
        nudged::give_back(tx, user, *day).await?;
    }
    Ok(())
}

/// A nudge was not sent, so its timer runs again. A timer that is already set is left alone: it reads the current state
/// when it runs, and may be for another time by now.
pub async fn again(tx: &mut Tx, timer: &Timer) -> Result<()> {
    if timers::due(tx, timer).await?.is_none() {
        timers::soon(tx, timer).await?;
    }
    Ok(())
}

fn later(at: Timestamp, stale_at: Timestamp) -> Outcome {
    if at >= stale_at {
        Outcome::TooLate
    } else {
        Outcome::Later(at)
    }
}

#[cfg(test)]
mod tests;
