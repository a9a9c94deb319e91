//! Reads keys from their column.

use super::{AboutCycle, AboutRound, Introduced, Key, Mend, Noted};
use super::{AboutImport, ImportId};
use crate::domain::card::Card;
use crate::domain::ids::{CheckinId, CycleId, InvitationId, PairId, ReflectionId, RoundId, UserId};
use crate::domain::parts::Parts;
use crate::domain::program_file::ProgramFile;
use crate::domain::timer::Purpose;

impl Key {
    /// Reads the column; none for a text that this release does not write.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = Parts::of(text);
        let mut key = Self::first(&mut parts)?;
        while !parts.is_over() {
            key = if parts.skip("file") {
                key.file()
            } else {
                key.alone(&parts.user()?)
            };
        }
        (key.to_string() == text).then_some(key)
    }

    fn first(parts: &mut Parts<'_>) -> Option<Self> {
        Some(match parts.text()? {
            "round" => Self::Round(RoundId(parts.next()?), AboutRound::read(parts)?),
            "lapsed" => Self::Lapsed {
                round: RoundId(parts.next()?),
                mentor: parts.user()?,
                mentee: parts.user()?,
                owner: parts.user()?,
            },
            "nopair" => Self::NoPair {
                round: RoundId(parts.next()?),
                user: parts.user()?,
            },
            "leftover" => Self::LeftOver {
                round: RoundId(parts.next()?),
                user: parts.user()?,
            },
            "agreement" => {
                let (pair, version) = (PairId(parts.next()?), parts.next()?);
                if parts.skip("signed") {
                    Self::AgreementSigned { pair, version }
                } else {
                    Self::Agreement { pair, version }
                }
            }
            "unsigned" => Self::Unsigned {
                pair: PairId(parts.next()?),
                version: parts.next()?,
                reminded: parts.next()?,
                user: parts.user()?,
            },
            "cycle" => Self::Cycle(CycleId(parts.next()?), AboutCycle::read(parts)?),
            "checkin" => Self::Checkin(CheckinId(parts.next()?)),
            "reflection" => {
                let reflection = ReflectionId(parts.next()?);
                if parts.skip("shared") {
                    Self::ReflectionShared(reflection)
                } else {
                    Self::Reflection(reflection)
                }
            }
            "digest" => Self::Digest(parts.next()?),
            "companion" => Self::Companion {
                owner: parts.user()?,
                week: parts.next()?,
            },
            "not_passed_on" => Self::NotPassedOn(parts.next()?),
            "data_file" => match parts.next_if() {
                Some(file) if parts.skip("failed") => Self::DataFileMissing(file),
                Some(_) => return None,
                None => Self::DataFile {
                    user: parts.user()?,
                    span: parts.next()?,
                },
            },
            "program_file" => {
                let file = ProgramFile::parse(parts.text()?)?;
                Self::ProgramFile(file, parts.user()?, parts.next()?)
            }
            "digest_preview" => Self::DigestPreview {
                owner: parts.user()?,
                span: parts.next()?,
            },
            "invitation" => {
                let invitation = InvitationId(parts.next()?);
                match parts.text()? {
                    "card" => Self::InvitationCard(invitation),
                    "yes" => Self::InvitationYes(invitation),
                    "over" => Self::InvitationOver(invitation),
                    _ => return None,
                }
            }
            "card" => {
                let (id, card) = (parts.next()?, Card::of(parts)?);
                if parts.skip("replaced") {
                    Self::CardReplaced { card, id }
                } else {
                    Self::Card { card, id }
                }
            }
            "announcement" => Self::Announcement(parts.next()?),
            "sponsors_note" => Self::SponsorsNote(parts.next()?),
            "to_contact" => Self::ToContact(parts.next()?),
            "import" => {
                let import = ImportId(parts.next()?);
                Self::Import(import, AboutImport::parse(parts.text()?)?)
            }
            "token" => Self::Token {
                second: parts.next()?,
            },
            pair @ ("intro" | "one_line" | "break" | "last_month" | "goes_on" | "thanks"
            | "ended") => Self::of_pair(pair, PairId(parts.next()?), parts)?,
            "lookup" if parts.skip("all") => Self::LookUpAll {
                span: parts.next()?,
            },
            person => {
                let user = parts.user()?;
                Self::of_person(person, user, parts)?
            }
        })
    }

    fn of_pair(what: &str, pair: PairId, parts: &mut Parts<'_>) -> Option<Self> {
        Some(match what {
            "intro" => {
                let to = parts.text()?;
                let to = Introduced::ALL.into_iter().find(|one| one.as_str() == to);
                Self::Introduction(pair, to?)
            }
            "one_line" => Self::OneLine {
                pair,
                owner: parts.user()?,
                at: parts.next()?,
            },
            "break" => Self::Break {
                pair,
                id: parts.next()?,
            },
            "goes_on" => Self::GoesOn {
                pair,
                cycles: parts.next()?,
            },
            "last_month" => Self::LastMonth {
                pair,
                number: parts.next()?,
            },
            "thanks" => Self::Thanks(pair),
            "ended" if parts.skip("both") => Self::EndedBoth(pair),
            "ended" => Self::Ended {
                pair,
                user: parts.user()?,
            },
            _ => return None,
        })
    }

    fn of_person(what: &str, user: UserId, parts: &mut Parts<'_>) -> Option<Self> {
        Some(match what {
            "lookup" if parts.skip("rights") => Self::LookUpRights {
                user,
                minute: parts.next()?,
            },
            "lookup" if parts.skip("invite") => Self::LookUpInvited {
                user,
                minute: parts.next()?,
            },
            "lookup" if parts.skip("named") => Self::LookUpNamed {
                user,
                minute: parts.next()?,
            },
            "looked_up" => Self::LookedUp {
                asker: user,
                person: parts.user()?,
                purpose: Purpose::parse(parts.text()?)?,
                at: parts.next()?,
            },
            "lookup" if parts.skip("doubt") => Self::LookUpDoubted {
                user,
                news: parts.next()?,
            },
            "lookup" => Self::LookUp {
                user,
                hour: parts.next()?,
            },
            "pause_ended" => Self::PauseEnded {
                user,
                at: parts.next()?,
            },
            "ineligible" => Self::Ineligible {
                user,
                at: parts.next()?,
            },
            "eligible" => Self::Eligible {
                user,
                at: parts.next()?,
            },
            "next_cohort" => Self::NextCohort {
                user,
                at: parts.next()?,
            },
            "first_match" => Self::FirstMatch {
                owner: user,
                until: parts.next()?,
            },
            "pick_anew" => Self::PickAnew {
                user,
                at: parts.next()?,
            },
            "first_match_moved" => Self::FirstMatchMoved {
                user,
                at: parts.next()?,
            },
            "join_reminder" => Self::JoinReminder {
                user,
                until: parts.next()?,
            },
            "owners_note" => Self::OwnersNote {
                owner: user,
                at: parts.next()?,
                about: Noted::ALL.into_iter().find(|it| parts.skip(it.as_str())),
            },
            "contact_gone" => Self::ContactGone {
                owner: user,
                contact: parts.user()?,
            },
            "circle" => Self::Circle {
                user,
                at: parts.next()?,
            },
            "circle_refused" => Self::CircleRefused {
                user,
                at: parts.next()?,
            },
            "undelivered" => Self::Undelivered {
                owner: user,
                at: parts.next()?,
            },
            "mend" => Self::Mend {
                owner: user,
                about: Mend::parse(parts.text()?)?,
                at: parts.next()?,
            },
            "answer" => Self::DirectAnswer {
                user,
                written: parts.next()?,
            },
            "not_opened" => Self::NotOpened {
                user,
                minute: parts.next()?,
                form: if parts.is_over() {
                    None
                } else {
                    Some(parts.next()?)
                },
            },
            "answer_elsewhere" => Self::AnswerElsewhere {
                user,
                id: parts.next()?,
            },
            "home" => Self::Home {
                user,
                id: parts.next()?,
            },
            _ => return None,
        })
    }
}

