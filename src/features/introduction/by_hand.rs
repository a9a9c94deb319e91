//! Pairs that an owner makes of two people who look for a partner. The hard rules hold as in any round, and nobody who is not looking
//! is enlisted. The owner reads the words first; reporting lines that are not known are theirs to check, each pair by its own tick.
//! What they decide is an approved round of one: it can be undone for ten minutes, and is heard of in working hours.

use super::messages;
use crate::domain::cadence::say_when_and_where;
use crate::domain::ids::{RoundId, UserId};
use crate::domain::matching::{Barrier, Proposal};
use crate::domain::participant::Standing;
use crate::domain::timer::Timer;
use crate::domain::wording::Worded;
use crate::features::{Reply, Result, owners_only, refuse, settings};
use crate::shared::{enrollment, nudge, opening, overview};
use crate::slack::event::{Actor, Answers};
use crate::slack::words::{Md, when};
use crate::store::candidates::{self, Pool};
use crate::store::rounds::{self, Origin, State};
use crate::store::{Reading, Tx, audit, participants, people, timers};
use jiff::Timestamp;
use messages::{LOOKED, MENTEE, MENTOR};

/// Asks which two.
pub async fn open_by_hand(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    owners_only(tx, actor).await?;
    Ok(Reply::modal(messages::by_hand_form()))
}

/// Shows what the two will read, if the hard rules allow it.
pub async fn look_by_hand(tx: &mut Reading, actor: &Actor, answers: &Answers) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let (Some(mentor), Some(mentee)) = (answers.user(MENTOR), answers.user(MENTEE)) else {
        return Ok(Reply::errors(vec![(
            MENTEE,
            "Please pick two people.".into(),
        )]));
    };
    match may_be_made(tx, actor, (mentor, mentee)).await? {
        Ok(found) => preview(tx, &found).await,
        // Slack shows no mentions in the errors of a form.
        Err(why) => Ok(Reply::errors(vec![(MENTEE, why.to_owned())])),
    }
}

async fn preview(tx: &mut Reading, found: &Proposal) -> Result<Reply> {
    let settings = settings(tx).await?;
    let two = (&found.mentor, &found.mentee);
    let opening = opening::for_two(&settings, Worded::Introduction, two);
    Ok(Reply::modal(messages::by_hand_looked(opening, found)))
}

/// The owner has read it: they are to be introduced. `check`: whether the form had a tick for their reporting lines.
pub async fn by_hand(
    tx: &mut Tx,
    actor: &Actor,
    two: (&UserId, &UserId),
    check: bool,
    answers: &Answers,
) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let found = match may_be_made(tx, actor, two).await? {
        Ok(found) => [found],
        Err(why) => return refuse(why),
    };
    match ticks(&found, &[check], answers) {
        Ticks::Given => {}
        Ticks::Missing(errors) => return Ok(Reply::errors(errors)),
        Ticks::NotAsked => return preview(tx, &found[0]).await,
    }
    let (round, at) = approve(tx, actor, Origin::ByHand, &found).await?;
    let at = in_words(tx, actor, at).await?;
    Ok(Reply::modal(messages::made_by_hand(&found[0], round, &at)).with_home())
}

