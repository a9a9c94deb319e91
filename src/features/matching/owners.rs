//! What owners are told and asked about a round, and how they look at it.

use super::begin::begin;
use super::card::{card, found};
use super::messages;
use super::rights::{deciders_only, stand_ins};
use crate::domain::cadence::Hours;
use crate::domain::happening::Happening;
use crate::domain::ids::{RoundId, UserId};
use crate::domain::key::{AboutRound, Key, Topic};
use crate::domain::message::Message;
use crate::domain::timer::Timer;
use crate::domain::workday::Workday;
use crate::features::{Reply, Result, owners_only, settings};
use crate::shared::nudge::{self, Nudge, Outcome};
use crate::shared::{breaks, news, owners};
use crate::slack::event::Actor;
use crate::store::outbox::{self, Kind, To};
use crate::store::rounds::{self, Origin, Round, State};
use crate::store::{Reading, Tx, audit, timers};
use jiff::{SignedDuration, Timestamp};

/// Working days until owners are reminded.
const PATIENCE: usize = 3;
/// After this, a reminder is pointless, because rounds come about weekly.
const REMINDER_STALE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// A round that nobody decides on is over then, because its pairs take up people's places.
pub(super) const DECIDED_WITHIN: SignedDuration = SignedDuration::from_hours(28 * 24);

/// Sends a round to the owners, and sets the reminder.
pub(super) async fn ask_owners(
    tx: &mut Tx,
    round: RoundId,
    asked_by: Option<&UserId>,
    replaces: Option<Timestamp>,
) -> Result<()> {
    let card = card(tx, round, 0).await?;
    let message = card.proposal(replaces);
    remind_later(tx, round).await?;
    let mut people = acting(tx, asked_by).await?;
    people.extend(stand_ins(&card));
    people.sort();
    people.dedup();
    tell_owners(tx, round, people, asked_by, &message).await
}

/// Sets the reminder of a round that waits from now on.
pub(super) async fn remind_later(tx: &mut Tx, round: RoundId) -> Result<()> {
    let settings = settings(tx).await?;
    let (hours, day) = (Hours::from(&settings), Workday::usual(settings.zone()));
    let mut due = tx.now;
    for _ in 0..PATIENCE {
        due = hours.working_day_after(due, &day);
    }
    Ok(timers::at(tx, &Timer::RoundWaits(round), due).await?)
}

/// Owners are asked about pairs of an invitation, or about those of an approved round that need another look. Who approved
/// that one is at it, and gets these at once.
pub async fn proposed(tx: &mut Tx, round: RoundId) -> Result<()> {
    let asked_by = found(tx, round).await?.asked_by;
    let is_at_it = match &asked_by {
        // Their decision may be days old, and this may be their night.
        Some(owner) => {
            let now = tx.now;
            nudge::all_at_work(tx, now, std::slice::from_ref(owner)).await? == Some(now)
        }
        None => false,
    };
    ask_owners(tx, round, asked_by.as_ref().filter(|_| is_at_it), None).await
}

/// The people who act for the program; while no owner is left, the admin who asked, or else all of them.
async fn acting(tx: &mut Reading, asked_by: Option<&UserId>) -> Result<Vec<UserId>> {
    let acting = owners::acting(tx).await?;
    let asked_by = asked_by.filter(|user| acting.are_admins && acting.people.contains(user));
    Ok(asked_by.map_or(acting.people.clone(), |user| vec![user.clone()]))
}

/// Tells the owners about a round: who asked for it at once, the others when it suits them.
async fn tell_owners(
    tx: &mut Tx,
    round: RoundId,
    people: Vec<UserId>,
    asked_by: Option<&UserId>,
    message: &Message,
) -> Result<()> {
    for owner in people {
        let is_waiting = asked_by == Some(&owner);
        let (to, message) = (owner.clone(), message.clone());
        let key = Key::Round(round, AboutRound::News { owner });
        if is_waiting {
            answer_owner(tx, &to, &key, message).await?;
        } else {
            news::tell(tx, &to, Kind::Companion, &key, message).await?;
        }
    }
    Ok(())
}

/// Answers the owner who asked for a round, at once.
pub(super) async fn answer_owner(
    tx: &mut Tx,
    owner: &UserId,
    key: &Key,
    message: Message,
) -> Result<()> {
    let to = To::Person(owner.clone());
    outbox::post(tx, to, Kind::Answer, key, message, None).await?;
    Ok(())
}

/// A round's card as it is now; none for a round that is no longer there, or whose pairs are not.
pub async fn card_now(tx: &mut Reading, id: RoundId) -> Result<Option<Message>> {
    let round = rounds::find(tx, id).await?;
    if round.is_none_or(|round| round.state == State::Wanted) {
        return Ok(None);
    }
    let card = card(tx, id, 0).await?;
    Ok((!card.is_forgotten()).then(|| card.message()))
}

/// Somebody came, went or changed: rounds that wait for owners show it.
pub async fn people_changed(tx: &mut Tx) -> Result<()> {
    for round in rounds::proposed(tx).await? {
        owners::round_changed(tx, &round).await?;
    }
    Ok(())
}

/// An owner asks for a round now.
pub async fn asked(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    let settings = settings(tx).await?;
    owners_only(tx, actor).await?;
    breaks::refuse_during_one(tx).await?;
    rounds::want(tx, Origin::Asked, Some(&actor.user)).await?;
    begin(tx).await?;
    audit::note(tx, &actor.user, "round_asked", "program").await?;
    Ok(Reply::say(messages::looking(settings.approval)))
}

