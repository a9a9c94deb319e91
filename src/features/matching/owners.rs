//! The owners' decisions: view a round, leave pairs out, approve or decline it.

use super::card::Card as RoundCard;
use super::messages;
use crate::domain::cadence::Hours;
use crate::domain::card::Card;
use crate::domain::happening::Happening;
use crate::domain::ids::{RoundId, UserId};
use crate::domain::key::{AboutRound, Key, Topic};
use crate::domain::message::Message;
use crate::domain::timer::Timer;
use crate::features::{Reply, Result, owners_only, refuse, settings};
use crate::shared::nudge::{self, Nudge, Outcome};
use crate::shared::{breaks, news, owners};
use crate::slack::event::Actor;
use crate::store::outbox::{self, Kind, Lane, To, cards};
use crate::store::rounds::{self, Fate, Origin, Proposal, Round, State};
use crate::store::{Reading, Tx, audit, timers};
use jiff::{SignedDuration, Timestamp};

/// Working days until owners are reminded.
const PATIENCE: usize = 3;
/// After this, a reminder is pointless, because rounds come about weekly.
const REMINDER_STALE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// A round that nobody decides on is over then, because its pairs take up people's places.
const DECIDED_WITHIN: SignedDuration = SignedDuration::from_hours(28 * 24);

/// Sends a round to the owners, and sets the reminder.
pub(super) async fn ask_owners(
    tx: &mut Tx,
    round: RoundId,
    asked_by: Option<&UserId>,
    replaces: Option<Timestamp>,
) -> Result<()> {
    let settings = settings(tx).await?;
    let card = card(tx, round, 0).await?;
    let message = card.proposal(replaces);
    let (hours, zone) = (Hours::from(&settings), settings.zone());
    let mut due = tx.now;
    for _ in 0..PATIENCE {
        due = hours.working_day_after(due, &zone);
    }
    timers::at(tx, &Timer::RoundWaits(round), due).await?;
    tell_owners(tx, round, asked_by, &message).await
}

/// Two people found each other by an invitation: asks the owners about them.
pub async fn proposed(tx: &mut Tx, round: RoundId) -> Result<()> {
    ask_owners(tx, round, None, None).await
}

/// The people who act for the program; while no owner is left, the admin who asked, or else all of them.
async fn acting(tx: &mut Reading, asked_by: Option<&UserId>) -> Result<Vec<UserId>> {
    let acting = owners::acting(tx).await?;
    let asked_by = asked_by.filter(|user| acting.are_admins && acting.people.contains(user));
    Ok(asked_by.map_or(acting.people.clone(), |user| vec![user.clone()]))
}

/// The lanes in which messages about a round may wait.
pub(super) async fn lanes(tx: &mut Reading, asked_by: Option<&UserId>) -> Result<Vec<Lane>> {
    let mut people = owners::ever(tx).await?;
    people.extend(asked_by.filter(|user| !people.contains(user)).cloned());
    Ok(people.into_iter().map(Lane::Person).collect())
}

