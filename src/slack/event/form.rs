//! Modals.

use super::action::Action;
use crate::domain::ids::{ChannelId, CheckinId, CycleId, ImportId, PairId, ReflectionId, UserId};
use crate::domain::overview::Care;
use crate::domain::recipes::Recipe;
use crate::domain::settings_part::Part;
use crate::domain::wording::Worded;
use serde::{Deserialize, Serialize};

/// Every modal of the bot. Sent as JSON in `private_metadata`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A step of the setup of a program.
    SetupStep(Part),
    Settings(Part),
    /// The same, with what its changes mean, which is saved if that is still so.
    /// The same, opened when the settings had this mark.
    SettingsSince {
        part: Part,
        was: u64,
    },
    SettingsLooked {
        part: Part,
        seen: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<u64>,
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
    /// A note that a sponsor can send, for the owner to forward.
    SponsorsNote,
    /// Reminds people on the owners' list who have not joined.
    RemindInvited,
    /// The company's own words in a message.
    Worded {
        worded: Worded,
    },
    /// The same, as people will read it. It is saved if it is not changed.
    WordedLooked {
        worded: Worded,
        words: String,
    },
    /// What a recipe would set.
    Recipe {
        recipe: Recipe,
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
        /// Whether the form has a tick for their reporting lines.
        #[serde(default)]
        check: bool,
    },
    /// Two pairs that are to exchange their mentors, looked at.
    SwapLooked {
        pair: PairId,
        with: PairId,
        /// The same for each of the new pairs.
        #[serde(default)]
        check: [bool; 2],
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
            Self::Settings(part)
            | Self::SettingsSince { part, .. }
            | Self::SettingsLooked { part, .. } => Action::EditSettings(*part),
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
            Self::Worded { worded } | Self::WordedLooked { worded, .. } => {
                Action::OpenWorded { worded: *worded }
            }
            Self::Recipe { recipe } => Action::ShowRecipe { recipe: *recipe },
            Self::SponsorsNote => Action::OpenSponsorsNote,
            Self::RemindInvited => Action::OpenRemindInvited,
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
