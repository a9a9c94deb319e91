//! Somebody who found a partner by an invitation and is still to be introduced: the words.

use super::{Result, enrollment};
use crate::domain::ids::UserId;
use crate::md;
use crate::shared::enrollment::First;
use crate::slack::words::Md;
use crate::store::{Reading, rounds};

/// "You and @partner found each other …"; none for somebody who waits for no such introduction.
pub async fn line(tx: &mut Reading, user: &UserId) -> Result<Option<Md>> {
    let promised = rounds::promised(tx, user).await?;
    if promised.is_empty() {
        return Ok(None);
    }
    let first = enrollment::first_for(tx, user).await?;
    let lines = promised.iter().map(|pair| {
        let partner = pair.partner_of(user);
        match &first {
            _ if pair.waits_for_owner => md!(
                "*You and {} found each other.* One of the program's owners takes a quick look first, then I'll introduce you.",
                partner
            ),
            Some(First::On(day)) => md!(
                "*You and {} found each other.* I'll introduce you on {}, the day of the first match.",
                partner,
                day
            ),
            Some(First::DayBeingSet) => md!(
                "*You and {} found each other.* I'll introduce you at the first match, whose day is being set.",
                partner
            ),
            Some(First::Back(day)) => md!(
                "*You and {} found each other.* I'll introduce you on {}, when your break is over.",
                partner,
                day
            ),
            Some(First::GoesOn(day)) => md!(
                "*You and {} found each other.* I'll introduce you on {}, when the program goes on.",
                partner,
                day
            ),
            None => md!(
                "*You and {} found each other.* I'll introduce you within the next days.",
                partner
            ),
        }
    });
    Ok(Some(Md::join(lines.collect::<Vec<_>>(), "\n")))
}
