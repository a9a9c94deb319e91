//! The first open rows of lanes: found when they are due, leased for a call, or put off.

use super::{
    Kind, MESSAGE, Reading, Result, StoreError, Tx, What, due, pair_channel, promote, sql,
};
use crate::domain::delivery::{Call, Delivery, LEASE, while_leased};
use crate::domain::ids::TeamId;
use crate::store::db::{AnyRow, Columns as _};
use jiff::{SignedDuration, Timestamp};

/// As long as a lane waits for a row that cannot be read: another replica may have the key.
const PARK_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// As long as a key may come back.
const UNREADABLE_UNTIL: SignedDuration = SignedDuration::from_hours(14 * 24);

/// A workspace and one of Slack's methods for which something may be due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    pub team: TeamId,
    pub waits_for: String,
}

/// The queues that are due, the longest due first, of workspaces the app is installed in: they take turns.
pub async fn due_queues(tx: &mut Reading, most: i64) -> Result<Vec<Queue>> {
    let due = sql!(
        "select team_id, waits_for from outbox_queues q where due_at <= $1
             and exists (select 1 from workspaces w where w.team_id = q.team_id and w.state = 'installed')
         order by due_at, team_id limit $2",
        tx.now,
        most
    );
    let rows = tx.all(due).await?;
    let queue = |row: &AnyRow| {
        Ok(Queue {
            team: row.get("team_id")?,
            waits_for: row.get("waits_for")?,
        })
    };
    rows.iter().map(queue).collect()
}

/// The first open row of a lane, which may be taken.
#[derive(Debug)]
pub struct Head {
    pub delivery: Delivery,
    /// Under which lease it was read, or taken since.
    pub(super) lease: i64,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, kind, what_sealed, doubt, attempts, channel_id, created_at, expires_at, leases, lane from outbox ",
            $rest
        )
    };
}

/// The heads that wait for `method` in the transaction's workspace and are due: first what somebody waits for. A row that
/// this process cannot read is put off.
pub async fn heads(tx: &mut Tx, method: &str, most: usize) -> Result<Vec<Head>> {
    let mut heads = Vec::new();
    for rank in [0_i64, 1] {
        let room = i64::try_from(most - heads.len()).unwrap_or(i64::MAX);
        let due = sql!(
            select!(
                "where team_id = $1 and waits_for = $2 and rank = $3 and not_before <= $4
                 and state in ('queued', 'leased') order by not_before, id limit $5"
            ),
            tx.team(),
            method,
            rank,
            tx.now,
            room
        );
        for row in &tx.all(due).await? {
            match head(tx, row).await {
                Ok(head) => heads.push(head),
                Err(StoreError::Sql(error)) => return Err(error.into()),
                Err(error) => put_off(tx, row, &error).await?,
            }
        }
        if heads.len() >= most {
            break;
        }
    }
    Ok(heads)
}

/// The transaction's workspace's open rows, heads or not, oldest first.
#[cfg(test)]
pub async fn open(tx: &mut Reading) -> Result<Vec<Head>> {
    let rows = sql!(
        select!("where team_id = $1 and state in ('queued', 'leased') order by id"),
        tx.team()
    );
    let mut open = Vec::new();
    for row in &tx.all(rows).await? {
        open.push(head(tx, row).await?);
    }
    Ok(open)
}

async fn head(tx: &mut Reading, row: &AnyRow) -> Result<Head> {
    let id: i64 = row.get("id")?;
    let sealed: String = row.get("what_sealed")?;
    let what: What = MESSAGE.open(tx.keys(), id, &sealed)?;
    let channel = match row.maybe("channel_id")? {
        Some(channel) => Some(channel),
        None => pair_channel(tx, &what).await?,
    };
    Ok(Head {
        lease: row.get("leases")?,
        delivery: Delivery {
            id,
            kind: row.get::<Kind>("kind")?,
            what,
            doubt: row.get("doubt")?,
            attempts: row.get("attempts")?,
            channel,
            created: row.get("created_at")?,
            expires: row.maybe("expires_at")?,
        },
    })
}

