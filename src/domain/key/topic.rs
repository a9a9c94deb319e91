//! Groups of messages that are withdrawn together.

use super::{AboutCycle, Key, Mend, Noted};
use crate::domain::ids::{CycleId, InvitationId, PairId, RoundId};

/// Groups of messages that are withdrawn together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Round(RoundId),
    /// Everything about a month.
    Cycle(CycleId),
    /// A month's arrangement: withdrawn once there is nothing left to arrange.
    Arrangement(CycleId),
    /// The messages before a signed agreement: withdrawn once the pair is over.
    Beginning(PairId),
    /// The colleague's card, and the inviter's note of a yes: withdrawn once nothing comes of it.
    Invitation(InvitationId),
    /// Notes to owners about a pair in one reporting line. They are withdrawn once the pair is over.
    OneLine(PairId),
    /// What owners and people who wait hear of the first match: withdrawn once its day is another one.
    FirstMatch,
    /// Notes to owners about what another one did.
    OwnersNote(Noted),
    /// That a pair's break began or ended: withdrawn once another change of it is to be told.
    Break(PairId),
    /// What tells somebody of their own part in the program: withdrawn once they are out of it.
    OwnPart,
    /// That a pair of somebody's is over: withdrawn once they leave the program.
    OwnEnd,
    /// That somebody can no longer take part: withdrawn once they can.
    Ineligible,
    /// That somebody can't be matched before they change their profile: withdrawn once they are asked anew.
    PickAnew,
    /// A fault of the program that owners or admins can mend. The note is withdrawn once it is mended.
    Mend(Mend),
}

impl Key {
    /// Whether it is withdrawn with `topic`.
    pub fn is_about(&self, topic: Topic) -> bool {
        match self {
            Self::Alone(key, _) | Self::File(key) => key.is_about(topic),
            Self::Round(round, _) => topic == Topic::Round(*round),
            Self::Cycle(cycle, about) => match topic {
                Topic::Cycle(other) => *cycle == other,
                Topic::Arrangement(other) => *cycle == other && about.is_to_be_arranged(),
                Topic::Round(_)
                | Topic::Beginning(_)
                | Topic::Invitation(_)
                | Topic::OneLine(_)
                | Topic::FirstMatch
                | Topic::OwnersNote(_)
                | Topic::Break(_)
                | Topic::OwnPart
                | Topic::OwnEnd
                | Topic::Ineligible
                | Topic::PickAnew
                | Topic::Mend(_) => false,
            },
            Self::Introduction(pair, _)
            | Self::Agreement { pair, .. }
            | Self::AgreementSigned { pair, .. }
            | Self::Unsigned { pair, .. } => topic == Topic::Beginning(*pair),
            Self::OneLine { pair, .. } => topic == Topic::OneLine(*pair),
            Self::OwnersNote { about, .. } => {
                about.is_some_and(|about| topic == Topic::OwnersNote(about))
            }
            Self::FirstMatch { .. } => topic == Topic::FirstMatch,
            Self::FirstMatchMoved { .. } | Self::NextCohort { .. } => {
                matches!(topic, Topic::FirstMatch | Topic::OwnPart)
            }
            Self::Break { pair, .. } => topic == Topic::OwnPart || topic == Topic::Break(*pair),
            Self::Ended { .. } => topic == Topic::OwnEnd,
            Self::NoPair { .. }
            | Self::LeftOver { .. }
            | Self::GoesOn { .. }
            | Self::LastMonth { .. }
            | Self::PauseEnded { .. }
            | Self::Eligible { .. }
            | Self::Circle { .. }
            | Self::CircleRefused { .. } => topic == Topic::OwnPart,
            Self::PickAnew { .. } => matches!(topic, Topic::PickAnew | Topic::OwnPart),
            Self::Ineligible { .. } => topic == Topic::Ineligible,
            Self::Mend { about, .. } => topic == Topic::Mend(*about),
            Self::ContactGone { .. } => topic == Topic::Mend(Mend::Contact),
            Self::InvitationCard(invitation) => topic == Topic::Invitation(*invitation),
            Self::InvitationYes(invitation) => {
                topic == Topic::OwnPart || topic == Topic::Invitation(*invitation)
            }
            Self::Lapsed { .. }
            | Self::Thanks(_)
            | Self::JoinReminder { .. }
            | Self::EndedBoth(_)
            | Self::Checkin(_)
            | Self::Reflection(_)
            | Self::ReflectionShared(_)
            | Self::Digest(_)
            | Self::Companion { .. }
            | Self::Undelivered { .. }
            | Self::LookUpAll { .. }
            | Self::LookUp { .. }
            | Self::LookUpRights { .. }
            | Self::LookUpInvited { .. }
            | Self::LookUpNamed { .. }
            | Self::LookedUp { .. }
            | Self::LookUpDoubted { .. }
            | Self::DataFile { .. }
            | Self::ProgramFile(..)
            | Self::DigestPreview { .. }
            | Self::DataFileMissing(_)
            | Self::NotPassedOn(_)
            | Self::DirectAnswer { .. }
            | Self::NotOpened { .. }
            | Self::AnswerElsewhere { .. }
            | Self::Announcement(_)
            | Self::SponsorsNote(_)
            | Self::ToContact(_)
            | Self::InvitationOver(_)
            | Self::Import(..)
            | Self::Card { .. }
            | Self::CardReplaced { .. }
            | Self::Token { .. }
            | Self::Home { .. } => false,
        }
    }
}

impl AboutCycle {
    fn is_to_be_arranged(&self) -> bool {
        match self {
            Self::Opens { .. }
            | Self::Week { .. }
            | Self::Fortnight { .. }
            | Self::Hello
            | Self::Sorting { .. }
            | Self::Soon { .. } => true,
            Self::Met { .. } | Self::Planned { .. } | Self::Skipped | Self::CalledOff { .. } => {
                false
            }
        }
    }
}
