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
    /// The mean change of confidence since the start, in tenths: below zero.
    ConfidenceFell(i32),
    Round(RoundId),
    /// A pair that would like some help. Another call while it's listed is no other thing: it could be the partner's.
    WantsHelp(PairId),
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
    /// Somebody without a partner. Another reason than last week's is nothing to act on.
    Unmatched(UserId),
    /// The same trouble at the same place is one thing, however many messages it costs.
    Failed(Lane, Kind, String),
    NotFound(UserId),
    /// The company's list is about to be forgotten.
    ListEnds,
    /// A pair is over before its time.
    Ended(PairId),
    /// The last pair of a cohort is completed.
    CohortOver(PairId),
}

/// The largest change on a scale of 1 to 5, in tenths.
const LARGEST: i32 = 40;

impl Thing {
    /// What an owner has read who knows of this: itself, or any deeper fall, since an improvement is no news.
    pub fn known_by(&self) -> Vec<Self> {
        match self {
            Self::ConfidenceFell(now) => (-LARGEST..=*now).map(Self::ConfidenceFell).collect(),
            Self::NobodyJoined
            | Self::DigestWaits
            | Self::Round(_)
            | Self::WantsHelp(_)
            | Self::InOneLine(_)
            | Self::Quiet { .. }
            | Self::NotBegun { .. }
            | Self::Away { .. }
            | Self::Unmatched(_)
            | Self::Failed(..)
            | Self::NotFound(_)
            | Self::ListEnds
            | Self::Ended(_)
            | Self::CohortOver(_) => vec![self.clone()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Thing;

    #[test]
    fn who_knows_of_a_deep_fall_knows_of_a_smaller_one() {
        let [small, deep] = [-2, -4].map(Thing::ConfidenceFell);
        assert!(small.known_by().contains(&deep) && small.known_by().contains(&small));
        assert!(!deep.known_by().contains(&small));
    }
}
