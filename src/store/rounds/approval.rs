//! Approved rounds, and pairs that an owner decided on by themselves, until their introductions begin.

use super::{Round, round, select};
use crate::domain::ids::{RoundId, UserId};
use crate::store::db::{AnyRow, Columns as _, Reading, Result, Tx, sql};
use jiff::Timestamp;

/// Approves a proposed round whose introductions begin at `introduce_at`; false when it was decided before.
pub async fn approve(
    tx: &mut Tx,
    id: RoundId,
    by: &UserId,
    introduce_at: Timestamp,
) -> Result<bool> {
    tx.changes(sql!(
        "update rounds set state = 'approved', decided_by = $1, decided_at = $2, introduce_at = $3
         where team_id = $4 and id = $5 and state = 'proposed'",
        by,
        tx.now,
        introduce_at,
        tx.team(),
        id
    ))
    .await
}

/// Puts an approved round back; false when its introductions have begun, or when it waits for an owner anyway.
pub async fn reopen(tx: &mut Tx, id: RoundId) -> Result<bool> {
    tx.changes(sql!(
        "update rounds set state = 'proposed', decided_by = null, decided_at = null, introduce_at = null
         where team_id = $1 and id = $2 and state = 'approved' and introduce_at > $3",
        tx.team(),
        id,
        tx.now
    ))
    .await
}

/// Takes back what an owner chose by hand, with nothing left to decide on; false when its introductions have begun.
pub async fn withdraw(tx: &mut Tx, id: RoundId, by: &UserId) -> Result<bool> {
    let undone = tx.changes(sql!(
        "update rounds set state = 'rejected', decided_by = $1, decided_at = $2, introduce_at = null
         where team_id = $3 and id = $4 and state = 'approved' and introduce_at > $2",
        by,
        tx.now,
        tx.team(),
        id
    ));
    if !undone.await? {
        return Ok(false);
    }
    tx.run(sql!(
        "update proposals set introduce_at = null, settled_by = null
         where team_id = $1 and round_id = $2 and state = 'open'",
        tx.team(),
        id
    ))
    .await?;
    Ok(true)
}

/// What was decided is taken back: from now on (`decided_at`), the round waits like a new one. False where it does not wait.
pub async fn waits_anew(tx: &mut Tx, id: RoundId) -> Result<bool> {
    tx.changes(sql!(
        "update rounds set decided_at = $1 where team_id = $2 and id = $3 and state = 'proposed'",
        tx.now,
        tx.team(),
        id
    ))
    .await
}

/// From now on, an approved round cannot be undone. Kept as a fact of its own, so that a replica with a slow clock knows it, too.
pub async fn begin_introducing(tx: &mut Tx, id: RoundId) -> Result<bool> {
    tx.changes(sql!(
        "update rounds set introduce_at = null where team_id = $1 and id = $2 and introduce_at is not null",
        tx.team(),
        id
    ))
    .await
}

/// Approved rounds that can still be undone, oldest first.
pub async fn approved(tx: &mut Reading) -> Result<Vec<Round>> {
    let approved = sql!(
        select!("where team_id = $1 and state = 'approved' and introduce_at > $2 order by id"),
        tx.team(),
        tx.now
    );
    tx.read_all(approved, round).await
}

/// An owner decided on one pair of a round that goes on waiting; false when somebody had before.
pub async fn decide_on(
    tx: &mut Tx,
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
    by: &UserId,
    introduce_at: Timestamp,
) -> Result<bool> {
    tx.changes(sql!(
        "update proposals set introduce_at = $1, settled_by = $2
         where team_id = $3 and round_id = $4 and mentor = $5 and mentee = $6 and state = 'open' and introduce_at is null",
        introduce_at,
        by,
        tx.team(),
        round,
        mentor,
        mentee
    ))
    .await
}

/// Takes that back; false when their introduction has begun, or when nobody had decided.
pub async fn take_back(
    tx: &mut Tx,
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
) -> Result<bool> {
    tx.changes(sql!(
        "update proposals set introduce_at = null, settled_by = null
         where team_id = $1 and round_id = $2 and mentor = $3 and mentee = $4 and state = 'open' and introduce_at > $5",
        tx.team(),
        round,
        mentor,
        mentee,
        tx.now
    ))
    .await
}

/// Rounds with pairs that an owner decided on by themselves, with when the first of them meets. An approved round is in
/// [`approved`].
pub async fn about_to_begin(tx: &mut Reading) -> Result<Vec<(RoundId, Timestamp)>> {
    let soon = sql!(
        "select p.round_id, min(p.introduce_at) as begins from proposals p join rounds r on r.id = p.round_id
         where p.team_id = $1 and p.state = 'open' and p.introduce_at > $2 and r.state <> 'approved'
         group by p.round_id order by p.round_id",
        tx.team(),
        tx.now
    );
    tx.read_all(soon, |_, row| {
        Ok((row.get("round_id")?, row.get("begins")?))
    })
    .await
}

/// Rounds with pairs that are still to be introduced.
pub async fn to_introduce(tx: &mut Reading) -> Result<Vec<RoundId>> {
    tx.values(sql!(
        "select distinct p.round_id from proposals p join rounds r on r.id = p.round_id
         where p.team_id = $1 and p.state = 'open' and (r.state = 'approved' or p.introduce_at is not null)
         order by p.round_id",
        tx.team()
    ))
    .await
}

/// What an owner decided on in a round holds at `at` (`waits`), or by then at the latest; false where that changes nothing.
pub async fn hold(tx: &mut Tx, id: RoundId, at: Timestamp, waits: bool) -> Result<bool> {
    let pairs = tx.changes(sql!(
        "update proposals set introduce_at = $1 where team_id = $2 and round_id = $3 and state = 'open'
           and introduce_at is not null and (introduce_at > $1 or cast($4 as bigint) = 1 and introduce_at < $1)",
        at,
        tx.team(),
        id,
        waits
    ));
    let pairs = pairs.await?;
    let round = tx.changes(sql!(
        "update rounds set introduce_at = $1 where team_id = $2 and id = $3 and state = 'approved'
           and introduce_at is not null and (introduce_at > $1 or cast($4 as bigint) = 1 and introduce_at < $1)",
        at,
        tx.team(),
        id,
        waits
    ));
    Ok(round.await? || pairs)
}

/// Those of [`about_to_meet`] whose decision an owner can still take back.
pub async fn can_be_undone(tx: &mut Reading) -> Result<Vec<(UserId, UserId)>> {
    let pairs = sql!(
        "select p.mentor, p.mentee from proposals p join rounds r on r.id = p.round_id
         where p.team_id = $1 and p.state = 'open'
           and (r.state = 'approved' and r.introduce_at is not null or p.introduce_at is not null)",
        tx.team()
    );
    let two = |_: &Reading, row: &AnyRow| Ok((row.get("mentor")?, row.get("mentee")?));
    tx.read_all(pairs, two).await
}

/// Pairs (mentor, mentee) that an owner decided on and that are still to be introduced: they take up their people's places.
pub async fn about_to_meet(tx: &mut Reading) -> Result<Vec<(UserId, UserId)>> {
    let pairs = sql!(
        "select p.mentor, p.mentee from proposals p join rounds r on r.id = p.round_id
         where p.team_id = $1 and p.state = 'open' and (r.state = 'approved' or p.introduce_at is not null)",
        tx.team()
    );
    let two = |_: &Reading, row: &AnyRow| Ok((row.get("mentor")?, row.get("mentee")?));
    tx.read_all(pairs, two).await
}
