//! The pairs a round proposes, and what became of them. Reasons are sealed: they quote people's topics.

use super::{Origin, Round, State};
use crate::domain::ids::{RoundId, UserId};
use crate::domain::matching::{self, Reason};
use crate::store::db::{AnyRow, Columns as _, Reading, Result, Sealed, Tx, sql};
use jiff::Timestamp;

const REASONS: Sealed = Sealed {
    table: "proposals",
    what: "reasons",
};

named! {
    /// What became of one proposed pair.
    Fate, "a proposal's state" {
        Open = "open",
        /// An owner left it out.
        Dropped = "dropped",
        /// Also by another round, or an invitation.
        Introduced = "introduced",
        /// One of the two is gone, a hard rule no longer held when they were to be introduced, or an owner is asked about them in a
        /// round of its own.
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
    /// Too little of their reporting lines is known: an owner looks at this very pair, or it is not introduced.
    pub must_confirm: bool,
    pub fate: Fate,
    /// When they are introduced, for a pair that an owner decided on while others of the round wait. Until then it can be undone.
    pub introduce_at: Option<Timestamp>,
    /// The owner who decided on this very pair.
    pub settled_by: Option<UserId>,
}

impl Proposal {
    /// Whether an owner has yet to decide on this pair, as far as its round is open.
    pub fn is_undecided(&self) -> bool {
        self.fate == Fate::Open && self.introduce_at.is_none()
    }

    /// Whether an owner decided on this very pair, and nobody has heard of it yet.
    pub fn is_about_to_meet(&self) -> bool {
        self.fate == Fate::Open && self.introduce_at.is_some()
    }

    pub fn has(&self, user: &UserId) -> bool {
        [&self.mentor, &self.mentee].contains(&user)
    }
}

pub async fn add_proposal(
    tx: &mut Tx,
    round: RoundId,
    proposal: &matching::Proposal,
) -> Result<()> {
    let place = place(round, &proposal.mentor, &proposal.mentee);
    let reasons = REASONS.seal(tx.keys(), place, &proposal.reasons)?;
    tx.run(sql!(
        "insert into proposals (round_id, team_id, mentor, mentee, score, reasons_sealed, must_confirm, state)
         values ($1, $2, $3, $4, $5, $6, $7, 'open') on conflict do nothing",
        round, tx.team(), proposal.mentor, proposal.mentee, proposal.score, reasons, proposal.owner_must_confirm
    ))
    .await?;
    Ok(())
}

/// A round's pairs, the best first.
pub async fn proposals(tx: &mut Reading, round: RoundId) -> Result<Vec<Proposal>> {
    let pairs = sql!(
        "select mentor, mentee, score, reasons_sealed, must_confirm, state, introduce_at, settled_by from proposals
         where team_id = $1 and round_id = $2 order by score desc, mentor, mentee",
        tx.team(),
        round
    );
    tx.read_all(pairs, |tx, row| proposal(tx, round, row)).await
}

/// Settles a pair that is still open; false when it was settled before.
pub async fn settle(
    tx: &mut Tx,
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
    to: Fate,
    by: Option<&UserId>,
) -> Result<bool> {
    tx.changes(sql!(
        "update proposals set state = $1, settled_by = $2, settled_at = $3, introduce_at = null
         where team_id = $4 and round_id = $5 and mentor = $6 and mentee = $7 and state = 'open'",
        to,
        by,
        tx.now,
        tx.team(),
        round,
        mentor,
        mentee
    ))
    .await
}

/// Puts back a pair that an owner left out; false when nobody had, or when the round is decided.
pub async fn put_back(
    tx: &mut Tx,
    round: RoundId,
    (mentor, mentee): (&UserId, &UserId),
) -> Result<bool> {
    tx.changes(sql!(
        "update proposals set state = 'open', settled_by = null, settled_at = null
         where team_id = $1 and round_id = $2 and mentor = $3 and mentee = $4 and state = 'dropped'
           and exists (select 1 from rounds r where r.id = proposals.round_id and r.state = 'proposed')",
        tx.team(),
        round,
        mentor,
        mentee
    ))
    .await
}

/// Takes pairs out of `round` into a round of their own, about which owners are asked again; returns that round. Whoever decided
/// or asked for `round` asks for this one. Two who found each other by an invitation are still promised each other.
pub async fn ask_apart(tx: &mut Tx, round: &Round, pairs: &[Proposal]) -> Result<RoundId> {
    let apart = RoundId(tx.new_id());
    let state = State::Proposed;
    let origin = match round.origin {
        Origin::Invite => Origin::Invite,
        Origin::Scheduled
        | Origin::Asked
        | Origin::Rolling
        | Origin::Confirm
        | Origin::ByHand
        | Origin::Swap => Origin::Confirm,
    };
    let asked_by = round.decided_by.as_ref().or(round.asked_by.as_ref());
    super::conclude(tx, apart, origin, state, asked_by, 0).await?;
    for pair in pairs {
        let proposal = matching::Proposal {
            mentor: pair.mentor.clone(),
            mentee: pair.mentee.clone(),
            score: pair.score,
            reasons: pair.reasons.clone(),
            owner_must_confirm: pair.must_confirm,
        };
        add_proposal(tx, apart, &proposal).await?;
        let two = (&pair.mentor, &pair.mentee);
        settle(tx, round.id, two, Fate::Lapsed, None).await?;
    }
    Ok(apart)
}

/// Open pairs of rounds of this origin that nobody has decided on: they take up a place meanwhile.
pub async fn held(tx: &mut Reading, origin: Origin) -> Result<Vec<(UserId, UserId)>> {
    let held = sql!(
        "select p.mentor, p.mentee from proposals p join rounds r on r.id = p.round_id
         where p.team_id = $1 and p.state = 'open' and p.introduce_at is null and r.state = 'proposed' and r.origin = $2",
        tx.team(),
        origin
    );
    tx.read_all(held, two).await
}

/// Pairs (mentor, mentee) an owner left out since `since`.
pub async fn left_out(tx: &mut Reading, since: Timestamp) -> Result<Vec<(UserId, UserId)>> {
    let left_out = sql!(
        "select mentor, mentee from proposals where team_id = $1 and state = 'dropped' and settled_at >= $2",
        tx.team(),
        since
    );
    tx.read_all(left_out, two).await
}

/// Pairs (mentor, mentee) of rounds that an owner rejected since `since`, and if `undecided`, of those that ended without a word
/// of theirs. Not pairs whose people were gone, nor those that an owner made and took back.
pub async fn rejected(
    tx: &mut Reading,
    since: Timestamp,
    undecided: bool,
) -> Result<Vec<(UserId, UserId)>> {
    let rejected = sql!(
        "select p.mentor, p.mentee from proposals p join rounds r on r.id = p.round_id
         where r.team_id = $1 and r.state = 'rejected' and r.decided_at >= $2
           and (r.decided_by is not null or $3 = 1) and p.state <> 'lapsed' and r.origin not in ('by_hand', 'swap')",
        tx.team(),
        since,
        i64::from(undecided)
    );
    tx.read_all(rejected, two).await
}

fn place(round: RoundId, mentor: &UserId, mentee: &UserId) -> String {
    format!("{round}/{mentor}/{mentee}")
}

fn two(_: &Reading, row: &AnyRow) -> Result<(UserId, UserId)> {
    Ok((row.get("mentor")?, row.get("mentee")?))
}

fn proposal(tx: &Reading, round: RoundId, row: &AnyRow) -> Result<Proposal> {
    let (mentor, mentee) = two(tx, row)?;
    let sealed: String = row.get("reasons_sealed")?;
    let place = place(round, &mentor, &mentee);
    let reasons = if sealed.is_empty() {
        Vec::new()
    } else {
        REASONS.open(tx.keys(), place, &sealed)?
    };
    Ok(Proposal {
        mentor,
        mentee,
        score: row.get("score")?,
        reasons,
        must_confirm: row.get("must_confirm")?,
        fate: row.get("state")?,
        introduce_at: row.maybe("introduce_at")?,
        settled_by: row.maybe("settled_by")?,
    })
}
