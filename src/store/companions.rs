//! What each owner last read in their weekly note.

use super::db::{Reading, Result, Tx, sql, to_json};
use crate::domain::companion::Thing;
use crate::domain::ids::UserId;
use sha2::{Digest, Sha256};

/// Names of things, as they are stored: digests, which name nobody.
pub type Names = Vec<String>;

/// The names of `things`.
pub fn names(things: &[Thing]) -> Result<Names> {
    things.iter().map(name).collect()
}

fn name(thing: &Thing) -> Result<String> {
    let digest = Sha256::digest(to_json(thing, "a thing in a note")?);
    Ok(const_hex::encode(&digest[..16]))
}

/// What the last note to an owner listed, as far as it is still so.
pub async fn said(tx: &mut Reading, owner: &UserId) -> Result<Names> {
    tx.values(sql!(
        "select thing from companions where team_id = $1 and owner = $2 order by thing",
        tx.team(),
        owner
    ))
    .await
}

/// Notes what an owner has read, in place of what they read before.
pub async fn say(tx: &mut Tx, owner: &UserId, things: &Names) -> Result<()> {
    tx.run(sql!(
        "delete from companions where team_id = $1 and owner = $2",
        tx.team(),
        owner
    ))
    .await?;
    also(tx, owner, things).await
}

/// Notes what an owner has read in a message of its own.
pub async fn also(tx: &mut Tx, owner: &UserId, things: &Names) -> Result<()> {
    for thing in things {
        tx.run(sql!(
            "insert into companions (team_id, owner, thing, said_at) values ($1, $2, $3, $4) on conflict do nothing",
            tx.team(),
            owner,
            thing,
            tx.now
        ))
        .await?;
    }
    Ok(())
}

/// Forgets that owners have read of these: should they come up again, all of them read so.
pub async fn unsay(tx: &mut Tx, things: &Names) -> Result<()> {
    for thing in things {
        tx.run(sql!(
            "delete from companions where team_id = $1 and thing = $2",
            tx.team(),
            thing
        ))
        .await?;
    }
    Ok(())
}