/// The owner's ticks: each pair whose reporting lines are not known needs its own.
pub(super) enum Ticks {
    Given,
    Missing(Vec<(&'static str, String)>),
    /// A line was cleared since the owner read the form, so it had no tick.
    NotAsked,
}

/// `check`: which of the pairs had a tick in the form.
pub(super) fn ticks(found: &[Proposal], check: &[bool], answers: &Answers) -> Ticks {
    let mut missing = Vec::new();
    for ((made, is_asked), field) in found.iter().zip(check).zip(LOOKED) {
        match (made.owner_must_confirm, is_asked) {
            (true, false) => return Ticks::NotAsked,
            (true, true) if answers.many(field).is_empty() => {
                missing.push((field, messages::not_ticked()));
            }
            (false, _) | (true, true) => {}
        }
    }
    if missing.is_empty() {
        Ticks::Given
    } else {
        Ticks::Missing(missing)
    }
}

/// The pair as matching would propose it, or why not.
async fn may_be_made(
    tx: &mut Reading,
    actor: &Actor,
    (mentor, mentee): (&UserId, &UserId),
) -> Result<Result<Proposal, &'static str>> {
    if mentor == mentee {
        return Ok(Err("Please pick two different people."));
    }
    if [mentor, mentee].contains(&&actor.user) {
        return Ok(Err(
            "You'd be in this pair yourself, so it's for a round, an invitation, or another owner to make it.",
        ));
    }
    let own = overview::partners_of(tx, &actor.user).await?;
    if own.contains(mentor) || own.contains(mentee) {
        // Whether they look for another partner is theirs to tell.
        return Ok(Err(
            "You're paired with one of them yourself, so it's for a round or another owner to find them another partner.",
        ));
    }
    for user in [mentor, mentee] {
        let found = participants::find(tx, user).await?;
        let Some(found) = found.filter(|one| one.standing == Standing::Active) else {
            return Ok(Err(
                "One of them doesn't take part at the moment, or is on a break. `/reverse-mentor people` shows who does.",
            ));
        };
        if found.waiting_since.is_none() {
            return Ok(Err(
                "One of them isn't looking for a partner at the moment, and I don't enlist anyone. `/reverse-mentor people` shows who looks.",
            ));
        }
    }
    if meets_soon(tx, &[mentor, mentee]).await? {
        return Ok(Err(MEETS_SOON));
    }
    let settings = settings(tx).await?;
    let pool = candidates::two(tx, &settings, (mentor, mentee), false).await?;
    Ok(in_pool(&pool, mentor, mentee))
}

pub(super) const MEETS_SOON: &str = "One of them is about to be introduced to someone. Until that happens, an owner who isn't in that pair can undo it on my Home tab.";

/// Whether an owner's word on one of these people is still to be carried out, and can be undone until then.
pub(super) async fn meets_soon(tx: &mut Reading, people: &[&UserId]) -> Result<bool> {
    let soon = rounds::can_be_undone(tx).await?;
    Ok(soon
        .iter()
        .any(|(mentor, mentee)| people.contains(&mentor) || people.contains(&mentee)))
}

pub(super) fn in_pool(
    pool: &Pool,
    mentor: &UserId,
    mentee: &UserId,
) -> Result<Proposal, &'static str> {
    pool.still_allows(mentor, mentee)
        .map_err(Barrier::for_owner)?;
    let found = pool.proposal(mentor, mentee);
    found.ok_or("These two can't be paired right now.")
}

/// The owner's word on pairs they chose. Those that needed a tick have it. Returns the round, and when it holds.
pub(super) async fn approve(
    tx: &mut Tx,
    actor: &Actor,
    origin: Origin,
    found: &[Proposal],
) -> Result<(RoundId, Timestamp)> {
    let (id, by) = (RoundId(tx.new_id()), &actor.user);
    let at = holds_at(tx, found).await?;
    rounds::conclude(tx, id, origin, State::Proposed, Some(by), 0).await?;
    for made in found {
        rounds::add_proposal(tx, id, made).await?;
    }
    rounds::approve(tx, id, by, at).await?;
    for made in found.iter().filter(|made| made.owner_must_confirm) {
        rounds::decide_on(tx, id, (&made.mentor, &made.mentee), by, at).await?;
    }
    timers::by(tx, &Timer::Introduce(id), at).await?;
    audit::note(tx, by, "pair_made", &format!("round {id}")).await?;
    Ok((id, at))
}

/// Once it can no longer be undone, no break is on, and everybody in it is at work, or where four share no hours, one of the pairs.
async fn holds_at(tx: &mut Reading, found: &[Proposal]) -> Result<Timestamp> {
    let soon = tx.now + enrollment::UNDO;
    let first = enrollment::meet_from(tx, false).await?;
    let from = first.map_or(soon, |first| first.max(soon));
    let pairs = found
        .iter()
        .map(|made| [made.mentor.clone(), made.mentee.clone()]);
    nudge::pairs_at_work(tx, from, &pairs.collect::<Vec<_>>()).await
}

/// A moment as this owner reads it.
pub(super) async fn in_words(tx: &mut Reading, actor: &Actor, at: Timestamp) -> Result<Md> {
    let fallback = settings(tx).await?.zone();
    let zone = people::zone_or(tx, &actor.user, &fallback).await?;
    Ok(when(at, &say_when_and_where(at, &zone, tx.now)))
}
