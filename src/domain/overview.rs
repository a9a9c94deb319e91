//! The program as its owners see it: where each pair stands, in states and days. Never reasons, answers or texts.

use super::ids::{PairId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A pair, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairAtWork {
    pub id: PairId,
    pub mentor: UserId,
    pub mentee: UserId,
    /// Which month of how many; 0 before the first.
    pub month: u8,
    pub months: u8,
    pub stands: Stands,
}

/// Where a pair stands, most pressing first: a pair of which several are true stands at the first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stands {
    /// One of them asked for help, which owners read at once.
    WantsHelp {
        since: Timestamp,
    },
    /// One of them is above the other since a re-organization.
    InOneLine,
    /// Nobody told us of a meeting for at least two months.
    Quiet {
        since: Timestamp,
    },
    /// Neither met nor signed for at least two weeks.
    NotBegun {
        introduced: Timestamp,
    },
    /// One of them is on a break; none: without a date.
    OnBreak {
        until: Option<Timestamp>,
    },
    /// They meet, and have not signed what they want from it.
    Unsigned,
    JustIntroduced,
    Meeting,
    /// Their months are over, and each is asked what comes next.
    Closing,
}

/// What owners count pairs by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    ToLookAt,
    OnBreak,
    Unsigned,
    JustIntroduced,
    Meeting,
    Closing,
}

impl Group {
    pub const ALL: [Self; 6] = [
        Self::ToLookAt,
        Self::Meeting,
        Self::Unsigned,
        Self::JustIntroduced,
        Self::OnBreak,
        Self::Closing,
    ];

    pub fn in_words(self) -> &'static str {
        match self {
            Self::ToLookAt => "worth a look",
            Self::OnBreak => "on a break",
            Self::Unsigned => "meeting, goals not signed",
            Self::JustIntroduced => "just introduced",
            Self::Meeting => "meeting",
            Self::Closing => "at their closing",
        }
    }
}

impl Stands {
    pub fn group(&self) -> Group {
        match self {
            Self::WantsHelp { .. }
            | Self::InOneLine
            | Self::Quiet { .. }
            | Self::NotBegun { .. } => Group::ToLookAt,
            Self::OnBreak { .. } => Group::OnBreak,
            Self::Unsigned => Group::Unsigned,
            Self::JustIntroduced => Group::JustIntroduced,
            Self::Meeting => Group::Meeting,
            Self::Closing => Group::Closing,
        }
    }
}

/// Something an owner can do for a pair. The owner reads the words first, and the two learn no reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Care {
    /// Offers them times to meet.
    Nudge,
    /// Asks each of them privately how it goes, with an end and another match on offer.
    Ask,
    End,
    /// Asks the support contact to look after them.
    Support,
    /// Two pairs exchange their mentors.
    Swap,
}

impl Care {
    /// As many as Slack's menu shows.
    pub const ALL: [Self; 5] = [Self::Nudge, Self::Ask, Self::Swap, Self::Support, Self::End];

    pub fn label(self) -> &'static str {
        match self {
            Self::Nudge => "Nudge them kindly",
            Self::Ask => "Ask both how it goes",
            Self::End => "End the pair kindly",
            Self::Support => "Hand to the support contact",
            Self::Swap => "Swap with another pair",
        }
    }
}

/// Somebody who takes part, and how they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonAtWork {
    pub user: UserId,
    pub partners: i64,
    /// Since when they look for a partner, or for another one.
    pub looking: Option<Timestamp>,
    pub on_break: bool,
}

/// How people stand, in the order that owners read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PeopleGroup {
    WithoutPartner,
    WouldTakeAnother,
    WithPartner,
    NotLooking,
    OnBreak,
}

impl PeopleGroup {
    pub const ALL: [Self; 5] = [
        Self::WithoutPartner,
        Self::WouldTakeAnother,
        Self::WithPartner,
        Self::NotLooking,
        Self::OnBreak,
    ];

    pub fn in_words(self) -> &'static str {
        match self {
            Self::WithoutPartner => "Without a partner",
            Self::WouldTakeAnother => "Have one, would take another",
            Self::WithPartner => "Have a partner",
            Self::NotLooking => "Not looking for one",
            Self::OnBreak => "On a break",
        }
    }
}

impl PersonAtWork {
    pub fn group(&self) -> PeopleGroup {
        match (self.on_break, self.partners, self.looking) {
            (true, ..) => PeopleGroup::OnBreak,
            (false, 0, Some(_)) => PeopleGroup::WithoutPartner,
            (false, 0, None) => PeopleGroup::NotLooking,
            (false, _, Some(_)) => PeopleGroup::WouldTakeAnother,
            (false, _, None) => PeopleGroup::WithPartner,
        }
    }
}
