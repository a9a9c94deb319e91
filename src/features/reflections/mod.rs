//! One short question after a meeting, for one person's eyes only.
//!
//! It is asked right after the person's own yes, and after nothing else: a question that followed the partner's yes would tell
//! what they answered.

mod messages;
#[cfg(test)]
mod tests;

use super::{Reply, Result, not_erased, nothing_changed, refuse};
use crate::domain::cycle::MetAnswer;
use crate::domain::ids::{CycleId, PairId, ReflectionId, UserId};
use crate::domain::key::Key;
use crate::domain::pair::{self, Pair};
use crate::domain::questions::{self, Question, Side};
use crate::slack::event::{Actor, Answers};
use crate::store::outbox::{self, Kind, Passed, PassesOn, To};
use crate::store::reflections::Reflection;
use crate::store::{Reading, Tx, cycles, met, pairs, reflections};

/// A partner said that they met: asks them the question. The other one is asked after a yes of their own, because the question
/// would tell them what their partner answered.
pub async fn ask(tx: &mut Tx, pair: PairId, cycle: CycleId, user: &UserId) -> Result<()> {
    match open_pair(tx, pair).await? {
        Some(pair) => answer_yes(tx, &pair, cycle, user).await,
        None => Ok(()),
    }
}

/// Asks right after a person's own yes, because they are waiting for it.
async fn answer_yes(tx: &mut Tx, pair: &Pair, cycle: CycleId, user: &UserId) -> Result<()> {
    if let Some((id, question)) = pose(tx, pair, cycle, user).await? {
        let message = messages::question(id, &question, pair.partner_of(user));
        let to = To::Person(user.clone());
        outbox::post(
            tx,
            to,
            Kind::Reflection,
            &Key::Reflection(id),
            message,
            None,
        )
        .await?;
    }
    Ok(())
}

/// An earlier release asked after the partner's yes, and the question could not be sent that day: it counts as not asked. A
/// person who has said yes meanwhile gets it now.
pub async fn unsent(tx: &mut Tx, cycle: CycleId, user: &UserId) -> Result<()> {
    reflections::withdraw_of(tx, cycle, user).await?;
    let Some(cycle) = cycles::find(tx, cycle).await? else {
        return Ok(());
    };
    let Some(pair) = open_pair(tx, cycle.pair).await? else {
        return Ok(());
    };
    let said = met::of(tx, cycle.id).await?;
    let said = said.on_record(&pair, user).and_then(MetAnswer::parse);
    if said == Some(MetAnswer::Yes) {
        return answer_yes(tx, &pair, cycle.id, user).await;
    }
    Ok(())
}

/// Picks and stores the question; none if this person was already asked about this meeting.
async fn pose(
    tx: &mut Tx,
    pair: &Pair,
    cycle: CycleId,
    user: &UserId,
) -> Result<Option<(ReflectionId, Question)>> {
    let side = if *user == pair.mentor {
        Side::Mentor
    } else {
        Side::Mentee
    };
    let (own, theirs) = reflections::asked(tx, pair.id, user).await?;
    let question = questions::next(side, pair.id.0.cast_unsigned(), &own, &theirs);
    let id = reflections::create(tx, pair.id, cycle, user, &question.key()).await?;
    Ok(id.map(|id| (id, question)))
}

async fn open_pair(tx: &mut Reading, pair: PairId) -> Result<Option<Pair>> {
    let pair = pairs::find(tx, pair).await?;
    Ok(pair.filter(|pair| pair.state != pair::State::Closed))
}

/// The question's button: shows the stored answer to its author alone.
pub async fn open(tx: &mut Reading, actor: &Actor, reflection: ReflectionId) -> Result<Reply> {
    let (reflection, pair) = mine(tx, actor, reflection).await?;
    let shareable = pair.state != pair::State::Closed;
    Ok(Reply::modal(messages::form(
        &reflection,
        pair.partner_of(&actor.user),
        shareable,
    )))
}

pub async fn answered(
    tx: &mut Tx,
    actor: &Actor,
    reflection: ReflectionId,
    answers: &Answers,
) -> Result<Reply> {
    let (before, pair) = mine(tx, actor, reflection).await?;
    let text = answers.text("answer");
    let confidence = answers
        .one("confidence")
        .and_then(|rating| rating.parse::<u8>().ok())
        .filter(|rating| (1..=5).contains(rating));
    let wants_to_share = answers.many("share").iter().any(|value| value == "share");
    if text.is_none() && (wants_to_share || confidence.is_none()) && before.answer.is_none() {
        let problem = if wants_to_share {
            "There's nothing to share yet: write a line, or uncheck the box."
        } else {
            "Write a line or pick a number. Or close this window: no answer is fine too."
        };
        return Ok(Reply::errors(vec![("answer", problem.to_owned())]));
    }
    let same = text == before.answer.as_deref() && confidence == before.confidence;
    if same && (!wants_to_share || before.shared) {
        return Ok(Reply::modal(nothing_changed()));
    }
    reflections::answer(tx, reflection, text, confidence).await?;
    let mut shared = false;
    if let Some(text) = text.filter(|_| wants_to_share && pair.state != pair::State::Closed)
        && reflections::share(tx, reflection).await?
    {
        shared = true;
        let to = To::both(&pair);
        let key = Key::ReflectionShared(reflection);
        let message = messages::shared(&actor.user, &before, text);
        let passes_on = PassesOn::of(&actor.user, Passed::Thought);
        outbox::pass_on(tx, passes_on, to, &key, message).await?;
    }
    Ok(Reply::modal(messages::thanks(
        shared.then_some(pair.partner_of(&actor.user)),
    )))
}

/// The reflection, if the actor is its author.
async fn mine(tx: &mut Reading, actor: &Actor, id: ReflectionId) -> Result<(Reflection, Pair)> {
    let Some(reflection) = reflections::find(tx, id).await? else {
        return refuse("I can't find that question anymore. It may have been erased.");
    };
    if reflection.user != actor.user {
        return refuse("That question was for someone else, and only they can open it.");
    }
    match pairs::find(tx, reflection.pair).await? {
        Some(pair) => {
            not_erased(tx, &pair).await?;
            Ok((reflection, pair))
        }
        None => refuse("I can't find that question anymore. It may have been erased."),
    }
}
