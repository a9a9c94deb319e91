//! What a pair agreed on, version by version.

use super::db::{Reading, Result, StoreError, Tx, instant};
use crate::domain::goals::Goals;
use crate::domain::ids::{PairId, UserId};
use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

const TABLE: &str = "agreements";

#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    pub pair: PairId,
    pub version: i64,
    pub goals: Goals,
    /// Who wrote this version; none for the draft.
    pub made_by: Option<UserId>,
    pub made_at: Timestamp,
    pub mentor_signed_at: Option<Timestamp>,
    pub mentee_signed_at: Option<Timestamp>,
    /// When the second of them signed.
    pub completed_at: Option<Timestamp>,
    /// How many reminders about this version are behind us.
    pub reminded: i64,
}

impl Agreement {
    /// Whether this side has signed.
    pub fn is_signed_by(&self, side: Side) -> bool {
        match side {
            Side::Mentor => self.mentor_signed_at.is_some(),
            Side::Mentee => self.mentee_signed_at.is_some(),
        }
    }
}

/// Which of the two signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Mentor,
    Mentee,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select pair_id, version, goals_sealed, made_by, made_at, mentor_signed_at, mentee_signed_at,
             completed_at, reminded from agreements ",
            $rest
        )
    };
}

/// Adds `version`; false when it is there already (somebody else was quicker).
pub async fn add(
    tx: &mut Tx,
    pair: PairId,
    version: i64,
    goals: &Goals,
    made_by: Option<&UserId>,
) -> Result<bool> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    let text = serde_json::to_string(goals).map_err(|_| StoreError::Unreadable("goals"))?;
    let sealed = tx.keys().seal(TABLE, &place(pair, version), &text)?;
    let done = sqlx::query(
        "insert into agreements (pair_id, version, team_id, goals_sealed, made_by, made_at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
    )
    .bind(pair.0)
    .bind(version)
    .bind(team)
    .bind(sealed)
    .bind(made_by.map(UserId::as_str))
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The version that holds now.
pub async fn latest(tx: &mut Reading, pair: PairId) -> Result<Option<Agreement>> {
    let team = tx.team().to_string();
    let row = sqlx::query(select!(
        "where team_id = $1 and pair_id = $2 order by version desc limit 1"
    ))
    .bind(team)
    .bind(pair.0)
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| read(tx, &row, 0)).transpose()
}

/// Every version there was, oldest first.
pub async fn history(tx: &mut Reading, pair: PairId) -> Result<Vec<Agreement>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(select!(
        "where team_id = $1 and pair_id = $2 order by version"
    ))
    .bind(team)
    .bind(pair.0)
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(|row| read(tx, row, 0)).collect()
}

/// Signs a version; false when this side had signed it before.
pub async fn sign(tx: &mut Tx, pair: PairId, version: i64, side: Side) -> Result<bool> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    let sql = match side {
        Side::Mentor => {
            "update agreements set mentor_signed_at = $1
             where team_id = $2 and pair_id = $3 and version = $4 and mentor_signed_at is null"
        }
        Side::Mentee => {
            "update agreements set mentee_signed_at = $1
             where team_id = $2 and pair_id = $3 and version = $4 and mentee_signed_at is null"
        }
    };
    let done = sqlx::query(sql)
        .bind(now)
        .bind(team)
        .bind(pair.0)
        .bind(version)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that both have signed; true exactly once a version.
pub async fn complete(tx: &mut Tx, pair: PairId, version: i64) -> Result<bool> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    let done = sqlx::query(
        "update agreements set completed_at = $1
         where team_id = $2 and pair_id = $3 and version = $4 and completed_at is null
           and mentor_signed_at is not null and mentee_signed_at is not null",
    )
    .bind(now)
    .bind(team)
    .bind(pair.0)
    .bind(version)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// One more reminder about this version is behind us.
pub async fn reminded(tx: &mut Tx, pair: PairId, version: i64) -> Result<()> {
    let team = tx.team().to_string();
    sqlx::query(
        "update agreements set reminded = reminded + 1 where team_id = $1 and pair_id = $2 and version = $3",
    )
    .bind(team)
    .bind(pair.0)
    .bind(version)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The latest reminder about this version was not sent after all.
pub async fn not_reminded(tx: &mut Tx, pair: PairId, version: i64) -> Result<()> {
    let team = tx.team().to_string();
    sqlx::query(
        "update agreements set reminded = reminded - 1
         where team_id = $1 and pair_id = $2 and version = $3 and reminded > 0",
    )
    .bind(team)
    .bind(pair.0)
    .bind(version)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets what a pair agreed on.
pub async fn erase(tx: &mut Tx, pair: PairId) -> Result<()> {
    let team = tx.team().to_string();
    sqlx::query("delete from agreements where team_id = $1 and pair_id = $2")
        .bind(team)
        .bind(pair.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

fn place(pair: PairId, version: i64) -> String {
    format!("{pair}/{version}")
}

/// The agreement in the columns from `first` on, in the order of `select!`.
pub(super) fn read(tx: &Reading, row: &AnyRow, first: usize) -> Result<Agreement> {
    let (pair, version) = (PairId(row.try_get(first)?), row.try_get(first + 1)?);
    let sealed: String = row.try_get(first + 2)?;
    let goals = tx.keys().open(TABLE, &place(pair, version), &sealed)?;
    let at = |index: usize| {
        row.try_get::<Option<i64>, _>(first + index)
            .map(|ms| ms.map(instant))
    };
    Ok(Agreement {
        pair,
        version,
        goals: serde_json::from_str(&goals).map_err(|_| StoreError::Unreadable("goals"))?,
        made_by: row.try_get::<Option<String>, _>(first + 3)?.map(UserId),
        made_at: instant(row.try_get(first + 4)?),
        mentor_signed_at: at(5)?,
        mentee_signed_at: at(6)?,
        completed_at: at(7)?,
        reminded: row.try_get(first + 8)?,
    })
}
