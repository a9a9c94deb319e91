//! A mentor and a mentee, and the states they pass through.

use super::happening::Ending;
use super::ids::{ChannelId, PairId, RoundId, UserId};
use super::outgoing::Lane;
use jiff::Timestamp;

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
    /// When both had signed.
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
}

/// | from | to | when |
/// |---|---|---|
/// | introduced | active | both have signed |
/// | introduced, active | closing | the last cycle is over |
/// | closing | active | both choose to go on: more cycles follow |
/// | introduced, active, closing | closed | closing answered or waited out; ended; somebody left |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Introduced,
    Active,
    Closing,
    Closed,
}

impl State {
    pub const ALL: [State; 4] = [
        State::Introduced,
        State::Active,
        State::Closing,
        State::Closed,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            State::Introduced => "introduced",
            State::Active => "active",
            State::Closing => "closing",
            State::Closed => "closed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

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
