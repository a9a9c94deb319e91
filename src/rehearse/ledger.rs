//! Reads the bot's own records, so that rehearsals can compare them with what Slack saw.

use crate::clock::millis;
use crate::domain::ids::UserId;
use crate::domain::matching::Binding;
use crate::store::Reading;
use crate::store::db::{Result, StoreError};
use jiff::Timestamp;
use sqlx::Row;
use std::collections::HashMap;

/// The kind of the outbox's files.
const FILE: &str = "calendar_file";

/// The events within a span of time.
#[derive(Debug, Default)]
pub struct Entries {
    /// Messages that the bot counts as delivered: their key and kind.
    pub sent: Vec<(i64, String)>,
    /// Messages given up: recipient, kind and Slack's code.
    pub failed: Vec<(String, String, String)>,
    /// Files that the bot counts as shared; they carry no key. A file that Slack refused is not a failed message.
    pub files: u64,
    pub pairs: Vec<Made>,
    /// Agreements signed by both.
    pub started: Vec<Started>,
    pub meetings: i64,
    pub asked: i64,
    pub answered: i64,
}

/// A pair.
#[derive(Debug)]
pub struct Made {
    pub mentor: UserId,
    pub mentee: UserId,
    pub at: Timestamp,
}

/// A pair in which both have signed.
#[derive(Debug)]
pub struct Started {
    pub mentor: UserId,
    pub mentee: UserId,
    pub introduced_at: Timestamp,
    pub at: Timestamp,
}

/// The events from `from` on and before `until`.
pub async fn entries(tx: &mut Reading, from: Timestamp, until: Timestamp) -> Result<Entries> {
    let (from, until) = (from.as_millisecond(), until.as_millisecond());
    let mut entries = Entries::default();
    let rows = sqlx::query(
        "select id, kind, lane, coalesce(error, ''), state from outbox
         where finished_at >= $1 and finished_at < $2 and state in ('sent', 'failed') and kind not in ('lookup', 'card')",
    )
    .bind(from)
    .bind(until)
    .fetch_all(tx.conn())
    .await?;
    for row in &rows {
        let (kind, state): (String, String) = (row.try_get(1)?, row.try_get(4)?);
        if kind == FILE {
            entries.files += u64::from(state == "sent");
        } else if state == "sent" {
            entries.sent.push((row.try_get(0)?, kind));
        } else {
            entries
                .failed
                .push((row.try_get(2)?, kind, row.try_get(3)?));
        }
    }
    let rows = sqlx::query("select mentor, mentee, created_at from pairs where created_at >= $1 and created_at < $2 order by id")
        .bind(from)
        .bind(until)
        .fetch_all(tx.conn())
        .await?;
    for row in &rows {
        entries.pairs.push(Made {
            mentor: UserId(row.try_get(0)?),
            mentee: UserId(row.try_get(1)?),
            at: millis(row.try_get(2)?),
        });
    }
    let rows = sqlx::query(
        "select mentor, mentee, created_at, started_at from pairs
         where started_at >= $1 and started_at < $2 order by id",
    )
    .bind(from)
    .bind(until)
    .fetch_all(tx.conn())
    .await?;
    for row in &rows {
        entries.started.push(Started {
            mentor: UserId(row.try_get(0)?),
            mentee: UserId(row.try_get(1)?),
            introduced_at: millis(row.try_get(2)?),
            at: millis(row.try_get(3)?),
        });
    }
    for (sql, count) in [
        (
            "select count(*) from cycles where held_at >= $1 and held_at < $2",
            &mut entries.meetings,
        ),
        (
            "select count(*) from reflections where asked_at >= $1 and asked_at < $2",
            &mut entries.asked,
        ),
        (
            "select count(*) from reflections where answered_at >= $1 and answered_at < $2",
            &mut entries.answered,
        ),
    ] {
        let row = sqlx::query(sql)
            .bind(from)
            .bind(until)
            .fetch_one(tx.conn())
            .await?;
        *count = row.try_get(0)?;
    }
    Ok(entries)
}

/// Messages that are due and were not sent: kind, recipient, last error.
pub async fn overdue(tx: &mut Reading) -> Result<Vec<(String, String, String)>> {
    let now = tx.now_ms();
    let rows = sqlx::query(
        "select kind, lane, coalesce(error, '') from outbox
         where state in ('queued', 'leased') and not_before <= $1 and kind <> 'lookup' order by id",
    )
    .bind(now)
    .fetch_all(tx.conn())
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)))
        .collect()
}

/// Everybody in the program, with their standing.
pub async fn standings(tx: &mut Reading) -> Result<Vec<(UserId, String)>> {
    let rows = sqlx::query("select user_id, standing from participants order by user_id")
        .fetch_all(tx.conn())
        .await?;
    rows.iter()
        .map(|row| Ok((UserId(row.try_get(0)?), row.try_get(1)?)))
        .collect()
}

/// Who is no longer in the program.
pub async fn departed(tx: &mut Reading) -> Result<Vec<String>> {
    let mut standings = standings(tx).await?;
    standings.retain(|(_, standing)| standing == "left" || standing == "ineligible");
    Ok(standings.into_iter().map(|(user, _)| user.0).collect())
}

/// The latest reason why each left-over person was not matched.
pub async fn left_over(tx: &mut Reading) -> Result<HashMap<UserId, Binding>> {
    let rows = sqlx::query("select user_id, why from unmatched order by round_id")
        .fetch_all(tx.conn())
        .await?;
    let mut last = HashMap::new();
    for row in &rows {
        let why: String = row.try_get(1)?;
        let why = serde_json::from_str(&why).map_err(|_| StoreError::Unreadable("a constraint"))?;
        last.insert(UserId(row.try_get(0)?), why);
    }
    Ok(last)
}

/// How many pairs ended, by reason: completed, ended, left, …
pub async fn endings(tx: &mut Reading) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query(
        "select coalesce(closed_why, ''), count(*) from pairs where closed_at is not null group by 1 order by 1",
    )
    .fetch_all(tx.conn())
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}
