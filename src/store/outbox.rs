//! What is on its way to Slack: one row a message, file or question.
//!
//! This file only keeps and applies; what is to be done is decided in [`crate::domain::delivery`]. The first open row of
//! a lane is its head and names the method it waits for (`waits_for`). Heads are found through `outbox_queues`, one row a
//! workspace and method with something due, so finding work costs the same however much waits.

mod read;
mod times;

pub use crate::domain::outgoing::{
    Chart, ChartUpload, DayReservation, Kind, Lane, To, Upload, What,
};
pub use read::{
    Failed, count_homes, depth, failed_since, has, is_queued, owners_told, queued, unreadable,
};
pub use times::{adopt, mend_times, next_due, outage_over, prune, wake};

use super::db::{Reading, Result, StoreError, Tx, instant};
use super::pairs;
use crate::domain::delivery::{
    Call, Delivery, Doubt, LEASE, Requeue, State, Step, waits_for, while_leased,
};
use crate::domain::ids::{ChannelId, TeamId};
use crate::domain::key::{Key, Topic};
use crate::domain::message::Message;
use jiff::{SignedDuration, Timestamp};
use sqlx::Row;
use sqlx::any::AnyRow;

const TABLE: &str = "outbox";
/// A head whose text has not been looked at yet: any sender may, whatever Slack's limits.
pub const UNSEEN: &str = "?";
/// A row that nobody could read for a while. What is behind it goes on without it.
const PARKED: &str = "unreadable";
/// As long as a lane waits for a row that cannot be read: another replica may have the key.
const PARK_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// As long as a key may come back.
const UNREADABLE_UNTIL: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Puts a message on its way. `key` names it within the workspace: posting the same key twice posts once (false then).
/// After `expires` it is dropped unsent.
pub async fn post(
    tx: &mut Tx,
    to: To,
    kind: Kind,
    key: &Key,
    message: Message,
    expires: Option<Timestamp>,
) -> Result<bool> {
    let what = What::Post {
        to,
        message,
        chart: None,
        reservation: None,
    };
    push(tx, kind, key, &what, expires).await
}

/// Puts anything on its way. See [`post`].
pub async fn push(
    tx: &mut Tx,
    kind: Kind,
    key: &Key,
    what: &What,
    expires: Option<Timestamp>,
) -> Result<bool> {
    let (id, team, now) = (tx.new_id(), tx.team().to_string(), tx.now);
    let mut delivery = Delivery {
        id,
        kind,
        what: what.clone(),
        doubt: Doubt::None,
        attempts: 0,
        channel: None,
        created: now,
        expires,
    };
    delivery.channel = pair_channel(tx, what).await?;
    let method = waits_for(&delivery);
    let sealed = seal(tx, id, what)?;
    let row = sqlx::query(
        "insert into outbox (id, team_id, lane, kind, what_sealed, dedupe_key, state, not_before, expires_at, created_at,
             rank, waits_for)
         values ($1, $2, $3, $4, $5, $6, 'queued', $7, $8, $7, $9,
             case when exists (select 1 from outbox o where o.team_id = $2 and o.lane = $3
                 and o.state in ('queued', 'leased') and (o.waits_for is null or o.waits_for <> 'unreadable'))
             then null else $10 end)
         on conflict (team_id, dedupe_key) do nothing returning waits_for",
    )
    .bind(id)
    .bind(team)
    .bind(what.lane().to_string())
    .bind(kind.as_str())
    .bind(sealed)
    .bind(key.to_string())
    .bind(now.as_millisecond())
    .bind(expires.map(Timestamp::as_millisecond))
    .bind(i64::from(!kind.is_awaited()))
    .bind(method)
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(false) };
    if row.try_get::<Option<String>, _>(0)?.is_some() {
        due(tx, method, now).await?;
    }
    tx.posted = true;
    Ok(true)
}

