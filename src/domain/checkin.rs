//! The private questions between meetings: how it goes, whether it was worth it, and what comes next.

use super::named::named;

named! {
    /// The topic of a check-in and its recipient.
    pub enum Kind {
        /// To each partner after two months without a meeting: still good?
        StillGood = "still_good",
        /// To each partner halfway: two questions.
        Midpoint = "midpoint",
        /// To each partner at the end: what changed, and what comes next.
        Closing = "closing",
        /// To an owner: a pair had two quiet months. Names and the state only.
        QuietNote = "quiet_note",
        /// To an owner: a pair would like help. Names and the state only.
        HelpNote = "help_note",
        /// To a partner: the other's break has no end in sight, so they may look for another.
        PartnerAway = "partner_away",
        /// To each partner, because an owner asked for it: how is it going?
        OwnerAsks = "owner_asks",
        /// To nobody: the time to answer the closing check-in is over.
        ClosingEnds = "closing_ends",
    }
}

/// The answer to a check-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StillGood {
    AllGood,
    NeedHelp,
    EndKindly,
}

/// What somebody wants when the pair's months are over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextStep {
    Continue,
    Rematch,
    Finish,
}

impl NextStep {
    /// The word in the column.
    pub fn word(self) -> &'static str {
        match self {
            Self::Continue => "continue",
            Self::Rematch => "rematch",
            Self::Finish => "finish",
        }
    }
}
