//! The owners' decisions: view a round, leave pairs out, approve or decline it.

use super::card::Card;
use super::messages;
use crate::domain::cadence::Hours;
use crate::domain::happening::Happening;
use crate::domain::ids::{RoundId, UserId};
use crate::domain::key::{AboutRound, Key, Topic};
use crate::domain::message::Message;
use crate::domain::timer::Timer;
use crate::features::{Reply, Result, owners_only, refuse, settings};
use crate::shared::nudge::{self, Nudge, Outcome};
use crate::shared::owners;
use crate::slack::event::Actor;
use crate::store::outbox::{self, Kind, Lane, To};
use crate::store::rounds::{self, Fate, Origin, Round, State};
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
    tell_owners(tx, round, asked_by, None, &message).await
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

/// Tells the owners about a round, `but` the one who acted.
pub(super) async fn tell_owners(
    tx: &mut Tx,
    round: RoundId,
    asked_by: Option<&UserId>,
    but: Option<&UserId>,
    message: &Message,
) -> Result<()> {
    for owner in acting(tx, asked_by).await? {
        if Some(&owner) != but {
            let (to, message) = (To::Person(owner.clone()), message.clone());
            let about = match but {
                Some(_) => AboutRound::Decided { owner },
                None => AboutRound::News { owner },
            };
            let key = Key::Round(round, about);
            outbox::post(tx, to, Kind::Notice, &key, message, None).await?;
        }
    }
    Ok(())
}

pub(super) async fn card(tx: &mut Reading, id: RoundId, at: usize) -> Result<Card> {
    let settings = settings(tx).await?;
    let round = found(tx, id).await?;
    Ok(Card {
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

/// An owner asks for a round now.
pub async fn asked(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    let settings = settings(tx).await?;
    owners_only(tx, actor).await?;
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
    if rounds::decide(tx, round, State::Approved, Some(&actor.user)).await? {
        decided(tx, &before.round, actor, "round_approved").await?;
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

/// The effects of any decision: stores it, cancels the reminder, and tells the other owners.
async fn decided(tx: &mut Tx, round: &Round, actor: &Actor, verb: &str) -> Result<()> {
    let id = round.id;
    audit::note(tx, &actor.user, verb, &id.to_string()).await?;
    timers::cancel(tx, &Timer::RoundWaits(id)).await?;
    let note = card(tx, id, 0).await?.message();
    let asked_by = round.asked_by.as_ref();
    tell_owners(tx, id, asked_by, Some(&actor.user), &note).await
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
            kind: Kind::Notice,
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
