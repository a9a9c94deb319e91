//! A mentor and a mentee, and the states they pass through.

use super::happening::Ending;
use super::ids::{ChannelId, PairId, RoundId, UserId};
use super::named::named;
use super::outgoing::{Lane, To};
use jiff::Timestamp;

/// A break during which a pair's months wait: of one of the two, or of the whole program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    OneOfThem,
    Program { until: Timestamp },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub id: PairId,
    pub round: RoundId,
    /// The less experienced colleague, who teaches.
    pub mentor: UserId,
    /// The more senior colleague, who learns and schedules.
    pub mentee: UserId,
    pub state: State,
    /// Their group DM, once Slack has opened it.
    pub channel: Option<ChannelId>,
    /// The reasons for the match, in words.
    pub reasons: Vec<String>,
    /// How many monthly cycles the pair runs.
    pub cycles: u8,
    pub created_at: Timestamp,
    /// When they were introduced, and their first month began. Pairs of early versions began when both had signed.
    pub started_at: Option<Timestamp>,
    pub closed: Option<(Timestamp, Ending)>,
}

impl Pair {
    pub fn has(&self, user: &UserId) -> bool {
        self.mentor == *user || self.mentee == *user
    }

    /// The other member of the pair.
    pub fn partner_of(&self, user: &UserId) -> &UserId {
        if self.mentor == *user {
            &self.mentee
        } else {
            &self.mentor
        }
    }

    pub fn members(&self) -> [&UserId; 2] {
        [&self.mentor, &self.mentee]
    }

    /// The lanes of messages to the two.
    pub fn lanes(&self) -> [Lane; 3] {
        [
            Lane::Pair(self.id),
            Lane::Person(self.mentor.clone()),
            Lane::Person(self.mentee.clone()),
        ]
    }

    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// Whether its months run: from the introduction until the last month is over.
    pub fn runs(&self) -> bool {
        matches!(self.state, State::Introduced | State::Active)
    }
}

impl To {
    /// The group DM of both.
    pub fn both(pair: &Pair) -> Self {
        To::Pair {
            pair: pair.id,
            members: pair.members().map(Clone::clone).to_vec(),
        }
    }
}

named! {
    /// | from | to | when |
    /// |---|---|---|
    /// | introduced | active | they have met, or both have signed |
    /// | introduced, active | closing | the last cycle is over |
    /// | closing | active | both choose to go on: more cycles follow |
    /// | introduced, active, closing | closed | six weeks without a meeting or a signature; closing answered or waited out; ended; somebody left |
    pub enum State {
        /// They have neither met nor signed yet. Their months run all the same.
        Introduced = "introduced",
        Active = "active",
        Closing = "closing",
        Closed = "closed",
    }
}

impl State {
    /// Whether this transition is allowed.
    pub fn may_become(self, next: State) -> bool {
        use State::{Active, Closed, Closing, Introduced};
        matches!(
            (self, next),
            (Introduced | Closing, Active)
                | (Introduced | Active, Closing)
                | (Introduced | Active | Closing, Closed)
        )
    }
}