/// The group DM of the pair it goes to, if Slack has opened it.
async fn pair_channel(tx: &mut Reading, what: &What) -> Result<Option<ChannelId>> {
    match what.to() {
        Some(To::Pair { pair, .. }) => pairs::channel(tx, *pair).await,
        Some(To::Person(_) | To::Channel(_)) | None => Ok(None),
    }
}

fn seal(tx: &Reading, id: i64, what: &What) -> Result<String> {
    let text =
        serde_json::to_string(what).map_err(|_| StoreError::Unreadable("an outgoing message"))?;
    Ok(tx.keys().seal(TABLE, &id.to_string(), &text)?)
}

/// Something waits for `method` in the transaction's workspace from `at` on.
async fn due(tx: &mut Tx, method: &str, at: Timestamp) -> Result<()> {
    let team = tx.team().to_string();
    sqlx::query(
        "insert into outbox_queues (team_id, waits_for, due_at) values ($1, $2, $3)
         on conflict (team_id, waits_for) do update set due_at = excluded.due_at
         where outbox_queues.due_at > excluded.due_at",
    )
    .bind(team)
    .bind(method)
    .bind(at.as_millisecond())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A workspace and one of Slack's methods for which something may be due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    pub team: TeamId,
    pub waits_for: String,
}

/// The queues that are due, the longest due first, of workspaces the app is installed in: they take turns.
pub async fn due_queues(tx: &mut Reading, most: i64) -> Result<Vec<Queue>> {
    let now = tx.now_ms();
    let rows = sqlx::query(
        "select team_id, waits_for from outbox_queues q where due_at <= $1
             and exists (select 1 from workspaces w where w.team_id = q.team_id and w.state = 'installed')
         order by due_at, team_id limit $2",
    )
    .bind(now)
    .bind(most)
    .fetch_all(tx.conn())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Queue {
                team: TeamId(row.try_get(0)?),
                waits_for: row.try_get(1)?,
            })
        })
        .collect()
}

/// The first open row of a lane, which may be taken.
#[derive(Debug)]
pub struct Head {
    pub delivery: Delivery,
    /// Under which lease it was read, or taken since.
    lease: i64,
}

const COLUMNS: &str =
    "id, kind, what_sealed, doubt, attempts, channel_id, created_at, expires_at, leases";

