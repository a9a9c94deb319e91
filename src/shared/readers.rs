//! Whether something is still for somebody's eyes: people stop acting for the program, while messages wait for them and cards
//! stand with them.

use super::{Result, owners};
use crate::domain::card::Card;
use crate::domain::ids::{RoundId, UserId};
use crate::domain::key::Readers;
use crate::domain::outgoing::Lane;
use crate::store::outbox::cards;
use crate::store::rounds::{self, State};
use crate::store::{Reading, Tx, pairs, people};

pub async fn may_read(tx: &mut Reading, readers: Readers<'_>, user: &UserId) -> Result<bool> {
    Ok(match readers {
        Readers::Anyone => true,
        Readers::Owners => owners::is_owner(tx, user).await?,
        Readers::OwnersAndAdmins => {
            owners::is_owner(tx, user).await? || people::admins(tx).await?.contains(user)
        }
        Readers::Deciders(round) => {
            owners::is_owner(tx, user).await? || stands_in(tx, round, user).await?
        }
        Readers::AboutPair(pair) => match pairs::find(tx, pair).await? {
            Some(pair) => is_told(tx, (&pair.mentor, &pair.mentee), user).await?,
            None => false,
        },
        Readers::AboutTwo(mentor, mentee) => is_told(tx, (mentor, mentee), user).await?,
    })
}

async fn is_told(tx: &mut Reading, pair: (&UserId, &UserId), user: &UserId) -> Result<bool> {
    Ok(owners::deciders(tx).await?.include(user, pair))
}

/// Whether an admin decides on this round in place of the owners who are in it.
async fn stands_in(tx: &mut Reading, round: RoundId, user: &UserId) -> Result<bool> {
    let pairs = rounds::proposals(tx, round).await?;
    if pairs.is_empty() {
        // They are forgotten, so nothing of them is shown: the card of an admin who stood in stays as it is.
        return Ok(people::admins(tx).await?.contains(user));
    }
    let pairs = pairs.iter().map(|pair| (&pair.mentor, &pair.mentee));
    let stand_ins = owners::deciders(tx).await?.stand_ins(pairs);
    Ok(stand_ins.contains(user))
}

/// Whether a card is for the eyes of whoever reads at this place.
pub async fn may_stand(tx: &mut Reading, card: Card, place: &Lane) -> Result<bool> {
    let Lane::Person(user) = place else {
        return Ok(true);
    };
    may_read(tx, card.readers(), user).await
}

/// Others act for the program now: the cards of those who no longer do become a line. What is still open changes in its place,
/// since they may be owners again before it is over.
pub async fn changed(tx: &mut Tx) -> Result<()> {
    for (card, place) in cards::of_owners(tx).await? {
        if may_stand(tx, card, &place).await? {
            continue;
        }
        if is_open(tx, card).await? {
            cards::changed(tx, card, &[place]).await?;
        } else {
            cards::retired(tx, card, &place).await?;
        }
    }
    Ok(())
}

async fn is_open(tx: &mut Reading, card: Card) -> Result<bool> {
    let Card::Round(round) = card else {
        return Ok(true);
    };
    let round = rounds::find(tx, round).await?;
    Ok(round.is_some_and(|round| round.state == State::Proposed))
}
