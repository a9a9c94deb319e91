//! The cards of check-ins as they are now: what no longer waits for an answer says so.

use super::common::cards_changed;
use super::due::applies;
use super::{closing, messages, word};
use crate::domain::checkin::{Kind, StillGood};
use crate::domain::ids::{CheckinId, PairId, UserId};
use crate::domain::message::Message;
use crate::domain::pair::{self, Pair};
use crate::features::Result;
use crate::md;
use crate::store::checkins::{self, Checkin};
use crate::store::{Reading, Tx, pairs};

/// Their months are over, or the pair is: what was asked of the two no longer waits for them.
pub async fn months_are_over(tx: &mut Tx, id: PairId) -> Result<()> {
    if let Some(pair) = pairs::find(tx, id).await? {
        for user in pair.members() {
            cards_changed(tx, &pair, user).await?;
        }
    }
    Ok(())
}

/// Somebody says that they met: they are no longer asked whether all is well. Nothing changes for the partner.
pub async fn they_met(tx: &mut Tx, id: PairId, user: &UserId) -> Result<()> {
    match pairs::find(tx, id).await? {
        Some(pair) => cards_changed(tx, &pair, user).await,
        None => Ok(()),
    }
}

/// Somebody is back from a break: their partners read no more that they need not wait, and a later break is another one.
pub async fn partner_back(tx: &mut Tx, user: &UserId) -> Result<()> {
    for pair in pairs::open_of(tx, user).await? {
        let partner = pair.partner_of(user);
        checkins::partner_back(tx, pair.id, partner).await?;
        cards_changed(tx, &pair, partner).await?;
    }
    Ok(())
}

/// A check-in's card once it no longer waits for an answer; none while it does.
pub async fn card(tx: &mut Reading, id: CheckinId) -> Result<Option<Message>> {
    let Some(checkin) = checkins::find(tx, id).await? else {
        return Ok(None);
    };
    let Some(pair) = pairs::find(tx, checkin.pair).await? else {
        return Ok(None);
    };
    if !pair.has(&checkin.user) || checkin.kind == Kind::HelpNote {
        // A note to an owner says what was, and asks nothing.
        return Ok(None);
    }
    let goes_on = checkin.kind == Kind::Closing && checkin.number < pair.cycles;
    let is_open = checkin.said.is_none() && checkin.answered_at.is_none();
    Ok(match pair.state {
        // That of an earlier term says what came of it no more.
        pair::State::Closed if checkin.kind == Kind::Closing && !goes_on => {
            Some(closing::card(&pair, &checkin))
        }
        pair::State::Closed if checkin.said.as_deref() == Some(word(StillGood::EndKindly)) => {
            Some(messages::ended(&pair, &checkin.user))
        }
        pair::State::Closed => Some(messages::pair_is_closed(&pair, &checkin.user)),
        _ if goes_on => Some(messages::pair_goes_on(&pair, &checkin.user)),
        _ if is_open && !still_asks(tx, &pair, &checkin).await? => asks_no_longer(&pair, &checkin),
        _ => None,
    })
}

/// Whether the reason for a check-in that stands somewhere holds.
async fn still_asks(tx: &mut Reading, pair: &Pair, checkin: &Checkin) -> Result<bool> {
    if !applies(tx, pair, checkin).await? {
        return Ok(false);
    }
    if checkin.kind == Kind::OwnerAsks {
        return Ok(!is_of_earlier_term(tx, pair, checkin).await?);
    }
    Ok(true)
}

/// Whether the pair has gone on together since the check-in.
async fn is_of_earlier_term(tx: &mut Reading, pair: &Pair, checkin: &Checkin) -> Result<bool> {
    let all = checkins::of(tx, pair.id).await?;
    Ok(all.iter().any(|one| {
        let earlier = one.kind == Kind::Closing && one.number < pair.cycles;
        earlier && one.created_at >= checkin.created_at
    }))
}

/// In place of a check-in that nobody answered and whose reason is gone.
fn asks_no_longer(pair: &Pair, checkin: &Checkin) -> Option<Message> {
    let partner = pair.partner_of(&checkin.user);
    let text = match checkin.kind {
        Kind::StillGood => md!(
            "I had asked how it goes with {}. You've told me of a meeting since, so there's nothing to answer.",
            partner
        ),
        Kind::PartnerAway => md!("{}'s long break is over.", partner),
        Kind::OwnerAsks if pair.runs() => return Some(messages::pair_goes_on(pair, &checkin.user)),
        Kind::OwnerAsks => md!(
            "Your months with {} are over, so there's nothing to answer here.",
            partner
        ),
        Kind::Midpoint | Kind::Closing | Kind::QuietNote | Kind::HelpNote | Kind::ClosingEnds => {
            return None;
        }
    };
    Some(text.into())
}
