//! What an owner asked of a round, and what there was before: the next solution starts from it.

use super::{Fate, Proposal, proposals};
use crate::domain::ids::{RoundId, UserId};
use crate::store::db::{AnyRow, Columns as _, Reading, Result, Tx, sql};

named! {
    Asked, "what was asked of a round" {
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
    let asked = sql!(
        "select kind, mentor, mentee, score, must_confirm from round_edits
         where team_id = $1 and round_id = $2 order by kind, mentor, mentee",
        tx.team(),
        round
    );
    let mut edits = Edits::default();
    for row in &tx.all(asked).await? {
        add(&mut edits, row)?;
    }
    Ok(edits)
}

fn add(edits: &mut Edits, row: &AnyRow) -> Result<()> {
    let (mentor, mentee) = (row.get("mentor")?, row.get("mentee")?);
    match row.get("kind")? {
        Asked::Keep => edits.keep.push((mentor, mentee)),
        Asked::Aside => edits.aside.push(mentor),
        Asked::Was => edits.was.push(Earlier {
            mentor,
            mentee,
            score: row.get("score")?,
            must_confirm: row.get("must_confirm")?,
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
    insert(tx, round, Asked::Keep, (mentor, Some(mentee)), by).await
}

/// Asks that somebody is set aside; false when that was asked before.
pub async fn set_aside(tx: &mut Tx, round: RoundId, user: &UserId, by: &UserId) -> Result<bool> {
    insert(tx, round, Asked::Aside, (user, None), by).await
}

/// No longer asks for this pair; false when nobody had.
pub async fn let_go(
    tx: &mut Tx,
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
) -> Result<bool> {
    delete(tx, round, Asked::Keep, (mentor, Some(mentee))).await
}

/// Somebody set aside is looked at again; false when nobody had set them aside.
pub async fn bring_back(tx: &mut Tx, round: RoundId, user: &UserId) -> Result<bool> {
    delete(tx, round, Asked::Aside, (user, None)).await
}

/// What the next round takes over from this one: all that was asked of it, and its pairs, without those who meet anyway.
pub async fn standing(tx: &mut Reading, round: RoundId) -> Result<Edits> {
    let mut edits = edits(tx, round).await?;
    let pairs = proposals(tx, round).await?;
    let meets = |pair: &Proposal| pair.is_about_to_meet() || pair.fate == Fate::Introduced;
    edits.keep.retain(|(mentor, mentee)| {
        let mut pairs = pairs.iter().filter(|pair| meets(pair));
        !pairs.any(|pair| pair.mentor == *mentor && pair.mentee == *mentee)
    });
    let was = pairs
        .into_iter()
        .filter(|pair| pair.is_undecided() || pair.fate == Fate::Dropped);
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
    tx.run(sql!(
        "insert into round_edits (round_id, team_id, kind, mentor, mentee, score, must_confirm, made_by, made_at)
         select cast($1 as bigint), team_id, kind, mentor, mentee, score, must_confirm, made_by, made_at
         from round_edits e where team_id = $2 and round_id = $3 and kind in ('keep', 'aside')
           and not exists (select 1 from proposals p where p.round_id = e.round_id and p.mentor = e.mentor
             and p.mentee = e.mentee and (p.state = 'introduced' or p.introduce_at is not null))
         on conflict do nothing",
        new,
        tx.team(),
        old
    ))
    .await?;
    tx.run(sql!(
        "insert into round_edits (round_id, team_id, kind, mentor, mentee, score, must_confirm, made_by, made_at)
         select cast($1 as bigint), team_id, 'was', mentor, mentee, score, must_confirm, '', cast($2 as bigint)
         from proposals where team_id = $3 and round_id = $4
           and (state = 'dropped' or state = 'open' and introduce_at is null)
         on conflict do nothing",
        new,
        tx.now,
        tx.team(),
        old
    ))
    .await?;
    Ok(())
}

/// Of somebody set aside there is no second person.
type About<'a> = (&'a UserId, Option<&'a UserId>);

async fn insert(
    tx: &mut Tx,
    round: RoundId,
    kind: Asked,
    (mentor, mentee): About<'_>,
    by: &UserId,
) -> Result<bool> {
    tx.changes(sql!(
        "insert into round_edits (round_id, team_id, kind, mentor, mentee, score, must_confirm, made_by, made_at)
         values ($1, $2, $3, $4, $5, 0, 0, $6, $7) on conflict do nothing",
        round, tx.team(), kind, mentor, mentee.map_or("", UserId::as_str), by, tx.now
    ))
    .await
}

async fn delete(
    tx: &mut Tx,
    round: RoundId,
    kind: Asked,
    (mentor, mentee): About<'_>,
) -> Result<bool> {
    tx.changes(sql!(
        "delete from round_edits
         where team_id = $1 and round_id = $2 and kind = $3 and mentor = $4 and mentee = $5",
        tx.team(),
        round,
        kind,
        mentor,
        mentee.map_or("", UserId::as_str)
    ))
    .await
}
