//! Which messages are copies of a card.

use super::{AboutCycle, AboutRound, Key};
use crate::domain::card::Card;

impl Key {
    /// The card that a message with this key is a copy of; none for a message that stands for itself.
    pub fn card(&self) -> Option<Card> {
        Some(match self {
            Self::Alone(key, _) => return key.card(),
            Self::Agreement { pair, .. }
            | Self::AgreementSigned { pair, .. }
            | Self::Unsigned { pair, .. } => Card::Agreement(*pair),
            Self::Cycle(cycle, about) => match about {
                AboutCycle::Met { .. } => Card::DidYouMeet(*cycle),
                AboutCycle::Opens { .. }
                | AboutCycle::Week { .. }
                | AboutCycle::Fortnight { .. }
                | AboutCycle::Hello
                | AboutCycle::Sorting { .. }
                | AboutCycle::Soon { .. }
                | AboutCycle::Planned { .. }
                | AboutCycle::Skipped
                | AboutCycle::CalledOff { .. } => Card::Month(*cycle),
            },
            Self::Round(round, about) => match about {
                AboutRound::News { .. } | AboutRound::Waits { .. } => Card::Round(*round),
                AboutRound::Decided { .. } | AboutRound::Made | AboutRound::WhatIf { .. } => {
                    return None;
                }
            },
            Self::Checkin(checkin) => Card::Checkin(*checkin),
            Self::InvitationCard(invitation) => Card::Invitation(*invitation),
            Self::FirstMatch { until, .. } => Card::FirstMatch(*until),
            Self::Lapsed { .. }
            | Self::NoPair { .. }
            | Self::LeftOver { .. }
            | Self::Introduction(..)
            | Self::Break { .. }
            | Self::GoesOn { .. }
            | Self::Thanks(_)
            | Self::LastMonth { .. }
            | Self::NextCohort { .. }
            | Self::JoinReminder { .. }
            | Self::FirstMatchMoved { .. }
            | Self::PickAnew { .. }
            | Self::EndedBoth(_)
            | Self::Ended { .. }
            | Self::Reflection(_)
            | Self::ReflectionShared(_)
            | Self::Digest(_)
            | Self::Companion { .. }
            | Self::PauseEnded { .. }
            | Self::Ineligible { .. }
            | Self::Eligible { .. }
            | Self::OwnersNote { .. }
            | Self::Undelivered { .. }
            | Self::Mend { .. }
            | Self::ContactGone { .. }
            | Self::OneLine { .. }
            | Self::LookUpAll { .. }
            | Self::LookUp { .. }
            | Self::LookUpRights { .. }
            | Self::LookUpInvited { .. }
            | Self::LookUpDoubted { .. }
            | Self::LookUpNamed { .. }
            | Self::LookedUp { .. }
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
            | Self::InvitationYes(_)
            | Self::InvitationOver(_)
            | Self::Import(..)
            | Self::Circle { .. }
            | Self::CircleRefused { .. }
            | Self::Token { .. }
            | Self::Home { .. }
            | Self::Card { .. }
            | Self::CardReplaced { .. }
            | Self::File(_) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{CycleId, UserId};

    #[test]
    fn one_thing_has_one_card_however_often_it_is_asked_about() {
        let cycle = CycleId(1);
        let asked = [
            AboutCycle::Opens { again: None },
            AboutCycle::Week { again: Some(3) },
            AboutCycle::Planned { plan: 2 },
            AboutCycle::Skipped,
        ];
        for about in asked {
            let key = Key::Cycle(cycle, about);
            assert_eq!(key.card(), Some(Card::Month(cycle)));
            let alone = key.alone(&UserId::from("U1"));
            assert_eq!(alone.card(), Some(Card::Month(cycle)));
            assert_eq!(key.file().card(), None, "a calendar file is no card");
        }
    }
}
