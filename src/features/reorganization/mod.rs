//! A re-organization puts a running pair in one reporting line: owners are told privately, and the pair is not.
//!
//! Only a line that is known after the change counts: about an unknown one, there is nothing to do or to say. While it is so,
//! the pair also stands on the owners' weekly companion.

mod messages;
#[cfg(test)]
mod tests;

use super::{Reply, Result, owners_only, refuse};
use crate::domain::ids::{PairId, UserId};
use crate::domain::key::{Key, Topic};
use crate::domain::matching;
use crate::domain::pair::Pair;
use crate::shared::{news, overview, owners};
use crate::slack::event::Actor;
use crate::store::outbox::{self, Kind, Lane};
use crate::store::{Tx, candidates, organization, pairs};

/// Somebody's manager is another one than before; `was` is the one before, if it was known. The lines of everybody below
/// them change, too, so all running pairs are looked at. Where the owners' file names a manager, no line changes.
pub async fn manager_changed(tx: &mut Tx, user: &UserId, was: Option<&UserId>) -> Result<()> {
    let listed = organization::find(tx, user).await?;
    if listed.is_some_and(|entry| entry.manager.is_some()) {
        return Ok(());
    }
    let running = pairs::open(tx).await?;
    if running.is_empty() {
        return Ok(());
    }
    let now = candidates::managers(tx).await?;
    let mut before = now.clone();
    before.remove(user);
    before.extend(was.map(|was| (user.clone(), was.clone())));
    for pair in running {
        let is_so = matching::are_in_one_line(&now, &pair.mentor, &pair.mentee);
        let was_so = matching::are_in_one_line(&before, &pair.mentor, &pair.mentee);
        match (was_so, is_so) {
            (false, true) => tell(tx, &pair).await?,
            (true, false) => over(tx, pair.id).await?,
            (false, false) | (true, true) => {}
        }
    }
    Ok(())
}

/// A file changed the managers of many: the running pairs that are in one line now, and were not before.
pub async fn lines_changed(tx: &mut Tx, already: &[PairId]) -> Result<()> {
    let now = candidates::pairs_in_one_line(tx).await?;
    for pair in &now {
        if !already.contains(&pair.id) {
            tell(tx, pair).await?;
        }
    }
    for pair in already {
        if !now.iter().any(|one| one.id == *pair) {
            over(tx, *pair).await?;
        }
    }
    Ok(())
}

/// Tells those who are told about the pair.
async fn tell(tx: &mut Tx, pair: &Pair) -> Result<()> {
    let contact = owners::contact(tx).await?;
    let contact = contact.filter(|contact| !pair.has(contact));
    let at = tx.now_ms();
    for owner in owners::told_about(tx, &pair.members()).await? {
        let owns = owners::is_owner(tx, &owner).await?;
        let message = messages::in_one_line(pair, contact.as_ref(), owns);
        let (to, pair) = (owner.clone(), pair.id);
        let key = Key::OneLine { pair, owner, at };
        news::tell(tx, &to, Kind::Companion, &key, message).await?;
    }
    Ok(())
}

/// The pair is over: owners who have not read about it yet need not.
pub async fn pair_ended(tx: &mut Tx, pair: PairId) -> Result<()> {
    over(tx, pair).await
}

/// It is no running pair in one reporting line any more.
async fn over(tx: &mut Tx, pair: PairId) -> Result<()> {
    let owners = owners::ever(tx).await?;
    let lanes: Vec<Lane> = owners.into_iter().map(Lane::Person).collect();
    outbox::withdraw(tx, Topic::OneLine(pair), &lanes).await?;
    Ok(())
}

/// An owner ends such a pair. Both partners read the same neutral words as after any other end.
pub async fn end(tx: &mut Tx, actor: &Actor, id: PairId) -> Result<Reply> {
    let Some(pair) = pairs::find(tx, id).await? else {
        owners_only(tx, actor).await?;
        return refuse("I can't find that pair anymore. It may have been erased.");
    };
    let deciders = owners::deciders(tx).await?;
    if !deciders.include(&actor.user, (&pair.mentor, &pair.mentee)) {
        owners_only(tx, actor).await?;
    }
    if pair.has(&actor.user) {
        return refuse("You're in this pair yourself. `/reverse-mentor end` is the way to end it.");
    }
    if !pair.is_open() {
        return Ok(Reply::say(messages::over_already(&pair)));
    }
    // Only what is true at this moment gives owners a reason to decide for two others.
    let managers = candidates::managers(tx).await?;
    if !matching::are_in_one_line(&managers, &pair.mentor, &pair.mentee) {
        return Ok(Reply::say(messages::no_longer_in_one_line(&pair)));
    }
    overview::end(tx, Some(&actor.user), id).await?;
    Ok(Reply::say(messages::ended(&pair)).with_home())
}
