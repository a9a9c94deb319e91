//! Introductions to come end with whoever is gone, and with a pair of the same two.

use super::meet::tell_lapsed;
use super::promised::{not_this_time, yes_is_over};
use crate::domain::happening::Happening;
use crate::domain::ids::{PairId, UserId};
use crate::features::Result;
use crate::store::rounds::{self, Fate, Origin};
use crate::store::{Tx, pairs};

/// Somebody is gone: nobody waits any longer for an introduction to them, which may be weeks away when the first match or the end
/// of a break comes before it.
pub async fn departed(tx: &mut Tx, user: &UserId) -> Result<()> {
    for round in rounds::with_open_pair_of(tx, user).await? {
        let mut theirs = rounds::proposals(tx, round.id).await?;
        theirs.retain(|pair| pair.has(user) && pair.fate == Fate::Open);
        for pair in &theirs {
            let two = (&pair.mentor, &pair.mentee);
            rounds::settle(tx, round.id, two, Fate::Lapsed, None).await?;
            match round.origin {
                Origin::Invite => {
                    rounds::begin_introducing(tx, round.id).await?;
                    not_this_time(tx, round.id, pair).await?;
                }
                // No card stands of it, and whoever made it reads so.
                Origin::ByHand => tell_lapsed(tx, &round, &[(pair, None)]).await?,
                Origin::Scheduled
                | Origin::Asked
                | Origin::Rolling
                | Origin::Confirm
                | Origin::Swap => {}
            }
        }
        if !theirs.is_empty() {
            tx.happens(Happening::PairsLapsed(round.id));
        }
    }
    Ok(())
}

/// Two became a pair: whatever else had proposed the same two is settled with that, and nobody reads that they won't be one.
pub async fn met(tx: &mut Tx, pair: PairId) -> Result<()> {
    let Some(pair) = pairs::find(tx, pair).await? else {
        return Ok(());
    };
    for round in rounds::with_open_pair_of(tx, &pair.mentor).await? {
        let mut same = rounds::proposals(tx, round.id).await?;
        same.retain(|one| one.fate == Fate::Open && pair.has(&one.mentor) && pair.has(&one.mentee));
        for one in &same {
            let two = (&one.mentor, &one.mentee);
            let is_this = *two.0 == pair.mentor;
            let fate = if is_this {
                Fate::Introduced
            } else {
                Fate::Lapsed
            };
            rounds::settle(tx, round.id, two, fate, None).await?;
            if round.origin == Origin::Invite {
                rounds::begin_introducing(tx, round.id).await?;
                yes_is_over(tx, two).await?;
            }
        }
        if !same.is_empty() {
            tx.happens(Happening::PairsLapsed(round.id));
        }
    }
    Ok(())
}