/// Tells the owners about a round: who asked for it at once, the others when it suits them.
async fn tell_owners(
    tx: &mut Tx,
    round: RoundId,
    asked_by: Option<&UserId>,
    message: &Message,
) -> Result<()> {
    for owner in acting(tx, asked_by).await? {
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

pub(super) async fn card(tx: &mut Reading, id: RoundId, at: usize) -> Result<RoundCard> {
    let settings = settings(tx).await?;
    let round = found(tx, id).await?;
    Ok(RoundCard {
        proposals: rounds::proposals(tx, id).await?,
        unmatched: rounds::unmatched(tx, id).await?,
        edits: rounds::edits(tx, id).await?,
        round,
        at,
        zone: settings.zone(),
        now: tx.now,
    })
}

pub(super) async fn found(tx: &mut Reading, id: RoundId) -> Result<Round> {
    match rounds::find(tx, id).await? {
        Some(round) if round.state != State::Wanted => Ok(round),
        _ => refuse("That round is no longer there. My Home tab shows where things stand now."),
    }
}

/// A round's card as it is now; none for a round that is no longer there.
pub async fn card_now(tx: &mut Reading, id: RoundId) -> Result<Option<Message>> {
    match rounds::find(tx, id).await? {
        Some(round) if round.state != State::Wanted => Ok(Some(card(tx, id, 0).await?.message())),
        _ => Ok(None),
    }
}

/// A round has changed: so does each owner's copy of it.
pub(super) async fn card_changed(tx: &mut Tx, round: &Round) -> Result<()> {
    let lanes = lanes(tx, round.asked_by.as_ref()).await?;
    cards::changed(tx, Card::Round(round.id), &lanes).await?;
    Ok(())
}

/// An owner asks for a round now.
pub async fn asked(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    let settings = settings(tx).await?;
    owners_only(tx, actor).await?;
    if breaks::of_program(tx).await?.is_some() {
        return refuse(
            "The program is on a break. My Home tab has a button to resume it; then rounds are made again.",
        );
    }
    rounds::want(tx, Origin::Asked, Some(&actor.user)).await?;
    timers::soon(tx, &Timer::Match).await?;
    audit::note(tx, &actor.user, "round_asked", "program").await?;
    Ok(Reply::say(messages::looking(settings.approval)))
}

/// Shows the whole round in a modal.
pub async fn show(tx: &mut Reading, actor: &Actor, round: RoundId) -> Result<Reply> {
    owners_only(tx, actor).await?;
    Ok(Reply::modal(card(tx, round, 0).await?.modal()))
}

/// Another page of a round that is too long for one message.
pub async fn page(tx: &mut Reading, actor: &Actor, round: RoundId, from: usize) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let card = card(tx, round, from).await?;
    Ok(card.reply())
}

pub async fn approve(tx: &mut Tx, actor: &Actor, round: RoundId) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let before = card(tx, round, 0).await?;
    if before.round.state == State::Proposed && before.open().next().is_none() {
        return refuse(
            "Every pair in this round was left out, so there's nothing to approve. You can decline it, or ask for \
             another with `/reverse-mentor round`.",
        );
    }
    if before.round.state == State::Proposed && before.has_somebody_set_aside() {
        return refuse(
            "Someone in one of these pairs is set aside. Press *Look again* first, or bring them back.",
        );
    }
    if before.round.state == State::Proposed && before.sure().next().is_none() {
        // Each of these pairs has a button of its own, which older cards and the Home tab do not show.
        return Ok(before.reply());
    }
    if rounds::decide(tx, round, State::Approved, Some(&actor.user)).await? {
        let to_check: Vec<Proposal> = before.to_check().cloned().collect();
        if !to_check.is_empty() {
            let apart = rounds::ask_apart(tx, &before.round, &to_check).await?;
            // Who approved the others is at it, and gets these at once.
            ask_owners(tx, apart, Some(&actor.user), None).await?;
        }
        decided(tx, &before.round, actor, "round_approved").await?;
        tx.happens(Happening::RoundApproved(round));
    }
    let card = card(tx, round, 0).await?;
    Ok(card.reply().with_home())
}

/// An owner looked at one pair and has it introduced. The round is decided with its last pair.
pub async fn confirm(
    tx: &mut Tx,
    actor: &Actor,
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let mut card = card(tx, round, 0).await?;
    if card.round.state != State::Proposed || !card.has(mentor, mentee) {
        return Ok(card.reply().with_home());
    }
    if card.is_set_aside(mentor) || card.is_set_aside(mentee) {
        return refuse(
            "One of these two is set aside. Press *Look again* first, or bring them back.",
        );
    }
    card.at = card.index_of(mentor, mentee);
    audit::note(tx, &actor.user, "pair_confirmed", &round.to_string()).await?;
    tx.happens(Happening::PairConfirmed {
        round,
        mentor: mentor.clone(),
        mentee: mentee.clone(),
    });
    card_changed(tx, &card.round).await?;
    card.introduce(mentor, mentee);
    if card.open().next().is_none() {
        return finish(tx, actor, round).await;
    }
    Ok(card.reply().with_home())
}

