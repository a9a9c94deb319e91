//! Outgoing work for Slack, as typed data: its content, its recipient, and its order.
//!
//! [`super::delivery`] decides how it gets there, with all failures.

mod lane;

pub use lane::Lane;

use super::card::{Card, Posted};
use super::ids::{ChannelId, ImportId, PairId, UserId};
use super::message::{Attachment, Message};
use super::named::named;
use super::participant::PersonInSlack;
pub use super::passes_on::{Passed, PassesOn};
use super::timer::{Timer, Unreadable};
use super::trend::Trend;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The recipient of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum To {
    /// The person's direct messages with the bot.
    Person(UserId),
    /// The pair's group DM.
    Pair { pair: PairId, members: Vec<UserId> },
    /// A channel the bot is in.
    Channel(ChannelId),
}

/// An action at Slack. Stored as JSON: names only ever gain aliases, so that rows of another release can be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum What {
    Post {
        to: To,
        message: Message,
        /// The chart of the message's image block that has no file yet. Without a chart, the message goes without that block.
        #[serde(default, rename = "picture", skip_serializing_if = "Option::is_none")]
        chart: Option<Chart>,
        /// Set for a nudge, which nobody asked for.
        #[serde(default, rename = "held", skip_serializing_if = "Option::is_none")]
        reservation: Option<DayReservation>,
        /// Set for what somebody asked us to pass on. It is sealed with the words, and forgotten with them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        passes_on: Option<PassesOn>,
    },
    /// Shares a file. It goes with a message that contains everything important, so nothing is lost if Slack refuses it.
    Share {
        to: To,
        file: Attachment,
        upload: Upload,
    },
    /// Asks Slack about a person.
    LookUp { user: UserId },
    /// Asks Slack about everybody, one page at a time.
    ListUsers { cursor: Option<String> },
    /// Updates a person's App Home.
    Home { user: UserId },
    /// Asks Slack whether our token still works.
    CheckToken,
    /// Fetches a file of people that an owner uploaded; `file` is Slack's id.
    ReadFile { import: ImportId, file: String },
    /// Asks Slack who has which email address, one page of everybody at a time.
    FindEmails {
        import: ImportId,
        cursor: Option<String>,
        /// The number of the page, from 0.
        #[serde(default)]
        page: u32,
    },
    /// Adds somebody to the mentor circle, who pressed for it. Twice is the same as once.
    Invite { user: UserId, channel: ChannelId },
    /// Changes a card at one place: the copy that stands there, or an older one that it replaces.
    Card {
        card: Card,
        place: Lane,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        superseded: Option<Posted>,
    },
}

impl What {
    /// A message that nobody asked for: in working hours, never stale.
    pub fn is_nudge(&self) -> bool {
        self.reservation().is_some()
    }

    /// Whether it is the one unasked message of somebody's day. What two read in their group of what each hears alone is not.
    pub fn takes_a_day(&self) -> bool {
        let reservation = self.reservation();
        reservation.is_some_and(|reservation| !reservation.days.is_empty())
    }

    /// News whose moment had come: it waits for another one if Slack does not take it in time.
    pub fn is_news(&self) -> bool {
        let timer = self.reservation().map(|reservation| &reservation.timer);
        matches!(timer, Some(Ok(Timer::News(_))))
    }

    pub fn reservation(&self) -> Option<&DayReservation> {
        match self {
            What::Post { reservation, .. } => reservation.as_ref(),
            What::Share { .. }
            | What::LookUp { .. }
            | What::ListUsers { .. }
            | What::Home { .. }
            | What::CheckToken
            | What::ReadFile { .. }
            | What::FindEmails { .. }
            | What::Invite { .. }
            | What::Card { .. } => None,
        }
    }

    /// The recipient, if this is a message or a file.
    pub fn to(&self) -> Option<&To> {
        match self {
            What::Post { to, .. } | What::Share { to, .. } => Some(to),
            What::LookUp { .. }
            | What::ListUsers { .. }
            | What::Home { .. }
            | What::CheckToken
            | What::ReadFile { .. }
            | What::FindEmails { .. }
            | What::Invite { .. }
            | What::Card { .. } => None,
        }
    }

    pub fn lane(&self) -> Lane {
        match self {
            What::Post { to, .. } | What::Share { to, .. } => match to {
                To::Person(user) => Lane::Person(user.clone()),
                To::Pair { pair, .. } => Lane::Pair(*pair),
                To::Channel(channel) => Lane::Channel(channel.clone()),
            },
            What::LookUp { user } => Lane::LookUp(user.clone()),
            What::ListUsers { .. } => Lane::Directory,
            What::Home { user } => Lane::Home(user.clone()),
            What::CheckToken => Lane::Token,
            What::ReadFile { import, .. } | What::FindEmails { import, .. } => {
                Lane::Import(*import)
            }
            What::Invite { user, .. } => Lane::Circle(user.clone()),
            What::Card { place, .. } => place.of_cards(),
        }
    }
}

/// The reservation of a nudge until it is sent: a place in people's days, and the timer that tries again if it is not sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayReservation {
    /// The people whose day it takes, each with the date on their calendar.
    pub days: Vec<(UserId, Date)>,
    /// Unreadable if a newer version wrote it; the message is sent all the same.
    #[serde(flatten, with = "held_timer")]
    pub timer: Result<Timer, Unreadable>,
    /// News: until when its moment lasts. Not the row's own end, at which an earlier release would lose it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A timer inside a message: the two columns of its row.
