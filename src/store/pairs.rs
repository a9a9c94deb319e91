//! Pairs, open and closed.

use super::db::{Reading, Result, StoreError, Tx, instant};
use crate::domain::happening::Ending;
use crate::domain::ids::{ChannelId, PairId, RoundId, UserId};
use crate::domain::pair::{Pair, State};
use sqlx::Row;
use sqlx::any::AnyRow;

const TABLE: &str = "pairs";

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, round_id, mentor, mentee, state, channel_id, reasons_sealed, cycles, created_at, started_at,
             closed_at, closed_why from pairs ",
            $rest
        )
    };
}

/// Makes a pair; none when these two are already together (the semantic key against doubled requests).
pub async fn create(
    tx: &mut Tx,
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
    reasons: &[String],
    cycles: u8,
) -> Result<Option<PairId>> {
    let (id, team, now) = (tx.new_id(), tx.team().to_string(), tx.now_ms());
    let reasons = serde_json::to_string(reasons).map_err(|_| StoreError::Unreadable("reasons"))?;
    // They quote what people wish for.
    let reasons = tx.keys().seal(TABLE, &id.to_string(), &reasons)?;
    let done = sqlx::query(
        "insert into pairs (id, team_id, round_id, mentor, mentee, state, reasons_sealed, cycles, created_at)
         values ($1, $2, $3, $4, $5, 'introduced', $6, $7, $8)
         on conflict (team_id, mentor, mentee) where closed_at is null do nothing",
    )
    .bind(id)
    .bind(team)
    .bind(round.0)
    .bind(mentor.as_str())
    .bind(mentee.as_str())
    .bind(reasons)
    .bind(i64::from(cycles))
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok((done.rows_affected() == 1).then_some(PairId(id)))
}

pub async fn find(tx: &mut Reading, id: PairId) -> Result<Option<Pair>> {
    let team = tx.team().to_string();
    let row = sqlx::query(select!("where team_id = $1 and id = $2"))
        .bind(team)
        .bind(id.0)
        .fetch_optional(tx.conn())
        .await?;
    row.map(|row| pair(tx, &row)).transpose()
}

/// Whether these two are or ever were a pair, whoever mentored whom.
pub async fn between(tx: &mut Reading, a: &UserId, b: &UserId) -> Result<bool> {
    let team = tx.team().to_string();
    let row = sqlx::query(
        "select id from pairs where team_id = $1
         and ((mentor = $2 and mentee = $3) or (mentor = $3 and mentee = $2)) limit 1",
    )
    .bind(team)
    .bind(a.as_str())
    .bind(b.as_str())
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.is_some())
}

/// The open pairs of a person, oldest first.
pub async fn open_of(tx: &mut Reading, user: &UserId) -> Result<Vec<Pair>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(select!(
        "where team_id = $1 and (mentor = $2 or mentee = $2) and closed_at is null order by id"
    ))
    .bind(team)
    .bind(user.as_str())
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(|row| pair(tx, row)).collect()
}

/// The pairs of a person, open and closed, oldest first.
pub async fn of(tx: &mut Reading, user: &UserId) -> Result<Vec<Pair>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(select!(
        "where team_id = $1 and (mentor = $2 or mentee = $2) order by id"
    ))
    .bind(team)
    .bind(user.as_str())
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(|row| pair(tx, row)).collect()
}

/// How many pairs are open.
pub async fn count_open(tx: &mut Reading) -> Result<i64> {
    let team = tx.team().to_string();
    let row = sqlx::query("select count(*) from pairs where team_id = $1 and closed_at is null")
        .bind(team)
        .fetch_one(tx.conn())
        .await?;
    Ok(row.try_get(0)?)
}

/// How many pairs are open, over all workspaces: for metrics.
pub async fn count_open_everywhere(tx: &mut Reading) -> Result<i64> {
    let row = sqlx::query("select count(*) from pairs where closed_at is null")
        .fetch_one(tx.conn())
        .await?;
    Ok(row.try_get(0)?)
}