/// A row of a newer release, or sealed with a key that is not here (yet): tried again at growing distances. After an hour
/// its lane goes on without it, after two weeks it is given up.
async fn put_off(tx: &mut Tx, row: &AnyRow, error: &StoreError) -> Result<()> {
    let (id, attempts): (i64, i64) = (row.get("id")?, row.get("attempts")?);
    let (created, lane): (Timestamp, String) = (row.get("created_at")?, row.get("lane")?);
    let age = tx.now.duration_since(created);
    metrics::counter!("reverse_mentor_unreadable_total", "what" => "message").increment(1);
    if age > UNREADABLE_UNTIL {
        tracing::error!(id, %error, "an outbox row could not be read for two weeks and is given up");
        tx.run(sql!(
            "update outbox set state = 'failed', finished_at = $1, error = 'unreadable', waits_for = null where id = $2",
            tx.now,
            id
        ))
        .await?;
        return promote(tx, &lane).await;
    }
    tracing::warn!(id, %error, "an outbox row cannot be read yet and is put off");
    let is_parked = age > PARK_AFTER;
    // A parked row is no head: what is behind it goes on without it.
    let wait = if is_parked {
        SignedDuration::from_hours(1)
    } else {
        // Ten seconds, twenty, … five minutes.
        SignedDuration::from_secs(10 << attempts.clamp(0, 5))
    };
    let at = tx.now.saturating_add(wait).unwrap_or(Timestamp::MAX);
    let method = sql!(
        "update outbox set attempts = attempts + 1, not_before = $1, error = 'unreadable',
             waits_for = case when $2 = 1 then 'unreadable' else coalesce(waits_for, 'unreadable') end
         where id = $3 returning waits_for",
        at,
        is_parked,
        id
    );
    let method: String = tx.value(method).await?;
    due(tx, &method, at).await?;
    if is_parked {
        promote(tx, &lane).await?;
    }
    Ok(())
}

/// Takes a head for a call; false when another sender was quicker. What holds if we die in mid-call is noted with it.
pub async fn lease(tx: &mut Tx, head: &mut Head, call: &Call) -> Result<bool> {
    let until = tx.now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
    let leased = tx.run(sql!(
        "update outbox set state = 'leased', leased_until = $1, not_before = $1, leases = leases + 1,
             attempts = attempts + 1, doubt = $2, waits_for = $3
         where id = $4 and leases = $5 and state in ('queued', 'leased')",
        until,
        while_leased(&head.delivery, call),
        call.method(),
        head.delivery.id,
        head.lease
    ));
    head.lease += 1;
    Ok(leased.await? == 1)
}

/// Has a head wait for another method, or for longer.
pub async fn wait(tx: &mut Tx, head: &Head, method: &str, at: Timestamp) -> Result<()> {
    tx.run(sql!(
        "update outbox set waits_for = $1, not_before = $2 where id = $3 and leases = $4",
        method,
        at,
        head.delivery.id,
        head.lease
    ))
    .await?;
    due(tx, method, at).await
}

/// Notes when a queue is due again: as soon as it has something and, at `room`, the limits have room for it.
pub async fn served(tx: &mut Tx, method: &str, room: Option<Timestamp>) -> Result<()> {
    let first = sql!(
        "select min(first) from (
             select min(not_before) as first from outbox where team_id = $1 and waits_for = $2 and rank = 0
                 and state in ('queued', 'leased')
             union all
             select min(not_before) from outbox where team_id = $1 and waits_for = $2 and rank = 1
                 and state in ('queued', 'leased')) as firsts",
        tx.team(),
        method
    );
    let Some(first) = tx.maybe::<Timestamp>(first).await? else {
        tx.run(sql!(
            "delete from outbox_queues where team_id = $1 and waits_for = $2",
            tx.team(),
            method
        ))
        .await?;
        return Ok(());
    };
    // Never before now: those that have waited as long go first next time.
    let at = first.max(room.unwrap_or(first)).max(tx.now);
    tx.run(sql!(
        "update outbox_queues set due_at = $1 where team_id = $2 and waits_for = $3",
        at,
        tx.team(),
        method
    ))
    .await?;
    Ok(())
}
