//! For whose eyes a message is, whenever it is read: who acts for the program changes, and people are taken out.

use super::{AboutRound, Key, Noted};
use crate::domain::card::Card;
use crate::domain::ids::{PairId, RoundId, UserId};

/// Who may read something at the moment when it is read. The addressee was chosen earlier, and may have lost the right since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers<'a> {
    /// Its addressee, whatever they are by now.
    Anyone,
    /// Those who act for the program.
    Owners,
    /// They, and the workspace's admins.
    OwnersAndAdmins,
    /// Those who decide on this round.
    Deciders(RoundId),
    /// Those who are told about this pair: nobody who is in it.
    AboutPair(PairId),
    /// The same for two who were to be a pair.
    AboutTwo(&'a UserId, &'a UserId),
}

impl Card {
    pub fn readers(self) -> Readers<'static> {
        match self {
            Self::Round(round) => Readers::Deciders(round),
            Self::FirstMatch(_) => Readers::Owners,
            Self::Agreement(_)
            | Self::Month(_)
            | Self::DidYouMeet(_)
            | Self::Checkin(_)
            | Self::Invitation(_) => Readers::Anyone,
        }
    }
}

impl Key {
    pub fn readers(&self) -> Readers<'_> {
        match self {
            Self::Alone(key, _) | Self::File(key) => key.readers(),
            Self::Round(round, about) => match about {
                AboutRound::News { .. } | AboutRound::Decided { .. } | AboutRound::Waits { .. } => {
                    Readers::Deciders(*round)
                }
                // Somebody asked for it a moment ago.
                AboutRound::Made | AboutRound::WhatIf { .. } => Readers::Anyone,
            },
            Self::OwnersNote { about, .. } => match about {
                // A former owner reads that they were taken out. A support contact need not be an owner.
                Some(Noted::Settings | Noted::Contact) | None => Readers::Anyone,
                Some(Noted::BreakBegins | Noted::Break | Noted::CohortEnds | Noted::NextCohort) => {
                    Readers::Owners
                }
            },
            Self::Lapsed { mentor, mentee, .. } => Readers::AboutTwo(mentor, mentee),
            Self::OneLine { pair, .. } => Readers::AboutPair(*pair),
            Self::FirstMatch { .. } | Self::Undelivered { .. } | Self::ContactGone { .. } => {
                Readers::Owners
            }
            Self::Companion { .. } | Self::Mend { .. } => Readers::OwnersAndAdmins,
            Self::NoPair { .. }
            | Self::LeftOver { .. }
            | Self::Introduction(..)
            | Self::Agreement { .. }
            | Self::AgreementSigned { .. }
            | Self::Unsigned { .. }
            | Self::Cycle(..)
            | Self::Break { .. }
            | Self::GoesOn { .. }
            | Self::Thanks(_)
            | Self::LastMonth { .. }
            | Self::NextCohort { .. }
            | Self::FirstMatchMoved { .. }
            | Self::PickAnew { .. }
            | Self::JoinReminder { .. }
            | Self::EndedBoth(_)
            | Self::Ended { .. }
            | Self::Checkin(_)
            | Self::Reflection(_)
            | Self::ReflectionShared(_)
            | Self::Digest(_)
            | Self::PauseEnded { .. }
            | Self::Ineligible { .. }
            | Self::Eligible { .. }
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
            | Self::InvitationCard(_)
            | Self::InvitationYes(_)
            | Self::InvitationOver(_)
            | Self::Import(..)
            | Self::Circle { .. }
            | Self::CircleRefused { .. }
            | Self::Token { .. }
            | Self::Home { .. }
            | Self::Card { .. }
            | Self::CardReplaced { .. } => Readers::Anyone,
        }
    }
}
