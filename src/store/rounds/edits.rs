//! What an owner asked of a round, and what there was before: the next solution starts from it.

use super::{Fate, proposals};
use crate::domain::ids::{RoundId, UserId};
use crate::store::db::{Reading, Result, StoreError, Tx};
use sqlx::Row;
use sqlx::any::AnyRow;

named! {
    Asked {
        /// This pair stays.
        Keep = "keep",
        /// This person gets no partner this time.
        Aside = "aside",
        /// A pair of the round before.
        Was = "was",
    }
}

/// A pair of the round before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    pub mentor: UserId,
    pub mentee: UserId,
    pub score: u8,
    pub must_confirm: bool,
}

/// Everything asked of one round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits {
    /// Mentor and mentee.
    pub keep: Vec<(UserId, UserId)>,
    pub aside: Vec<UserId>,
    pub was: Vec<Earlier>,
}

impl Edits {
    pub fn keeps(&self, mentor: &UserId, mentee: &UserId) -> bool {
        let mut keep = self.keep.iter();
        keep.any(|kept| kept.0 == *mentor && kept.1 == *mentee)
    }

    /// Whether an owner asked for anything.
    pub fn ask(&self) -> bool {
        !(self.keep.is_empty() && self.aside.is_empty())
    }

    /// Asks for the others, too.
    pub fn add(&mut self, other: Self) {
        self.keep.extend(other.keep);
        self.aside.extend(other.aside);
        self.was.extend(other.was);
        self.keep.sort();
        self.keep.dedup();
        self.aside.sort();
        self.aside.dedup();
        let two = |pair: &Earlier| (pair.mentor.clone(), pair.mentee.clone());
        self.was.sort_by_key(two);
        self.was.dedup_by_key(|pair| two(pair));
    }
}

pub async fn edits(tx: &mut Reading, round: RoundId) -> Result<Edits> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select kind, mentor, mentee, score, must_confirm from round_edits
         where team_id = $1 and round_id = $2 order by kind, mentor, mentee",
    )
    .bind(team)
    .bind(round.0)
    .fetch_all(tx.conn())
    .await?;
    let mut edits = Edits::default();
    for row in &rows {
        add(&mut edits, row)?;
    }
    Ok(edits)
}

fn add(edits: &mut Edits, row: &AnyRow) -> Result<()> {
    let kind: String = row.try_get(0)?;
    let (mentor, mentee) = (UserId(row.try_get(1)?), UserId(row.try_get(2)?));
    match Asked::parse(&kind).ok_or(StoreError::Unreadable("what was asked of a round"))? {
        Asked::Keep => edits.keep.push((mentor, mentee)),
        Asked::Aside => edits.aside.push(mentor),
        Asked::Was => edits.was.push(Earlier {
            mentor,
            mentee,
            score: u8::try_from(row.try_get::<i64, _>(3)?).unwrap_or(100),
            must_confirm: row.try_get::<i64, _>(4)? != 0,
        }),
    }
    Ok(())
}

/// Asks that a pair stays; false when that was asked before.
pub async fn keep(
    tx: &mut Tx,
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
    by: &UserId,
) -> Result<bool> {
    insert(
        tx,
        round,
        Asked::Keep,
        (mentor.as_str(), mentee.as_str()),
        (0, false),
        by,
    )
    .await
}

/// Asks that somebody is set aside; false when that was asked before.
pub async fn set_aside(tx: &mut Tx, round: RoundId, user: &UserId, by: &UserId) -> Result<bool> {
    insert(tx, round, Asked::Aside, (user.as_str(), ""), (0, false), by).await
}

/// No longer asks for this pair; false when nobody had.
pub async fn let_go(
    tx: &mut Tx,
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
) -> Result<bool> {
    delete(tx, round, Asked::Keep, (mentor.as_str(), mentee.as_str())).await
}

/// Somebody set aside is looked at again; false when nobody had set them aside.
pub async fn bring_back(tx: &mut Tx, round: RoundId, user: &UserId) -> Result<bool> {
    delete(tx, round, Asked::Aside, (user.as_str(), "")).await
}

/// What the next round takes over from this one: all that was asked of it, and its pairs.
pub async fn standing(tx: &mut Reading, round: RoundId) -> Result<Edits> {
    let edits = edits(tx, round).await?;
    let pairs = proposals(tx, round).await?.into_iter();
    let was = pairs.filter(|pair| matches!(pair.fate, Fate::Open | Fate::Dropped));
    let was = was.map(|pair| Earlier {
        mentor: pair.mentor,
        mentee: pair.mentee,
        score: pair.score,
        must_confirm: pair.must_confirm,
    });
    Ok(Edits {
        was: was.collect(),
        ..edits
    })
}

/// The round `new` takes over what was asked of `old`, by whoever asked it; its pairs are remembered.
pub async fn carry_over(tx: &mut Tx, old: RoundId, new: RoundId) -> Result<()> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    sqlx::query(
        "insert into round_edits (round_id, team_id, kind, mentor, mentee, score, must_confirm, made_by, made_at)
         select cast($1 as bigint), team_id, kind, mentor, mentee, score, must_confirm, made_by, made_at
         from round_edits where team_id = $2 and round_id = $3 and kind in ('keep', 'aside')
         on conflict do nothing",
    )
    .bind(new.0)
    .bind(&team)
    .bind(old.0)
    .execute(tx.conn())
    .await?;
    sqlx::query(
        "insert into round_edits (round_id, team_id, kind, mentor, mentee, score, must_confirm, made_by, made_at)
         select cast($1 as bigint), team_id, 'was', mentor, mentee, score, must_confirm, '', cast($2 as bigint)
         from proposals where team_id = $3 and round_id = $4 and state in ('open', 'dropped')
         on conflict do nothing",
    )
    .bind(new.0)
    .bind(now)
    .bind(&team)
    .bind(old.0)
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn insert(
    tx: &mut Tx,
    round: RoundId,
    kind: Asked,
    (mentor, mentee): (&str, &str),
    (score, must_confirm): (u8, bool),
    by: &UserId,
) -> Result<bool> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    let done = sqlx::query(
        "insert into round_edits (round_id, team_id, kind, mentor, mentee, score, must_confirm, made_by, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
    )
    .bind(round.0)
    .bind(team)
    .bind(kind.as_str())
    .bind(mentor)
    .bind(mentee)
    .bind(i64::from(score))
    .bind(i64::from(must_confirm))
    .bind(by.as_str())
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

async fn delete(
    tx: &mut Tx,
    round: RoundId,
    kind: Asked,
    (mentor, mentee): (&str, &str),
) -> Result<bool> {
    let team = tx.team().to_string();
    let done = sqlx::query(
        "delete from round_edits
         where team_id = $1 and round_id = $2 and kind = $3 and mentor = $4 and mentee = $5",
    )
    .bind(team)
    .bind(round.0)
    .bind(kind.as_str())
    .bind(mentor)
    .bind(mentee)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
