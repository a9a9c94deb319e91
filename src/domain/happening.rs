//! What one feature tells the others, by way of the router and within the same transaction.

use super::ids::{PairId, RoundId, UserId};
use super::named::named;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Somebody joined, rejoined or edited their profile: rolling matching looks again.
    ProfileSaved(UserId),
    /// Somebody takes part of whom Slack has told us nothing, or nothing lately: the directory asks.
    Unknown(UserId),
    /// Somebody came back from a pause.
    Resumed(UserId),
    /// Somebody paused: their pairs wait, they are left out of rounds.
    Paused(UserId),
    /// Somebody left the program, or can no longer take part: their pairs end.
    Departed { user: UserId, own_choice: bool },
    /// Somebody asked that everything stored about them be erased; raised after `Departed`.
    Erased(UserId),
    /// Slack told us (afresh) about a person.
    PersonSeen(UserId),
    /// A person's time zone changed: their timers move.
    ZoneChanged(UserId),
    /// The settings were changed or declared.
    SettingsChanged,
    /// An owner (or the program itself, where no approval is asked) approved a round.
    RoundApproved(RoundId),
    /// Two found each other, and an owner must look before they are introduced.
    RoundProposed(RoundId),
    /// An owner rejected a round: nobody is introduced.
    RoundRejected(RoundId),
    /// The introduction of a pair was posted (is on its way): goals are offered.
    Introduced(PairId),
    /// Both have signed the current version for the first time: cycles begin.
    AgreementSigned(PairId),
    /// A meeting was held, by at least one partner's word: the reflection is asked.
    MeetingHeld {
        pair: PairId,
        cycle: super::ids::CycleId,
    },
    /// The other partner says so, too.
    MeetingConfirmed {
        pair: PairId,
        cycle: super::ids::CycleId,
    },
    /// A cycle's month is over, however it went.
    CycleClosed { pair: PairId, number: u8 },
    /// The last cycle is over.
    CyclesDone(PairId),
    /// Both chose to go on after the last cycle: more of them follow.
    PairContinues(PairId),
    /// Someone ended their pair; nobody is blamed.
    PairEnded {
        pair: PairId,
        by: Option<UserId>,
        why: Ending,
    },
}

named! {
    /// Why a pair is over. Never shown to the partner.
    pub enum Ending {
        /// The program ran its length.
        Completed = "completed",
        /// One of them ended it, without giving reasons.
        Ended = "ended",
        /// One of them left the program.
        Left = "left",
        /// One of them is no longer a full member of the workspace.
        Gone = "gone",
        /// A hard rule no longer held at introduction.
        NoLongerAllowed = "no_longer_allowed",
    }
}
