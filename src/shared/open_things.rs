//! Everything that is open in a program, with what happens next: for rehearsals, `doctor` and the model test.

use super::{Result, owners};
use crate::domain::open_thing::{Kind, OpenThing};
use crate::domain::timer::Timer;
use crate::store::{Reading, open_things, programs, timers};
use jiff::Timestamp;

/// What is open in the transaction's workspace; nothing while there is no program.
pub async fn all(tx: &mut Reading) -> Result<Vec<OpenThing>> {
    let Some(_) = programs::find(tx).await? else {
        return Ok(Vec::new());
    };
    let acting = owners::acting(tx).await?;
    let list = list_goes_out(tx, acting.are_admins).await?;
    let mut open = open_things::all(tx, list).await?;
    if acting.are_admins {
        open.push(OpenThing {
            kind: Kind::NoOwner,
            about: tx.team().to_string(),
            since: tx.now,
            next: list,
        });
    }
    Ok(open)
}

/// What is open and will stay so, because nothing happens by itself.
pub async fn stalled(tx: &mut Reading) -> Result<Vec<OpenThing>> {
    let now = tx.now;
    let mut stalled = all(tx).await?;
    stalled.retain(|open| open.is_stalled(now));
    Ok(stalled)
}

/// When the owners' list goes out next: with the digest, or while no owner is left, the note to the admins.
async fn list_goes_out(tx: &mut Reading, to_admins: bool) -> Result<Option<Timestamp>> {
    let list = if to_admins {
        let told = timers::due(tx, &Timer::Undelivered).await?;
        let looked = timers::due(tx, &Timer::Directory).await?;
        told.into_iter().chain(looked).min()
    } else {
        timers::due(tx, &Timer::Digest).await?
    };
    Ok(list)
}