/// Shows the whole round in a modal.
pub async fn show(tx: &mut Reading, actor: &Actor, round: RoundId) -> Result<Reply> {
    let card = card(tx, round, 0).await?;
    deciders_only(tx, actor, &card).await?;
    Ok(Reply::modal(card.modal()))
}

/// Shows why two people were proposed.
pub async fn show_pair(
    tx: &mut Reading,
    actor: &Actor,
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
) -> Result<Reply> {
    let card = card(tx, round, 0).await?;
    deciders_only(tx, actor, &card).await?;
    Ok(match card.pair(mentor, mentee) {
        Some(pair) if card.round.state == State::Proposed => Reply::page(card.pair_page(pair)),
        _ => card.reply(),
    })
}

/// Asks which of two people is set aside.
pub async fn ask_aside(
    tx: &mut Reading,
    actor: &Actor,
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
) -> Result<Reply> {
    let card = card(tx, round, 0).await?;
    deciders_only(tx, actor, &card).await?;
    Ok(match card.pair(mentor, mentee) {
        Some(pair) if card.round.state == State::Proposed => Reply::page(card.aside_page(pair)),
        _ => card.reply(),
    })
}

/// Another page of a round that is too long for one message.
pub async fn page(tx: &mut Reading, actor: &Actor, round: RoundId, from: usize) -> Result<Reply> {
    let card = card(tx, round, from).await?;
    deciders_only(tx, actor, &card).await?;
    Ok(card.reply())
}

/// Sets the timers of rounds that an earlier release left without one: it reminded owners, and then waited for ever.
pub async fn watch_waiting(tx: &mut Tx) -> Result<()> {
    for round in rounds::proposed(tx).await? {
        let timer = Timer::RoundWaits(round.id);
        if timers::due(tx, &timer).await?.is_none() {
            timers::at(tx, &timer, (since(&round) + DECIDED_WITHIN).max(tx.now)).await?;
        }
    }
    Ok(())
}

/// A round is over by itself, like one that was declined. False if it was decided before.
pub(super) async fn is_over(tx: &mut Tx, round: &Round) -> Result<bool> {
    let id = round.id;
    if !rounds::decide(tx, id, State::Rejected, None).await? {
        return Ok(false);
    }
    timers::cancel(tx, &Timer::RoundWaits(id)).await?;
    let lanes = owners::lanes(tx, round.asked_by.as_ref()).await?;
    outbox::withdraw(tx, Topic::Round(id), &lanes).await?;
    owners::round_changed(tx, round).await?;
    tx.happens(Happening::RoundRejected(id));
    Ok(true)
}

/// Nobody decided in time: the round is over, and owners read so.
async fn ends_undecided(tx: &mut Tx, round: &Round) -> Result<()> {
    let id = round.id;
    if !is_over(tx, round).await? {
        return Ok(());
    }
    let note = card(tx, id, 0).await?.message();
    for owner in acting(tx, round.asked_by.as_ref()).await? {
        let about = AboutRound::Decided {
            owner: owner.clone(),
        };
        let key = Key::Round(id, about);
        news::tell(tx, &owner, Kind::Companion, &key, note.clone()).await?;
    }
    Ok(())
}

/// Since when a round waits: since it was made, or since what was decided in it was taken back.
fn since(round: &Round) -> Timestamp {
    round.decided_at.unwrap_or(round.created_at)
}

/// Timer `RoundWaits`: a round has waited some days for approval, so each owner is reminded once. After four weeks, it is over.
pub async fn waits(tx: &mut Tx, id: RoundId) -> Result<()> {
    let Some(round) = rounds::find(tx, id).await? else {
        return Ok(());
    };
    if round.state != State::Proposed {
        return Ok(());
    }
    let ends = since(&round) + DECIDED_WITHIN;
    let waiting = card(tx, id, 0).await?;
    let decided = waiting.about_to_meet().filter_map(|pair| pair.introduce_at);
    if let (None, Some(held)) = (waiting.open().next(), decided.max()) {
        // All is decided, and the introductions wait for their day.
        let looked = held.max(tx.now) + SignedDuration::from_hours(24);
        return Ok(timers::at(tx, &Timer::RoundWaits(id), looked).await?);
    }
    if ends <= tx.now {
        return ends_undecided(tx, &round).await;
    }
    if waiting.open().next().is_none() {
        // Every pair was left out, so nothing needs approval.
        return Ok(timers::at(tx, &Timer::RoundWaits(id), ends).await?);
    }
    let message = waiting.reminder();
    let mut again: Option<Timestamp> = None;
    let mut people = acting(tx, round.asked_by.as_ref()).await?;
    people.extend(stand_ins(&waiting));
    people.sort();
    people.dedup();
    for owner in people {
        let about = AboutRound::Waits {
            owner: owner.clone(),
        };
        let key = Key::Round(id, about);
        if outbox::has(tx, &key).await? {
            continue;
        }
        let nudge = Nudge {
            kind: Kind::Companion,
            key,
            to: To::Person(owner.clone()),
            people: vec![owner],
            message: message.clone(),
            stale_at: since(&round) + REMINDER_STALE,
            timer: Timer::RoundWaits(id),
        };
        if let Outcome::Later(at) = nudge::send(tx, nudge).await? {
            again = Some(again.map_or(at, |earlier| earlier.min(at)));
        }
    }
    let next = again.map_or(ends, |again| again.min(ends));
    Ok(timers::at(tx, &Timer::RoundWaits(id), next).await?)
}
