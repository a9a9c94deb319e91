//! The cards of a month as they are now, wherever they stand.

use super::month::{Month, as_seen, month, on_break};
use super::{messages, replies};
use crate::domain::ids::CycleId;
use crate::domain::message::Message;
use crate::features::Result;
use crate::md;
use crate::store::Reading;
use crate::store::outbox::Lane;

/// The month's card at a place. What one of them answered in private does not show on it.
pub async fn card(tx: &mut Reading, cycle: CycleId, place: &Lane) -> Result<Option<Message>> {
    let Some(mut month) = month(tx, cycle).await? else {
        return Ok(None);
    };
    let readers = match place {
        Lane::Person(user) => vec![user.clone()],
        Lane::Pair(_)
        | Lane::Channel(_)
        | Lane::LookUp(_)
        | Lane::Directory
        | Lane::Home(_)
        | Lane::Token
        | Lane::Import(_)
        | Lane::Circle(_)
        | Lane::Cards(_) => month.both(),
    };
    for reader in readers {
        month = as_seen(tx, month, &reader).await?;
    }
    if let Some(over) = over(&month) {
        return Ok(Some(over));
    }
    let ahead = month
        .cycle
        .meets_at
        .filter(|_| month.cycle.is_ahead(tx.now));
    if ahead.is_none() && month.is_running() && on_break(tx, &month.pair).await? {
        return Ok(Some(replies::on_hold(&month)));
    }
    Ok(Some(match (place, ahead) {
        (Lane::Pair(_), Some(at)) => messages::plan_stands(&month, at, tx.now),
        _ => replies::stands(&month, tx.now),
    }))
}

/// The question whether they met; it changes only once nobody needs the answer any more.
pub async fn question_card(tx: &mut Reading, cycle: CycleId) -> Result<Option<Message>> {
    Ok(month(tx, cycle).await?.as_ref().and_then(over))
}

/// The same words however the month went.
fn over(month: &Month) -> Option<Message> {
    let (mentee, mentor) = (&month.pair.mentee, &month.pair.mentor);
    if !month.pair.is_open() {
        return Some(md!("{} and {}: your pair has come to an end.", mentee, mentor).into());
    }
    let is_over = month.cycle.closed_at.is_some();
    is_over.then(|| {
        md!(
            "{} and {}: month {} is over.",
            mentee,
            mentor,
            month.cycle.number
        )
        .into()
    })
}
