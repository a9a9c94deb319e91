//! Cards: the messages about one thing. At each place only the newest is live, and it is changed where it stands.

use super::ids::{ChannelId, CheckinId, CycleId, InvitationId, PairId, RoundId};
use super::parts::Parts;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The thing that a card shows. It is stored, so its texts and names never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Card {
    /// A pair's goals.
    Agreement(PairId),
    /// A month's meeting: its times, its plan.
    Month(CycleId),
    /// "Did you meet?", for one of the two.
    DidYouMeet(CycleId),
    Checkin(CheckinId),
    Round(RoundId),
    Invitation(InvitationId),
    /// Too few people have joined for the first match: owners are asked, until this instant (epoch milliseconds).
    FirstMatch(i64),
}

/// Where a message is in Slack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    pub channel: ChannelId,
    pub ts: String,
}

impl fmt::Display for Card {
    /// The text in the column.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agreement(pair) => write!(f, "agreement/{pair}"),
            Self::Month(cycle) => write!(f, "month/{cycle}"),
            Self::DidYouMeet(cycle) => write!(f, "met/{cycle}"),
            Self::Checkin(checkin) => write!(f, "checkin/{checkin}"),
            Self::Round(round) => write!(f, "round/{round}"),
            Self::Invitation(invitation) => write!(f, "invitation/{invitation}"),
            Self::FirstMatch(until) => write!(f, "first_match/{until}"),
        }
    }
}

impl Card {
    /// Reads the column; none for a text that this release does not write.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = Parts::of(text);
        let card = Self::of(&mut parts)?;
        parts.is_over().then_some(card)
    }

    /// The same of the next two parts of a longer text.
    pub(super) fn of(parts: &mut Parts<'_>) -> Option<Self> {
        let (what, id) = (parts.text()?, parts.next()?);
        Some(match what {
            "agreement" => Self::Agreement(PairId(id)),
            "month" => Self::Month(CycleId(id)),
            "met" => Self::DidYouMeet(CycleId(id)),
            "checkin" => Self::Checkin(CheckinId(id)),
            "round" => Self::Round(RoundId(id)),
            "invitation" => Self::Invitation(InvitationId(id)),
            "first_match" => Self::FirstMatch(id),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_reads_as_it_was_written() {
        let cards = [
            Card::Agreement(PairId(1)),
            Card::Month(CycleId(2)),
            Card::DidYouMeet(CycleId(3)),
            Card::Checkin(CheckinId(5)),
            Card::Round(RoundId(6)),
            Card::Invitation(InvitationId(7)),
            Card::FirstMatch(1_772_442_000_000),
        ];
        for card in cards {
            assert_eq!(Card::read(&card.to_string()), Some(card));
        }
        assert_eq!(Card::read("month/2/3"), None);
        assert_eq!(Card::read("year/2"), None);
    }
}
