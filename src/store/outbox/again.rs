//! Queues what is not open: news whose moment has come, and what failed. A failed row keeps its words until it is forgotten.

use super::heads::read_head;
use super::{Lane, MESSAGE, Reading, Result, Tx, What, due, promote, queued, sql};
use crate::domain::delivery::{Delivery, State, waits_for};
use crate::domain::key::{Key, Topic};
use crate::store::db::Columns as _;

/// A failed row whose words are kept.
pub async fn failed(tx: &mut Reading, id: i64) -> Result<Option<Delivery>> {
    closed(tx, id, State::Failed).await
}

/// The last announcement, if Slack did not take it.
pub async fn failed_announcement(tx: &mut Reading) -> Result<Option<Delivery>> {
    let last: Option<i64> = tx
        .maybe(sql!(
            "select case when state = 'failed' then id end from outbox
             where team_id = $1 and dedupe_key like 'announcement/%' order by id desc limit 1",
            tx.team()
        ))
        .await?;
    match last {
        Some(id) => failed(tx, id).await,
        None => Ok(None),
    }
}

/// News that waits for its moment.
pub async fn kept(tx: &mut Reading, id: i64) -> Result<Option<Delivery>> {
    closed(tx, id, State::Waiting).await
}

/// The words to support contacts that Slack surely has not taken: the row, whether they failed and may be sent again, and they.
pub async fn words_to_contacts(tx: &mut Reading) -> Result<Vec<(i64, bool, What)>> {
    let mut words = Vec::new();
    for state in [State::Waiting, State::Queued, State::Failed] {
        let rows = sql!(
            "select id from outbox where team_id = $1 and state = $2 and dedupe_key like 'to_contact/%'
                 and (state = 'failed' or doubt = 0 and leased_until is null) order by id",
            tx.team(),
            state
        );
        let rows: Vec<i64> = tx.values(rows).await?;
        for row in rows {
            if let Some(delivery) = closed(tx, row, state).await? {
                words.push((row, state == State::Failed, delivery.what));
            }
        }
    }
    Ok(words)
}

/// Drops one of them: nobody reads it, and nothing of it is kept.
pub async fn drop_words(tx: &mut Tx, id: i64, lane: &Lane) -> Result<()> {
    let dropped = sql!(
        "update outbox set state = 'expired', finished_at = $1, waits_for = null, what_sealed = '', dedupe_key = dedupe_key || $3
         where id = $2 and state in ('waiting', 'queued', 'failed')",
        tx.now,
        id,
        format!("/unsent/{id}")
    );
    tx.run(dropped).await?;
    promote(tx, &lane.to_string()).await
}

/// The key of a row; none for another release's.
pub async fn key(tx: &mut Reading, id: i64) -> Result<Option<Key>> {
    let row = sql!(
        "select dedupe_key from outbox where id = $1 and team_id = $2",
        id,
        tx.team()
    );
    let row = tx.first(row).await?;
    Ok(row.and_then(|row| row.get("dedupe_key").ok()))
}

/// Drops news that waits for its moment: it no longer applies.
pub async fn let_go(tx: &mut Tx, id: i64) -> Result<()> {
    let dropped = sql!(
        "update outbox set state = 'expired', finished_at = $1, waits_for = null, what_sealed = '', dedupe_key = dedupe_key || $4
         where id = $2 and team_id = $3 and state = 'waiting'",
        tx.now,
        id,
        tx.team(),
        format!("/unsent/{id}")
    );
    tx.run(dropped).await?;
    Ok(())
}

/// Takes back what waits for its moment about `topic`, oldest first, with its key: what came after it says it instead.
pub async fn take_back(tx: &mut Tx, topic: Topic, lane: &Lane) -> Result<Vec<What>> {
    let mut taken = Vec::new();
    for (id, key) in queued(tx, lane).await? {
        if !key.is_some_and(|key| key.is_about(topic)) {
            continue;
        }
        let Some(news) = kept(tx, id).await? else {
            continue;
        };
        let is_taken = tx.changes(sql!(
            "update outbox set state = 'expired', finished_at = $1, what_sealed = '', dedupe_key = dedupe_key || $3
             where id = $2 and state = 'waiting' and doubt = 0",
            tx.now,
            id,
            format!("/unsent/{id}")
        ));
        if is_taken.await? {
            taken.push(news.what);
        }
    }
    Ok(taken)
}

async fn closed(tx: &mut Reading, id: i64, state: State) -> Result<Option<Delivery>> {
    let row = sql!(
        "select id, kind, what_sealed, doubt, attempts, channel_id, created_at, expires_at, leases, lane from outbox
         where id = $1 and team_id = $2 and state = $3 and what_sealed <> ''",
        id,
        tx.team(),
        state
    );
    match tx.first(row).await? {
        Some(row) => Ok(Some(read_head(tx, &row).await?.delivery)),
        None => Ok(None),
    }
}

/// Queues a failed row again, as `delivery`; false when it is no longer a failed one. It takes its old place in its lane, and
/// is as new as if it had been written now, unless Slack may have it: then we look for it from when it was written.
pub async fn send_again(tx: &mut Tx, delivery: &Delivery) -> Result<bool> {
    to_queue(tx, delivery, State::Failed).await
}

/// News that failed waits for its moment once more, as `delivery`; false when it is no longer a failed row.
pub async fn wait_again(tx: &mut Tx, delivery: &Delivery) -> Result<bool> {
    tx.changes(sql!(
        "update outbox set state = 'waiting', finished_at = null, error = null, not_before = $1, doubt = $2,
             attempts = $3, leases = leases + 1
         where id = $4 and team_id = $5 and state = 'failed' and what_sealed <> ''",
        tx.now,
        delivery.doubt,
        delivery.attempts,
        delivery.id,
        tx.team()
    ))
    .await
}

/// Queues news, as `delivery`; false when it no longer waits. What was never tried is as old as its moment: it may have waited for
/// weeks, and is given up only when Slack has not taken it for days.
pub async fn moment_has_come(tx: &mut Tx, delivery: &Delivery) -> Result<bool> {
    to_queue(tx, delivery, State::Waiting).await
}

async fn to_queue(tx: &mut Tx, delivery: &Delivery, from: State) -> Result<bool> {
    let (now, method) = (tx.now, waits_for(delivery));
    let sealed = MESSAGE.seal(tx.keys(), delivery.id, &delivery.what)?;
    let queued = tx.changes(sql!(
        "update outbox set state = 'queued', finished_at = null, leased_until = null, error = null, not_before = $1,
             doubt = $2, attempts = $3, leases = leases + 1, what_sealed = $4,
             created_at = case when $2 = 0 and $3 = 0 then $1 else created_at end,
             waits_for = case when exists (select 1 from outbox o where o.team_id = outbox.team_id
                 and o.lane = outbox.lane and o.waits_for is not null and o.waits_for <> 'unreadable'
                 and o.state in ('queued', 'leased')) then null else $5 end
         where id = $6 and state = $7 and what_sealed <> ''",
        now, delivery.doubt, delivery.attempts, sealed, method, delivery.id, from
    ));
    if !queued.await? {
        return Ok(false);
    }
    due(tx, method, now).await?;
    tx.posted = true;
    Ok(true)
}
