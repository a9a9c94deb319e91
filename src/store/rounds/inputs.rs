//! What each of the latest rounds was made from, so that it can be replayed. Sealed; forgotten with age, and whole as soon as
//! somebody in it erases their data: half an input would replay another round.

use super::{Round, State, round};
use crate::domain::ids::{RoundId, TeamId, UserId};
use crate::domain::matching::Record;
use crate::store::db::{Reading, Result, StoreError, Tx};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row;

const TABLE: &str = "round_inputs";
/// Inputs kept of one program at most: a program that matches as people come makes many rounds.
const MOST: i64 = 30;

/// What a round was made from, and by which version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kept {
    pub record: Record,
    /// Pairs that were found and no longer held a moment later.
    pub lapsed: Vec<(UserId, UserId)>,
    pub version: String,
}

/// Keeps what `id` was made from; `confirm` is the round of those of its pairs that an owner must look at.
pub async fn keep_input(
    tx: &mut Tx,
    id: RoundId,
    confirm: Option<RoundId>,
    kept: &Kept,
) -> Result<()> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    let text = serde_json::to_string(kept).map_err(|_| StoreError::Unreadable("an input"))?;
    let sealed = tx.keys().seal(TABLE, &id.to_string(), &text)?;
    sqlx::query(
        "insert into round_inputs (round_id, team_id, confirm_id, input_sealed, made_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing",
    )
    .bind(id.0)
    .bind(&team)
    .bind(confirm.map(|id| id.0))
    .bind(sealed)
    .bind(now)
    .execute(tx.conn())
    .await?;
    sqlx::query(
        "delete from round_inputs where team_id = $1 and round_id not in
         (select round_id from round_inputs where team_id = $1 order by round_id desc limit $2)",
    )
    .bind(team)
    .bind(MOST)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What a round was made from, if that is still kept.
pub async fn input(tx: &mut Reading, id: RoundId) -> Result<Option<Kept>> {
    let team = tx.team().to_string();
    let row =
        sqlx::query("select input_sealed from round_inputs where team_id = $1 and round_id = $2")
            .bind(team)
            .bind(id.0)
            .fetch_optional(tx.conn())
            .await?;
    let Some(row) = row else { return Ok(None) };
    let text = tx
        .keys()
        .open(TABLE, &id.to_string(), &row.try_get::<String, _>(0)?)?;
    let kept = serde_json::from_str(&text).map_err(|_| StoreError::Unreadable("an input"))?;
    Ok(Some(kept))
}

/// Forgets inputs older than `before`.
pub async fn prune_inputs(tx: &mut Tx, before: Timestamp) -> Result<()> {
    sqlx::query("delete from round_inputs where made_at < $1")
        .bind(before.as_millisecond())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Forgets every input in which somebody occurs. Opens all there are: nothing outside the seal says who is in them.
pub(super) async fn erase_inputs(tx: &mut Tx, user: &UserId) -> Result<()> {
    let team = tx.team().to_string();
    let rows = sqlx::query("select round_id from round_inputs where team_id = $1")
        .bind(team)
        .fetch_all(tx.conn())
        .await?;
    let named = serde_json::to_string(user).map_err(|_| StoreError::Unreadable("a person"))?;
    for row in rows {
        let id: i64 = row.try_get(0)?;
        let held: (String,) =
            sqlx::query_as("select input_sealed from round_inputs where round_id = $1")
                .bind(id)
                .fetch_one(tx.conn())
                .await?;
        // What cannot be opened cannot be replayed either.
        let opened = tx.keys().open(TABLE, &id.to_string(), &held.0);
        if opened.is_ok_and(|text| !text.contains(&named)) {
            continue;
        }
        sqlx::query("delete from round_inputs where round_id = $1")
            .bind(id)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// A round among the latest, whatever its workspace.
#[derive(Clone, Debug)]
pub struct Listed {
    pub team: TeamId,
    pub round: Round,
    pub pairs: i64,
    /// How far from proven best it was.
    pub gap: i64,
    /// The round whose input made this one: itself, or the one whose pairs to confirm these are. None when it is no
    /// longer kept.
    pub input: Option<RoundId>,
}

/// The latest rounds that were solved, of all workspaces, the newest first.
pub async fn latest(tx: &mut Reading, most: i64) -> Result<Vec<Listed>> {
    list(
        tx,
        "where r.state <> 'wanted' and r.origin <> 'invite' order by r.id desc limit $1",
        most,
    )
    .await
}

/// One of them, by its id.
pub async fn listed(tx: &mut Reading, id: RoundId) -> Result<Option<Listed>> {
    Ok(list(tx, "where r.id = $1", id.0).await?.pop())
}

async fn list(tx: &mut Reading, which: &'static str, bound: i64) -> Result<Vec<Listed>> {
    let sql = format!(
        "select r.id, r.origin, r.state, r.seed, r.asked_by, r.created_at, r.decided_by, r.decided_at, r.team_id, r.gap,
         (select count(*) from proposals p where p.round_id = r.id),
         (select min(i.round_id) from round_inputs i
          where i.team_id = r.team_id and (i.round_id = r.id or i.confirm_id = r.id))
         from rounds r {which}"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(bound)
        .fetch_all(tx.conn())
        .await?;
    let read = |row| {
        Ok(Listed {
            round: round(row)?,
            team: TeamId(row.try_get(8)?),
            gap: row.try_get(9)?,
            pairs: row.try_get(10)?,
            input: row.try_get::<Option<i64>, _>(11)?.map(RoundId),
        })
    };
    rows.iter().map(read).collect()
}

/// The pairs of a run that an owner had to look at are a round of their own: its id.
pub async fn confirm_of(tx: &mut Reading, id: RoundId) -> Result<Option<RoundId>> {
    let row = sqlx::query("select confirm_id from round_inputs where round_id = $1")
        .bind(id.0)
        .fetch_optional(tx.conn())
        .await?;
    let found: Option<Option<i64>> = row.map(|row| row.try_get(0)).transpose()?;
    Ok(found.flatten().map(RoundId))
}

/// A round that found nobody, as the one after it compares itself with it.
pub struct Found {
    pub id: RoundId,
    pub state: State,
    /// Since when its list is the same.
    pub since: Timestamp,
}

/// The run before this one.
pub async fn before(tx: &mut Reading, id: RoundId) -> Result<Option<Found>> {
    let team = tx.team().to_string();
    let row = sqlx::query(
        "select id, state, coalesce(unchanged_since, created_at) from rounds
         where team_id = $1 and id < $2 and state <> 'wanted' and origin not in ('confirm', 'invite')
         order by id desc limit 1",
    )
    .bind(team)
    .bind(id.0)
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let state: String = row.try_get(1)?;
    Ok(Some(Found {
        id: RoundId(row.try_get(0)?),
        state: State::parse(&state).ok_or(StoreError::Unreadable("a round's state"))?,
        since: crate::store::db::instant(row.try_get(2)?),
    }))
}

/// Notes since when the list of a round that found nobody is the same.
pub async fn unchanged(tx: &mut Tx, id: RoundId, since: Timestamp) -> Result<()> {
    sqlx::query("update rounds set unchanged_since = $1 where id = $2")
        .bind(since.as_millisecond())
        .bind(id.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}
