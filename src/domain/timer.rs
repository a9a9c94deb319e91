//! Everything that happens because time passes.

use jiff::Timestamp;

/// A timer that came due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timer {
    pub kind: Kind,
    /// Whose or what it is: a pair, a cycle, a person. The kind says which.
    pub subject: String,
    pub due: Timestamp,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal),* $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind { $($(#[$doc])* $name),* }

        impl Kind {
            pub const ALL: &[Kind] = &[$(Kind::$name),*];

            pub fn as_str(self) -> &'static str {
                match self { $(Kind::$name => $text),* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Kind::$name),)* _ => None }
            }
        }
    };
}

kinds! {
    /// Ask Slack about people we know too little of. Subject: "program".
    Directory = "directory",
    /// Owners are told of deliveries that failed. Subject: "program".
    Undelivered = "undelivered",
    /// The next round, on its schedule. Subject: "program".
    Round = "round",
    /// Look for pairs now: rolling matching, or an owner's request. Subject: "program".
    Match = "match",
    /// An owner wants to know what would change without a pair. Subject: round/owner/mentor/mentee.
    WhatIf = "what_if",
    /// The rest of an approved round is introduced, and those left over are told. Subject: round.
    Introduce = "introduce",
    /// An invitation is over, answered or not. Subject: invitation.
    Invitation = "invitation",
    /// A round waits for an owner's approval too long. Subject: round.
    RoundWaits = "round_waits",
    /// A pause is over. Subject: person.
    PauseEnds = "pause_ends",
    /// A cycle opens. Subject: pair/number.
    CycleOpens = "cycle_opens",
    /// Nothing planned after a week. Subject: cycle.
    NudgeWeek = "nudge_week",
    /// Nothing planned after two weeks. Subject: cycle.
    NudgeFortnight = "nudge_fortnight",
    /// One working day before the meeting. Subject: cycle.
    MeetingSoon = "meeting_soon",
    /// Two hours after the meeting: did you meet? Subject: cycle/person.
    MeetingOver = "meeting_over",
    /// The partner said that they met, this one has not answered: the question comes all the same. Subject: cycle/person.
    ReflectionDue = "reflection_due",
    /// The cycle's month is over. Subject: cycle.
    CycleCloses = "cycle_closes",
    /// A private check-in is due. Subject: checkin.
    Checkin = "checkin",
    /// An agreement still lacks a signature. Subject: pair.
    Unsigned = "unsigned",
    /// The weekly digest. Subject: "program".
    Digest = "digest",
    /// The digest's private companion waits for an owner's working hours. Subject: owner/week.
    Companion = "companion",
    /// Forget what is no longer needed. Subject: "program".
    Retention = "retention",
    /// A pair's free text is erased. Subject: pair.
    Erase = "erase",
    /// What came of a delivery is acted on. Subject: the reaction's row.
    Reaction = "reaction",
}
