//! Matching runs: what was proposed, who decided, who was left over.

use super::db::{Result, StoreError, Tx, instant};
use crate::domain::ids::{RoundId, UserId};
use crate::domain::matching::{self, Binding, Reason};
use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

const PROPOSALS: &str = "proposals";

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$about])* $variant),* }

        impl $name {
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some($name::$variant),)* _ => None }
            }
        }
    };
}

named! {
    /// What set a round off.
    Origin {
        /// Its day had come.
        Scheduled = "scheduled",
        /// An owner asked.
        Asked = "asked",
        /// Somebody joined or came back, in a program that matches as people come.
        Rolling = "rolling",
        /// Pairs of a round without approval that an owner must look at all the same.
        Confirm = "confirm",
        /// Somebody asked a colleague, who accepted.
        Invite = "invite",
    }
}

named! {
    /// | from | to | when |
    /// |---|---|---|
    /// | wanted | proposed | pairs were found and an owner is asked |
    /// | wanted | approved | pairs were found and no approval is asked |
    /// | wanted | empty | no pair was found |
    /// | proposed | approved, rejected | an owner decided |
    /// | proposed | superseded | a newer round took its place |
    State {
        Wanted = "wanted",
        Proposed = "proposed",
        Approved = "approved",
        Rejected = "rejected",
        Superseded = "superseded",
        Empty = "empty",
    }
}

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
pub struct Round {
    pub id: RoundId,
    pub origin: Origin,
    pub state: State,
    /// Replays the round.
    pub seed: u64,
    pub asked_by: Option<UserId>,
    pub created_at: Timestamp,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<Timestamp>,
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

/// The seed of a round: its own id, so that a round and its replay need no second number.
pub fn seed(id: RoundId) -> u64 {
    id.0.cast_unsigned()
}

/// Notes that a round is wanted; one that is wanted already stays, and an owner's asking is remembered.
pub async fn want(tx: &mut Tx, origin: Origin, asked_by: Option<&UserId>) -> Result<()> {
    let (id, team, now) = (tx.new_id(), tx.team().to_string(), tx.now_ms());
    let asked_by = asked_by.map(UserId::as_str);
    let done = sqlx::query(
        "insert into rounds (id, team_id, origin, state, seed, asked_by, created_at)
         values ($1, $2, $3, 'wanted', $1, $4, $5) on conflict do nothing",
    )
    .bind(id)
    .bind(&team)
    .bind(origin.as_str())
    .bind(asked_by)
    .bind(now)
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 && asked_by.is_some() {
        sqlx::query(
            "update rounds set origin = $1, asked_by = $2 where team_id = $3 and state = 'wanted'",
        )
        .bind(origin.as_str())
        .bind(asked_by)
        .bind(team)
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, origin, state, seed, asked_by, created_at, decided_by, decided_at from rounds ",
            $rest
        )
    };
}

/// The round that is wanted, if one is.
pub async fn wanted(tx: &mut Tx) -> Result<Option<Round>> {
    let team = tx.team().to_string();
    let row = sqlx::query(select!("where team_id = $1 and state = 'wanted'"))
        .bind(team)
        .fetch_optional(tx.conn())
        .await?;
    row.map(|row| round(&row)).transpose()
}

pub async fn find(tx: &mut Tx, id: RoundId) -> Result<Option<Round>> {
    let team = tx.team().to_string();
    let row = sqlx::query(select!("where team_id = $1 and id = $2"))
        .bind(team)
        .bind(id.0)
        .fetch_optional(tx.conn())
        .await?;
    row.map(|row| round(&row)).transpose()
}

/// Rounds that wait for an owner, oldest first.
pub async fn proposed(tx: &mut Tx) -> Result<Vec<Round>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(select!(
        "where team_id = $1 and state = 'proposed' order by id"
    ))
    .bind(team)
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(round).collect()
}

/// Stores the outcome of a run; false when this round (already wanted, or anew) has an outcome before.
pub async fn conclude(
    tx: &mut Tx,
    id: RoundId,
    origin: Origin,
    state: State,
    asked_by: Option<&UserId>,
    gap: i64,
) -> Result<bool> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    let decided = (state != State::Proposed).then_some(now);
    let done = sqlx::query(
        "insert into rounds (id, team_id, origin, state, seed, gap, asked_by, created_at, decided_at)
         values ($1, $2, $3, $4, $1, $5, $6, $7, $8)
         on conflict (id) do update
         set state = excluded.state, gap = excluded.gap, decided_at = excluded.decided_at
         where rounds.state = 'wanted'",
    )
    .bind(id.0)
    .bind(team)
    .bind(origin.as_str())
    .bind(state.as_str())
    .bind(gap)
    .bind(asked_by.map(UserId::as_str))
    .bind(now)
    .bind(decided)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Decides a proposed round; false when it was decided before.
