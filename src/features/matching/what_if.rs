//! Answers what a round would lose without one pair, before an owner leaves it out: the round is solved without the pair, and
//! the difference is sent to the owner who asked.
//!
//! Asking sets a timer; the matcher solves outside any transaction, from the round's input and the owners' edits
//! since; the answer is a direct message. A question survives a restart like everything else.

use super::card::{card, found};
use super::messages;
use crate::domain::ids::{RoundId, UserId};
use crate::domain::key::{AboutRound, Key};
use crate::domain::matching::{self, Change, Instead, Record};
use crate::domain::participant::Standing;
use crate::domain::timer::{Kind as TimerKind, Timer, WhatIf};
use crate::features::{Reply, Result, is_owner, owners_only};
use crate::slack::event::Actor;
use crate::store::outbox::{self, Kind, To};
use crate::store::rounds::{self, Fate, State};
use crate::store::{Reading, Tx, participants, timers};
use std::collections::HashSet;

/// The most open questions per program. Each needs two solutions: a second or two in a company of thousands.
const AT_ONCE: i64 = 3;

/// An owner asks what would change without a pair.
pub async fn ask(
    tx: &mut Tx,
    actor: &Actor,
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let is_open = found(tx, round).await?.state == State::Proposed;
    let card = card(tx, round, 0).await?;
    let mut open = card.open();
    if !is_open || !open.any(|pair| pair.mentor == *mentor && pair.mentee == *mentee) {
        return Ok(card.reply());
    }
    if !is_kept(tx, round).await? {
        return Ok(Reply::say(messages::cannot_be_worked_out()));
    }
    if timers::count(tx, TimerKind::WhatIf).await? >= AT_ONCE {
        return Ok(Reply::say(messages::still_working()));
    }
    let asked = WhatIf {
        round,
        owner: actor.user.clone(),
        mentor: mentor.clone(),
        mentee: mentee.clone(),
    };
    timers::soon(tx, &Timer::WhatIf(asked)).await?;
    Ok(Reply::say(messages::working_out(mentor, mentee)))
}

/// The question, with all data for the answer.
pub struct Question {
    mentor: UserId,
    mentee: UserId,
    record: Record,
}

/// Reads all data for the answer; none when the question no longer applies.
pub async fn question(tx: &mut Reading, asked: &WhatIf) -> Result<Option<Question>> {
    let round = asked.round;
    if !waits(tx, round).await? || !is_owner(tx, &asked.owner).await? {
        return Ok(None);
    }
    let Some(mut kept) = rounds::input(tx, round).await? else {
        return Ok(None);
    };
    let mut edits = rounds::edits(tx, round).await?;
    let (mut was, mut not, mut made) = (Vec::new(), kept.lapsed, Vec::new());
    for pair in rounds::proposals(tx, round).await? {
        let is_made = pair.fate == Fate::Introduced || pair.is_about_to_meet();
        let list = match pair.fate {
            Fate::Dropped => &mut not,
            _ if is_made => &mut made,
            Fate::Open | Fate::Introduced | Fate::Lapsed => &mut was,
        };
        list.push((pair.mentor, pair.mentee));
    }
    let looking = looking(tx).await?;
    let paired: HashSet<&UserId> = made.iter().flat_map(|(a, b)| [a, b]).collect();
    let people = kept.record.people();
    let gone = people.filter(|user| !looking.contains(user) && !paired.contains(user));
    edits.aside.extend(gone.cloned());
    // What other choices there are doesn't touch pairs that an owner decided on.
    edits.keep.extend(made);
    kept.record.ask(&edits.keep, &not, &edits.aside, was);
    Ok(Some(Question {
        mentor: asked.mentor.clone(),
        mentee: asked.mentee.clone(),
        record: kept.record,
    }))
}

/// Those who would still be introduced.
async fn looking(tx: &mut Reading) -> Result<HashSet<UserId>> {
    let all = participants::all(tx).await?.into_iter();
    let looking = all.filter(|one| one.standing == Standing::Active && one.waiting_since.is_some());
    Ok(looking.map(|one| one.user).collect())
}

async fn waits(tx: &mut Reading, round: RoundId) -> Result<bool> {
    let found = rounds::find(tx, round).await?;
    Ok(found.is_some_and(|round| round.state == State::Proposed))
}

/// Whether the round's input is still stored; it is not if somebody in it has erased their data.
async fn is_kept(tx: &mut Reading, round: RoundId) -> Result<bool> {
    let listed = rounds::listed(tx, round).await?;
    Ok(listed.is_some_and(|listed| listed.input == Some(round)))
}

/// Pure and slow: run it on a blocking thread. None if the pair would not be made anyway.
pub fn work_out(question: &Question) -> Option<(Change, Instead)> {
    let candidates = question.record.candidates();
    let with = matching::solve(&candidates);
    let (mentor, mentee) = (&question.mentor, &question.mentee);
    let mut pairs = with.pairs.iter();
    if !pairs.any(|pair| pair.mentor == *mentor && pair.mentee == *mentee) {
        return None;
    }
    let without = matching::if_ruled_out(&candidates, &with, mentor, mentee);
    let instead = Instead::between(&with, &without, (mentor, mentee));
    Some((Change::between(&with, &without), instead))
}

/// Tells the person who asked, also when there is no answer any more; `asking` separates repeats of the question.
pub async fn answer(
    tx: &mut Tx,
    asked: &WhatIf,
    worked_out: Option<(Question, Option<(Change, Instead)>)>,
    asking: i64,
) -> Result<()> {
    let (round, owner) = (asked.round, &asked.owner);
    if !is_owner(tx, owner).await? {
        return Ok(());
    }
    // The round may have been decided, replaced or erased meanwhile.
    let (waits, is_kept) = (waits(tx, round).await?, is_kept(tx, round).await?);
    let message = match worked_out {
        Some((question, change)) if waits && is_kept => {
            messages::what_if_not(round, (&question.mentor, &question.mentee), change)
        }
        _ if waits && !is_kept => messages::cannot_be_worked_out(),
        _ => messages::changed_since(),
    };
    let about = AboutRound::WhatIf {
        owner: owner.clone(),
        asking,
    };
    let key = Key::Round(round, about);
    outbox::post(
        tx,
        To::Person(owner.clone()),
        Kind::Answer,
        &key,
        message,
        None,
    )
    .await?;
    Ok(())
}
