//! Facts that one feature tells the others, through the router and within the same transaction.

use super::ids::{PairId, RoundId, UserId};
use super::named::named;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Somebody joined, rejoined or edited their profile: rolling matching runs again.
    ProfileSaved(UserId),
    /// Somebody's manager is another one than before (`was`; none: unknown): running pairs are looked at again.
    ManagerChanged { user: UserId, was: Option<UserId> },
    /// Many managers may be others than before. `already`: the running pairs that were in one reporting line before.
    LinesChanged { already: Vec<PairId> },
    /// Somebody looks for a (further) partner now, or no longer does.
    LooksChanged(UserId),
    /// Slack told us nothing, or nothing recent, about a participant: the directory asks.
    Unknown(UserId),
    /// Somebody came back from a pause.
    Resumed(UserId),
    /// Somebody paused: their pairs wait, and rounds leave them out.
    Paused(UserId),
    /// Somebody's break is a long one, or has no end in sight: their partners need not wait.
    AwayForLong(UserId),
    /// Somebody left the program, or can no longer take part: their pairs end.
    Departed { user: UserId, own_choice: bool },
    /// Somebody asked to have all their data erased; raised after `Departed`.
    Erased(UserId),
    /// Slack sent new facts about a person.
    PersonSeen(UserId),
    /// Slack answered about a person: whoever waits for that goes on.
    PersonAnswered(UserId),
    /// A person's time zone changed, or their working hours: their timers move.
    ZoneChanged(UserId),
    /// The settings were changed or declared.
    SettingsChanged,
    /// An owner or an admin came or went: others may act for the program now.
    ActingChanged,
    /// Pairs of a round are introduced at once: the program asks no approval, or each pair was looked at.
    RoundApproved(RoundId),
    /// Introductions of a round begin, of all of it or of pairs that were decided on by themselves: those can no longer be undone.
    IntroductionsBegin(RoundId),
    /// A round found a pair that an owner must check before they are introduced.
    RoundProposed(RoundId),
    /// Pairs of a round are none any more, because somebody in them is gone.
    PairsLapsed(RoundId),
    /// An owner rejected a round, or it ended by itself: nobody is introduced.
    RoundRejected(RoundId),
    /// The program runs with this release from now on: what an earlier one left waiting goes on.
    ProgramStarted,
    /// The program's break is over: people are matched again.
    ProgramGoesOn,
    /// A pair's introduction is in the outbox: their first month begins, and goals are offered.
    Introduced(PairId),
    /// Six weeks went by without a meeting or a signature: both are released.
    NeverBegan(PairId),
    /// A partner says that a meeting was held: what follows is for them alone.
    SaidTheyMet {
        pair: PairId,
        cycle: super::ids::CycleId,
        by: UserId,
    },
    /// A cycle's month is over, in any state.
    CycleClosed { pair: PairId, number: u8 },
    /// The last cycle is over.
    CyclesDone(PairId),
    /// Both chose to go on after the last cycle: more cycles follow.
    PairContinues(PairId),
    /// Someone ended their pair; nobody is blamed.
    PairEnded {
        pair: PairId,
        by: Option<UserId>,
        why: Ending,
    },
}

impl Happening {
    /// Whether it may change what owners read of a round that waits for them (its people, and who may decide), or of who is there
    /// for the first match.
    pub fn shows_on_owners_cards(&self) -> bool {
        match self {
            Self::ProfileSaved(_)
            | Self::LooksChanged(_)
            | Self::PersonSeen(_)
            | Self::ManagerChanged { .. }
            | Self::LinesChanged { .. }
            | Self::Resumed(_)
            | Self::Paused(_)
            | Self::Departed { .. }
            | Self::SettingsChanged
            | Self::ActingChanged
            | Self::Introduced(_)
            | Self::PairEnded { .. } => true,
            Self::Unknown(_)
            | Self::AwayForLong(_)
            | Self::Erased(_)
            | Self::PersonAnswered(_)
            | Self::ZoneChanged(_)
            | Self::RoundApproved(_)
            | Self::IntroductionsBegin(_)
            | Self::RoundProposed(_)
            | Self::PairsLapsed(_)
            | Self::RoundRejected(_)
            | Self::ProgramStarted
            | Self::ProgramGoesOn
            | Self::NeverBegan(_)
            | Self::SaidTheyMet { .. }
            | Self::CycleClosed { .. }
            | Self::CyclesDone(_)
            | Self::PairContinues(_) => false,
        }
    }
}

named! {
    /// Why a pair ended. Never shown to the partner.
    pub enum Ending {
        /// The program ran its full length.
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
