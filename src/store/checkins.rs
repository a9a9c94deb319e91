//! Private check-ins and the owners' notes that go with them. What people write is sealed.
//!
//! | from | to | when |
//! |---|---|---|
//! | due | asked | it was sent |
//! | asked | due | it could not be sent that day after all |
//! | due | dropped | it came too late, or no longer applied |
//! | due, asked, answered | answered | they answered (may change until the pair is closed) |

use super::db::{Reading, Result, StoreError, Tx, instant};
use crate::domain::checkin::Kind;
use crate::domain::ids::{CheckinId, PairId, UserId};
use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

const TABLE: &str = "checkins";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkin {
    pub id: CheckinId,
    pub pair: PairId,
    pub user: UserId,
    pub kind: Kind,
    /// After which cycle.
    pub number: u8,
    /// Neither sent nor dropped yet.
    pub due: bool,
    /// The button pressed.
    pub said: Option<String>,
    /// What they wrote, as the feature words it.
    pub answer: Option<String>,
    /// 1 to 5.
    pub confidence: Option<u8>,
    pub created_at: Timestamp,
    pub answered_at: Option<Timestamp>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, pair_id, user_id, kind, number, state, said, answer_sealed, confidence, created_at, answered_at
             from checkins ",
            $rest
        )
    };
}

/// Notes a check-in that is due; none when there is one already.
pub async fn create(
    tx: &mut Tx,
    pair: PairId,
    user: &UserId,
    kind: Kind,
    number: u8,
) -> Result<Option<CheckinId>> {
    let (id, team, now) = (tx.new_id(), tx.team().to_string(), tx.now_ms());
    let done = sqlx::query(
        "insert into checkins (id, team_id, pair_id, user_id, kind, number, state, created_at)
         values ($1, $2, $3, $4, $5, $6, 'due', $7) on conflict do nothing",
    )
    .bind(id)
    .bind(team)
    .bind(pair.0)
    .bind(user.as_str())
    .bind(kind.as_str())
    .bind(i64::from(number))
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok((done.rows_affected() == 1).then_some(CheckinId(id)))
}

pub async fn find(tx: &mut Reading, id: CheckinId) -> Result<Option<Checkin>> {
    let team = tx.team().to_string();
    let row = sqlx::query(select!("where team_id = $1 and id = $2"))
        .bind(team)
        .bind(id.0)
        .fetch_optional(tx.conn())
        .await?;
    row.map(|row| checkin(tx, &row)).transpose()
}

/// The check-ins of a pair, oldest first.
pub async fn of(tx: &mut Reading, pair: PairId) -> Result<Vec<Checkin>> {
    let rows = sqlx::query(select!("where pair_id = $1 order by id"))
        .bind(pair.0)
        .fetch_all(tx.conn())
        .await?;
    rows.iter().map(|row| checkin(tx, row)).collect()
}

/// Everything a person was asked and answered, oldest first: for their own eyes.
pub async fn by(tx: &mut Reading, user: &UserId) -> Result<Vec<Checkin>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(select!("where team_id = $1 and user_id = $2 order by id"))
        .bind(team)
        .bind(user.as_str())
        .fetch_all(tx.conn())
        .await?;
    rows.iter().map(|row| checkin(tx, row)).collect()
}

/// It was sent.
pub async fn asked(tx: &mut Tx, id: CheckinId) -> Result<()> {
    set_state(tx, id, "asked").await
}

/// It will not be sent.
pub async fn dropped(tx: &mut Tx, id: CheckinId) -> Result<()> {
    set_state(tx, id, "dropped").await
}

/// It was not sent after all.
pub async fn not_asked(tx: &mut Tx, id: CheckinId) -> Result<()> {
    sqlx::query("update checkins set state = 'due' where id = $1 and state = 'asked'")
        .bind(id.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

async fn set_state(tx: &mut Tx, id: CheckinId, state: &'static str) -> Result<()> {
    sqlx::query("update checkins set state = $1 where id = $2 and state = 'due'")
        .bind(state)
        .bind(id.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Notes the button pressed.
pub async fn say(tx: &mut Tx, id: CheckinId, said: &str) -> Result<()> {
    let now = tx.now_ms();
    sqlx::query(
        "update checkins set said = $1, state = 'answered', answered_at = $2 where id = $3",
    )
    .bind(said)
    .bind(now)
    .bind(id.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Saves what they wrote, in place of what was there.
pub async fn answer(tx: &mut Tx, id: CheckinId, text: &str, confidence: Option<u8>) -> Result<()> {
    let now = tx.now_ms();
    let sealed = tx.keys().seal(TABLE, &id.to_string(), text)?;
    sqlx::query(
        "update checkins set answer_sealed = $1, state = 'answered', answered_at = $3,
             rated_at = case when confidence = $2 then rated_at else $3 end, confidence = $2 where id = $4",
    )
    .bind(sealed)
    .bind(confidence.map(i64::from))
    .bind(now)
    .bind(id.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets what a pair's partners wrote.
pub async fn erase(tx: &mut Tx, pair: PairId) -> Result<()> {
    sqlx::query("update checkins set answer_sealed = null where pair_id = $1")
        .bind(pair.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Forgets everything a person was asked and answered.
pub async fn erase_person(tx: &mut Tx, user: &UserId) -> Result<()> {
    let team = tx.team().to_string();
    sqlx::query("delete from checkins where team_id = $1 and user_id = $2")
        .bind(team)
        .bind(user.as_str())
        .execute(tx.conn())
        .await?;
    Ok(())
}

fn checkin(tx: &Reading, row: &AnyRow) -> Result<Checkin> {
    let id: i64 = row.try_get(0)?;
    let (kind, state): (String, String) = (row.try_get(3)?, row.try_get(5)?);
    let sealed: Option<String> = row.try_get(7)?;
    let answer = sealed.map(|sealed| tx.keys().open(TABLE, &id.to_string(), &sealed));
    Ok(Checkin {
        id: CheckinId(id),
        pair: PairId(row.try_get(1)?),
        user: UserId(row.try_get(2)?),
        kind: Kind::parse(&kind).ok_or(StoreError::Unreadable("a check-in's kind"))?,
        number: u8::try_from(row.try_get::<i64, _>(4)?).unwrap_or(u8::MAX),
        due: state == "due",
        said: row.try_get(6)?,
        answer: answer.transpose()?,
        confidence: row
            .try_get::<Option<i64>, _>(8)?
            .and_then(|rating| u8::try_from(rating).ok()),
        created_at: instant(row.try_get(9)?),
        answered_at: row.try_get::<Option<i64>, _>(10)?.map(instant),
    })
}
