//! The private questions between the months: how is it going, was it worth it, what next.

/// What a check-in is about, and whom it goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// To each partner after two months without a meeting: still good?
    StillGood,
    /// To each partner halfway: two questions.
    Midpoint,
    /// To each partner at the end: what changed, and what next.
    Closing,
    /// To an owner: a pair had two quiet months. Names and the state only.
    QuietNote,
    /// To an owner: a pair would like help. Names and the state only.
    HelpNote,
    /// To nobody: the time to answer the closing is over.
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
