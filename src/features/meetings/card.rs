//! The cards of a month as they are now, wherever they stand.

use super::month::{Month, as_seen, month, on_break};
use super::{messages, replies};
use crate::domain::card::Card;
use crate::domain::cycle::Plan;
use crate::domain::ids::CycleId;
use crate::domain::message::Message;
use crate::domain::timer::Timer;
use crate::features::Result;
use crate::md;
use crate::store::outbox::{Lane, cards};
use crate::store::{Reading, Tx, timers};

/// The month's card at a place. What one of them answered in private does not show on it.
pub async fn card(tx: &mut Reading, cycle: CycleId, place: &Lane) -> Result<Option<Message>> {
    let Some(month) = month(tx, cycle).await? else {
        return Ok(None);
    };
    let month = match place {
        Lane::Person(user) => as_seen(tx, month, user).await?,
        _ => Month {
            cycle: month.cycle.clone().unanswered(),
            ..month
        },
    };
    if let Some(over) = over(&month) {
        return Ok(Some(over));
    }
    let plan = month.cycle.plan(tx.now);
    if !matches!(plan, Plan::Ahead(_)) && month.is_running() && on_break(tx, &month.pair).await? {
        return Ok(Some(replies::on_hold(&month)));
    }
    Ok(Some(match (place, plan) {
        (Lane::Pair(_), Plan::Ahead(at)) => messages::plan_stands(&month, at, tx.now),
        (Lane::Pair(_), Plan::Passed(at)) => messages::plan_has_passed(&month, at, tx.now),
        _ => replies::stands(&month, tx.now),
    }))
}

/// Timer `PlanPassed`: the cards of the month no longer show a plan that can be moved. For somebody who has said that they met
/// before, it is over when it begins; for the others, when they are asked about it.
pub async fn plan_passed(tx: &mut Tx, cycle: CycleId) -> Result<()> {
    let Some(month) = month(tx, cycle).await? else {
        return Ok(());
    };
    if let Some(at) = month.cycle.plan_changes_at(tx.now) {
        timers::at(tx, &Timer::PlanPassed(cycle), at).await?;
    }
    Ok(cards::changed(tx, Card::Month(cycle), &month.pair.lanes()).await?)
}

/// The question whether they met; it changes only once the pair is over and nobody needs the answer any more.
pub async fn question_card(tx: &mut Reading, cycle: CycleId) -> Result<Option<Message>> {
    let month = month(tx, cycle).await?;
    let month = month.filter(|month| !month.pair.is_open());
    Ok(month.as_ref().and_then(over))
}

/// The same words however the month went.
fn over(month: &Month) -> Option<Message> {
    let (mentee, mentor) = (&month.pair.mentee, &month.pair.mentor);
    if month.cycle.closed_at.is_some() {
        let number = month.cycle.number;
        return Some(md!("{} and {}: month {} is over.", mentee, mentor, number).into());
    }
    let is_over = !month.pair.is_open();
    is_over.then(|| md!("{} and {}: your pair has come to an end.", mentee, mentor).into())
}
