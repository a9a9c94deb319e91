//! Matching runs: what was proposed, who decided, who was left over.

use super::db::{AnyRow, Columns as _, Reading, Result, Tx, sql};
use crate::domain::ids::{RoundId, UserId};
use crate::domain::program::Matching;
use jiff::Timestamp;
use std::collections::HashSet;

/// The days after a round's making for which its pairs are kept, if it is decided.
pub const PROPOSALS_KEPT_DAYS: i32 = 62;

/// An enum whose variants columns hold by their names, and what it is called where a column holds another.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$about:meta])* $variant:ident = $text:literal),* $(,)? }) => {
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

        $crate::store::db::columns::columns! {
            $name, $what: String, |name| name.as_str().to_owned(), |held| $name::parse(&held);
        }
    };
}

mod approval;
mod edits;
mod inputs;
mod proposals;
mod unmatched;

pub use approval::{
    about_to_begin, about_to_meet, approve, approved, begin_introducing, can_be_undone, decide_on,
    hold, reopen, take_back, to_introduce, waits_anew, withdraw,
};
pub use edits::{Edits, bring_back, carry_over, edits, keep, let_go, set_aside, standing};
pub use inputs::{
    Kept, Listed, confirm_of, erase_inputs, input, inputs_with, keep_input, latest, listed,
};
pub use proposals::{
    Fate, Proposal, add_proposal, ask_apart, held, left_out, proposals, put_back, rejected, settle,
};
pub use unmatched::{
    LeftOver, add_unmatched, last_told, left_over_again, left_over_since_change, looked_after,
    not_looked_after, unmatched, untold,
};

named! {
    /// What set a round off.
    Origin, "a round's origin" {
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
        /// An owner made the pair by hand.
        ByHand = "by_hand",
        /// An owner has two pairs exchange their mentors.
        Swap = "swap",
    }
}

impl Origin {
    /// Whether all who wait were looked at: only then can an owner ask more of it than to leave somebody out.
    pub fn is_whole(self) -> bool {
        !matches!(self, Self::Confirm | Self::Invite) && !self.is_by_hand()
    }

    /// Whether an owner chose its people, and decided on them with that.
    pub fn is_by_hand(self) -> bool {
        matches!(self, Self::ByHand | Self::Swap)
    }

    /// Whether owners are not asked anew about pairs that they check one by one: where people are matched as they come, unless an
    /// owner asked for a round.
    pub fn leaves_checks(self, matching: Matching) -> bool {
        self == Self::Rolling || (self == Self::Scheduled && matching == Matching::Rolling)
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
    /// | approved | proposed | an owner undid it before anybody heard of it |
    /// | approved | rejected | the same, where the owner had chosen the people: nothing is left to look over |
    State, "a round's state" {
        Wanted = "wanted",
        Proposed = "proposed",
        Approved = "approved",
        Rejected = "rejected",
        Superseded = "superseded",
        Empty = "empty",
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
    /// When the introductions of an approved round begin; until then it can be undone. None once they have begun.
    pub introduce_at: Option<Timestamp>,
}

/// The seed of a round: its own id, so that a round and its replay need no second number.
pub fn seed(id: RoundId) -> u64 {
    id.0.cast_unsigned()
}

/// Notes that a round is wanted; one that is wanted already stays, and an owner's asking is remembered.
pub async fn want(tx: &mut Tx, origin: Origin, asked_by: Option<&UserId>) -> Result<()> {
    let is_new = tx.changes(sql!(
        "insert into rounds (id, team_id, origin, state, seed, asked_by, created_at)
         values ($1, $2, $3, 'wanted', $1, $4, $5) on conflict do nothing",
        tx.new_id(),
        tx.team(),
        origin,
        asked_by,
        tx.now
    ));
    if !is_new.await? && asked_by.is_some() {
        tx.run(sql!(
            "update rounds set origin = $1, asked_by = $2 where team_id = $3 and state = 'wanted'",
            origin,
            asked_by,
            tx.team()
        ))
        .await?;
    }
    Ok(())
}

/// Whether the schedule asked for a round from `begins` until before `ends`.
pub async fn was_scheduled(tx: &mut Reading, begins: Timestamp, ends: Timestamp) -> Result<bool> {
    let found = sql!(
        "select id from rounds where team_id = $1 and origin = $2 and created_at >= $3 and created_at < $4 limit 1",
        tx.team(),
        Origin::Scheduled,
        begins,
        ends
    );
    Ok(tx
        .read_first(found, |_, row| row.get::<RoundId>("id"))
        .await?
        .is_some())
}

/// Rounds, with all columns of [`Round`].
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, origin, state, seed, asked_by, created_at, decided_by, decided_at, introduce_at from rounds ",
            $rest
        )
    };
}

use select;

/// The round that is wanted, if one is.
pub async fn wanted(tx: &mut Reading) -> Result<Option<Round>> {
    let wanted = sql!(
        select!("where team_id = $1 and state = 'wanted'"),
        tx.team()
    );
    tx.read_first(wanted, round).await
}

pub async fn find(tx: &mut Reading, id: RoundId) -> Result<Option<Round>> {
    let found = sql!(select!("where team_id = $1 and id = $2"), tx.team(), id);
    tx.read_first(found, round).await
}

