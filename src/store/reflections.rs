//! What partners thought after their meetings. Answers are sealed; the product shows them to nobody but their author.

use super::db::{AnyRow, Columns as _, Reading, Result, Tx, sql};
use crate::domain::figures::Rating;
use crate::domain::ids::{CycleId, PairId, ReflectionId, UserId};
use jiff::Timestamp;
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
    let id = ReflectionId(tx.new_id());
    let created = tx.changes(sql!(
        "insert into reflections (id, team_id, pair_id, cycle_id, user_id, question, asked_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        id,
        tx.team(),
        pair,
        cycle,
        user,
        question,
        tx.now
    ));
    Ok(created.await?.then_some(id))
}

/// Whether a person was asked about this cycle.
pub async fn was_asked(tx: &mut Reading, cycle: CycleId, user: &UserId) -> Result<bool> {
    tx.any(sql!(
        "select 1 from reflections where cycle_id = $1 and user_id = $2",
        cycle,
        user
    ))
    .await
}

/// Takes a question back that was not sent after all.
pub async fn withdraw(tx: &mut Tx, id: ReflectionId) -> Result<()> {
    tx.run(sql!(
        "delete from reflections where id = $1 and answered_at is null",
        id
    ))
    .await?;
    Ok(())
}

/// The same, by whom it was put to.
pub async fn withdraw_of(tx: &mut Tx, cycle: CycleId, user: &UserId) -> Result<()> {
    tx.run(sql!(
        "delete from reflections where cycle_id = $1 and user_id = $2 and answered_at is null",
        cycle,
        user
    ))
    .await?;
    Ok(())
}

pub async fn find(tx: &mut Reading, id: ReflectionId) -> Result<Option<Reflection>> {
    let found = sql!(select!("where team_id = $1 and id = $2"), tx.team(), id);
    tx.read_first(found, reflection).await
}

/// The keys of the questions that were asked in a pair, oldest first: a person's own, then their partner's.
pub async fn asked(
    tx: &mut Reading,
    pair: PairId,
    user: &UserId,
) -> Result<(Vec<String>, Vec<String>)> {
    let asked = sql!(
        "select question, user_id from reflections where pair_id = $1 order by asked_at, id",
        pair
    );
    let (mut own, mut theirs) = (Vec::new(), Vec::new());
    for row in &tx.all(asked).await? {
        let list = if row.get::<UserId>("user_id")? == *user {
            &mut own
        } else {
            &mut theirs
        };
        list.push(row.get("question")?);
    }
    Ok((own, theirs))
}

/// Everything a person was asked and answered, oldest first: for their own eyes.
pub async fn by(tx: &mut Reading, user: &UserId) -> Result<Vec<Reflection>> {
    let theirs = sql!(
        select!("where team_id = $1 and user_id = $2 order by asked_at, id"),
        tx.team(),
        user
    );
    tx.read_all(theirs, reflection).await
}

/// Saves an answer in place of the one before.
pub async fn answer(
    tx: &mut Tx,
    id: ReflectionId,
    answer: Option<&str>,
    confidence: Option<u8>,
) -> Result<()> {
    let sealed = answer.map(|text| tx.keys().seal(TABLE, &id.to_string(), text));
    let sealed = sealed.transpose()?;
    tx.run(sql!(
        "update reflections set answer_sealed = $1, answered_at = $3,
             rated_at = case when confidence = $2 then rated_at else $3 end, confidence = $2 where id = $4",
        sealed,
        confidence,
        tx.now,
        id
    ))
    .await?;
    Ok(())
}

/// Notes that it is shared; false when it was shared before.
pub async fn share(tx: &mut Tx, id: ReflectionId) -> Result<bool> {
    tx.changes(sql!(
        "update reflections set shared = 1 where id = $1 and shared = 0",
        id
    ))
    .await
}

/// The first confidence a person gave within a pair.
pub async fn first_confidence(tx: &mut Reading, pair: PairId, user: &UserId) -> Result<Option<u8>> {
    tx.maybe(sql!(
        "select confidence from reflections where pair_id = $1 and user_id = $2 and confidence is not null
         order by asked_at, id limit 1",
        pair,
        user
    ))
    .await
}

/// The first and the latest confidence of everyone who gave more than one within a pair, closing check-ins included. In the
/// order in which they were asked: an answer can be changed later. One entry a person, for the pair they were asked in last.
pub async fn confidence_changes(tx: &mut Reading) -> Result<Vec<Rating>> {
    let ratings = sql!(
        "select user_id, pair_id, confidence, rated_at, asked_at from reflections
         where team_id = $1 and confidence is not null and rated_at is not null
         union all
         select user_id, pair_id, confidence, rated_at, created_at from checkins
         where team_id = $1 and confidence is not null and rated_at is not null
         order by 5, 4",
        tx.team()
    );
    let mut pairs: BTreeMap<(UserId, PairId), (u32, Rating)> = BTreeMap::new();
    let mut last: BTreeMap<UserId, PairId> = BTreeMap::new();
    for row in &tx.all(ratings).await? {
        let (user, pair): (UserId, PairId) = (row.get("user_id")?, row.get("pair_id")?);
        let (now, at) = (row.get("confidence")?, row.get("rated_at")?);
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

fn reflection(tx: &Reading, row: &AnyRow) -> Result<Reflection> {
    let id: ReflectionId = row.get("id")?;
    let sealed: Option<String> = row.maybe("answer_sealed")?;
    let answer = sealed.map(|sealed| tx.keys().open(TABLE, &id.to_string(), &sealed));
    Ok(Reflection {
        id,
        pair: row.get("pair_id")?,
        cycle: row.get("cycle_id")?,
        user: row.get("user_id")?,
        question: row.get("question")?,
        answer: answer.transpose()?,
        confidence: row.maybe("confidence")?,
        shared: row.get("shared")?,
        asked_at: row.get("asked_at")?,
        answered_at: row.maybe("answered_at")?,
    })
}