pub async fn decide(tx: &mut Tx, id: RoundId, to: State, by: Option<&UserId>) -> Result<bool> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    let done = sqlx::query(
        "update rounds set state = $1, decided_by = $2, decided_at = $3
         where team_id = $4 and id = $5 and state = 'proposed'",
    )
    .bind(to.as_str())
    .bind(by.map(UserId::as_str))
    .bind(now)
    .bind(team)
    .bind(id.0)
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
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
pub async fn proposals(tx: &mut Tx, round: RoundId) -> Result<Vec<Proposal>> {
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
pub async fn held(tx: &mut Tx, origin: Origin) -> Result<Vec<(UserId, UserId)>> {
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
pub async fn left_out(tx: &mut Tx, since: Timestamp) -> Result<Vec<(UserId, UserId)>> {
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
pub async fn rejected(tx: &mut Tx, since: Timestamp) -> Result<Vec<(UserId, UserId)>> {
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

/// Notes who was left over; once per person and round.
pub async fn add_unmatched(
    tx: &mut Tx,
    round: RoundId,
    user: &UserId,
    why: &Binding,
) -> Result<()> {
    let team = tx.team().to_string();
    let why = serde_json::to_string(why).map_err(|_| StoreError::Unreadable("a constraint"))?;
    sqlx::query(
        "insert into unmatched (round_id, team_id, user_id, why) values ($1, $2, $3, $4) on conflict do nothing",
    )
    .bind(round.0)
    .bind(team)
    .bind(user.as_str())
    .bind(why)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Everyone left over in a round, by id.
pub async fn unmatched(tx: &mut Tx, round: RoundId) -> Result<Vec<(UserId, Binding)>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select user_id, why from unmatched where team_id = $1 and round_id = $2 order by user_id",
    )
    .bind(team)
    .bind(round.0)
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(left_over).collect()
}

/// Those of them whom nobody has looked after yet; `most` of them.
pub async fn untold(tx: &mut Tx, round: RoundId, most: i64) -> Result<Vec<(UserId, Binding)>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select user_id, why from unmatched
         where team_id = $1 and round_id = $2 and done = 0 order by user_id limit $3",
    )
    .bind(team)
    .bind(round.0)
    .bind(most)
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(left_over).collect()
}

/// Notes that somebody was told (or need not be).
pub async fn looked_after(tx: &mut Tx, round: RoundId, user: &UserId, told: bool) -> Result<()> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    sqlx::query(
        "update unmatched set done = 1, told_at = $1 where team_id = $2 and round_id = $3 and user_id = $4",
    )
    .bind(told.then_some(now))
    .bind(team)
    .bind(round.0)
    .bind(user.as_str())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What somebody was last told, and when.
pub async fn last_told(tx: &mut Tx, user: &UserId) -> Result<Option<(Binding, Timestamp)>> {
    let team = tx.team().to_string();
    let row = sqlx::query(
        "select user_id, why, told_at from unmatched
         where team_id = $1 and user_id = $2 and told_at is not null order by told_at desc limit 1",
    )
    .bind(team)
    .bind(user.as_str())
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (_, why) = left_over(&row)?;
    Ok(Some((why, instant(row.try_get(2)?))))
}

/// Forgets who was left over before `before`: it matters for a month only.
pub async fn prune_unmatched(tx: &mut Tx, before: Timestamp) -> Result<()> {
    let team = tx.team().to_string();
    sqlx::query(
        "delete from unmatched where team_id = $1
         and round_id in (select id from rounds where team_id = $1 and created_at < $2)",
    )
    .bind(team)
    .bind(before.as_millisecond())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets somebody: their proposals and what bound them.
pub async fn erase_person(tx: &mut Tx, user: &UserId) -> Result<()> {
    let team = tx.team().to_string();
    for sql in [
        "delete from proposals where team_id = $1 and (mentor = $2 or mentee = $2)",
        "delete from unmatched where team_id = $1 and user_id = $2",
    ] {
        sqlx::query(sql)
            .bind(&team)
            .bind(user.as_str())
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

fn place(round: RoundId, mentor: &UserId, mentee: &UserId) -> String {
    format!("{round}/{mentor}/{mentee}")
}

fn two(row: &AnyRow) -> Result<(UserId, UserId)> {
    Ok((UserId(row.try_get(0)?), UserId(row.try_get(1)?)))
}

fn left_over(row: &AnyRow) -> Result<(UserId, Binding)> {
    let why: String = row.try_get(1)?;
    let why = serde_json::from_str(&why).map_err(|_| StoreError::Unreadable("a constraint"))?;
    Ok((UserId(row.try_get(0)?), why))
}

fn round(row: &AnyRow) -> Result<Round> {
    let (origin, state): (String, String) = (row.try_get(1)?, row.try_get(2)?);
    Ok(Round {
        id: RoundId(row.try_get(0)?),
        origin: Origin::parse(&origin).ok_or(StoreError::Unreadable("a round's origin"))?,
        state: State::parse(&state).ok_or(StoreError::Unreadable("a round's state"))?,
        seed: row.try_get::<i64, _>(3)?.cast_unsigned(),
        asked_by: row.try_get::<Option<String>, _>(4)?.map(UserId),
        created_at: instant(row.try_get(5)?),
        decided_by: row.try_get::<Option<String>, _>(6)?.map(UserId),
        decided_at: row.try_get::<Option<i64>, _>(7)?.map(instant),
    })
}

fn proposal(tx: &Tx, round: RoundId, row: &AnyRow) -> Result<Proposal> {
    let (mentor, mentee) = two(row)?;
    let (sealed, fate): (String, String) = (row.try_get(3)?, row.try_get(5)?);
    let place = place(round, &mentor, &mentee);
    let reasons = tx.keys().open(PROPOSALS, &place, &sealed)?;
    Ok(Proposal {
        mentor,
        mentee,
        score: u8::try_from(row.try_get::<i64, _>(2)?).unwrap_or(100),
        reasons: serde_json::from_str(&reasons).map_err(|_| StoreError::Unreadable("reasons"))?,
        must_confirm: row.try_get::<i64, _>(4)? != 0,
        fate: Fate::parse(&fate).ok_or(StoreError::Unreadable("a proposal's state"))?,
    })
}
