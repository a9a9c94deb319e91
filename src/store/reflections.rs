//! What partners thought after their meetings. Answers are sealed; the product shows them to nobody but their author.

use super::db::{Reading, Result, Tx, instant};
use crate::domain::digest::Rating;
use crate::domain::ids::{CycleId, PairId, ReflectionId, UserId};
use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::BTreeMap;

const TABLE: &str = "reflections";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reflection {
    pub id: ReflectionId,
    pub pair: PairId,
    pub cycle: CycleId,
    pub user: UserId,
    /// The question's key in the bank.
    pub question: String,
    pub answer: Option<String>,
    /// 1 to 5.
    pub confidence: Option<u8>,
    pub shared: bool,
    pub asked_at: Timestamp,
    pub answered_at: Option<Timestamp>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, pair_id, cycle_id, user_id, question, answer_sealed, confidence, shared, asked_at, answered_at
             from reflections ",
            $rest
        )
    };
}

/// Puts a question; none when this person has been asked about this cycle before.
pub async fn create(
    tx: &mut Tx,
    pair: PairId,
    cycle: CycleId,
    user: &UserId,
    question: &str,
) -> Result<Option<ReflectionId>> {
    let (id, team, now) = (tx.new_id(), tx.team().to_string(), tx.now_ms());
    let done = sqlx::query(
        "insert into reflections (id, team_id, pair_id, cycle_id, user_id, question, asked_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
    )
    .bind(id)
    .bind(team)
    .bind(pair.0)
    .bind(cycle.0)
    .bind(user.as_str())
    .bind(question)
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok((done.rows_affected() == 1).then_some(ReflectionId(id)))
}

/// Whether a person was asked about this cycle.
pub async fn was_asked(tx: &mut Reading, cycle: CycleId, user: &UserId) -> Result<bool> {
    let row = sqlx::query("select 1 from reflections where cycle_id = $1 and user_id = $2")
        .bind(cycle.0)
        .bind(user.as_str())
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.is_some())
}

