//! Slack's rate limits as rows, shared by replicas and kept over restarts.
//!
//! Slack allows so many calls of a method a minute, per workspace; we keep the calls of the last minute and never
//! make one more. A margin covers the time between our note and Slack's receipt.

use super::db::{Reading, Result, Tx, instant, sql};
use crate::domain::ids::TeamId;
use jiff::Timestamp;

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
    if let Some(until) = blocked_until(tx, &allowance.scope).await? {
        return Ok(Room {
            calls: 0,
            free: Some(until),
        });
    }
    let span = allowance.span + MARGIN.min(allowance.span / 10);
    // Uses beyond now were noted by a clock that was ahead: they are void.
    let (from, to) = (tx.now_ms() - span, tx.now_ms() + MARGIN);
    let used: i64 = tx
        .value(sql!(
            "select count(*) from limit_uses where scope = $1 and used_at > $2 and used_at <= $3",
            allowance.scope,
            from,
            to
        ))
        .await?;
    let left = allowance.calls - used;
    if left > 0 {
        return Ok(Room {
            calls: usize::try_from(left).unwrap_or(0),
            free: None,
        });
    }
    let earliest: i64 = tx
        .value(sql!(
            "select used_at from limit_uses where scope = $1 and used_at > $2 and used_at <= $3
             order by used_at desc limit 1 offset $4",
            allowance.scope,
            from,
            to,
            allowance.calls - 1
        ))
        .await?;
    Ok(Room {
        calls: 0,
        free: Some(instant(earliest + span)),
    })
}

/// Notes calls that are about to be made.
pub async fn note(tx: &mut Tx, scope: &str, calls: usize) -> Result<()> {
    // At random, so that replicas' differ; and not the ids of other rows, which would then depend on when calls happen to
    // be counted: a rehearsal goes the same way every time.
    let mut random = [0_u8; 4];
    let _ = getrandom::fill(&mut random);
    let base = i64::from(u32::from_le_bytes(random)) << 16;
    for number in 0..calls {
        tx.run(sql!(
            "insert into limit_uses (scope, used_at, id) values ($1, $2, $3) on conflict do nothing",
            scope,
            tx.now,
            base + i64::try_from(number).unwrap_or(0)
        ))
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
    let (uses, blocks) = (tx.now_ms() + MARGIN, tx.now_ms() + LONGEST_BLOCK);
    tx.run(sql!("delete from limit_uses where used_at > $1", uses))
        .await?;
    tx.run(sql!("delete from limit_blocks where until > $1", blocks))
        .await?;
    Ok(())
}

/// Slack said 429: nothing for `scope` until `until`.
pub async fn block(tx: &mut Tx, scope: &str, until: Timestamp) -> Result<()> {
    tx.run(sql!(
        "insert into limit_blocks (scope, until) values ($1, $2)
         on conflict (scope) do update set until = excluded.until where limit_blocks.until < excluded.until",
        scope,
        until
    ))
    .await?;
    Ok(())
}

/// Nothing blocks `scope` any more.
pub async fn unblock(tx: &mut Tx, scope: &str) -> Result<()> {
    tx.run(sql!("delete from limit_blocks where scope = $1", scope))
        .await?;
    Ok(())
}

/// Until when `scope` is blocked, if it is.
pub async fn blocked_until(tx: &mut Reading, scope: &str) -> Result<Option<Timestamp>> {
    tx.maybe(sql!(
        "select until from limit_blocks where scope = $1 and until > $2 and until <= $3",
        scope,
        tx.now,
        tx.now_ms() + LONGEST_BLOCK
    ))
    .await
}

/// Forgets what no longer counts.
pub async fn prune(tx: &mut Tx) -> Result<()> {
    let (now, before) = (tx.now, tx.now_ms() - 120_000);
    tx.run(sql!("delete from limit_uses where used_at < $1", before))
        .await?;
    tx.run(sql!("delete from limit_blocks where until < $1", now))
        .await?;
    Ok(())
}
