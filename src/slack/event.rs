//! Incoming events as our own types: decoded once in `slack::inbound`, matched once in the router.

mod actor;
mod answers;
mod reply;

pub use actor::{Actor, Surface};
pub use answers::{Answer, Answers};
pub use reply::Reply;

use crate::domain::checkin::{NextStep, StillGood};
use crate::domain::cycle::MetAnswer;
use crate::domain::ids::{
    ChannelId, CheckinId, CycleId, ImportId, InvitationId, PairId, ReflectionId, RoundId, UserId,
};
use crate::domain::matching::Edit;
use crate::domain::overview::Care;
use crate::domain::participant::PersonInSlack;
use crate::domain::settings_part::Part;
use serde::{Deserialize, Serialize};

/// An event in Slack.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// `/reverse-mentor …`
    Command {
        actor: Actor,
        text: String,
    },
    /// A direct message to the bot: answered like the command, by message.
    DirectMessage {
        actor: Actor,
        text: String,
        /// Slack's `ts` of the message, in microseconds.
        written: i64,
    },
    /// A button was pressed or a menu used.
    Press {
        actor: Actor,
        action: Action,
        picked: Option<Answer>,
        /// What stands in the form in which the button is.
        typed: Answers,
        on: Surface,
    },
    Submit {
        actor: Actor,
        form: Form,
        answers: Answers,
    },
    HomeOpened {
        actor: Actor,
    },
    /// The global shortcut "Log a mentoring meeting".
    LogMeeting {
        actor: Actor,
    },
    /// A menu asks for options while a person types. `field` names the menu.
    Options {
        actor: Actor,
        field: String,
        typed: String,
    },
    /// Slack told us about a person (by an event, or in answer to our question).
    PersonSeen(PersonInSlack),
    /// The app was removed, or its token revoked.
    Uninstalled,
    /// Signed and decoded, but nothing for us. The label is for metrics and logs.
    Nothing(&'static str),
}

impl Event {
    /// The person who acted.
    pub fn actor(&self) -> Option<&Actor> {
        match self {
            Event::Command { actor, .. }
            | Event::DirectMessage { actor, .. }
            | Event::Press { actor, .. }
            | Event::Submit { actor, .. }
            | Event::HomeOpened { actor }
            | Event::LogMeeting { actor }
            | Event::Options { actor, .. } => Some(actor),
            Event::PersonSeen(_) | Event::Uninstalled | Event::Nothing(_) => None,
        }
    }
}

/// Every button and menu of the bot. Sent as JSON in the element's `value`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    // Anybody
    OpenJoin,
    OpenHelp,
    OpenSettings,
    EditSettings(Part),
    /// Back from this step of the setup to the one before.
    SetupBack(Part),
    Pause,
    Resume,
    OpenLeave,
    Support,
    /// Opens the form for a message to the support contact.
    WriteToContact,
    OpenInvite,
    OpenPrivacy,
    ExportMine,
    EraseMine,
    // Rounds (owners)
    ShowRound {
        round: RoundId,
    },
    /// Another page of a round that is too long for one message.
    PageRound {
        round: RoundId,
        from: usize,
    },
    DropProposal {
        round: RoundId,
        mentor: UserId,
        mentee: UserId,
    },
    /// Short, because several of these are beside each pair. The second person is empty when only one is meant.
    Edit(RoundId, Edit, UserId, UserId),
    /// Asks what would change without this pair.
    WhatIfNot(RoundId, UserId, UserId),
    /// Opens a page about one pair: why these two.
    ShowPair(RoundId, UserId, UserId),
    /// Asks which of the two is set aside.
    AskAside(RoundId, UserId, UserId),
    /// Solves the round again with the owner's edits.
    LookAgain {
        round: RoundId,
    },
    /// Introduces the pairs of a round that need no look of their own.
    ApproveRound {
        round: RoundId,
    },
    /// Puts an approved round back, before anybody has heard of it.
    UndoApproval {
        round: RoundId,
    },
    /// An owner looked at this one pair, whose reporting lines are not known, and has it introduced.
    ConfirmPair(RoundId, UserId, UserId),
    RejectRound {
        round: RoundId,
    },
    ProposeRound,
    /// An owner ends a pair of whom one is above the other after a re-organization.
    EndInOneLine {
        pair: PairId,
    },
    /// Sends again what failed between these instants (epoch milliseconds).
    SendAgain {
        from: i64,
        to: i64,
    },
    /// Too few people have joined for the first match, and whoever is there is matched now.
    MatchNow,
    /// The first match moves by a week.
    OneMoreWeek,
    // Pairs and people (owners)
    ShowPairs,
    PagePairs {
        from: usize,
    },
    ShowPeople,
    PagePeople {
        from: usize,
    },
    /// Short, because five of these are beside each pair.
    Care(PairId, Care),
    OpenMakePair,
    // The announcement (owners)
    OpenAnnounce,
    // Cohorts (owners)
    OpenEndCohort,
    OpenNextCohort,
    // The program's break (owners)
    OpenProgramBreak,
    EndProgramBreak,
    // The report and the export (owners)
    MakeReport,
    ExportProgram,
    // The organization (owners)
    OpenImport,
    TakeOver {
        import: ImportId,
    },
    /// Opens the form that asks which header is which column.
    SayColumns {
        import: ImportId,
    },
    DiscardImport {
        import: ImportId,
    },
    // Agreements
    EditGoals {
        pair: PairId,
    },
    Sign {
        pair: PairId,
        version: i64,
    },
    // Meetings
    PickSlot {
        cycle: CycleId,
        at: i64,
    },
    OtherTime {
        cycle: CycleId,
    },
    SortOut {
        cycle: CycleId,
    },
    /// The same as the global shortcut.
    LogMeeting,
    OpenSkip {
        cycle: CycleId,
    },
    DidMeet {
        cycle: CycleId,
        /// Which of the month's plans it is about. None on cards of an earlier version.
        #[serde(default)]
        plan: Option<i64>,
        said: MetAnswer,
    },
    // Reflections
    Reflect {
        reflection: ReflectionId,
    },
    // Check-ins
    StillGood {
        checkin: CheckinId,
        said: StillGood,
    },
    AnswerCheckin {
        checkin: CheckinId,
    },
    Closing {
        checkin: CheckinId,
        next: NextStep,
    },
    // Ending a pair
    OpenEnd {
        pair: PairId,
    },
    WantRematch {
        pair: PairId,
    },
    /// The same, long after the pair ended: for a person who has no partner and does not wait for one.
    FindPartner,
    // Invitations
    AnswerInvitation {
        invitation: InvitationId,
        accept: bool,
    },
}

