//! The first open rows of lanes: found when they are due, leased for a call, or put off.

use super::{MESSAGE, Reading, Result, StoreError, Tx, What, due, pair_channel, promote, sql};
use crate::domain::delivery::{Call, Delivery, LEASE, later, while_leased};
use crate::domain::ids::TeamId;
use crate::store::db::{AnyRow, Columns as _};
use jiff::{SignedDuration, Timestamp};

/// As long as a lane waits for a row that cannot be read: another replica may have the key.
const PARK_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// As long as a key may come back.
const UNREADABLE_UNTIL: SignedDuration = SignedDuration::from_hours(14 * 24);

/// A workspace and one of Slack's methods for which something may be due.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Queue {
    pub team: TeamId,
    pub waits_for: String,
    /// Whose installation it is: the workspace's or its organization's, to which people's conversations belong.
    pub installation: TeamId,
}

/// The queues that are due, the longest due first, of workspaces the app is installed in, with a token that has not ended: they
/// take turns.
pub async fn due_queues(tx: &mut Reading, most: i64) -> Result<Vec<Queue>> {
    let due = sql!(
        "select team_id, waits_for,
             (select coalesce(i.enterprise_id, i.team_id) from workspaces i where i.team_id = q.team_id) as installation
         from outbox_queues q where due_at <= $1
             and exists (select 1 from workspaces w
                 join workspaces t on t.team_id = coalesce(w.enterprise_id, w.team_id)
                 where w.team_id = q.team_id and w.state = 'installed' and (t.token_ends_at is null or t.token_ends_at > $1))
         order by due_at, team_id limit $2",
        tx.now,
        most
    );
    let queue = |_: &Reading, row: &AnyRow| {
        Ok(Queue {
            team: row.get("team_id")?,
            waits_for: row.get("waits_for")?,
            installation: row.get("installation")?,
        })
    };
    tx.read_all(due, queue).await
}

/// The first open row of a lane, which may be taken.
#[derive(Debug)]
pub struct Head {
    pub delivery: Delivery,
    /// The lane it stands in, as its column says.
    pub(super) lane: String,
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
    // Each rank by itself, so that an index leads to what is due.
    let due = sql!(
        select!(
            "where id in (
                 select id from (select id from outbox where team_id = $1 and waits_for = $2 and rank = 0
                     and not_before <= $3 and state in ('queued', 'leased') order by not_before, id limit $4) as awaited
                 union all
                 select id from (select id from outbox where team_id = $1 and waits_for = $2 and rank = 1
                     and not_before <= $3 and state in ('queued', 'leased') order by not_before, id limit $4) as others)
             order by rank, not_before, id limit $4"
        ),
        tx.team(), method, tx.now, i64::try_from(most).unwrap_or(i64::MAX)
    );
    let mut heads = Vec::new();
    for row in &tx.all(due).await? {
        match read_head(tx, row).await {
            Ok(head) => heads.push(head),
            Err(StoreError::Sql(error)) => return Err(error.into()),
            Err(error) => put_off(tx, row, method, &error).await?,
        }
    }
    Ok(heads)
}

/// The transaction's workspace's open rows, heads or not, oldest first: for tests.
#[cfg(test)]
pub async fn open(tx: &mut Reading) -> Result<Vec<Head>> {
    let rows = sql!(
        select!("where team_id = $1 and state in ('queued', 'leased') order by id"),
        tx.team()
    );
    let mut open = Vec::new();
    for row in &tx.all(rows).await? {
        open.push(read_head(tx, row).await?);
    }
    Ok(open)
}

pub(super) async fn read_head(tx: &mut Reading, row: &AnyRow) -> Result<Head> {
    let id = row.get("id")?;
    let what: What = MESSAGE.open(tx.keys(), id, &row.get::<String>("what_sealed")?)?;
    let mut channel = row.maybe("channel_id")?;
    if channel.is_none() {
        channel = pair_channel(tx, &what).await?;
    }
    Ok(Head {
        lane: row.get("lane")?,
        lease: row.get("leases")?,
        delivery: Delivery {
            id,
            kind: row.get("kind")?,
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
async fn put_off(tx: &mut Tx, row: &AnyRow, method: &str, error: &StoreError) -> Result<()> {
    let (id, attempts): (i64, i64) = (row.get("id")?, row.get("attempts")?);
    let age = tx.now.duration_since(row.get("created_at")?);
    let (is_parked, is_lost) = (age > PARK_AFTER, age > UNREADABLE_UNTIL);
    metrics::counter!("reverse_mentor_unreadable_total", "what" => "message").increment(1);
    if is_lost {
        tracing::error!(id, %error, "an outbox row could not be read for two weeks and is given up");
    } else {
        tracing::warn!(id, %error, "an outbox row cannot be read yet and is put off");
    }
    // A parked row is no head: what is behind it goes on without it. Before that: ten seconds, twenty, … five minutes.
    let (method, seconds) = if is_parked {
        ("unreadable", 3_600)
    } else {
        (method, 10 << attempts.clamp(0, 5))
    };
    let at = later(tx.now, SignedDuration::from_secs(seconds));
    tx.run(sql!(
        "update outbox set attempts = attempts + 1, not_before = $1, error = 'unreadable',
             state = case when $2 = 1 then 'failed' else state end, finished_at = case when $2 = 1 then $3 end,
             waits_for = case when $2 = 1 then null else $4 end
         where id = $5",
        at, is_lost, tx.now, method, id
    ))
    .await?;
    due(tx, method, at).await?;
    if is_parked {
        promote(tx, &row.get::<String>("lane")?).await?;
    }
    Ok(())
}

/// Takes a head for a call; false when another sender was quicker. What holds if we die in mid-call is noted with it.
pub async fn lease(tx: &mut Tx, head: &mut Head, call: &Call) -> Result<bool> {
    let leased = tx.changes(sql!(
        "update outbox set state = 'leased', leased_until = $1, not_before = $1, leases = leases + 1,
             attempts = attempts + 1, doubt = $2, waits_for = $3
         where id = $4 and leases = $5 and state in ('queued', 'leased')",
        later(tx.now, LEASE), while_leased(&head.delivery, call), call.method(), head.delivery.id, head.lease
    ));
    head.lease += 1;
    leased.await
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
    let first: Option<Timestamp> = tx.maybe(first).await?;
    // Never before now: those that have waited as long go first next time.
    let at = first.map(|first| first.max(room.unwrap_or(first)).max(tx.now));
    let next = match at {
        Some(at) => sql!(
            "update outbox_queues set due_at = $1 where team_id = $2 and waits_for = $3",
            at,
            tx.team(),
            method
        ),
        None => sql!(
            "delete from outbox_queues where team_id = $1 and waits_for = $2",
            tx.team(),
            method
        ),
    };
    tx.run(next).await?;
    Ok(())
}
