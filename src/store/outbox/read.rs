//! Questions about the outbox. `state in ('queued', 'leased')` is said even where it follows from the rest: SQLite uses
//! an index over open rows only where a query has its very words.

use super::{Kind, Lane, Reading, Result, What, sql};
use crate::domain::key::Key;
use crate::store::db::{AnyRow, Columns as _};
use jiff::Timestamp;

/// Whether something went out (or waits to) under `key`: for reminders to several people of which some are put off.
pub async fn has(tx: &mut Reading, key: &Key) -> Result<bool> {
    tx.any(sql!(
        "select id from outbox where team_id = $1 and dedupe_key = $2",
        tx.team(),
        key
    ))
    .await
}

/// What waits in a lane and surely was not sent, by its row, oldest first; without a key, a newer release's.
pub async fn queued(tx: &mut Reading, lane: &Lane) -> Result<Vec<(i64, Option<Key>)>> {
    let queued = sql!(
        "select id, dedupe_key from outbox where team_id = $1 and lane = $2 and state in ('queued', 'leased')
         and state = 'queued' and doubt = 0 order by id",
        tx.team(),
        lane
    );
    let read = |_: &Reading, row: &AnyRow| Ok((row.get("id")?, row.get("dedupe_key").ok()));
    tx.read_all(queued, read).await
}

/// When owners were last told of failed deliveries ([`Key::Undelivered`]). Looks through a month of messages: for what
/// happens once a day at most.
pub async fn owners_told(tx: &mut Reading) -> Result<Option<Timestamp>> {
    // A note from the future was made while a clock was ahead.
    tx.maybe(sql!(
        "select max(created_at) from outbox
         where team_id = $1 and dedupe_key like 'undelivered/%' and created_at <= $2",
        tx.team(),
        tx.now
    ))
    .await
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
    let failed = sql!(
        "select lane, kind, coalesce(error, '') as error from outbox
         where team_id = $1 and state = 'failed' and finished_at >= $2 and kind not in ('calendar_file', 'data_file')
         order by id",
        tx.team(),
        since
    );
    let read = |_: &Reading, row: &AnyRow| {
        let error = row.get("error")?;
        let (Ok(lane), Ok(kind)) = (row.get("lane"), row.get("kind")) else {
            tracing::warn!("a failed delivery of another release is not shown");
            return Ok(None);
        };
        Ok(Some(Failed { lane, kind, error }))
    };
    let rows = tx.read_all(failed, read).await?;
    Ok(rows.into_iter().flatten().collect())
}

/// Whether a row waits that Slack refused with this code when it was last tried.
pub async fn is_held_back(tx: &mut Reading, code: &str) -> Result<bool> {
    tx.any(sql!(
        "select 1 from outbox where team_id = $1 and state in ('queued', 'leased') and error = $2 limit 1",
        tx.team(),
        code
    ))
    .await
}

/// Open rows by state with the age of the oldest (milliseconds), over all workspaces we know: for metrics.
pub async fn depth(tx: &mut Reading) -> Result<Vec<(String, i64, i64)>> {
    let depth = sql!(
        "select case when doubt <> 0 and state = 'queued' then 'in_doubt' else state end as standing, count(*) as depth,
             min(created_at) as oldest from outbox o where state in ('queued', 'leased')
               and exists (select 1 from workspaces w where w.team_id = o.team_id) group by 1"
    );
    tx.read_all(depth, |tx, row| {
        let age = tx.now_ms() - row.get::<i64>("oldest")?;
        Ok((row.get("standing")?, row.get("depth")?, age))
    })
    .await
}

/// Whether the same waits already: what is rendered when it is sent need not wait twice.
pub async fn is_queued(tx: &mut Reading, what: &What) -> Result<bool> {
    tx.any(sql!(
        "select id from outbox where team_id = $1 and lane = $2 and state in ('queued', 'leased') and state = 'queued'",
        tx.team(),
        what.lane()
    ))
    .await
}

/// How many App Homes wait to be shown.
pub async fn count_homes(tx: &mut Reading) -> Result<i64> {
    tx.value(sql!(
        "select count(*) from outbox where team_id = $1 and lane like 'home/%' and state in ('queued', 'leased')",
        tx.team()
    ))
    .await
}

/// How many open rows, of all workspaces, could not be read when they were last tried: a newer release's, or sealed with
/// a key that is not here.
pub async fn unreadable(tx: &mut Reading) -> Result<i64> {
    tx.value(sql!(
        "select count(*) from outbox where state in ('queued', 'leased') and error = 'unreadable'"
    ))
    .await
}