mod held_timer {
    use super::{Timer, Unreadable};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Columns {
        timer: String,
        subject: String,
    }

    pub fn serialize<S: Serializer>(
        timer: &Result<Timer, Unreadable>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let (timer, subject) = match timer {
            Ok(timer) => (timer.kind().as_str().to_owned(), timer.subject()),
            Err(unread) => (unread.kind.clone(), unread.subject.clone()),
        };
        Columns { timer, subject }.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Result<Timer, Unreadable>, D::Error> {
        let columns = Columns::deserialize(deserializer)?;
        Ok(Timer::read(&columns.timer, &columns.subject))
    }
}

/// The progress of a file: Slack stores it first (nobody sees it yet), and then shares it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Upload {
    NotYet,
    /// Slack has it, under this id.
    #[serde(alias = "Repeated")]
    Done(String),
}

/// A chart that goes into a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chart {
    pub trend: Trend,
    pub file: ChartUpload,
}

/// The progress of a chart: nobody sees it before the message is posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChartUpload {
    NotYet,
    /// Slack has its bytes, under this id.
    Uploaded(String),
    /// A file of ours at Slack that messages may show.
    Ready(String),
}

/// An outcome of a delivery that features act on. It is kept until they have, in a transaction of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reaction {
    /// Slack's answer about a person we asked for.
    Answered(PersonInSlack),
    /// One page of everybody.
    Listed(Vec<PersonInSlack>),
    /// A nudge (its row's id) was certainly not sent: its key and places in people's days are free, and its timer runs again.
    Unsent(i64, DayReservation),
    /// Slack does not deliver this.
    Undeliverable {
        lane: Lane,
        kind: Kind,
        /// Slack's code.
        error: String,
    },
    /// Slack does not deliver this either (its row's id): the person on whose behalf it went hears of it.
    NotPassedOn(i64, PassesOn, Lane),
    /// A requested file (its row's id) may not have arrived, and no message replaces it.
    FileMissing(i64, To),
    /// The same of a file about the program, for an owner.
    ProgramFileMissing(i64, To),
    /// A file that an owner uploaded.
    FileRead { import: ImportId, file: FetchedFile },
    /// One page of everybody's email addresses.
    EmailsFound { import: ImportId, page: EmailPage },
    /// Slack has added somebody to the mentor circle, or they were in it.
    Invited { user: UserId, channel: ChannelId },
}

/// A file as Slack gave it to us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchedFile {
    pub name: String,
    /// Its bytes, in base 64; none if it is too large, or Slack gave something else.
    pub content: Option<String>,
}

/// A page of everybody in the workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailPage {
    /// Addresses in lower case, as far as Slack shows them.
    pub people: Vec<(String, UserId)>,
    /// From 0. Pages are acted on in any order.
    pub number: u32,
    pub is_last: bool,
}

named! {
    /// The kind of a message, used in metrics and in what owners see.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Kind {
        /// Answers something the person did.
        Answer = "answer",
        /// News that people are waiting for: the result of a round, a changed standing, the end of a pair.
        Notice = "notice",
        Introduction = "introduction",
        Agreement = "agreement",
        CycleOpens = "cycle_opens",
        NudgeWeek = "nudge_week",
        NudgeFortnight = "nudge_fortnight",
        MeetingSoon = "meeting_soon",
        /// The .ics file behind a plan, or behind the word that a meeting is off.
        CalendarFile = "calendar_file",
        DidYouMeet = "did_you_meet",
        Reflection = "reflection",
        Checkin = "checkin",
        Unsigned = "unsigned",
        Digest = "digest",
        Companion = "companion",
        Lookup = "lookup",
        /// Adds somebody to the mentor circle.
        Circle = "circle",
        /// A card changes where it stands.
        Card = "card",
        /// The file with everything stored about the person who asked for it.
        DataFile = "data_file",
        /// A report or an export, for the owner who asked for it.
        ProgramFile = "program_file",
    }
}

impl Kind {
    /// A file that somebody asked for. Nothing of it is kept when it cannot be delivered: it is made anew when they ask again.
    pub fn is_requested_file(self) -> bool {
        matches!(self, Kind::DataFile | Kind::ProgramFile)
    }

    /// Whether somebody is waiting for it right now: it goes before messages that are merely due.
    pub fn is_awaited(self) -> bool {
        match self {
            Kind::Answer
            | Kind::Lookup
            | Kind::Circle
            | Kind::DataFile
            | Kind::ProgramFile
            | Kind::Card => true,
            Kind::Notice
            | Kind::Introduction
            | Kind::Agreement
            | Kind::CycleOpens
            | Kind::NudgeWeek
            | Kind::NudgeFortnight
            | Kind::MeetingSoon
            | Kind::CalendarFile
            | Kind::DidYouMeet
            | Kind::Reflection
            | Kind::Checkin
            | Kind::Unsigned
            | Kind::Digest
            | Kind::Companion => false,
        }
    }
}

#[cfg(test)]
mod tests;