impl Action {
    /// The element's `action_id`: the variant's name. `blocks` adds suffixes to make ids of one message unique.
    pub fn name(&self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(name)) => name,
            Ok(serde_json::Value::Object(map)) => map.keys().next().cloned().unwrap_or_default(),
            _ => String::new(),
        }
    }

    pub fn encode(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub fn decode(value: &str) -> Option<Self> {
        serde_json::from_str(value).ok()
    }
}

/// Every modal of the bot. Sent as JSON in `private_metadata`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A step of the setup of a program.
    SetupStep(Part),
    Settings(Part),
    /// The same, with what its changes mean, which is saved if that is still so.
    SettingsLooked {
        part: Part,
        seen: u64,
    },
    Join,
    Leave,
    Pause,
    Goals {
        pair: PairId,
        version: i64,
    },
    OtherTime {
        cycle: CycleId,
        /// How many times had been chosen when the form was opened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plans: Option<i64>,
    },
    Skip {
        cycle: CycleId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plans: Option<i64>,
    },
    Reflect {
        reflection: ReflectionId,
    },
    Checkin {
        checkin: CheckinId,
    },
    LogMeeting,
    Invite,
    End {
        pair: PairId,
    },
    /// What an owner does for a pair, with its words to confirm.
    Care {
        pair: PairId,
        care: Care,
    },
    /// Until when the whole program is on a break.
    ProgramBreak,
    /// The program's announcement.
    Announce,
    /// The same, as everybody will read it. It is posted if it is not changed.
    AnnounceLooked {
        channel: ChannelId,
        words: String,
    },
    /// Every pair's month becomes its last.
    EndCohort,
    /// Those who are not looking are asked.
    NextCohort,
    /// Whom an owner wants to pair.
    MakePair,
    /// The same two, looked at: introduced if it is submitted.
    MakePairLooked {
        mentor: UserId,
        mentee: UserId,
    },
    /// Two pairs that are to exchange their mentors, looked at.
    SwapLooked {
        pair: PairId,
        with: PairId,
    },
    /// A message to the support contact.
    ToContact,
    /// The same, as the contact will read it. It is sent if it is not changed.
    ToContactPreview {
        contact: UserId,
        words: String,
    },
    /// A file of people.
    Import,
    /// Which header of the file is which column.
    Columns {
        import: ImportId,
    },
    /// A modal without anything to submit.
    Notice,
}

impl Form {
    /// The button that opens this form; none for a modal that only shows something.
    pub fn opened_by(&self) -> Option<Action> {
        Some(match self {
            Self::SetupStep(_) => Action::OpenSettings,
            Self::Settings(part) | Self::SettingsLooked { part, .. } => Action::EditSettings(*part),
            Self::Join => Action::OpenJoin,
            Self::Leave => Action::OpenLeave,
            Self::Pause => Action::Pause,
            Self::Goals { pair, .. } => Action::EditGoals { pair: *pair },
            Self::OtherTime { cycle, .. } => Action::OtherTime { cycle: *cycle },
            Self::Skip { cycle, .. } => Action::OpenSkip { cycle: *cycle },
            Self::Reflect { reflection } => Action::Reflect {
                reflection: *reflection,
            },
            Self::Checkin { checkin } => Action::AnswerCheckin { checkin: *checkin },
            Self::LogMeeting => Action::LogMeeting,
            Self::Invite => Action::OpenInvite,
            Self::End { pair } => Action::OpenEnd { pair: *pair },
            Self::Care { pair, care } => Action::Care(*pair, *care),
            Self::Announce | Self::AnnounceLooked { .. } => Action::OpenAnnounce,
            Self::EndCohort => Action::OpenEndCohort,
            Self::NextCohort => Action::OpenNextCohort,
            Self::ProgramBreak => Action::OpenProgramBreak,
            Self::MakePair | Self::MakePairLooked { .. } => Action::OpenMakePair,
            Self::SwapLooked { pair, .. } => Action::Care(*pair, Care::Swap),
            Self::ToContact | Self::ToContactPreview { .. } => Action::WriteToContact,
            Self::Import => Action::OpenImport,
            Self::Columns { import } => Action::SayColumns { import: *import },
            Self::Notice => return None,
        })
    }
}
