//! Buttons and menus.

use crate::domain::checkin::{NextStep, StillGood};
use crate::domain::cycle::MetAnswer;
use crate::domain::ids::{
    CheckinId, CycleId, ImportId, InvitationId, PairId, ReflectionId, RoundId, UserId,
};
use crate::domain::matching::Edit;
use crate::domain::overview::Care;
use crate::domain::recipes::Recipe;
use crate::domain::settings_part::Part;
use crate::domain::wording::Worded;
use serde::{Deserialize, Serialize};

/// Every button and menu of the bot. Sent as JSON in the element's `value`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    // Anybody
    OpenJoin,
    /// The first field of the join form, by its name.
    #[serde(rename = "role")]
    PickRole,
    /// Under a message in a channel: whoever takes part already is told so, in private.
    JoinFromChannel,
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
    /// Opens a note that a sponsor can send.
    OpenSponsorsNote,
    OpenRemindInvited,
    /// Somebody who was reminded does not want to be asked again.
    DoNotAsk,
    /// Shows what people read.
    ShowWorded {
        worded: Worded,
    },
    /// Opens the form for the company's own words in it.
    OpenWorded {
        worded: Worded,
    },
    // Recipes (owners)
    OpenRecipes,
    ShowRecipe {
        recipe: Recipe,
    },
    // Cohorts (owners)
    OpenEndCohort,
    OpenNextCohort,
    // The program's break (owners)
    OpenProgramBreak,
    EndProgramBreak,
    // The report and the export (owners)
    MakeReport,
    PreviewDigest,
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
    /// From the card of this pair.
    LogMeetingOf(PairId),
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
    /// A mentor asks to be added to the mentor circle.
    JoinCircle,
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
