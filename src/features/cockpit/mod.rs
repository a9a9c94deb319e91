//! `pairs` and `people`: everything that runs, for owners, in states and days. What an owner does for a pair is in the feature that
//! does it: `meetings` nudges, `checkins` asks, `endings` ends, `support` hands over, `introduction` swaps and makes.

mod messages;
#[cfg(test)]
mod tests;

use super::{Reply, Result, is_owner, refuse, settings};
use crate::shared::overview::{of_others, partners_of};
use crate::slack::event::Actor;
use crate::store::{Reading, overview, people};

/// Pairs in one modal: it has room for a hundred blocks, and a page is read at a glance.
const PAIRS: usize = 25;
/// People in one modal.
const PEOPLE: usize = 80;

/// All open pairs but the owner's own, those worth a look first.
pub async fn pairs(tx: &mut Reading, actor: &Actor, from: usize) -> Result<Reply> {
    only_owners(tx, actor).await?;
    let settings = settings(tx).await?;
    let zone = people::zone_or(tx, &actor.user, &settings.zone()).await?;
    let mut pairs = overview::pairs(tx).await?;
    let all = pairs.len();
    of_others(&mut pairs, &actor.user);
    let own = all - pairs.len();
    let from = page_of(from, pairs.len(), PAIRS);
    let past = overview::past(tx).await?;
    let list = messages::pairs(&pairs, (from, PAIRS), own, past, &zone, tx.now);
    Ok(Reply::page(list))
}

/// Everyone who takes part, by how they stand, but for the owner's own partners: whether somebody would take another says what they
/// chose.
pub async fn people(tx: &mut Reading, actor: &Actor, from: usize) -> Result<Reply> {
    only_owners(tx, actor).await?;
    let mut people = overview::people(tx).await?;
    let own = partners_of(tx, &actor.user).await?;
    people.retain(|one| !own.contains(&one.user));
    let from = page_of(from, people.len(), PEOPLE);
    let list = messages::people(&people, (from, PEOPLE), own.len(), tx.now);
    Ok(Reply::page(list))
}

/// A page that exists; lists get shorter while they are read.
fn page_of(from: usize, all: usize, page: usize) -> usize {
    if from < all {
        from
    } else {
        all.saturating_sub(1) / page * page
    }
}

async fn only_owners(tx: &mut Reading, actor: &Actor) -> Result<()> {
    settings(tx).await?;
    if is_owner(tx, &actor.user).await? {
        return Ok(());
    }
    refuse("Only the program's owners see all pairs. `/reverse-mentor status` shows you yours.")
}
