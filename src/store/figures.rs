//! What reports count, and what reports and digests showed last.

use super::db::{AnyRow, Columns as _, Reading, Result, Sealed, Tx, sql};
use super::digests;
use crate::domain::figures::Held;
use crate::domain::happening::Ending;
use crate::domain::ids::UserId;
use jiff::Timestamp;

const HELD: Sealed = Sealed {
    table: "figures",
    what: "what was shown",
};
const PREVIEWED: Sealed = Sealed {
    table: "previews",
    what: "what was previewed",
};

/// What somebody has read last, in a report, a digest or a preview of one: the next of each is made from it. A preview is kept
/// apart, because nobody but an owner has read it. But that owner reads the next digest, too: if it were made without the
/// preview, what differs between the two could be one person.
pub async fn shown(tx: &mut Reading) -> Result<Held> {
    let previewed = sql!(
        "select held_sealed, made_at from previews where team_id = $1",
        tx.team()
    );
    let held = |tx: &Reading, row: &AnyRow| {
        let sealed: String = row.get("held_sealed")?;
        let held: Held = PREVIEWED.open(tx.keys(), tx.team(), &sealed)?;
        Ok((held, row.get::<Timestamp>("made_at")?))
    };
    let previewed = tx.read_first(previewed, held).await?;
    let (published, at) = published(tx).await?;
    Ok(match previewed {
        Some((previewed, made)) if at.is_none_or(|at| made >= at) => published.updated(previewed),
        Some((previewed, _)) => previewed.updated(published),
        None => published,
    })
}

/// What reports and digests showed last, and when. A digest that an earlier release made since the last report counts, too.
async fn published(tx: &mut Reading) -> Result<(Held, Option<Timestamp>)> {
    let kept = sql!(
        "select held_sealed, made_at from figures where team_id = $1",
        tx.team()
    );
    let held = |tx: &Reading, row: &AnyRow| {
        let sealed: String = row.get("held_sealed")?;
        let held: Held = HELD.open(tx.keys(), tx.team(), &sealed)?;
        Ok((held, row.get::<Timestamp>("made_at")?))
    };
    let kept = tx.read_first(kept, held).await?;
    let digest = digests::newest(tx).await?;
    Ok(match (kept, digest) {
        (Some((held, made)), Some((digest, at))) if at > made => {
            (held.updated(digest.held().clone()), Some(at))
        }
        (Some((held, made)), Some((digest, _))) => {
            (digest.held().clone().updated(held), Some(made))
        }
        (Some((held, made)), None) => (held, Some(made)),
        (None, Some((digest, at))) => (digest.held().clone(), Some(at)),
        (None, None) => (Held::default(), None),
    })
}

/// Keeps what a preview shows now.
pub async fn keep_previewed(tx: &mut Tx, held: &Held) -> Result<()> {
    let sealed = PREVIEWED.seal(tx.keys(), tx.team(), held)?;
    tx.run(sql!(
        "insert into previews (team_id, held_sealed, made_at) values ($1, $2, $3)
         on conflict (team_id) do update set held_sealed = excluded.held_sealed, made_at = excluded.made_at",
        tx.team(),
        sealed,
        tx.now
    ))
    .await?;
    Ok(())
}

/// Keeps what is shown now.
pub async fn keep(tx: &mut Tx, held: &Held) -> Result<()> {
    let sealed = HELD.seal(tx.keys(), tx.team(), held)?;
    tx.run(sql!(
        "insert into figures (team_id, held_sealed, made_at) values ($1, $2, $3)
         on conflict (team_id) do update set held_sealed = excluded.held_sealed, made_at = excluded.made_at",
        tx.team(),
        sealed,
        tx.now
    ))
    .await?;
    Ok(())
}

/// How many people ever joined, and how many were ever in a pair, as far as that is still stored.
pub async fn people_ever(tx: &mut Reading) -> Result<(i64, i64)> {
    let counts = sql!(
        "select (select count(*) from (select user_id from participants where team_id = $1
             union select mentor from pairs where team_id = $1 union select mentee from pairs where team_id = $1) j) as joined,
         (select count(*) from (select mentor from pairs where team_id = $1
             union select mentee from pairs where team_id = $1) p) as paired",
        tx.team()
    );
    let counts = tx.one(counts).await?;
    Ok((counts.get("joined")?, counts.get("paired")?))
}

/// A pair, and how often one of the two says that they met.
pub struct PairMet {
    pub introduced: Timestamp,
    pub ended: Option<Ending>,
    pub meetings: u32,
    /// When the last of those was said first.
    pub met: Option<Timestamp>,
}

/// All pairs there ever were, oldest first.
pub async fn pairs(tx: &mut Reading) -> Result<Vec<PairMet>> {
    let pairs = sql!(
        "select p.created_at, p.closed_why, count(c.id) as meetings, max(c.held_at) as met
         from pairs p left join cycles c on c.pair_id = p.id and c.state = 'held'
         where p.team_id = $1 group by p.id, p.created_at, p.closed_why order by p.id",
        tx.team()
    );
    let pair = |_: &Reading, row: &AnyRow| {
        Ok(PairMet {
            introduced: row.get("created_at")?,
            ended: row.maybe("closed_why")?,
            meetings: row.get("meetings")?,
            met: row.maybe("met")?,
        })
    };
    tx.read_all(pairs, pair).await
}

/// What a partner was asked when the months of their pair were over.
pub struct Asked {
    pub person: UserId,
    pub is_mentor: bool,
    pub introduced: Timestamp,
    pub would_recommend: Option<bool>,
    pub would_repeat: Option<bool>,
}

/// All closing questions that were asked, oldest first.
pub async fn closings(tx: &mut Reading) -> Result<Vec<Asked>> {
    let asked = sql!(
        "select c.user_id, c.would_recommend, c.would_repeat, p.created_at, p.mentor
         from checkins c join pairs p on p.id = c.pair_id
         where c.team_id = $1 and c.kind = 'closing' and c.state in ('asked', 'answered') order by c.created_at, c.id",
        tx.team()
    );
    let asked_of = |_: &Reading, row: &AnyRow| {
        let (person, mentor): (UserId, UserId) = (row.get("user_id")?, row.get("mentor")?);
        Ok(Asked {
            is_mentor: person == mentor,
            person,
            introduced: row.get("created_at")?,
            would_recommend: row.maybe("would_recommend")?,
            would_repeat: row.maybe("would_repeat")?,
        })
    };
    tx.read_all(asked, asked_of).await
}