/// The heads that wait for `method` in the transaction's workspace and are due: first what somebody waits for. A row that
/// this process cannot read is put off.
pub async fn heads(tx: &mut Tx, method: &str, most: usize) -> Result<Vec<Head>> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    let mut heads = Vec::new();
    for rank in [0_i64, 1] {
        let room = i64::try_from(most - heads.len()).unwrap_or(i64::MAX);
        let sql = select(
            "where team_id = $1 and waits_for = $2 and rank = $3 and not_before <= $4
             and state in ('queued', 'leased') order by not_before, id limit $5",
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(&team)
            .bind(method)
            .bind(rank)
            .bind(now)
            .bind(room)
            .fetch_all(tx.conn())
            .await?;
        for row in &rows {
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
pub async fn open(tx: &mut Reading) -> Result<Vec<Head>> {
    let team = tx.team().to_string();
    let sql = select("where team_id = $1 and state in ('queued', 'leased') order by id");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(team)
        .fetch_all(tx.conn())
        .await?;
    let mut open = Vec::with_capacity(rows.len());
    for row in &rows {
        open.push(head(tx, row).await?);
    }
    Ok(open)
}

fn select(rest: &str) -> String {
    format!("select {COLUMNS} from outbox {rest}")
}

async fn head(tx: &mut Reading, row: &AnyRow) -> Result<Head> {
    let id: i64 = row.try_get(0)?;
    let (kind, sealed): (String, String) = (row.try_get(1)?, row.try_get(2)?);
    let text = tx.keys().open(TABLE, &id.to_string(), &sealed)?;
    let what: What =
        serde_json::from_str(&text).map_err(|_| StoreError::Unreadable("an outgoing message"))?;
    let channel = match row.try_get::<Option<String>, _>(5)? {
        Some(channel) => Some(ChannelId(channel)),
        None => pair_channel(tx, &what).await?,
    };
    let attempts: i64 = row.try_get(4)?;
    Ok(Head {
        lease: row.try_get(8)?,
        delivery: Delivery {
            id,
            kind: Kind::parse(&kind).ok_or(StoreError::Unreadable("a kind of message"))?,
            what,
            doubt: Doubt::from_code(row.try_get(3)?),
            attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
            channel,
            created: instant(row.try_get(6)?),
            expires: row.try_get::<Option<i64>, _>(7)?.map(instant),
        },
    })
}

/// A row of a newer release, or sealed with a key that is not here (yet): tried again at growing distances. After an hour
/// its lane goes on without it, after two weeks it is given up.
async fn put_off(tx: &mut Tx, row: &AnyRow, error: &StoreError) -> Result<()> {
    let (id, attempts): (i64, i64) = (row.try_get(0)?, row.try_get(4)?);
    let age = tx.now.duration_since(instant(row.try_get(6)?));
    metrics::counter!("reverse_mentor_unreadable_total", "what" => "message").increment(1);
    let lane = lane_of(tx, id).await?;
    if age > UNREADABLE_UNTIL {
        tracing::error!(id, %error, "an outbox row could not be read for two weeks and is given up");
        sqlx::query("update outbox set state = 'failed', finished_at = $1, error = 'unreadable', waits_for = null where id = $2")
            .bind(tx.now_ms())
            .bind(id)
            .execute(tx.conn())
            .await?;
        return promote(tx, &lane).await;
    }
    tracing::warn!(id, %error, "an outbox row cannot be read yet and is put off");
    // Ten seconds, twenty, … five minutes in the first hour, an hour later on.
    let wait = 10_000 << attempts.clamp(0, 5);
    let parked = age > PARK_AFTER;
    let wait = if parked { 3_600_000 } else { wait };
    let at = instant(tx.now_ms().saturating_add(wait));
    let method: Option<String> = sqlx::query(
        "update outbox set attempts = attempts + 1, not_before = $1, error = 'unreadable',
             waits_for = case when $2 = 1 then 'unreadable' else waits_for end
         where id = $3 returning waits_for",
    )
    .bind(at.as_millisecond())
    .bind(i64::from(parked))
    .bind(id)
    .fetch_one(tx.conn())
    .await?
    .try_get(0)?;
    due(tx, method.as_deref().unwrap_or(PARKED), at).await?;
    if parked {
        promote(tx, &lane).await?;
    }
    Ok(())
}

/// Takes a head for a call; false when another sender was quicker. What holds if we die in mid-call is noted with it.
pub async fn lease(tx: &mut Tx, head: &mut Head, call: &Call) -> Result<bool> {
    let until = tx.now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
    let done = sqlx::query(
        "update outbox set state = 'leased', leased_until = $1, not_before = $1, leases = leases + 1,
             attempts = attempts + 1, doubt = $2, waits_for = $3
         where id = $4 and leases = $5 and state in ('queued', 'leased')",
    )
    .bind(until.as_millisecond())
    .bind(while_leased(&head.delivery, call).code())
    .bind(call.method())
    .bind(head.delivery.id)
    .bind(head.lease)
    .execute(tx.conn())
    .await?;
    head.lease += 1;
    Ok(done.rows_affected() == 1)
}

/// Has a head wait for another method, or for longer.
pub async fn wait(tx: &mut Tx, head: &Head, method: &str, at: Timestamp) -> Result<()> {
    sqlx::query("update outbox set waits_for = $1, not_before = $2 where id = $3 and leases = $4")
        .bind(method)
        .bind(at.as_millisecond())
        .bind(head.delivery.id)
        .bind(head.lease)
        .execute(tx.conn())
        .await?;
    due(tx, method, at).await
}

/// Notes when a queue is due again: as soon as it has something and, at `room`, the limits have room for it.
pub async fn served(tx: &mut Tx, method: &str, room: Option<Timestamp>) -> Result<()> {
    let team = tx.team().to_string();
    let row = sqlx::query(
        "select min(first) from (
             select min(not_before) as first from outbox where team_id = $1 and waits_for = $2 and rank = 0
                 and state in ('queued', 'leased')
             union all
             select min(not_before) from outbox where team_id = $1 and waits_for = $2 and rank = 1
                 and state in ('queued', 'leased')) as firsts",
    )
    .bind(&team)
    .bind(method)
    .fetch_one(tx.conn())
    .await?;
    let next: Option<i64> = row.try_get(0)?;
    let sql = match next {
        Some(_) => "update outbox_queues set due_at = $1 where team_id = $2 and waits_for = $3",
        None => "delete from outbox_queues where $1 = $1 and team_id = $2 and waits_for = $3",
    };
    // Never before now: those that have waited as long go first next time.
    let at = next.map_or(0, |next| {
        next.max(room.map_or(0, Timestamp::as_millisecond))
            .max(tx.now_ms())
    });
    sqlx::query(sql)
        .bind(at)
        .bind(team)
        .bind(method)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Applies what a step says of the row; false when the row is not as the step expects it. What Slack has is noted
/// whatever lease it came under; everything else only under the row's own.
pub async fn apply(tx: &mut Tx, head: &Head, step: &Step) -> Result<bool> {
    match step {
        Step::Sent { channel, ts } => {
            let posted = (channel.as_ref(), ts.as_deref());
            close(tx, head, State::Sent, None, posted).await
        }
        Step::Fail(code) => close(tx, head, State::Failed, Some(code), NOWHERE).await,
        Step::Expire => close(tx, head, State::Expired, None, NOWHERE).await,
        Step::Queue(again) => requeue(tx, head, again).await,
        Step::SetPairChannel(..)
        | Step::Block(..)
        | Step::Uninstalled
        | Step::Answered(_)
        | Step::React(_) => Ok(true),
    }
}

async fn requeue(tx: &mut Tx, head: &Head, again: &Requeue) -> Result<bool> {
    let mut next = head.delivery.clone();
    next.doubt = again.doubt;
    if again.channel.is_some() {
        next.channel.clone_from(&again.channel);
    }
    let mut sealed = None;
    if let Some(what) = &again.what {
        next.what = what.clone();
        sealed = Some(seal(tx, next.id, what)?);
    }
    let method = waits_for(&next);
    let done = sqlx::query(
        "update outbox set state = 'queued', leased_until = null, not_before = $1, doubt = $2, attempts = $3,
             waits_for = $4, channel_id = coalesce($5, channel_id), error = coalesce($6, error),
             what_sealed = coalesce($7, what_sealed)
         where id = $8 and leases = $9 and state in ('queued', 'leased')",
    )
    .bind(again.at.as_millisecond())
    .bind(again.doubt.code())
    .bind(i64::from(again.attempts))
    .bind(method)
    .bind(again.channel.as_ref().map(ChannelId::as_str))
    .bind(again.error.as_deref())
    .bind(sealed)
    .bind(next.id)
    .bind(head.lease)
    .execute(tx.conn())
    .await?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    due(tx, method, again.at).await?;
    tx.posted = true;
    Ok(true)
}

/// Where a message stands at Slack: conversation and time stamp.
type Posted<'a> = (Option<&'a ChannelId>, Option<&'a str>);
const NOWHERE: Posted<'_> = (None, None);

/// The row is finished, and its words are forgotten: only a message that failed may be sent again. The next of its lane
/// gets its turn.
async fn close(
    tx: &mut Tx,
    head: &Head,
    state: State,
    error: Option<&String>,
    (channel, ts): Posted<'_>,
) -> Result<bool> {
    let keeps = state == State::Failed && head.delivery.kind != Kind::DataFile;
    let done = sqlx::query(
        "update outbox set state = $1, finished_at = $2, leased_until = null, waits_for = null, doubt = 0, error = $3,
             channel_id = coalesce($4, channel_id), ts = $5,
             what_sealed = case when $6 = 1 then what_sealed else '' end
         where id = $7 and state in ('queued', 'leased') and (leases = $8 or $1 = 'sent')",
    )
    .bind(state.as_str())
    .bind(tx.now_ms())
    .bind(error)
    .bind(channel.map(ChannelId::as_str))
    .bind(ts)
    .bind(i64::from(keeps))
    .bind(head.delivery.id)
    .bind(head.lease)
    .execute(tx.conn())
    .await?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    promote(tx, &head.delivery.what.lane().to_string()).await?;
    Ok(true)
}

async fn lane_of(tx: &mut Reading, id: i64) -> Result<String> {
    let row = sqlx::query("select lane from outbox where id = $1")
        .bind(id)
        .fetch_one(tx.conn())
        .await?;
    Ok(row.try_get(0)?)
}

/// The first open row of a lane becomes its head, if it is not.
pub(super) async fn promote(tx: &mut Tx, lane: &str) -> Result<()> {
    let (team, now) = (tx.team().to_string(), tx.now);
    let done = sqlx::query(
        "update outbox set waits_for = '?', not_before = case when not_before < $1 then $1 else not_before end
         where waits_for is null and id = (select min(o.id) from outbox o where o.team_id = $2 and o.lane = $3
             and o.state in ('queued', 'leased') and (o.waits_for is null or o.waits_for <> 'unreadable'))",
    )
    .bind(now.as_millisecond())
    .bind(team)
    .bind(lane)
    .execute(tx.conn())
    .await?;
    if done.rows_affected() > 0 {
        due(tx, UNSEEN, now).await?;
        tx.posted = true;
    }
    Ok(())
}

/// Drops what was queued about `topic` and surely was not sent: it no longer applies. `lanes` are all those it may have
/// gone to, so that only what waits for these people is looked at.
pub async fn withdraw(tx: &mut Tx, topic: Topic, lanes: &[Lane]) -> Result<u64> {
    let now = tx.now_ms();
    let mut withdrawn = 0;
    for lane in lanes {
        let before = withdrawn;
        for (id, key) in queued(tx, lane).await? {
            if !key.is_some_and(|key| key.is_about(topic)) {
                continue;
            }
            let done = sqlx::query(
                "update outbox set state = 'expired', finished_at = $1, waits_for = null, what_sealed = ''
                 where id = $2 and state = 'queued' and doubt = 0",
            )
            .bind(now)
            .bind(id)
            .execute(tx.conn())
            .await?;
            withdrawn += done.rows_affected();
        }
        if withdrawn > before {
            promote(tx, &lane.to_string()).await?;
        }
    }
    Ok(withdrawn)
}

/// An expired nudge that surely was not sent gives its key back, for another try; so does the file behind it, which
/// nobody has touched yet.
pub async fn give_key_back(tx: &mut Tx, id: i64) -> Result<()> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    let row = sqlx::query("select dedupe_key, lane from outbox where id = $1")
        .bind(id)
        .fetch_optional(tx.conn())
        .await?;
    let Some(row) = row else { return Ok(()) };
    let (key, lane): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    let file = Key::read(&key).map(|key| key.file().to_string());
    sqlx::query(
        "update outbox set state = 'expired', finished_at = $1, waits_for = null, dedupe_key = dedupe_key || $2
         where team_id = $3 and dedupe_key in ($4, $5) and state in ('queued', 'expired')",
    )
    .bind(now)
    .bind(format!("/unsent/{id}"))
    .bind(team)
    .bind(&key)
    .bind(file)
    .execute(tx.conn())
    .await?;
    promote(tx, &lane).await
}
