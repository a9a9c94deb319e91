//! Questions about the outbox. `state in ('queued', 'leased')` is said even where it follows from the rest: SQLite uses
//! an index over open rows only where a query has its very words.

use super::{Kind, Lane, Reading, Result, What, sql};
use crate::domain::key::{Key, Mend};
use crate::store::db::{AnyRow, Columns as _, made_at};
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

/// When a row was written, or a little after, however long it waited for its moment and whoever had it sent again.
pub fn written_at(row: i64) -> Timestamp {
    made_at(row)
}

/// Whether Slack did not take what went out under `key`.
pub async fn has_failed(tx: &mut Reading, key: &Key) -> Result<bool> {
    tx.any(sql!(
        "select id from outbox where team_id = $1 and dedupe_key = $2 and state = 'failed'",
        tx.team(),
        key
    ))
    .await
}

/// What waits in a lane and surely was not sent, by its row, oldest first; without a key, a newer release's.
pub async fn queued(tx: &mut Reading, lane: &Lane) -> Result<Vec<(i64, Option<Key>)>> {
    let queued = sql!(
        "select id, dedupe_key from outbox where team_id = $1 and lane = $2 and state in ('queued', 'leased')
             and state = 'queued' and doubt = 0
         union all select id, dedupe_key from outbox where team_id = $1 and lane = $2 and state = 'waiting' order by id",
        tx.team(),
        lane
    );
    let read = |_: &Reading, row: &AnyRow| Ok((row.get("id")?, row.get("dedupe_key").ok()));
    tx.read_all(queued, read).await
}

/// The keys of what waits for its moment in a lane; without one, a newer release's.
pub async fn waiting(tx: &mut Reading, lane: &Lane) -> Result<Vec<Option<Key>>> {
    let waiting = sql!(
        "select dedupe_key from outbox where team_id = $1 and lane = $2 and state = 'waiting' order by id",
        tx.team(),
        lane
    );
    tx.read_all(waiting, |_, row| Ok(row.get("dedupe_key").ok()))
        .await
}

/// When owners were last told of failed deliveries ([`Key::Undelivered`]): when the note was written, not when its moment came.
/// Looks through a month of messages: for what happens once a day at most.
pub async fn owners_told(tx: &mut Reading) -> Result<Option<Timestamp>> {
    let notes = sql!(
        "select dedupe_key from outbox where team_id = $1 and dedupe_key like 'undelivered/%'",
        tx.team()
    );
    let written = |_: &Reading, row: &AnyRow| match row.get("dedupe_key") {
        Ok(Key::Undelivered { at, .. }) => Ok(Timestamp::from_millisecond(at).ok()),
        Ok(_) | Err(_) => Ok(None),
    };
    let written = tx.read_all(notes, written).await?.into_iter().flatten();
    // A note from the future was made while a clock was ahead.
    Ok(written.filter(|at| *at <= tx.now).max())
}

/// When somebody was last told of this thing to mend ([`Key::Mend`]). For what happens rarely, like [`owners_told`].
pub async fn told_to_mend(tx: &mut Reading, about: Mend) -> Result<Option<Timestamp>> {
    tx.maybe(sql!(
        "select max(created_at) from outbox
         where team_id = $1 and dedupe_key like $2 and dedupe_key not like '%/unsent/%' and created_at <= $3",
        tx.team(),
        format!("mend/%/{}/%", about.as_str()),
        tx.now
    ))
    .await
}

/// A delivery that failed: for owners, who see recipient, kind and Slack's code.
#[derive(Clone, Debug, PartialEq)]
pub struct Failed {
    pub id: i64,
    pub lane: Lane,
    pub kind: Kind,
    pub error: String,
    /// None for a message of another release.
    pub key: Option<Key>,
    pub expires: Option<Timestamp>,
    pub failed_at: Timestamp,
    /// An owner has had it sent again before. Not known of news, and of what Slack may have had.
    pub sent_again: bool,
}

/// What failed since `since`. Files are not among them: what goes with a message says no more than the message, and what
/// somebody asked to see about themselves is nobody else's business.
pub async fn failed_since(tx: &mut Reading, since: Timestamp) -> Result<Vec<Failed>> {
    let failed = sql!(
        "select id, lane, kind, coalesce(error, '') as error, dedupe_key, expires_at, created_at, finished_at from outbox
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
        let (id, created) = (row.get("id")?, row.get::<Timestamp>("created_at")?);
        Ok(Some(Failed {
            id,
            lane,
            kind,
            error,
            key: row.get("dedupe_key").ok(),
            expires: row.maybe("expires_at")?,
            failed_at: row.get("finished_at")?,
            // It is as new as its sending, and its id is as old as its writing.
            sent_again: created > made_at(id),
        }))
    };
    let rows = tx.read_all(failed, read).await?;
    Ok(rows.into_iter().flatten().collect())
}

/// What Slack said to the last message in a lane that is finished; none when Slack took it.
pub async fn last_failure(tx: &mut Reading, lane: &Lane, before: i64) -> Result<Option<String>> {
    tx.maybe(sql!(
        "select case when state = 'failed' then error end from outbox
         where team_id = $1 and lane = $2 and state in ('sent', 'failed') and id < $3 order by id desc limit 1",
        tx.team(),
        lane,
        before
    ))
    .await
}

/// What Slack said to a row that failed.
pub async fn error(tx: &mut Reading, row: i64) -> Result<Option<String>> {
    tx.maybe(sql!(
        "select error from outbox where team_id = $1 and id = $2 and error is not null",
        tx.team(),
        row
    ))
    .await
}

/// Whether a row waits that Slack refused with this code when it was last tried.
pub async fn is_held_back(tx: &mut Reading, code: &str) -> Result<bool> {
    tx.any(sql!(
        "select 1 from outbox where team_id = $1 and state in ('waiting', 'queued', 'leased') and error = $2 limit 1",
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
pub(super) async fn count_homes(tx: &mut Reading) -> Result<i64> {
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
