//! Someone in the program, and what they told us when they joined.

use super::ids::UserId;
use super::named::named;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

named! {
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Role {
        /// The less experienced colleague, who teaches.
        Mentor = "mentor",
        /// The more senior colleague, who learns.
        Mentee = "mentee",
        /// Either, as the stages allow.
        Either = "either",
    }
}

impl Role {
    /// "You take part as …"
    pub fn in_words(self) -> &'static str {
        match self {
            Role::Mentor => "a mentor: you teach",
            Role::Mentee => "a mentee: you learn, and you arrange the meetings",
            Role::Either => "a mentor or a mentee, whichever fits",
        }
    }

    pub fn mentors(self) -> bool {
        self != Role::Mentee
    }

    pub fn learns(self) -> bool {
        self != Role::Mentor
    }
}

/// What the join modal asks. Never age or birth year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub role: Role,
    /// A name from the program's list of stages.
    pub stage: String,
    pub department: Option<String>,
    pub site: Option<String>,
    /// Their manager, when they told us; unknown means an owner must confirm a match.
    pub manager: Option<UserId>,
    /// Topics they can share.
    pub share: Vec<String>,
    /// Topics they want to learn.
    pub learn: Vec<String>,
    pub languages: Vec<String>,
    /// How many people they will mentor at once, 1–3.
    pub mentor_capacity: u8,
    /// How many mentors they want at once, 1–3.
    pub mentee_capacity: u8,
    /// People they would rather not be paired with. Private; never revealed, not even by implication.
    pub rather_not: Vec<UserId>,
    /// What would make this worthwhile, in their own words. May be empty.
    pub hopes: String,
}

named! {
    /// Where somebody stands in the program.
    ///
    /// `Active ⇄ Paused`, either → `Left` (their own choice, may join again) or `Ineligible` (deactivated,
    /// guest, bot: come back to where they stood when Slack says they are full members again).
    pub enum Standing {
        Active = "active",
        Paused = "paused",
        Left = "left",
        Ineligible = "ineligible",
    }
}

/// What Slack tells about a person. No names: messages mention people by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonInSlack {
    pub user: UserId,
    /// IANA name, when Slack gave one we know.
    pub zone: Option<String>,
    /// Not a guest, bot, stranger or deactivated account.
    pub full_member: bool,
    pub deleted: bool,
    /// Workspace admin or owner.
    pub admin: bool,
    /// When Slack last changed what it knows of them, in its own seconds; not always told.
    pub updated: Option<i64>,
}

impl PersonInSlack {
    pub fn time_zone(&self) -> Option<TimeZone> {
        self.zone
            .as_deref()
            .and_then(|name| TimeZone::get(name).ok())
    }
}

/// Somebody in the program, as they stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Participant {
    pub user: UserId,
    pub standing: Standing,
    pub profile: Profile,
    pub paused_until: Option<Timestamp>,
    /// Since when they have been waiting for a partner; none when all their places are taken.
    pub waiting_since: Option<Timestamp>,
    pub joined_at: Timestamp,
}
