//! Somebody who found a partner by an invitation and is still to be introduced: the words, and the place that it takes up.

use super::{Result, enrollment};
use crate::domain::ids::UserId;
use crate::md;
use crate::slack::words::Md;
use crate::store::candidates::{self, Places};
use crate::store::{Reading, rounds};

/// "You and @partner found each other …"; none for somebody who waits for no such introduction.
pub async fn line(tx: &mut Reading, user: &UserId) -> Result<Option<Md>> {
    let promised = rounds::promised(tx, user).await?;
    if promised.is_empty() {
        return Ok(None);
    }
    let first = enrollment::first_day(tx).await?;
    let lines = promised.iter().map(|pair| {
        let partner = pair.partner_of(user);
        match &first {
            _ if pair.waits_for_owner => md!(
                "*You and {} found each other.* One of the program's owners takes a quick look first, then I'll introduce you.",
                partner
            ),
            Some(day) => md!(
                "*You and {} found each other.* I'll introduce you on {}, the day of the first match.",
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

/// The places that somebody's partners take up, also those to whom they are still to be introduced: two yeses for one place would
/// both be promised a pair.
pub async fn places(tx: &mut Reading, user: &UserId) -> Result<Places> {
    let mut places = candidates::places(tx, user).await?;
    for pair in rounds::promised(tx, user).await? {
        if pair.mentor == *user {
            places.mentoring = places.mentoring.saturating_add(1);
        } else {
            places.learning = places.learning.saturating_add(1);
        }
    }
    Ok(places)
}
