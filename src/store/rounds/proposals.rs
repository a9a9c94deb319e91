//! The pairs a round proposes, and what became of them. Reasons are sealed: they quote people's topics.

use super::Origin;
use crate::domain::ids::{RoundId, UserId};
use crate::domain::matching::{self, Reason};
use crate::store::db::{Reading, Result, StoreError, Tx};
use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

const PROPOSALS: &str = "proposals";

named! {
    /// What became of one proposed pair.
    Fate {
        Open = "open",
        /// An owner left it out.
        Dropped = "dropped",
        Introduced = "introduced",
        /// A hard rule no longer held when they were to be introduced.
        Lapsed = "lapsed",
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    pub mentor: UserId,
    pub mentee: UserId,
    /// 0–100.
    pub score: u8,
    pub reasons: Vec<Reason>,
    /// The manager of either is unknown.
    pub must_confirm: bool,
    pub fate: Fate,
}

pub async fn add_proposal(
    tx: &mut Tx,
    round: RoundId,
    proposal: &matching::Proposal,
) -> Result<()> {
    let team = tx.team().to_string();
    let reasons =
        serde_json::to_string(&proposal.reasons).map_err(|_| StoreError::Unreadable("reasons"))?;
    let place = place(round, &proposal.mentor, &proposal.mentee);
    let sealed = tx.keys().seal(PROPOSALS, &place, &reasons)?;
    sqlx::query(
        "insert into proposals (round_id, team_id, mentor, mentee, score, reasons_sealed, must_confirm, state)
         values ($1, $2, $3, $4, $5, $6, $7, 'open') on conflict do nothing",
    )
    .bind(round.0)
    .bind(team)
    .bind(proposal.mentor.as_str())
    .bind(proposal.mentee.as_str())
    .bind(i64::from(proposal.score))
    .bind(sealed)
    .bind(i64::from(proposal.owner_must_confirm))
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A round's pairs, the best first.
pub async fn proposals(tx: &mut Reading, round: RoundId) -> Result<Vec<Proposal>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select mentor, mentee, score, reasons_sealed, must_confirm, state from proposals
         where team_id = $1 and round_id = $2 order by score desc, mentor, mentee",
    )
    .bind(team)
    .bind(round.0)
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(|row| proposal(tx, round, row)).collect()
}

/// Settles a pair that is still open; false when it was settled before.
pub async fn settle(
    tx: &mut Tx,
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
    to: Fate,
    by: Option<&UserId>,
) -> Result<bool> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    let done = sqlx::query(
        "update proposals set state = $1, settled_by = $2, settled_at = $3
         where team_id = $4 and round_id = $5 and mentor = $6 and mentee = $7 and state = 'open'",
    )
    .bind(to.as_str())
    .bind(by.map(UserId::as_str))
    .bind(now)
    .bind(team)
    .bind(round.0)
    .bind(mentor.as_str())
    .bind(mentee.as_str())
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Open pairs of rounds of this origin that wait for an owner: they take up a place meanwhile.
pub async fn held(tx: &mut Reading, origin: Origin) -> Result<Vec<(UserId, UserId)>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select p.mentor, p.mentee from proposals p join rounds r on r.id = p.round_id
         where p.team_id = $1 and p.state = 'open' and r.state = 'proposed' and r.origin = $2",
    )
    .bind(team)
    .bind(origin.as_str())
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(two).collect()
}

/// Pairs (mentor, mentee) an owner left out since `since`.
pub async fn left_out(tx: &mut Reading, since: Timestamp) -> Result<Vec<(UserId, UserId)>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select mentor, mentee from proposals where team_id = $1 and state = 'dropped' and settled_at >= $2",
    )
    .bind(team)
    .bind(since.as_millisecond())
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(two).collect()
}

/// Pairs (mentor, mentee) of rounds an owner rejected since `since`.
pub async fn rejected(tx: &mut Reading, since: Timestamp) -> Result<Vec<(UserId, UserId)>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select p.mentor, p.mentee from proposals p join rounds r on r.id = p.round_id
         where r.team_id = $1 and r.state = 'rejected' and r.decided_at >= $2",
    )
    .bind(team)
    .bind(since.as_millisecond())
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(two).collect()
}

/// Forgets why two were proposed, in rounds made before `before` and decided since: the reasons quote what people wrote. That they were
/// proposed is kept, so that nobody proposes them again at once.
pub async fn erase_reasons(tx: &mut Tx, before: Timestamp) -> Result<()> {
    sqlx::query(
        "update proposals set reasons_sealed = '' where reasons_sealed <> ''
         and round_id in (select id from rounds where created_at < $1 and state <> 'proposed')",
    )
    .bind(before.as_millisecond())
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn place(round: RoundId, mentor: &UserId, mentee: &UserId) -> String {
    format!("{round}/{mentor}/{mentee}")
}

fn two(row: &AnyRow) -> Result<(UserId, UserId)> {
    Ok((UserId(row.try_get(0)?), UserId(row.try_get(1)?)))
}

fn proposal(tx: &Reading, round: RoundId, row: &AnyRow) -> Result<Proposal> {
    let (mentor, mentee) = two(row)?;
    let (sealed, fate): (String, String) = (row.try_get(3)?, row.try_get(5)?);
    let place = place(round, &mentor, &mentee);
    let reasons = if sealed.is_empty() {
        "[]".to_owned()
    } else {
        tx.keys().open(PROPOSALS, &place, &sealed)?
    };
    Ok(Proposal {
        mentor,
        mentee,
        score: u8::try_from(row.try_get::<i64, _>(2)?).unwrap_or(100),
        reasons: serde_json::from_str(&reasons).map_err(|_| StoreError::Unreadable("reasons"))?,
        must_confirm: row.try_get::<i64, _>(4)? != 0,
        fate: Fate::parse(&fate).ok_or(StoreError::Unreadable("a proposal's state"))?,
    })
}
