//! Slack's rate limits as rows, shared by replicas and kept over restarts.
//!
//! Slack allows so many calls of a method a minute, per workspace; we keep the calls of the last minute and never
//! make one more. A margin covers the time between our note and Slack's receipt.

use super::db::{Result, Tx, instant};
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

/// Takes one call from each allowance, or none and says when to try again.
pub async fn take(tx: &mut Tx, allowances: &[Allowance]) -> Result<Result<(), Timestamp>> {
    let now = tx.now_ms();
    for allowance in allowances {
        if let Some(free) = free_at(tx, allowance, now).await? {
            return Ok(Err(instant(free)));
        }
    }
    for allowance in allowances {
        let id = tx.new_id();
        sqlx::query("insert into limit_uses (scope, used_at, id) values ($1, $2, $3)")
            .bind(&allowance.scope)
            .bind(now)
            .bind(id)
            .execute(tx.conn())
            .await?;
    }
    Ok(Ok(()))
}

/// Notes `calls` of `scope` that were made without asking, because the people who wait for them cannot.
pub async fn note_uses(tx: &mut Tx, scope: &str, calls: i64) -> Result<()> {
    let now = tx.now_ms();
    // Not the mint's ids, which would then depend on when calls happen to be counted: a rehearsal goes the same way every
    // time. Below zero, so never the ids that `take` gives; at random, so that replicas' differ.
    let mut random = [0_u8; 4];
    let _ = getrandom::fill(&mut random);
    let base = i64::from(u32::from_le_bytes(random)) << 16;
    for number in 1..=calls {
        sqlx::query(
            "insert into limit_uses (scope, used_at, id) values ($1, $2, $3) on conflict do nothing",
        )
        .bind(scope)
        .bind(now)
        .bind(-(base + number))
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// When the allowance has room again; none when it has room now.
async fn free_at(tx: &mut Tx, allowance: &Allowance, now: i64) -> Result<Option<i64>> {
    let row = sqlx::query("select until from limit_blocks where scope = $1 and until > $2")
        .bind(&allowance.scope)
        .bind(now)
        .fetch_optional(tx.conn())
        .await?;
    if let Some(row) = row {
        return Ok(Some(row.try_get(0)?));
    }
    let span = allowance.span + MARGIN.min(allowance.span / 10);
    let row = sqlx::query(
        "select used_at from limit_uses where scope = $1 and used_at > $2 order by used_at desc limit 1 offset $3",
    )
    .bind(&allowance.scope)
    .bind(now - span)
    .bind(allowance.calls - 1)
    .fetch_optional(tx.conn())
    .await?;
    Ok(row
        .map(|row| row.try_get::<i64, _>(0))
        .transpose()?
        .map(|used| used + span))
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
pub async fn blocked_until(tx: &mut Tx, scope: &str) -> Result<Option<Timestamp>> {
    let now = tx.now_ms();
    let row = sqlx::query("select until from limit_blocks where scope = $1 and until > $2")
        .bind(scope)
        .bind(now)
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