/// Rounds that wait for an owner, oldest first.
pub async fn proposed(tx: &mut Reading) -> Result<Vec<Round>> {
    let proposed = sql!(
        select!("where team_id = $1 and state = 'proposed' order by id"),
        tx.team()
    );
    tx.read_all(proposed, round).await
}

/// Rounds that wait for an owner or for their introductions, and in which this person has an open pair; oldest first.
pub async fn with_open_pair_of(tx: &mut Reading, user: &UserId) -> Result<Vec<Round>> {
    let open = sql!(
        select!(
            "where team_id = $1 and id in (
                 select p.round_id from proposals p
                 where p.team_id = $1 and p.state = 'open' and (p.mentor = $2 or p.mentee = $2)
                   and (rounds.state in ('proposed', 'approved') or p.introduce_at is not null)) order by id"
        ),
        tx.team(),
        user
    );
    tx.read_all(open, round).await
}

/// Two who found each other by an invitation, and who know it, but are still to be introduced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promised {
    pub mentor: UserId,
    pub mentee: UserId,
    /// Whether an owner has yet to look at them.
    pub waits_for_owner: bool,
}

impl Promised {
    pub fn partner_of(&self, user: &UserId) -> &UserId {
        if self.mentor == *user {
            &self.mentee
        } else {
            &self.mentor
        }
    }
}

/// Those whom somebody found by an invitation and is still to be introduced to, oldest first.
pub async fn promised(tx: &mut Reading, user: &UserId) -> Result<Vec<Promised>> {
    let found = sql!(
        "select p.mentor, p.mentee,
             case when r.state = 'proposed' and p.introduce_at is null then 1 else 0 end as waits_for_owner
         from proposals p join rounds r on r.id = p.round_id
         where p.team_id = $1 and p.state = 'open' and r.origin = 'invite' and r.state in ('proposed', 'approved')
           and (p.mentor = $2 or p.mentee = $2) order by r.id",
        tx.team(),
        user
    );
    tx.read_all(found, |_, row| {
        Ok(Promised {
            mentor: row.get("mentor")?,
            mentee: row.get("mentee")?,
            waits_for_owner: row.get::<i64>("waits_for_owner")? == 1,
        })
    })
    .await
}

/// Everyone who is promised a partner in that way.
pub async fn promised_people(tx: &mut Reading) -> Result<HashSet<UserId>> {
    let people = tx.values(sql!(
        "select case when side.mentors = 1 then p.mentor else p.mentee end
         from proposals p join rounds r on r.id = p.round_id
         cross join (select 1 as mentors union all select 0 as mentors) side
         where p.team_id = $1 and p.state = 'open' and r.origin = 'invite' and r.state in ('proposed', 'approved')",
        tx.team()
    ));
    Ok(people.await?.into_iter().collect())
}

/// A round that waits for an owner, at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Awaiting {
    pub id: RoundId,
    pub since: Timestamp,
    /// Proposed, not left out, and not decided on.
    pub pairs: i64,
    /// Those of them that need a look of their own.
    pub to_check: i64,
}

/// Rounds that wait for an owner and still propose somebody nobody has decided on, oldest first.
pub async fn awaiting(tx: &mut Reading) -> Result<Vec<Awaiting>> {
    let awaiting = sql!(
        "select r.id, r.created_at, count(*) as pairs,
         count(case when p.must_confirm = 1 then 1 end) as to_check from rounds r
         join proposals p on p.round_id = r.id and p.state = 'open' and p.introduce_at is null
         where r.team_id = $1 and r.state = 'proposed' group by r.id, r.created_at order by r.id",
        tx.team()
    );
    tx.read_all(awaiting, |_, row| {
        Ok(Awaiting {
            id: row.get("id")?,
            since: row.get("created_at")?,
            pairs: row.get("pairs")?,
            to_check: row.get("to_check")?,
        })
    })
    .await
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
    let decided_at = (state != State::Proposed).then_some(tx.now);
    tx.changes(sql!(
        "insert into rounds (id, team_id, origin, state, seed, gap, asked_by, created_at, decided_at)
         values ($1, $2, $3, $4, $1, $5, $6, $7, $8)
         on conflict (id) do update
         set state = excluded.state, gap = excluded.gap, decided_at = excluded.decided_at
         where rounds.state = 'wanted'",
        id, tx.team(), origin, state, gap, asked_by, tx.now, decided_at
    ))
    .await
}

/// Decides a proposed round; false when it was decided before.
pub async fn decide(tx: &mut Tx, id: RoundId, to: State, by: Option<&UserId>) -> Result<bool> {
    tx.changes(sql!(
        "update rounds set state = $1, decided_by = $2, decided_at = $3
         where team_id = $4 and id = $5 and state = 'proposed'",
        to,
        by,
        tx.now,
        tx.team(),
        id
    ))
    .await
}

fn round(_: &Reading, row: &AnyRow) -> Result<Round> {
    Ok(Round {
        id: row.get("id")?,
        origin: row.get("origin")?,
        state: row.get("state")?,
        seed: row.get::<i64>("seed")?.cast_unsigned(),
        asked_by: row.maybe("asked_by")?,
        created_at: row.get("created_at")?,
        decided_by: row.maybe("decided_by")?,
        decided_at: row.maybe("decided_at")?,
        introduce_at: row.maybe("introduce_at")?,
    })
}
