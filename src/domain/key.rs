//! The unique name of a message: pushing a message whose key is already in the outbox does nothing.
//!
//! Keys are stored, so their texts never change: rows of an earlier release must be recognized.

mod card;
mod read;
mod readers;
#[cfg(test)]
mod tests;
mod text;
mod topic;

pub use readers::Readers;
pub use topic::Topic;

use super::card::Card;
use super::ids::{
    CheckinId, CycleId, ImportId, InvitationId, PairId, ReflectionId, RoundId, UserId,
};
use super::named::named;
use super::program_file::ProgramFile;
use super::timer::Purpose;
use super::week::IsoWeek;

/// The key of a message, file or question within its workspace. Instants are in epoch milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    Round(RoundId, AboutRound),
    /// A pair of a round was not made: owners are told.
    Lapsed {
        round: RoundId,
        mentor: UserId,
        mentee: UserId,
        owner: UserId,
    },
    /// An accepted invitation led to no pair.
    NoPair {
        round: RoundId,
        user: UserId,
    },
    LeftOver {
        round: RoundId,
        user: UserId,
    },
    Introduction(PairId, Introduced),
    Agreement {
        pair: PairId,
        version: i64,
    },
    AgreementSigned {
        pair: PairId,
        version: i64,
    },
    /// Reminder number `reminded` to sign.
    Unsigned {
        pair: PairId,
        version: i64,
        reminded: i64,
        user: UserId,
    },
    Cycle(CycleId, AboutCycle),
    /// Each change has its own message, named by a new `id`.
    Break {
        pair: PairId,
        id: i64,
    },
    GoesOn {
        pair: PairId,
        cycles: u8,
    },
    Thanks(PairId),
    /// Their cohort ends with the month of this number.
    LastMonth {
        pair: PairId,
        number: u8,
    },
    /// Somebody is asked whether they would like to be in the next cohort.
    NextCohort {
        user: UserId,
        at: i64,
    },
    /// Too few people have joined for the first match: an owner is asked, and has until then.
    FirstMatch {
        owner: UserId,
        until: i64,
    },
    /// The first match that somebody waits for is on another day.
    FirstMatchMoved {
        user: UserId,
        at: i64,
    },
    /// The server's file has taken out what somebody had picked, and nobody is paired with them before they pick anew.
    PickAnew {
        user: UserId,
        at: i64,
    },
    /// Somebody on the owners' list is reminded that they can join.
    JoinReminder {
        user: UserId,
        until: i64,
    },
    EndedBoth(PairId),
    Ended {
        pair: PairId,
        user: UserId,
    },
    Checkin(CheckinId),
    Reflection(ReflectionId),
    ReflectionShared(ReflectionId),
    Digest(IsoWeek),
    Companion {
        owner: UserId,
        week: IsoWeek,
    },
    PauseEnded {
        user: UserId,
        at: i64,
    },
    Ineligible {
        user: UserId,
        at: i64,
    },
    Eligible {
        user: UserId,
        at: i64,
    },
    /// An owner is told what another one changed. Earlier releases did not say what it is about.
    OwnersNote {
        owner: UserId,
        about: Option<Noted>,
        at: i64,
    },
    /// Owners are told of failed deliveries.
    Undelivered {
        owner: UserId,
        at: i64,
    },
    /// An owner is told that a pair is in one reporting line since a change.
    OneLine {
        pair: PairId,
        owner: UserId,
        at: i64,
    },
    /// Somebody who acts for the program is told of something else to mend.
    Mend {
        owner: UserId,
        about: Mend,
        at: i64,
    },
    /// The support contact is gone: told once of each.
    ContactGone {
        owner: UserId,
        contact: UserId,
    },
    /// Slack is asked about everybody, once per span.
    LookUpAll {
        span: i64,
    },
    LookUp {
        user: UserId,
        hour: i64,
    },
    LookUpRights {
        user: UserId,
        minute: i64,
    },
    /// As earlier releases wrote it.
    LookUpInvited {
        user: UserId,
        minute: i64,
    },
    /// Slack is asked about somebody for whom somebody else waits.
    LookUpNamed {
        user: UserId,
        minute: i64,
    },
    /// The result, for who waited.
    LookedUp {
        asker: UserId,
        person: UserId,
        purpose: Purpose,
        at: i64,
    },
    /// Slack reported by itself that somebody is gone; `news` is the time of that report.
    LookUpDoubted {
        user: UserId,
        news: i64,
    },
    /// Everything stored about somebody, once per ten seconds.
    DataFile {
        user: UserId,
        span: i64,
    },
    /// A file about the program for an owner, once per ten seconds.
    ProgramFile(ProgramFile, UserId, i64),
    /// A preview of the digest for an owner, once per ten seconds.
    DigestPreview {
        owner: UserId,
        span: i64,
    },
    /// The text in place of a lost file (the id of its row).
    DataFileMissing(i64),
    /// Tells a person that what they asked us to pass on (the id of its row) did not arrive.
    NotPassedOn(i64),
    /// The answer to a direct message, by when it was written (Slack's `ts`, in microseconds): it can come under two ids.
    DirectAnswer {
        user: UserId,
        written: i64,
    },
    /// A form did not open where nothing else can be said: told once a minute of each. Earlier releases did not say of which.
    NotOpened {
        user: UserId,
        minute: i64,
        form: Option<u64>,
    },
    /// An answer that has no other place.
    AnswerElsewhere {
        user: UserId,
        id: i64,
    },
    /// An owner's announcement of the program.
    Announcement(i64),
    /// For the owner who has a sponsor send it.
    SponsorsNote(i64),
    /// A person's words to the support contact. It doesn't say whose.
    ToContact(i64),
    InvitationCard(InvitationId),
    InvitationYes(InvitationId),
    InvitationOver(InvitationId),
    Import(ImportId, AboutImport),
    /// Somebody pressed to be added to the mentor circle.
    Circle {
        user: UserId,
        at: i64,
    },
    /// Slack did not add them: they hear so.
    CircleRefused {
        user: UserId,
        at: i64,
    },
    /// Slack is asked whether our token works.
    Token {
        second: i64,
    },
    Home {
        user: UserId,
        id: i64,
    },
    /// A card changes where it stands. Each change is named by a new `id`.
    Card {
        card: Card,
        id: i64,
    },
    /// An older copy of a card becomes a line.
    CardReplaced {
        card: Card,
        id: i64,
    },
    /// A message for several people, sent to one of them alone.
    Alone(Box<Key>, UserId),
    /// The file behind a message: withdrawing the message withdraws the file, too.
    File(Box<Key>),
}

