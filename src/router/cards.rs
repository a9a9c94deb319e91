//! Cards as they are when they are sent: the copy that stands, and older ones that it replaces.

use crate::domain::card::{Card, Posted};
use crate::domain::message::Message;
use crate::features::{Result, agreement, checkins, enrollment, invite, matching, meetings};
use crate::shared::readers;
use crate::store::Reading;
use crate::store::outbox::{Lane, cards};

/// What is left of an owners' card with somebody who no longer acts for the program.
const NOT_THEIRS: &str =
    "_This is for the program's owners, so there's nothing left for you to do here._";

/// Where a card is to be changed, and what it is from now on; none if it stands nowhere.
pub async fn changed_card(
    tx: &mut Reading,
    card: Card,
    place: &Lane,
    superseded: Option<&Posted>,
) -> Result<Option<(Posted, Message)>> {
    let is_theirs = readers::may_stand(tx, card, place).await?;
    if let Some(old) = superseded {
        let line = if is_theirs {
            further_down(card)
        } else {
            NOT_THEIRS
        };
        return Ok(Some((old.clone(), line.into())));
    }
    let Some(posted) = cards::at(tx, card, place).await? else {
        return Ok(None);
    };
    if !is_theirs {
        return Ok(Some((posted, NOT_THEIRS.into())));
    }
    let message = match card {
        Card::Agreement(pair) => agreement::card(tx, pair, place).await?,
        Card::Month(cycle) => meetings::card(tx, cycle, place).await?,
        Card::DidYouMeet(cycle) => meetings::question_card(tx, cycle).await?,
        Card::Checkin(checkin) => checkins::card(tx, checkin).await?,
        Card::Round(round) => matching::card(tx, round).await?,
        Card::Invitation(invitation) => invite::card(tx, invitation).await?,
        Card::FirstMatch(until) => enrollment::card(tx, until).await?,
    };
    Ok(message.map(|message| (posted, message)))
}

/// What is left of a copy when a newer one follows it.
fn further_down(card: Card) -> &'static str {
    match card {
        Card::Agreement(_) => "_Your goals are further down now._",
        Card::Month(_) => "_The latest about this meeting is further down._",
        Card::DidYouMeet(_) => "_I've asked again further down._",
        Card::Checkin(_) | Card::Round(_) | Card::Invitation(_) | Card::FirstMatch(_) => {
            "_This is further down now._"
        }
    }
}