/// All pairs there ever were, oldest first.
pub async fn all(tx: &mut Reading) -> Result<Vec<Pair>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(select!("where team_id = $1 order by id"))
        .bind(team)
        .fetch_all(tx.conn())
        .await?;
    rows.iter().map(|row| pair(tx, row)).collect()
}

/// Steps from one state to the next; false when the pair was not in `from` (any more).
pub async fn step(tx: &mut Tx, id: PairId, from: State, to: State) -> Result<bool> {
    debug_assert!(from.may_become(to), "{from:?} → {to:?}");
    let now = tx.now_ms();
    let done = sqlx::query(
        "update pairs set state = $1, started_at = case when $1 = 'active' then $2 else started_at end
         where id = $3 and state = $4",
    )
    .bind(to.as_str())
    .bind(now)
    .bind(id.0)
    .bind(from.as_str())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Erases why two were matched: it quotes what they wished for.
pub async fn erase_reasons(tx: &mut Tx, id: PairId) -> Result<()> {
    let nothing = tx.keys().seal(TABLE, &id.to_string(), "[]")?;
    sqlx::query("update pairs set reasons_sealed = $1 where id = $2")
        .bind(nothing)
        .bind(id.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Closes a pair; false when it was closed before.
pub async fn close(tx: &mut Tx, id: PairId, why: Ending) -> Result<bool> {
    let now = tx.now_ms();
    let done = sqlx::query(
        "update pairs set state = 'closed', closed_at = $1, closed_why = $2 where id = $3 and closed_at is null",
    )
    .bind(now)
    .bind(why.as_str())
    .bind(id.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The pair's group DM, whatever the transaction's workspace.
pub async fn channel(tx: &mut Reading, id: PairId) -> Result<Option<ChannelId>> {
    let row = sqlx::query("select channel_id from pairs where id = $1")
        .bind(id.0)
        .fetch_optional(tx.conn())
        .await?;
    let channel: Option<Option<String>> = row.map(|row| row.try_get(0)).transpose()?;
    Ok(channel.flatten().map(ChannelId))
}

/// Slack no longer knows the group DM: it will be opened afresh.
pub async fn forget_channel(tx: &mut Tx, id: PairId) -> Result<()> {
    sqlx::query("update pairs set channel_id = null where id = $1")
        .bind(id.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Gives a pair whose cycles are over `more` of them; false when it was not closing (any more).
pub async fn extend(tx: &mut Tx, id: PairId, more: u8) -> Result<bool> {
    let done = sqlx::query(
        "update pairs set state = 'active', cycles = cycles + $1 where id = $2 and state = 'closing'",
    )
    .bind(i64::from(more))
    .bind(id.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Remembers the pair's group DM.
pub async fn set_channel(tx: &mut Tx, id: PairId, channel: &ChannelId) -> Result<()> {
    sqlx::query("update pairs set channel_id = $1 where id = $2")
        .bind(channel.as_str())
        .bind(id.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

fn pair(tx: &Reading, row: &AnyRow) -> Result<Pair> {
    let id: i64 = row.try_get(0)?;
    let state: String = row.try_get(4)?;
    let sealed: String = row.try_get(6)?;
    let reasons = tx.keys().open(TABLE, &id.to_string(), &sealed)?;
    let closed_at: Option<i64> = row.try_get(10)?;
    let why: Option<String> = row.try_get(11)?;
    Ok(Pair {
        id: PairId(id),
        round: RoundId(row.try_get(1)?),
        mentor: UserId(row.try_get(2)?),
        mentee: UserId(row.try_get(3)?),
        state: State::parse(&state).ok_or(StoreError::Unreadable("a pair's state"))?,
        channel: row.try_get::<Option<String>, _>(5)?.map(ChannelId),
        reasons: serde_json::from_str(&reasons).map_err(|_| StoreError::Unreadable("reasons"))?,
        cycles: u8::try_from(row.try_get::<i64, _>(7)?).unwrap_or(u8::MAX),
        created_at: instant(row.try_get(8)?),
        started_at: row.try_get::<Option<i64>, _>(9)?.map(instant),
        closed: closed_at
            .zip(why.as_deref().and_then(Ending::parse))
            .map(|(at, why)| (instant(at), why)),
    })
}
