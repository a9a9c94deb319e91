//! What a pair agreed on, version by version.

use super::db::{AnyRow, Columns as _, Reading, Result, Sealed, Tx, sql};
use crate::domain::goals::Goals;
use crate::domain::ids::{PairId, UserId};
use jiff::Timestamp;

const GOALS: Sealed = Sealed {
    table: "agreements",
    what: "goals",
};

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
    let sealed = GOALS.seal(tx.keys(), place(pair, version), goals)?;
    tx.changes(sql!(
        "insert into agreements (pair_id, version, team_id, goals_sealed, made_by, made_at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        pair,
        version,
        tx.team(),
        sealed,
        made_by,
        tx.now
    ))
    .await
}

/// The version that holds now.
pub async fn latest(tx: &mut Reading, pair: PairId) -> Result<Option<Agreement>> {
    let latest = sql!(
        select!("where team_id = $1 and pair_id = $2 order by version desc limit 1"),
        tx.team(),
        pair
    );
    tx.read_first(latest, read).await
}

/// Every version there was, oldest first.
pub async fn history(tx: &mut Reading, pair: PairId) -> Result<Vec<Agreement>> {
    let versions = sql!(
        select!("where team_id = $1 and pair_id = $2 order by version"),
        tx.team(),
        pair
    );
    tx.read_all(versions, read).await
}

/// Signs a version; false when this side had signed it before.
pub async fn sign(tx: &mut Tx, pair: PairId, version: i64, side: Side) -> Result<bool> {
    let sign = match side {
        Side::Mentor => {
            "update agreements set mentor_signed_at = $1
             where team_id = $2 and pair_id = $3 and version = $4 and mentor_signed_at is null"
        }
        Side::Mentee => {
            "update agreements set mentee_signed_at = $1
             where team_id = $2 and pair_id = $3 and version = $4 and mentee_signed_at is null"
        }
    };
    tx.changes(sql!(sign, tx.now, tx.team(), pair, version))
        .await
}

/// Notes that both have signed; true exactly once a version.
pub async fn complete(tx: &mut Tx, pair: PairId, version: i64) -> Result<bool> {
    tx.changes(sql!(
        "update agreements set completed_at = $1
         where team_id = $2 and pair_id = $3 and version = $4 and completed_at is null
           and mentor_signed_at is not null and mentee_signed_at is not null",
        tx.now,
        tx.team(),
        pair,
        version
    ))
    .await
}

/// One more reminder about this version is behind us.
pub async fn reminded(tx: &mut Tx, pair: PairId, version: i64) -> Result<()> {
    tx.run(sql!(
        "update agreements set reminded = reminded + 1 where team_id = $1 and pair_id = $2 and version = $3",
        tx.team(), pair, version
    ))
    .await?;
    Ok(())
}

/// The latest reminder about this version was not sent after all.
pub async fn not_reminded(tx: &mut Tx, pair: PairId, version: i64) -> Result<()> {
    tx.run(sql!(
        "update agreements set reminded = reminded - 1
         where team_id = $1 and pair_id = $2 and version = $3 and reminded > 0",
        tx.team(),
        pair,
        version
    ))
    .await?;
    Ok(())
}

fn place(pair: PairId, version: i64) -> String {
    format!("{pair}/{version}")
}

/// The agreement in a row with the columns of `select!`.
pub(super) fn read(tx: &Reading, row: &AnyRow) -> Result<Agreement> {
    let (pair, version) = (row.get("pair_id")?, row.get("version")?);
    let sealed: String = row.get("goals_sealed")?;
    Ok(Agreement {
        pair,
        version,
        goals: GOALS.open(tx.keys(), place(pair, version), &sealed)?,
        made_by: row.maybe("made_by")?,
        made_at: row.get("made_at")?,
        mentor_signed_at: row.maybe("mentor_signed_at")?,
        mentee_signed_at: row.maybe("mentee_signed_at")?,
        completed_at: row.maybe("completed_at")?,
        reminded: row.get("reminded")?,
    })
}