/// Messages to owners about a round. All are withdrawn once another round replaces it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AboutRound {
    News {
        owner: UserId,
    },
    Decided {
        owner: UserId,
    },
    Waits {
        owner: UserId,
    },
    Made,
    /// `asking` is the id of the question's timer.
    WhatIf {
        owner: UserId,
        asking: i64,
    },
}

named! {
    /// What an owner did, of which the others are told. A newer note replaces one that they have not read yet.
    pub enum Noted {
        /// The program takes a break, of which they have not read before.
        BreakBegins = "break_begins",
        /// The break is until another day, or over.
        Break = "break",
        Settings = "settings",
        CohortEnds = "cohort_ends",
        NextCohort = "next_cohort",
        /// Somebody is the support contact: told to them, whether they are an owner or not.
        Contact = "contact",
    }
}

named! {
    /// Something that somebody who acts for the program can mend.
    pub enum Mend {
        /// Slack refuses a method to the workspace.
        Refusal = "refusal",
        /// None of the owners is left.
        NoOwner = "no_owner",
        /// The support contact is gone, as earlier releases wrote it.
        Contact = "contact",
        /// The app is back in the workspace: what happened meanwhile may have to be looked at.
        Back = "back",
    }
}

/// The recipients of an introduction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Introduced {
    Both,
    Mentor,
    Mentee,
}

/// Messages about a pair's month.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AboutCycle {
    /// The month's arrangement. After a break it is asked again, and `again` is the instant of that.
    Opens {
        again: Option<i64>,
    },
    Week {
        again: Option<i64>,
    },
    Fortnight {
        again: Option<i64>,
    },
    /// An owner had them nudged: once a month at most.
    Hello,
    /// They sort it out themselves, after `plan` plans.
    Sorting {
        plan: i64,
        again: Option<i64>,
    },
    /// The reminder of the meeting planned as number `plan`.
    Soon {
        plan: i64,
    },
    /// The question whether they met, for the meeting planned as number `plan`.
    Met {
        plan: i64,
        user: UserId,
    },
    Planned {
        plan: i64,
    },
    /// One of them skipped the month or called its meeting off.
    Skipped,
    /// The same for a month in which they had met, as earlier releases wrote it.
    CalledOff {
        plan: i64,
    },
}

named! {
    /// The messages and questions about a file of people.
    pub enum AboutImport {
        /// Slack gives us the file.
        File = "file",
        /// Who has which email address.
        Emails = "emails",
        /// Which header is which column.
        Columns = "columns",
        /// What it would change, or why it cannot be read.
        Review = "review",
    }
}

impl Key {
    /// A message for several people, sent to `user` alone.
    #[must_use]
    pub fn alone(&self, user: &UserId) -> Self {
        Self::Alone(Box::new(self.clone()), user.clone())
    }

    /// The file behind this message.
    #[must_use]
    pub fn file(&self) -> Self {
        Self::File(Box::new(self.clone()))
    }

    /// Whether it says that a pair is over: sent even when everything else about the pair is erased.
    pub fn is_farewell(&self) -> bool {
        match self {
            Self::File(behind) => behind.is_farewell(),
            Self::EndedBoth(_) | Self::Ended { .. } | Self::Thanks(_) => true,
            _ => false,
        }
    }
}
