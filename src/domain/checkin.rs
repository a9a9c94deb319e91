//! The private questions between meetings: how it goes, whether it was worth it, and what comes next.

/// The topic of a check-in and its recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// To each partner after two months without a meeting: is this still good?
    StillGood,
    /// To each partner halfway: two questions.
    Midpoint,
    /// To each partner at the end: what changed, and what comes next.
    Closing,
    /// To an owner: a pair had two quiet months. Names and the state only.
    QuietNote,
    /// To an owner: a pair would like help. Names and the state only.
    HelpNote,
    /// To nobody: the time to answer the closing check-in is over.
    ClosingEnds,
}

impl Kind {
    pub const ALL: [Kind; 6] = [
        Kind::StillGood,
        Kind::Midpoint,
        Kind::Closing,
        Kind::QuietNote,
        Kind::HelpNote,
        Kind::ClosingEnds,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Kind::StillGood => "still_good",
            Kind::Midpoint => "midpoint",
            Kind::Closing => "closing",
            Kind::QuietNote => "quiet_note",
            Kind::HelpNote => "help_note",
            Kind::ClosingEnds => "closing_ends",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}
