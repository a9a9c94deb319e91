//! The things that an owner's weekly note lists, each by its subject. The note is silent while none of them is new.

use super::ids::{PairId, RoundId, UserId};
use super::outgoing::{Kind, Lane};
use serde::Serialize;

/// One thing in the note. What only changes its words, such as a date, is not part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Thing {
    NobodyJoined,
    /// The digest has no figure yet.
    DigestWaits,
    /// The mean confidence is so many tenths below the one at the start.
    ConfidenceFell(i32),
    Round(RoundId),
    InOneLine(PairId),
    /// Another quiet month makes it another thing.
    Quiet {
        mentor: UserId,
        mentee: UserId,
        months: usize,
    },
    NotBegun {
        mentor: UserId,
        mentee: UserId,
    },
    Away {
        mentor: UserId,
        mentee: UserId,
    },
    /// With the reason as owners read it.
    Unmatched(UserId, String),
    /// The same trouble at the same place is one thing, however many messages it costs.
    Failed(Lane, Kind, String),
    NotFound(UserId),
    /// A pair is over before its time.
    Ended(PairId),
    /// The last pair of a cohort is completed.
    CohortOver(PairId),
}
