//! News that people did not ask for at this moment: it goes through the same gate as nudges, and is never dropped for being
//! late. It waits for working hours, a day without other news or nudges, and the end of a break.

use super::look_up::{self, Word};
use super::nudge::{self, LOOK_AGAIN, Moment};
use super::{Result, breaks, readers, send_again, to_contact};
use crate::domain::delivery::Delivery;
use crate::domain::ids::UserId;
use crate::domain::key::{Key, Noted, Topic};
use crate::domain::message::{Attachment, Message};
use crate::domain::outgoing::{DayReservation, Kind, Lane, Passed, PassesOn, To, Upload, What};
use crate::domain::timer::Timer;
use crate::store::outbox::cards;
use crate::store::{Reading, Tx, outbox, timers};
use jiff::{SignedDuration, Timestamp};

/// How long until we look again whether what comes first is out.
const SOON: SignedDuration = SignedDuration::from_hours(1);

/// Tells a person as soon as it suits them; false if they were told before under this key.
pub async fn tell(
    tx: &mut Tx,
    user: &UserId,
    kind: Kind,
    key: &Key,
    message: Message,
) -> Result<bool> {
    keep(tx, To::Person(user.clone()), kind, key, message, None).await
}

/// The same on somebody's behalf: they hear when Slack does not take it.
pub async fn pass_on(
    tx: &mut Tx,
    passes_on: PassesOn,
    user: &UserId,
    key: &Key,
    message: Message,
) -> Result<bool> {
    let to = To::Person(user.clone());
    keep(tx, to, Kind::Notice, key, message, Some(passes_on)).await
}

/// Tells both in their group DM, in hours that they share. Each of them reads it privately, too, so it takes nobody's day.
pub async fn tell_both(tx: &mut Tx, to: To, key: &Key, message: Message) -> Result<bool> {
    keep(tx, to, Kind::Notice, key, message, None).await
}

/// Shares a file behind news in the same place, which goes out at its own moment ([`tell`], [`tell_both`]).
pub async fn share_behind(
    tx: &mut Tx,
    to: To,
    (kind, file): (Kind, Attachment),
    behind: &Key,
) -> Result<()> {
    let what = What::Share {
        to,
        file,
        upload: Upload::NotYet,
    };
    let key = behind.file();
    if let Some(row) = outbox::keep(tx, kind, &key, &what).await? {
        file_goes(tx, row, behind).await?;
    }
    Ok(())
}

async fn keep(
    tx: &mut Tx,
    to: To,
    kind: Kind,
    key: &Key,
    message: Message,
    passes_on: Option<PassesOn>,
) -> Result<bool> {
    let what = What::Post {
        to,
        message,
        chart: None,
        reservation: None,
        passes_on,
    };
    let Some(row) = outbox::keep(tx, kind, key, &what).await? else {
        return Ok(false);
    };
    goes(tx, row, Some(key)).await?;
    Ok(true)
}

/// When it suits somebody, if not now: for what is worded only then.
pub async fn suits_later(tx: &mut Reading, kind: Kind, user: &UserId) -> Result<Option<Timestamp>> {
    let reader = std::slice::from_ref(user);
    if waits_for_a_break(tx, kind, reader).await? {
        return Ok(Some(tx.now + LOOK_AGAIN));
    }
    Ok(match nudge::moment(tx, kind, reader, true).await? {
        Moment::Later(at) => Some(at),
        Moment::Now { .. } | Moment::Never => None,
    })
}

/// When it suits two to read something in their group DM that neither of them did, also during a break; none if now, and then it takes
/// their day. Two who share no hours are at work when the first of them is.
pub async fn suits_both_later(tx: &mut Tx, both: &[&UserId]) -> Result<Option<Timestamp>> {
    let both: Vec<UserId> = both.iter().copied().cloned().collect();
    let (now, kind) = (tx.now, Kind::Notice);
    Ok(
        match nudge::moment_from(tx, now, kind, &both, true).await? {
            Moment::Later(at) => Some(at),
            Moment::Now { days, .. } => {
                nudge::take(tx, &days).await?;
                None
            }
            Moment::Never => {
                let at = nudge::first_at_work(tx, now, &both).await?;
                (at > now).then_some(at)
            }
        },
    )
}

/// Tells somebody that the program takes a break, while it lasts. Returns when it suits them, if not now.
pub async fn tell_of_break(
    tx: &mut Tx,
    user: &UserId,
    key: &Key,
    message: Message,
) -> Result<Option<Timestamp>> {
    let (now, kind, reader) = (tx.now, Kind::Notice, std::slice::from_ref(user));
    match nudge::moment_from(tx, now, kind, reader, true).await? {
        Moment::Later(at) => return Ok(Some(at)),
        Moment::Now { days, .. } => nudge::take(tx, &days).await?,
        Moment::Never => {}
    }
    let to = To::Person(user.clone());
    outbox::post(tx, to, kind, key, message, None).await?;
    Ok(None)
}

