//! Keys as the column holds them; `read.rs` reads them back.

use super::{AboutCycle, AboutRound, Introduced, Key};
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
            Self::FirstMatch { owner, until } => write!(f, "first_match/{owner}/{until}"),
            Self::JoinReminder { user, until } => write!(f, "join_reminder/{user}/{until}"),
            Self::PickAnew { user, at } => write!(f, "pick_anew/{user}/{at}"),
            Self::FirstMatchMoved { user, at } => write!(f, "first_match_moved/{user}/{at}"),
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
            Self::OwnersNote { owner, about, at } => match about {
                Some(about) => write!(f, "owners_note/{owner}/{at}/{}", about.as_str()),
                None => write!(f, "owners_note/{owner}/{at}"),
            },
            Self::Undelivered { owner, at } => write!(f, "undelivered/{owner}/{at}"),
            Self::OneLine { pair, owner, at } => write!(f, "one_line/{pair}/{owner}/{at}"),
            Self::Mend { owner, about, at } => write!(f, "mend/{owner}/{}/{at}", about.as_str()),
            Self::ContactGone { owner, contact } => write!(f, "contact_gone/{owner}/{contact}"),
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
            Self::DigestPreview { owner, span } => write!(f, "digest_preview/{owner}/{span}"),
            Self::DataFileMissing(file) => write!(f, "data_file/{file}/failed"),
            Self::NotPassedOn(row) => write!(f, "not_passed_on/{row}"),
            Self::DirectAnswer { user, written } => write!(f, "answer/{user}/{written}"),
            Self::NotOpened {
                user,
                minute,
                form: None,
            } => write!(f, "not_opened/{user}/{minute}"),
            Self::NotOpened {
                user,
                minute,
                form: Some(form),
            } => write!(f, "not_opened/{user}/{minute}/{form}"),
            Self::AnswerElsewhere { user, id } => write!(f, "answer_elsewhere/{user}/{id}"),
            Self::Announcement(id) => write!(f, "announcement/{id}"),
            Self::SponsorsNote(id) => write!(f, "sponsors_note/{id}"),
            Self::ToContact(id) => write!(f, "to_contact/{id}"),
            Self::InvitationCard(invitation) => write!(f, "invitation/{invitation}/card"),
            Self::InvitationYes(invitation) => write!(f, "invitation/{invitation}/yes"),
            Self::InvitationOver(invitation) => write!(f, "invitation/{invitation}/over"),
            Self::Import(import, about) => write!(f, "import/{import}/{}", about.as_str()),
            Self::Circle { user, at } => write!(f, "circle/{user}/{at}"),
            Self::CircleRefused { user, at } => write!(f, "circle_refused/{user}/{at}"),
            Self::Token { second } => write!(f, "token/{second}"),
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
            Self::Sorting { plan, again } => arrange(f, &format!("sorting/{plan}"), again),
            Self::Soon { plan } => write!(f, "arrange/soon/{plan}"),
            Self::Met { plan, user } => write!(f, "met/{plan}/{user}"),
            Self::Planned { plan } => write!(f, "planned/{plan}"),
            Self::Skipped => f.write_str("skipped"),
            Self::CalledOff { plan } => write!(f, "called_off/{plan}"),
        }
    }
}

impl Introduced {
    pub(super) const ALL: [Self; 3] = [Self::Both, Self::Mentor, Self::Mentee];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Mentor => "mentor",
            Self::Mentee => "mentee",
        }
    }
}
