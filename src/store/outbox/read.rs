//! Questions about the outbox. `state in ('queued', 'leased')` is said even where it follows from the rest: SQLite uses
//! an index over open rows only where a query has its very words.

use super::{Kind, Lane, What};
use crate::domain::key::Key;
use crate::store::db::{Reading, Result, instant};
use jiff::Timestamp;
use sqlx::Row;

/// Whether something went out (or waits to) under `key`: for reminders to several people of which some are put off.
pub async fn has(tx: &mut Reading, key: &Key) -> Result<bool> {
    let team = tx.team().to_string();
    let row = sqlx::query("select id from outbox where team_id = $1 and dedupe_key = $2")
        .bind(team)
        .bind(key.to_string())
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.is_some())
}

/// What waits in a lane and surely was not sent, by its row, oldest first; without a key, a newer release's.
pub async fn queued(tx: &mut Reading, lane: &Lane) -> Result<Vec<(i64, Option<Key>)>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select id, dedupe_key from outbox where team_id = $1 and lane = $2 and state in ('queued', 'leased')
         and state = 'queued' and doubt = 0 order by id",
    )
    .bind(team)
    .bind(lane.to_string())
    .fetch_all(tx.conn())
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, Key::read(row.try_get(1)?))))
        .collect()
}

/// When owners were last told of failed deliveries ([`Key::Undelivered`]). Looks through a month of messages: for what
/// happens once a day at most.
pub async fn owners_told(tx: &mut Reading) -> Result<Option<Timestamp>> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    // A note from the future was made while a clock was ahead.
    let row = sqlx::query(
        "select max(created_at) from outbox
         where team_id = $1 and dedupe_key like 'undelivered/%' and created_at <= $2",
    )
    .bind(team)
    .bind(now)
    .fetch_one(tx.conn())
    .await?;
    Ok(row.try_get::<Option<i64>, _>(0)?.map(instant))
}

/// A delivery that failed, for owners: recipient, kind and Slack's code.
pub struct Failed {
    pub lane: Lane,
    pub kind: Kind,
    pub error: String,
}

/// What failed since `since`. Files are not among them: what goes with a message says no more than the message, and what
/// somebody asked to see about themselves is nobody else's business.
pub async fn failed_since(tx: &mut Reading, since: Timestamp) -> Result<Vec<Failed>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select lane, kind, coalesce(error, '') from outbox
         where team_id = $1 and state = 'failed' and finished_at >= $2 and kind not in ('calendar_file', 'data_file')
         order by id",
    )
    .bind(team)
    .bind(since.as_millisecond())
    .fetch_all(tx.conn())
    .await?;
    let mut failed = Vec::with_capacity(rows.len());
    for row in &rows {
        let (lane, kind): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        if let (Some(lane), Some(kind)) = (Lane::parse(&lane), Kind::parse(&kind)) {
            let error = row.try_get(2)?;
            failed.push(Failed { lane, kind, error });
        } else {
            tracing::warn!(kind, "a failed delivery of another release is not shown");
        }
    }
    Ok(failed)
}

/// Open rows by state with the age of the oldest (milliseconds), over all workspaces we know: for metrics.
pub async fn depth(tx: &mut Reading) -> Result<Vec<(String, i64, i64)>> {
    let now = tx.now_ms();
    let rows = sqlx::query(
        "select case when doubt <> 0 and state = 'queued' then 'in_doubt' else state end as kind, count(*),
             min(created_at) from outbox o where state in ('queued', 'leased')
               and exists (select 1 from workspaces w where w.team_id = o.team_id) group by 1",
    )
    .fetch_all(tx.conn())
    .await?;
    rows.iter()
        .map(|row| {
            let oldest: i64 = row.try_get(2)?;
            Ok((row.try_get(0)?, row.try_get(1)?, now - oldest))
        })
        .collect()
}

/// Whether the same waits already: what is rendered when it is sent need not wait twice.
pub async fn is_queued(tx: &mut Reading, what: &What) -> Result<bool> {
    let team = tx.team().to_string();
    let row = sqlx::query(
        "select id from outbox where team_id = $1 and lane = $2 and state in ('queued', 'leased') and state = 'queued'",
    )
    .bind(team)
    .bind(what.lane().to_string())
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.is_some())
}

/// How many App Homes wait to be shown.
pub async fn count_homes(tx: &mut Reading) -> Result<i64> {
    let team = tx.team().to_string();
    let row = sqlx::query(
        "select count(*) from outbox where team_id = $1 and lane like 'home/%' and state in ('queued', 'leased')",
    )
    .bind(team)
    .fetch_one(tx.conn())
    .await?;
    Ok(row.try_get(0)?)
}

/// How many open rows, of all workspaces, could not be read when they were last tried: a newer release's, or sealed with
/// a key that is not here.
pub async fn unreadable(tx: &mut Reading) -> Result<i64> {
    let row = sqlx::query(
        "select count(*) from outbox where state in ('queued', 'leased') and error = 'unreadable'",
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row.try_get(0)?)
}
