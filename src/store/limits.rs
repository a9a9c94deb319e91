//! Slack's rate limits as rows, shared by replicas and kept over restarts.
//!
//! Slack allows so many calls of a method a minute, per workspace; we keep the calls of the last minute and never
//! make one more. A margin covers the time between our note and Slack's receipt.

use super::db::{Reading, Result, Tx, instant};
use crate::domain::ids::TeamId;
use jiff::Timestamp;
use sqlx::Row;

/// Calls allowed within a span, for one scope.
#[derive(Clone, Debug)]
pub struct Allowance {
    /// What is limited: `T1:conversations.open`, `T1:C123`.
    pub scope: String,
    pub calls: i64,
    /// Milliseconds.
    pub span: i64,
}

/// The name under which calls of `method` are counted.
pub fn scope(team: &TeamId, method: &str) -> String {
    format!("{team}:{method}")
}

/// Slack counts when a call arrives, we when we decide to make it; this much (milliseconds) is between them at most.
const MARGIN: i64 = 1_000;

/// Nothing that Slack asks for lasts longer than this: a block further off was noted by a clock that was ahead.
const LONGEST_BLOCK: i64 = 3_600_000;

/// How much of an allowance is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Calls that may be made now.
    pub calls: usize,
    /// When the next may be made, where none may now.
    pub free: Option<Timestamp>,
}

/// How much of the allowance is left now.
pub async fn room(tx: &mut Reading, allowance: &Allowance) -> Result<Room> {
    let now = tx.now_ms();
    if let Some(until) = blocked_until(tx, &allowance.scope).await? {
        return Ok(Room {
            calls: 0,
            free: Some(until),
        });
    }
    let span = allowance.span + MARGIN.min(allowance.span / 10);
    // Uses beyond now were noted by a clock that was ahead: they are void.
    let row = sqlx::query(
        "select count(*) from limit_uses where scope = $1 and used_at > $2 and used_at <= $3",
    )
    .bind(&allowance.scope)
    .bind(now - span)
    .bind(now + MARGIN)
    .fetch_one(tx.conn())
    .await?;
    let left = allowance.calls - row.try_get::<i64, _>(0)?;
    if left > 0 {
        return Ok(Room {
            calls: usize::try_from(left).unwrap_or(0),
            free: None,
        });
    }
    let row = sqlx::query(
        "select used_at from limit_uses where scope = $1 and used_at > $2 and used_at <= $3
         order by used_at desc limit 1 offset $4",
    )
    .bind(&allowance.scope)
    .bind(now - span)
    .bind(now + MARGIN)
    .bind(allowance.calls - 1)
    .fetch_one(tx.conn())
    .await?;
    Ok(Room {
        calls: 0,
        free: Some(instant(row.try_get::<i64, _>(0)? + span)),
    })
}

/// Notes calls that are about to be made.
pub async fn note(tx: &mut Tx, scope: &str, calls: usize) -> Result<()> {
    let now = tx.now_ms();
    // At random, so that replicas' differ; and not the ids of other rows, which would then depend on when calls happen to
    // be counted: a rehearsal goes the same way every time.
    let mut random = [0_u8; 4];
    let _ = getrandom::fill(&mut random);
    let base = i64::from(u32::from_le_bytes(random)) << 16;
    for number in 0..calls {
        let id = base + i64::try_from(number).unwrap_or(0);
        sqlx::query("insert into limit_uses (scope, used_at, id) values ($1, $2, $3) on conflict do nothing")
            .bind(scope)
            .bind(now)
            .bind(id)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// Takes one call, or says when to try again.
pub async fn take(tx: &mut Tx, allowance: &Allowance) -> Result<Result<(), Timestamp>> {
    if let Some(free) = room(tx, allowance).await?.free {
        return Ok(Err(free));
    }
    note(tx, &allowance.scope, 1).await?;
    Ok(Ok(()))
}

/// A clock that was ahead for a while left notes behind: they are void.
pub async fn mend_times(tx: &mut Tx) -> Result<()> {
    let now = tx.now_ms();
    for (sql, after) in [
        ("delete from limit_uses where used_at > $1", MARGIN),
        ("delete from limit_blocks where until > $1", LONGEST_BLOCK),
    ] {
        sqlx::query(sql)
            .bind(now + after)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// Slack said 429: nothing for `scope` until `until`.
pub async fn block(tx: &mut Tx, scope: &str, until: Timestamp) -> Result<()> {
    sqlx::query(
        "insert into limit_blocks (scope, until) values ($1, $2)
         on conflict (scope) do update set until = excluded.until where limit_blocks.until < excluded.until",
    )
    .bind(scope)
    .bind(until.as_millisecond())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Until when `scope` is blocked, if it is.
pub async fn blocked_until(tx: &mut Reading, scope: &str) -> Result<Option<Timestamp>> {
    let now = tx.now_ms();
    let row = sqlx::query(
        "select until from limit_blocks where scope = $1 and until > $2 and until <= $3",
    )
    .bind(scope)
    .bind(now)
    .bind(now + LONGEST_BLOCK)
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?.map(instant))
}

/// Forgets what no longer counts.
pub async fn prune(tx: &mut Tx) -> Result<()> {
    let now = tx.now_ms();
    sqlx::query("delete from limit_uses where used_at < $1")
        .bind(now - 120_000)
        .execute(tx.conn())
        .await?;
    sqlx::query("delete from limit_blocks where until < $1")
        .bind(now)
        .execute(tx.conn())
        .await?;
    Ok(())
}
