//! People who are not asked to join again, and people who once said no to somebody who has erased their data since. What is stored
//! of them is a keyed hash, which names nobody and cannot be turned back without the workspace's own key, so it may outlive an
//! erasing.

use super::db::{Reading, Result, Sealed, StoreError, Tx, sql};
use super::seal::Keys;
use crate::domain::ids::UserId;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use std::collections::HashSet;

const KEY: Sealed = Sealed {
    table: "quiet_keys",
    what: "the key of the marks of people who are not asked again",
};

/// This person is not asked again.
pub async fn keep(tx: &mut Tx, user: &UserId) -> Result<()> {
    add(tx, user.as_str()).await
}

/// Whether this person is not asked again.
pub async fn has(tx: &mut Reading, user: &UserId) -> Result<bool> {
    Ok(marked_at(tx, user.as_str()).await?.is_some())
}

/// `colleague` said no to `inviter`, who is erased: neither meets the other should the inviter come back, and the colleague is not
/// asked to join either.
pub async fn keep_no(tx: &mut Tx, inviter: &UserId, colleague: &UserId) -> Result<()> {
    keep(tx, colleague).await?;
    add_anew(tx, &of_inviter(inviter)).await?;
    add_anew(tx, &of_two(inviter, colleague)).await
}

/// `colleague` is erased, too, which takes back what they said to anybody before.
pub async fn take_back(tx: &mut Tx, colleague: &UserId) -> Result<()> {
    add_anew(tx, &of_taking_back(colleague)).await
}

/// Whether `colleague` said no to `inviter` before the inviter was erased.
pub async fn said_no(tx: &mut Reading, inviter: &UserId, colleague: &UserId) -> Result<bool> {
    let Some(said) = marked_at(tx, &of_two(inviter, colleague)).await? else {
        return Ok(false);
    };
    let taken_back = marked_at(tx, &of_taking_back(colleague)).await?;
    Ok(taken_back.is_none_or(|at| at < said))
}

/// Pairs (inviter, colleague) among `people` of whom the second said no before the first was erased.
pub async fn apart(tx: &mut Reading, people: &[&UserId]) -> Result<Vec<(UserId, UserId)>> {
    let Some(key) = key(tx).await? else {
        return Ok(Vec::new());
    };
    let marks = sql!("select mark from quiet where team_id = $1", tx.team());
    let marks: HashSet<String> = tx.values(marks).await?.into_iter().collect();
    let mut apart = Vec::new();
    for &inviter in people {
        // Hardly anybody is one, so not every two people are looked at.
        if !marks.contains(&mark(&key, &of_inviter(inviter))?) {
            continue;
        }
        for &colleague in people {
            let is_marked = marks.contains(&mark(&key, &of_two(inviter, colleague))?);
            if is_marked && said_no(tx, inviter, colleague).await? {
                apart.push((inviter.clone(), colleague.clone()));
            }
        }
    }
    Ok(apart)
}

fn of_inviter(inviter: &UserId) -> String {
    format!("a no to/{inviter}")
}

fn of_two(inviter: &UserId, colleague: &UserId) -> String {
    format!("a no to/{inviter}/{colleague}")
}

fn of_taking_back(colleague: &UserId) -> String {
    format!("takes back/{colleague}")
}

async fn add(tx: &mut Tx, what: &str) -> Result<()> {
    let key = match key(tx).await? {
        Some(key) => key,
        None => make_key(tx).await?,
    };
    tx.run(sql!(
        "insert into quiet (team_id, mark, made_at) values ($1, $2, $3) on conflict do nothing",
        tx.team(),
        mark(&key, what)?,
        tx.now
    ))
    .await?;
    Ok(())
}

/// The same, as of now if it is there already.
async fn add_anew(tx: &mut Tx, what: &str) -> Result<()> {
    remove(tx, what).await?;
    add(tx, what).await
}

async fn remove(tx: &mut Tx, what: &str) -> Result<()> {
    let Some(key) = key(tx).await? else {
        return Ok(());
    };
    tx.run(sql!(
        "delete from quiet where team_id = $1 and mark = $2",
        tx.team(),
        mark(&key, what)?
    ))
    .await?;
    Ok(())
}

async fn marked_at(tx: &mut Reading, what: &str) -> Result<Option<Timestamp>> {
    let Some(key) = key(tx).await? else {
        return Ok(None);
    };
    tx.maybe(sql!(
        "select made_at from quiet where team_id = $1 and mark = $2",
        tx.team(),
        mark(&key, what)?
    ))
    .await
}

/// What was to reach them did not: they may be asked after all.
pub async fn forget(tx: &mut Tx, user: &UserId) -> Result<()> {
    remove(tx, user.as_str()).await
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

fn mark(key: &str, what: &str) -> Result<String> {
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes());
    let mut mac = mac.map_err(|_| StoreError::Unreadable(KEY.what))?;
    mac.update(what.as_bytes());
    Ok(const_hex::encode(mac.finalize().into_bytes()))
}
