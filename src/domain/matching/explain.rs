//! Reasons in words: why two people were matched, and why others were not.

use crate::domain::participant::Role;
use serde::{Deserialize, Serialize};

/// Why two people were matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The mentee's wishes the mentor can teach.
    Teaches {
        topics: Vec<String>,
    },
    /// The mentor's wishes the mentee can teach.
    TeachesBack {
        topics: Vec<String>,
    },
    OtherDepartment,
    OtherSite,
    /// Working time shared on a typical day.
    SameHours {
        minutes: u16,
    },
    /// The longer of the two waits.
    Waited {
        days: u32,
    },
}

impl Reason {
    /// For the owner's preview and for the pair's introduction. Topics are people's own text: escape it.
    pub fn in_words(&self) -> String {
        match self {
            Self::Teaches { topics } => format!(
                "The mentee wants to learn about {}, which the mentor can share.",
                listed(topics)
            ),
            Self::TeachesBack { topics } => format!(
                "The mentor wants to learn about {}, which the mentee can share.",
                listed(topics)
            ),
            Self::OtherDepartment => "They work in different departments.".into(),
            Self::OtherSite => "They work at different sites.".into(),
            Self::SameHours { minutes } => {
                format!(
                    "They share {} working hours on a typical day.",
                    hours(*minutes)
                )
            }
            Self::Waited { days } => format!("It ends a wait of {} weeks.", days / 7),
        }
    }
}

/// The constraint that left somebody unmatched.
///
/// It is derived only from what is not private: as if nobody excluded anybody, nobody reported to anybody
/// and nobody had met before. Where one of those did decide, the result is `NobodyFree`, the same as when
/// everyone who fits was matched with somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// Paused, gone, or not a full member of the workspace.
    NotEligible,
    /// They already have as many partners as they asked for.
    CapacityFull,
    /// Their stage is not on the program's list (any more).
    StageUnknown,
    /// Nobody in the other role had room. `role` is the unmatched person's own, as below.
    NobodyYet {
        role: Role,
    },
    NobodyAtTheStage {
        role: Role,
    },
    NoSharedLanguage,
    NoSharedHours,
    /// Everyone left scored below the floor.
    TopicsTooFar,
    NobodyFree,
    /// An owner set them aside for this round. They are told only what `NobodyFree` says.
    SetAside,
}

impl Binding {
    /// Whether the person is told: they were looking for a partner this time.
    pub fn is_told(&self) -> bool {
        !matches!(self, Self::NotEligible | Self::CapacityFull)
    }

    /// Whether it lasts as long as nobody else comes: more than that nobody was free.
    pub fn is_an_obstacle(&self) -> bool {
        self.is_told() && !matches!(self, Self::NobodyFree | Self::SetAside)
    }

    /// For the person alone.
    pub fn in_words(&self) -> String {
        let what = match self {
            Self::NotEligible => return "You're not part of matching at the moment.".into(),
            Self::CapacityFull => return "You have as many partners as you asked for.".into(),
            Self::StageUnknown => {
                return "Your career stage is no longer on the program's list. Choose one with `/reverse-mentor profile`, \
                        and you're in the next match."
                    .into();
            }
            Self::NobodyYet { role: Role::Mentor } => "No mentee had room this time.",
            Self::NobodyYet { role: Role::Mentee } => "No mentor had room this time.",
            Self::NobodyYet { role: Role::Either } => "Nobody else had room this time.",
            Self::NobodyAtTheStage { role: Role::Mentor } => {
                "There was nobody senior enough to learn from you this time."
            }
            Self::NobodyAtTheStage { role: Role::Mentee } => {
                "There was nobody at an early enough career stage to mentor you this time."
            }
            Self::NobodyAtTheStage { role: Role::Either } => {
                "Everyone available was too close to your own career stage this time."
            }
            Self::NoSharedLanguage => {
                "Nobody at the right career stage shares a language with you this time."
            }
            Self::NoSharedHours => {
                "Nobody who would fit shares two working hours a day with you this time. Please check that Slack has your time \
                 zone right, and your working hours in `/reverse-mentor profile`."
            }
            Self::TopicsTooFar => {
                "Nobody's topics were close enough to yours this time, and a poor match is worse than waiting. \
                 Adding a topic or two may help."
            }
            Self::NobodyFree | Self::SetAside => "Nobody who fits was free this time.",
        };
        format!("{what} You keep your place for the next match.")
    }

    /// For the owners' private list.
    pub fn for_owner(&self) -> String {
        match self {
            Self::NotEligible => "Not taking part at the moment.",
            Self::CapacityFull => "Has as many partners as asked for.",
            Self::StageUnknown => "Their career stage is not on the program's list.",
            Self::NobodyYet { role: Role::Mentor } => "No mentee had room.",
            Self::NobodyYet { role: Role::Mentee } => "No mentor had room.",
            Self::NobodyYet { role: Role::Either } => "Nobody else had room.",
            Self::NobodyAtTheStage { role: Role::Mentor } => "No mentee was senior enough.",
            Self::NobodyAtTheStage { role: Role::Mentee } => {
                "No mentor was at an early enough career stage."
            }
            Self::NobodyAtTheStage { role: Role::Either } => {
                "Everyone available was too close to their career stage."
            }
            Self::NoSharedLanguage => "Nobody at the right career stage shares a language.",
            Self::NoSharedHours => {
                "Nobody who would fit shares two working hours a day, or Slack doesn't say their time zone."
            }
            Self::TopicsTooFar => "Everyone who would fit scores below the floor.",
            // The text does not claim that somebody fits, or an owner could tell from two such texts that something private is
            // between them.
            Self::NobodyFree => "No pair was found for them this time.",
            Self::SetAside => "Set aside this time.",
        }
        .into()
    }
}

fn listed(topics: &[String]) -> String {
    match topics {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

fn hours(minutes: u16) -> String {
    let fraction = match minutes % 60 {
        0..15 => "",
        15..30 => "¼",
        30..45 => "½",
        _ => "¾",
    };
    format!("{}{fraction}", minutes / 60)
}
