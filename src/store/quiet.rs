//! People who are not asked to join again. What is stored of them is a keyed hash, which names nobody and cannot be turned back
//! without the workspace's own key, so it may outlive an erasing.

use super::db::{Reading, Result, Sealed, StoreError, Tx, sql};
use super::seal::Keys;
use crate::domain::ids::UserId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const KEY: Sealed = Sealed {
    table: "quiet_keys",
    what: "the key of the marks of people who are not asked again",
};

/// This person is not asked again.
pub async fn keep(tx: &mut Tx, user: &UserId) -> Result<()> {
    let key = match key(tx).await? {
        Some(key) => key,
        None => make_key(tx).await?,
    };
    tx.run(sql!(
        "insert into quiet (team_id, mark, made_at) values ($1, $2, $3) on conflict do nothing",
        tx.team(),
        mark(&key, user)?,
        tx.now
    ))
    .await?;
    Ok(())
}

/// Whether this person is not asked again.
pub async fn has(tx: &mut Reading, user: &UserId) -> Result<bool> {
    let Some(key) = key(tx).await? else {
        return Ok(false);
    };
    let found: Option<i64> = tx
        .maybe(sql!(
            "select made_at from quiet where team_id = $1 and mark = $2",
            tx.team(),
            mark(&key, user)?
        ))
        .await?;
    Ok(found.is_some())
}

/// What was to reach them did not: they may be asked after all.
pub async fn forget(tx: &mut Tx, user: &UserId) -> Result<()> {
    let Some(key) = key(tx).await? else {
        return Ok(());
    };
    tx.run(sql!(
        "delete from quiet where team_id = $1 and mark = $2",
        tx.team(),
        mark(&key, user)?
    ))
    .await?;
    Ok(())
}

async fn key(tx: &mut Reading) -> Result<Option<String>> {
    let sealed: Option<String> = tx
        .maybe(sql!(
            "select key_sealed from quiet_keys where team_id = $1",
            tx.team()
        ))
        .await?;
    let open = |sealed: String| KEY.open(tx.keys(), tx.team().to_string(), &sealed);
    sealed.map(open).transpose()
}

async fn make_key(tx: &mut Tx) -> Result<String> {
    let key = Keys::generate().map_err(StoreError::from)?;
    let sealed = KEY.seal(tx.keys(), tx.team().to_string(), &key)?;
    tx.run(sql!(
        "insert into quiet_keys (team_id, key_sealed) values ($1, $2) on conflict do nothing",
        tx.team(),
        sealed
    ))
    .await?;
    Ok(key)
}

fn mark(key: &str, user: &UserId) -> Result<String> {
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes());
    let mut mac = mac.map_err(|_| StoreError::Unreadable(KEY.what))?;
    mac.update(user.as_str().as_bytes());
    Ok(const_hex::encode(mac.finalize().into_bytes()))
}