/// Tells these owners what another one changed, in place of what they have not read yet of the same.
pub async fn tell_owners(
    tx: &mut Tx,
    by: &UserId,
    owners: Vec<UserId>,
    about: Noted,
    note: &Message,
) -> Result<()> {
    for owner in owners.into_iter().filter(|owner| owner != by) {
        take_back(tx, &owner, about).await?;
        tell_owner(tx, &owner, about, note.clone()).await?;
    }
    Ok(())
}

/// Tells one owner what another one changed.
pub async fn tell_owner(tx: &mut Tx, owner: &UserId, about: Noted, note: Message) -> Result<()> {
    let key = Key::OwnersNote {
        owner: owner.clone(),
        about: Some(about),
        at: tx.now_ms(),
    };
    tell(tx, owner, Kind::Companion, &key, note).await?;
    Ok(())
}

/// Takes back what an owner has not read yet of this, oldest first.
pub async fn take_back(tx: &mut Tx, owner: &UserId, about: Noted) -> Result<Vec<Message>> {
    let (topic, lane) = (Topic::OwnersNote(about), Lane::Person(owner.clone()));
    let taken = outbox::take_back(tx, topic, &lane).await?;
    let mut messages = Vec::new();
    for what in taken {
        if let What::Post { message, .. } = what {
            messages.push(message);
        }
    }
    Ok(messages)
}

/// Somebody is out of the program: what they were about to read of their part in it no longer holds.
pub async fn departed(tx: &mut Tx, user: &UserId, own_choice: bool) -> Result<()> {
    let lane = [Lane::Person(user.clone())];
    outbox::withdraw(tx, Topic::OwnPart, &lane).await?;
    if own_choice {
        outbox::withdraw(tx, Topic::OwnEnd, &lane).await?;
    }
    Ok(())
}

/// News that failed, as `delivery`: an owner has it sent again, when it suits its reader. False if it was sent again before.
pub async fn again(tx: &mut Tx, delivery: &Delivery) -> Result<bool> {
    let waits = outbox::wait_again(tx, delivery).await?;
    if waits {
        due(tx, delivery.id).await?;
    }
    Ok(waits)
}

/// Timer `News`: sends it, or waits for a better moment. It was written when it began to wait, so a copy of a card is followed by
/// what has changed since.
pub async fn due(tx: &mut Tx, row: i64) -> Result<()> {
    let key = outbox::key(tx, row).await?;
    let on_its_way_to = goes(tx, row, key.as_ref()).await?;
    if let (Some(place), Some(card)) = (on_its_way_to, key.and_then(|key| key.card())) {
        cards::changed(tx, card, &[place]).await?;
    }
    Ok(())
}

/// Sends it, if its moment has come: to this lane. What is no longer for its reader's eyes is dropped.
async fn goes(tx: &mut Tx, row: i64, key: Option<&Key>) -> Result<Option<Lane>> {
    if let Some(Key::ToContact(_)) = key {
        // It waited for Slack's word about its reader, and not for working hours.
        to_contact::contact_answered(tx, row).await?;
        return Ok(None);
    }
    if let Some(Key::File(behind)) = key {
        file_goes(tx, row, behind).await?;
        return Ok(None);
    }
    let Some(mut news) = outbox::kept(tx, row).await? else {
        return Ok(None);
    };
    let lane = news.what.lane();
    let What::Post {
        to,
        reservation,
        passes_on,
        ..
    } = &mut news.what
    else {
        return Ok(None);
    };
    let timer = Timer::News(row);
    let readers = match to {
        To::Person(user) => vec![user.clone()],
        To::Pair { members, .. } => members.clone(),
        To::Channel(_) => Vec::new(),
    };
    if let (Some(passes_on), [reader]) = (passes_on, readers.as_slice())
        && let Passed::Invitation(id) = passes_on.what
        && let Word::Barred(_) = look_up::word(tx, reader).await?
    {
        // They have become a guest, or are gone: nobody asks them. The inviter hears so at the usual time.
        let lane = Lane::Person(reader.clone());
        outbox::withdraw(tx, Topic::Invitation(id), &[lane]).await?;
        return Ok(None);
    }
    if let (Some(key), [reader]) = (key, readers.as_slice())
        && !readers::may_read(tx, key.readers(), reader).await?
    {
        outbox::let_go(tx, row).await?;
        return Ok(None);
    }
    if let Some(key) = key.filter(|key| may_pass(key))
        && !send_again::holds(tx, key).await?
    {
        outbox::let_go(tx, row).await?;
        return Ok(None);
    }
    if let (Some(Key::OwnersNote { about, .. }), [reader]) = (key, readers.as_slice())
        && *about == Some(Noted::Contact)
    {
        // A file may name anybody: nobody is written to of whom Slack has not said that they are a colleague.
        match look_up::word(tx, reader).await? {
            Word::Member => {}
            Word::Unknown => {
                timers::at(tx, &timer, tx.now + SOON).await?;
                return Ok(None);
            }
            Word::Barred(_) => {
                outbox::let_go(tx, row).await?;
                return Ok(None);
            }
        }
    }
    match turn(tx, news.kind, &lane, &readers).await? {
        Moment::Later(at) => {
            timers::at(tx, &timer, at).await?;
            return Ok(None);
        }
        Moment::Now { days, closes } => {
            // A message in the group of two is not the one unasked message of anybody's day.
            let days = if readers.len() == 1 { days } else { Vec::new() };
            nudge::take(tx, &days).await?;
            *reservation = Some(DayReservation {
                days,
                timer: Ok(timer),
                // If Slack cannot be reached, it waits for another moment, not into the night.
                until: Some(closes),
            });
        }
        Moment::Never => {}
    }
    // Each moment has tries of its own before it is given up.
    news.attempts = news.attempts.min(1);
    let has_come = outbox::moment_has_come(tx, &news).await?;
    for (row, key) in outbox::queued(tx, &lane).await? {
        if matches!(key, Some(Key::File(_))) && outbox::kept(tx, row).await?.is_some() {
            timers::soon(tx, &Timer::News(row)).await?;
        }
    }
    Ok(has_come.then_some(lane))
}