impl AboutRound {
    fn read(parts: &mut Parts<'_>) -> Option<Self> {
        Some(match parts.text()? {
            "news" => Self::News {
                owner: parts.user()?,
            },
            "decided" => Self::Decided {
                owner: parts.user()?,
            },
            "waits" => Self::Waits {
                owner: parts.user()?,
            },
            "made" => Self::Made,
            "what_if" => Self::WhatIf {
                owner: parts.user()?,
                asking: parts.next()?,
            },
            _ => return None,
        })
    }
}

impl AboutCycle {
    fn read(parts: &mut Parts<'_>) -> Option<Self> {
        Some(match parts.text()? {
            "arrange" => match parts.text()? {
                "opens" => Self::Opens {
                    again: parts.next_if(),
                },
                "week" => Self::Week {
                    again: parts.next_if(),
                },
                "fortnight" => Self::Fortnight {
                    again: parts.next_if(),
                },
                "hello" => Self::Hello,
                "sorting" => Self::Sorting {
                    plan: parts.next()?,
                    again: parts.next_if(),
                },
                "soon" => Self::Soon {
                    plan: parts.next()?,
                },
                _ => return None,
            },
            "met" => Self::Met {
                plan: parts.next()?,
                user: parts.user()?,
            },
            "planned" => Self::Planned {
                plan: parts.next()?,
            },
            "skipped" => Self::Skipped,
            "called_off" => Self::CalledOff {
                plan: parts.next()?,
            },
            _ => return None,
        })
    }
}