/// Decides a round whose pairs are all settled, some of them introduced.
pub(super) async fn finish(tx: &mut Tx, actor: &Actor, round: RoundId) -> Result<Reply> {
    let found = found(tx, round).await?;
    if rounds::decide(tx, round, State::Approved, Some(&actor.user)).await? {
        decided(tx, &found, actor, "round_approved").await?;
        tx.happens(Happening::RoundApproved(round));
    }
    let card = card(tx, round, 0).await?;
    Ok(card.reply().with_home())
}

pub async fn reject(tx: &mut Tx, actor: &Actor, round: RoundId) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let before = found(tx, round).await?;
    if rounds::decide(tx, round, State::Rejected, Some(&actor.user)).await? {
        if before.origin == Origin::Invite {
            // An owner rejected these two, so matching does not propose them again either.
            for pair in rounds::proposals(tx, round).await? {
                let two = (&pair.mentor, &pair.mentee);
                rounds::settle(tx, round, two, Fate::Dropped, Some(&actor.user)).await?;
            }
        }
        decided(tx, &before, actor, "round_rejected").await?;
        tx.happens(Happening::RoundRejected(round));
    }
    let card = card(tx, round, 0).await?;
    Ok(card.reply().with_home())
}

/// The effects of any decision: stores it, cancels the reminder, and shows it on every owner's card.
async fn decided(tx: &mut Tx, round: &Round, actor: &Actor, verb: &str) -> Result<()> {
    let id = round.id;
    audit::note(tx, &actor.user, verb, &id.to_string()).await?;
    timers::cancel(tx, &Timer::RoundWaits(id)).await?;
    card_changed(tx, round).await
}

/// Sets the timers of rounds that an earlier release left without one: it reminded owners, and then waited for ever.
pub async fn watch_waiting(tx: &mut Tx) -> Result<()> {
    for round in rounds::proposed(tx).await? {
        let timer = Timer::RoundWaits(round.id);
        if timers::due(tx, &timer).await?.is_none() {
            let ends = round.created_at + DECIDED_WITHIN;
            timers::at(tx, &timer, ends.max(tx.now)).await?;
        }
    }
    Ok(())
}

/// Nobody decided in time: the round is over, like one that was declined.
async fn ends_undecided(tx: &mut Tx, round: &Round) -> Result<()> {
    let id = round.id;
    if !rounds::decide(tx, id, State::Rejected, None).await? {
        return Ok(());
    }
    let asked_by = round.asked_by.as_ref();
    let lanes = lanes(tx, asked_by).await?;
    outbox::withdraw(tx, Topic::Round(id), &lanes).await?;
    let note = card(tx, id, 0).await?.message();
    for owner in acting(tx, asked_by).await? {
        let to = To::Person(owner.clone());
        let key = Key::Round(id, AboutRound::Decided { owner });
        outbox::post(tx, to, Kind::Notice, &key, note.clone(), None).await?;
    }
    tx.happens(Happening::RoundRejected(id));
    Ok(())
}

/// Timer `RoundWaits`: a round has waited some days for approval, so each owner is reminded once. After four weeks, it is over.
pub async fn waits(tx: &mut Tx, id: RoundId) -> Result<()> {
    let Some(round) = rounds::find(tx, id).await? else {
        return Ok(());
    };
    if round.state != State::Proposed {
        return Ok(());
    }
    let ends = round.created_at + DECIDED_WITHIN;
    if ends <= tx.now {
        return ends_undecided(tx, &round).await;
    }
    let waiting = card(tx, id, 0).await?;
    if waiting.open().next().is_none() {
        // Every pair was left out, so nothing needs approval.
        return Ok(timers::at(tx, &Timer::RoundWaits(id), ends).await?);
    }
    let message = waiting.reminder();
    let mut again: Option<Timestamp> = None;
    for owner in acting(tx, round.asked_by.as_ref()).await? {
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
            stale_at: round.created_at + REMINDER_STALE,
            timer: Timer::RoundWaits(id),
        };
        if let Outcome::Later(at) = nudge::send(tx, nudge).await? {
            again = Some(again.map_or(at, |earlier| earlier.min(at)));
        }
    }
    let next = again.map_or(ends, |again| again.min(ends));
    Ok(timers::at(tx, &Timer::RoundWaits(id), next).await?)
}