/// Sends a file once what it stands behind is on its way.
async fn file_goes(tx: &mut Tx, row: i64, behind: &Key) -> Result<()> {
    let Some(file) = outbox::kept(tx, row).await? else {
        return Ok(());
    };
    let readers = match &file.what {
        What::Share {
            to: To::Person(user),
            ..
        } => vec![user.clone()],
        What::Share {
            to: To::Pair { members, .. },
            ..
        } => members.clone(),
        _ => return Ok(()),
    };
    let (timer, lane) = (Timer::News(row), file.what.lane());
    let waiting = outbox::waiting(tx, &lane).await?;
    if waiting.contains(&Some(behind.clone())) || waits_for_a_break(tx, file.kind, &readers).await?
    {
        return Ok(timers::at(tx, &timer, tx.now + LOOK_AGAIN).await?);
    }
    // The words have taken the day.
    if let Moment::Later(at) = nudge::moment(tx, file.kind, &readers, false).await? {
        return Ok(timers::at(tx, &timer, at).await?);
    }
    outbox::moment_has_come(tx, &file).await?;
    Ok(())
}

/// Whether it tells somebody how they themselves stand, which may be otherwise before they read it.
fn may_pass(key: &Key) -> bool {
    matches!(
        key,
        Key::PickAnew { .. }
            | Key::Eligible { .. }
            | Key::Ineligible { .. }
            | Key::NextCohort { .. }
            | Key::FirstMatchMoved { .. }
    )
}

/// When it suits its readers, and nothing else comes first.
async fn turn(tx: &mut Reading, kind: Kind, lane: &Lane, readers: &[UserId]) -> Result<Moment> {
    if waits_for_a_break(tx, kind, readers).await? {
        return Ok(Moment::Later(tx.now + LOOK_AGAIN));
    }
    let moment = nudge::moment(tx, kind, readers, readers.len() == 1).await?;
    let at = match &moment {
        Moment::Later(at) => *at,
        Moment::Now { .. } => tx.now,
        // Two who share no hours read it when the moment is good for one of them at least.
        Moment::Never => nudge::first_at_work(tx, tx.now, readers).await?,
    };
    if at > tx.now {
        return Ok(Moment::Later(at));
    }
    if waits_its_turn(tx, lane, readers).await? {
        return Ok(Moment::Later(tx.now + SOON));
    }
    Ok(moment)
}

/// Whether something comes first: for two, the private words about the end of their pair.
async fn waits_its_turn(tx: &mut Reading, lane: &Lane, readers: &[UserId]) -> Result<bool> {
    let Lane::Pair(pair) = lane else {
        return Ok(false);
    };
    for reader in readers {
        let waiting = outbox::waiting(tx, &Lane::Person(reader.clone())).await?;
        let is_end = |key: &Option<Key>| matches!(key, Some(Key::Ended { pair: ended, .. }) if ended == pair);
        if waiting.iter().any(is_end) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether somebody who is to read it is on a break. What owners are told is about the program, not about their own part.
async fn waits_for_a_break(tx: &mut Reading, kind: Kind, readers: &[UserId]) -> Result<bool> {
    if kind == Kind::Companion {
        return Ok(false);
    }
    let readers: Vec<&UserId> = readers.iter().collect();
    Ok(breaks::are_on_break(tx, &readers).await?)
}

#[cfg(test)]
mod tests;
