//! Introductions to come end with whoever is gone.

use super::meet::tell_lapsed;
use super::promised::not_this_time;
use crate::domain::happening::Happening;
use crate::domain::ids::UserId;
use crate::features::Result;
use crate::store::Tx;
use crate::store::rounds::{self, Fate, Origin};

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
