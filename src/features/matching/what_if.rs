//! What a pair is worth to its round, before an owner leaves it out: the round is solved without it, and the difference told
//! to whoever asked.
//!
//! Asking sets a timer; the matcher solves outside any transaction, from what the round was made from and what owners asked
//! of it since; the answer is a direct message. A question survives a restart like everything else.

use super::messages;
use super::owners::{card, found};
use crate::domain::ids::{RoundId, UserId};
use crate::domain::matching::{self, Change, Record};
use crate::domain::timer::Kind as Timing;
use crate::features::{Reply, Result, is_owner, owners_only, settings};
use crate::slack::event::Actor;
use crate::store::outbox::{self, Kind, To};
use crate::store::rounds::{self, Fate, State};
use crate::store::{Tx, programs, timers};

/// Questions one program has open at once. Each costs two solutions: a second or two in a company of thousands.
const AT_ONCE: i64 = 3;

/// An owner asks what would change without a pair.
pub async fn ask(
    tx: &mut Tx,
    actor: &Actor,
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
) -> Result<Reply> {
    let settings = settings(tx).await?;
    owners_only(tx, &settings, actor).await?;
    let is_open = found(tx, round).await?.state == State::Proposed;
    let card = card(tx, &settings, round, 0).await?;
    let mut open = card.open();
    if !is_open || !open.any(|pair| pair.mentor == *mentor && pair.mentee == *mentee) {
        return Ok(card.reply());
    }
    let listed = rounds::listed(tx, round).await?;
    if listed.is_none_or(|listed| listed.input != Some(round)) {
        return Ok(Reply::say(messages::cannot_be_worked_out()));
    }
    if timers::count(tx, Timing::WhatIf).await? >= AT_ONCE {
        return Ok(Reply::say(messages::still_working()));
    }
    let subject = format!("{round}/{}/{mentor}/{mentee}", actor.user);
    timers::soon(tx, Timing::WhatIf, subject).await?;
    Ok(Reply::say(messages::working_out(mentor, mentee)))
}

/// What was asked, and all that the answer takes.
pub struct Question {
    owner: UserId,
    round: RoundId,
    mentor: UserId,
    mentee: UserId,
    record: Record,
}

/// Reads a question by its timer's subject; none when it no longer applies.
pub async fn question(tx: &mut Tx, subject: &str) -> Result<Option<Question>> {
    let mut parts = subject.split('/');
    let round = parts.next().and_then(|id| id.parse().ok()).map(RoundId);
    let mut user = || parts.next().map(UserId::from);
    let (Some(round), Some(owner), Some(mentor), Some(mentee)) = (round, user(), user(), user())
    else {
        return Ok(None);
    };
    if !still_asks(tx, round, &owner).await? {
        return Ok(None);
    }
    let Some(mut kept) = rounds::input(tx, round).await? else {
        return Ok(None);
    };
    let edits = rounds::edits(tx, round).await?;
    let (mut was, mut not) = (Vec::new(), kept.lapsed);
    for pair in rounds::proposals(tx, round).await? {
        let list = if pair.fate == Fate::Dropped {
            &mut not
        } else {
            &mut was
        };
        list.push((pair.mentor, pair.mentee));
    }
    kept.record.ask(&edits.keep, &not, &edits.aside, was);
    Ok(Some(Question {
        owner,
        round,
        mentor,
        mentee,
        record: kept.record,
    }))
}

/// Whether the round still waits, and whoever asked may still know.
async fn still_asks(tx: &mut Tx, round: RoundId, owner: &UserId) -> Result<bool> {
    let Some(program) = programs::find(tx).await? else {
        return Ok(false);
    };
    let waits = rounds::find(tx, round).await?;
    let waits = waits.is_some_and(|round| round.state == State::Proposed);
    Ok(waits && is_owner(tx, &program.settings, owner).await?)
}

/// Pure and slow: run on a blocking thread. None where the pair would not come about anyway.
pub fn work_out(question: &Question) -> Option<Change> {
    let candidates = question.record.candidates();
    let with = matching::solve(&candidates);
    let (mentor, mentee) = (&question.mentor, &question.mentee);
    let mut pairs = with.pairs.iter();
    if !pairs.any(|pair| pair.mentor == *mentor && pair.mentee == *mentee) {
        return None;
    }
    let without = matching::if_ruled_out(&candidates, &with, mentor, mentee);
    Some(Change::between(&with, &without))
}

/// Tells whoever asked; `asking` tells this question from the same one asked again.
pub async fn answer(
    tx: &mut Tx,
    question: &Question,
    change: Option<Change>,
    asking: i64,
) -> Result<()> {
    let (round, owner) = (question.round, &question.owner);
    if !still_asks(tx, round, owner).await? {
        return Ok(());
    }
    let two = (&question.mentor, &question.mentee);
    let message = messages::what_if_not(round, two, change);
    let to = To::Person(owner.clone());
    let key = format!("round/{round}/what_if/{owner}/{asking}");
    outbox::post(tx, to, Kind::Answer, &key, message, None).await?;
    Ok(())
}
