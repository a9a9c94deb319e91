//! Keys as the column holds them.

use super::{AboutCycle, AboutRound, Introduced, Key, Mend};
use super::{AboutImport, ImportId};
use crate::domain::card::Card;
use crate::domain::ids::{CheckinId, CycleId, InvitationId, PairId, ReflectionId, RoundId, UserId};
use crate::domain::parts::Parts;
use crate::domain::program_file::ProgramFile;
use crate::domain::timer::Purpose;
use std::fmt;

impl fmt::Display for Key {
    /// The text in the column.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Round(round, about) => write!(f, "round/{round}/{about}"),
            Self::Lapsed {
                round,
                mentor,
                mentee,
                owner,
            } => write!(f, "lapsed/{round}/{mentor}/{mentee}/{owner}"),
            Self::NoPair { round, user } => write!(f, "nopair/{round}/{user}"),
            Self::LeftOver { round, user } => write!(f, "leftover/{round}/{user}"),
            Self::Introduction(pair, to) => write!(f, "intro/{pair}/{}", to.as_str()),
            Self::Agreement { pair, version } => write!(f, "agreement/{pair}/{version}"),
            Self::AgreementSigned { pair, version } => {
                write!(f, "agreement/{pair}/{version}/signed")
            }
            Self::Unsigned {
                pair,
                version,
                reminded,
                user,
            } => write!(f, "unsigned/{pair}/{version}/{reminded}/{user}"),
            Self::Cycle(cycle, about) => write!(f, "cycle/{cycle}/{about}"),
            Self::Break { pair, id } => write!(f, "break/{pair}/{id}"),
            Self::GoesOn { pair, cycles } => write!(f, "goes_on/{pair}/{cycles}"),
            Self::LastMonth { pair, number } => write!(f, "last_month/{pair}/{number}"),
            Self::NextCohort { user, at } => write!(f, "next_cohort/{user}/{at}"),
            Self::Thanks(pair) => write!(f, "thanks/{pair}"),
            Self::EndedBoth(pair) => write!(f, "ended/{pair}/both"),
            Self::Ended { pair, user } => write!(f, "ended/{pair}/{user}"),
            Self::Checkin(checkin) => write!(f, "checkin/{checkin}"),
            Self::Reflection(reflection) => write!(f, "reflection/{reflection}"),
            Self::ReflectionShared(reflection) => write!(f, "reflection/{reflection}/shared"),
            Self::Digest(week) => write!(f, "digest/{week}"),
            Self::Companion { owner, week } => write!(f, "companion/{owner}/{week}"),
            Self::PauseEnded { user, at } => write!(f, "pause_ended/{user}/{at}"),
            Self::Ineligible { user, at } => write!(f, "ineligible/{user}/{at}"),
            Self::Eligible { user, at } => write!(f, "eligible/{user}/{at}"),
            Self::OwnersNote { owner, at } => write!(f, "owners_note/{owner}/{at}"),
            Self::Undelivered { owner, at } => write!(f, "undelivered/{owner}/{at}"),
            Self::OneLine { pair, owner, at } => write!(f, "one_line/{pair}/{owner}/{at}"),
            Self::Mend { owner, about, at } => write!(f, "mend/{owner}/{}/{at}", about.as_str()),
            Self::LookUpAll { span } => write!(f, "lookup/all/{span}"),
            Self::LookUp { user, hour } => write!(f, "lookup/{user}/{hour}"),
            Self::LookUpRights { user, minute } => write!(f, "lookup/{user}/rights/{minute}"),
            Self::LookUpInvited { user, minute } => write!(f, "lookup/{user}/invite/{minute}"),
            Self::LookUpNamed { user, minute } => write!(f, "lookup/{user}/named/{minute}"),
            Self::LookedUp {
                asker,
                person,
                purpose,
                at,
            } => write!(f, "looked_up/{asker}/{person}/{}/{at}", purpose.as_str()),
            Self::LookUpDoubted { user, news } => write!(f, "lookup/{user}/doubt/{news}"),
            Self::DataFile { user, span } => write!(f, "data_file/{user}/{span}"),
            Self::ProgramFile(file, owner, span) => {
                write!(f, "program_file/{}/{owner}/{span}", file.as_str())
            }
            Self::DataFileMissing(file) => write!(f, "data_file/{file}/failed"),
            Self::NotPassedOn(row) => write!(f, "not_passed_on/{row}"),
            Self::DirectAnswer { user, written } => write!(f, "answer/{user}/{written}"),
            Self::NotOpened { user, minute } => write!(f, "not_opened/{user}/{minute}"),
            Self::AnswerElsewhere { user, id } => write!(f, "answer_elsewhere/{user}/{id}"),
            Self::Announcement(id) => write!(f, "announcement/{id}"),
            Self::ToContact(id) => write!(f, "to_contact/{id}"),
            Self::InvitationCard(invitation) => write!(f, "invitation/{invitation}/card"),
            Self::InvitationYes(invitation) => write!(f, "invitation/{invitation}/yes"),
            Self::InvitationOver(invitation) => write!(f, "invitation/{invitation}/over"),
            Self::Import(import, about) => write!(f, "import/{import}/{}", about.as_str()),
            Self::Token { minute } => write!(f, "token/{minute}"),
            Self::Home { user, id } => write!(f, "home/{user}/{id}"),
            Self::Card { card, id } => write!(f, "card/{id}/{card}"),
            Self::CardReplaced { card, id } => write!(f, "card/{id}/{card}/replaced"),
            Self::Alone(key, user) => write!(f, "{key}/{user}"),
            Self::File(key) => write!(f, "{key}/file"),
        }
    }
}

impl fmt::Display for AboutRound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::News { owner } => write!(f, "news/{owner}"),
            Self::Decided { owner } => write!(f, "decided/{owner}"),
            Self::Waits { owner } => write!(f, "waits/{owner}"),
            Self::Made => f.write_str("made"),
            Self::WhatIf { owner, asking } => write!(f, "what_if/{owner}/{asking}"),
        }
    }
}

impl fmt::Display for AboutCycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrange = |f: &mut fmt::Formatter<'_>, what: &str, again: &Option<i64>| match again {
            Some(at) => write!(f, "arrange/{what}/{at}"),
            None => write!(f, "arrange/{what}"),
        };
        match self {
            Self::Opens { again } => arrange(f, "opens", again),
            Self::Week { again } => arrange(f, "week", again),
            Self::Fortnight { again } => arrange(f, "fortnight", again),
            Self::Hello => f.write_str("arrange/hello"),
            Self::Soon { plan } => write!(f, "arrange/soon/{plan}"),
            Self::Met { plan, user } => write!(f, "met/{plan}/{user}"),
            Self::Planned { plan } => write!(f, "planned/{plan}"),
            Self::Skipped => f.write_str("skipped"),
            Self::CalledOff { plan } => write!(f, "called_off/{plan}"),
        }
    }
}

impl Introduced {
    const ALL: [Self; 3] = [Self::Both, Self::Mentor, Self::Mentee];

    fn as_str(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Mentor => "mentor",
            Self::Mentee => "mentee",
        }
    }
}

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
            "to_contact" => Self::ToContact(parts.next()?),
            "import" => {
                let import = ImportId(parts.next()?);
                Self::Import(import, AboutImport::parse(parts.text()?)?)
            }
            "token" => Self::Token {
                minute: parts.next()?,
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
            "owners_note" => Self::OwnersNote {
                owner: user,
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
