//! Who may decide on a round. Owners may, but nobody alone on a pair that they are in: another owner does, or else an admin, and
//! only where there is nobody else, they themselves.

use super::card::Card;
use crate::domain::ids::UserId;
use crate::features::{Result, is_owner, owners_only};
use crate::slack::event::Actor;
use crate::store::Reading;
use crate::store::rounds::Proposal;

/// Refuses anyone who may not decide on this round.
pub(super) async fn deciders_only(tx: &mut Reading, actor: &Actor, card: &Card) -> Result<()> {
    if is_owner(tx, &actor.user).await? || stand_ins(card).contains(&actor.user) {
        return Ok(());
    }
    owners_only(tx, actor).await
}

/// The admins who decide on a round because every pair in it is of somebody who acts for the program, and nobody else does.
pub(super) fn stand_ins(card: &Card) -> Vec<UserId> {
    let pairs = card.proposals.iter();
    card.deciders
        .stand_ins(pairs.map(|pair| (&pair.mentor, &pair.mentee)))
}

/// Whether somebody leaves this pair to others, because they are in it.
pub(super) fn is_barred(card: &Card, user: &UserId, pair: &Proposal) -> bool {
    card.deciders.bar(user, (&pair.mentor, &pair.mentee))
}