/// Takes a question back that was not sent after all.
pub async fn withdraw(tx: &mut Tx, id: ReflectionId) -> Result<()> {
    sqlx::query("delete from reflections where id = $1 and answered_at is null")
        .bind(id.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The same, by whom it was put to.
pub async fn withdraw_of(tx: &mut Tx, cycle: CycleId, user: &UserId) -> Result<()> {
    sqlx::query(
        "delete from reflections where cycle_id = $1 and user_id = $2 and answered_at is null",
    )
    .bind(cycle.0)
    .bind(user.as_str())
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn find(tx: &mut Reading, id: ReflectionId) -> Result<Option<Reflection>> {
    let team = tx.team().to_string();
    let row = sqlx::query(select!("where team_id = $1 and id = $2"))
        .bind(team)
        .bind(id.0)
        .fetch_optional(tx.conn())
        .await?;
    row.map(|row| reflection(tx, &row)).transpose()
}

/// The keys of the questions that were asked in a pair, oldest first: a person's own, then their partner's.
pub async fn asked(
    tx: &mut Reading,
    pair: PairId,
    user: &UserId,
) -> Result<(Vec<String>, Vec<String>)> {
    let rows = sqlx::query(
        "select question, user_id from reflections where pair_id = $1 order by asked_at, id",
    )
    .bind(pair.0)
    .fetch_all(tx.conn())
    .await?;
    let (mut own, mut theirs) = (Vec::new(), Vec::new());
    for row in rows {
        let (question, whose): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let list = if whose == user.as_str() {
            &mut own
        } else {
            &mut theirs
        };
        list.push(question);
    }
    Ok((own, theirs))
}

/// Everything a person was asked and answered, oldest first: for their own eyes.
pub async fn by(tx: &mut Reading, user: &UserId) -> Result<Vec<Reflection>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(select!(
        "where team_id = $1 and user_id = $2 order by asked_at, id"
    ))
    .bind(team)
    .bind(user.as_str())
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(|row| reflection(tx, row)).collect()
}

/// Saves an answer in place of the one before.
pub async fn answer(
    tx: &mut Tx,
    id: ReflectionId,
    answer: Option<&str>,
    confidence: Option<u8>,
) -> Result<()> {
    let now = tx.now_ms();
    let keys = tx.keys();
    let sealed = answer.map(|text| keys.seal(TABLE, &id.to_string(), text));
    sqlx::query(
        "update reflections set answer_sealed = $1, answered_at = $3,
             rated_at = case when confidence = $2 then rated_at else $3 end, confidence = $2 where id = $4",
    )
    .bind(sealed.transpose()?)
    .bind(confidence.map(i64::from))
    .bind(now)
    .bind(id.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that it is shared; false when it was shared before.
pub async fn share(tx: &mut Tx, id: ReflectionId) -> Result<bool> {
    let done = sqlx::query("update reflections set shared = 1 where id = $1 and shared = 0")
        .bind(id.0)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The first confidence a person gave within a pair.
pub async fn first_confidence(tx: &mut Reading, pair: PairId, user: &UserId) -> Result<Option<u8>> {
    let row = sqlx::query(
        "select confidence from reflections where pair_id = $1 and user_id = $2 and confidence is not null
         order by asked_at, id limit 1",
    )
    .bind(pair.0)
    .bind(user.as_str())
    .fetch_optional(tx.conn())
    .await?;
    let first: Option<i64> = row.map(|row| row.try_get(0)).transpose()?;
    Ok(first.and_then(|rating| u8::try_from(rating).ok()))
}

/// The first and the latest confidence of everyone who gave more than one within a pair, closing check-ins included. In the
/// order in which they were asked: an answer can be changed later. One entry a person, for the pair they were asked in last.
pub async fn confidence_changes(tx: &mut Reading) -> Result<Vec<Rating>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select user_id, pair_id, confidence, rated_at, asked_at from reflections
         where team_id = $1 and confidence is not null and rated_at is not null
         union all
         select user_id, pair_id, confidence, rated_at, created_at from checkins
         where team_id = $1 and confidence is not null and rated_at is not null
         order by 5, 4",
    )
    .bind(team)
    .fetch_all(tx.conn())
    .await?;
    let mut pairs: BTreeMap<(String, i64), (u32, Rating)> = BTreeMap::new();
    let mut last: BTreeMap<String, i64> = BTreeMap::new();
    for row in rows {
        let (user, pair): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        let now = u8::try_from(row.try_get::<i64, _>(2)?).unwrap_or_default();
        let at = instant(row.try_get(3)?);
        let first = Rating {
            before: now,
            now,
            at,
        };
        let (count, rating) = pairs.entry((user.clone(), pair)).or_insert((0, first));
        *count += 1;
        (rating.now, rating.at) = (now, rating.at.max(at));
        if *count > 1 {
            last.insert(user, pair);
        }
    }
    Ok(last
        .into_iter()
        .filter_map(|of| pairs.get(&of).map(|(_, rating)| *rating))
        .collect())
}

/// Forgets the words of a pair's reflections.
pub async fn erase(tx: &mut Tx, pair: PairId) -> Result<()> {
    sqlx::query("update reflections set answer_sealed = null where pair_id = $1")
        .bind(pair.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Forgets everything a person was asked and answered.
pub async fn erase_person(tx: &mut Tx, user: &UserId) -> Result<()> {
    let team = tx.team().to_string();
    sqlx::query("delete from reflections where team_id = $1 and user_id = $2")
        .bind(team)
        .bind(user.as_str())
        .execute(tx.conn())
        .await?;
    Ok(())
}

fn reflection(tx: &Reading, row: &AnyRow) -> Result<Reflection> {
    let id: i64 = row.try_get(0)?;
    let sealed: Option<String> = row.try_get(5)?;
    let answer = sealed.map(|sealed| tx.keys().open(TABLE, &id.to_string(), &sealed));
    Ok(Reflection {
        id: ReflectionId(id),
        pair: PairId(row.try_get(1)?),
        cycle: CycleId(row.try_get(2)?),
        user: UserId(row.try_get(3)?),
        question: row.try_get(4)?,
        answer: answer.transpose()?,
        confidence: row
            .try_get::<Option<i64>, _>(6)?
            .and_then(|rating| u8::try_from(rating).ok()),
        shared: row.try_get::<i64, _>(7)? != 0,
        asked_at: instant(row.try_get(8)?),
        answered_at: row.try_get::<Option<i64>, _>(9)?.map(instant),
    })
}
