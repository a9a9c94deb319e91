//! A person in the program, and what they told us when they joined.

use super::ids::UserId;
use super::named::named;
use super::workday::DayHours;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// From the beginning of a break without a date until its person is asked about it, and again as often.
pub const BREAK_ASKED_AGAIN: SignedDuration = SignedDuration::from_hours(42 * 24);

named! {
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Role {
        /// The less experienced colleague, who teaches.
        Mentor = "mentor",
        /// The more senior colleague, who learns.
        Mentee = "mentee",
        /// Either, depending on the stages.
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

/// The answers to the join modal. It never asks for age or birth year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub role: Role,
    /// A name from the program's list of stages.
    pub stage: String,
    pub department: Option<String>,
    pub site: Option<String>,
    /// Their manager, if they told us; an owner must confirm a match if it is unknown.
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
    /// People they would rather not be paired with. Private: never revealed, not even indirectly.
    pub rather_not: Vec<UserId>,
    /// Their hopes for the program, in their own words. May be empty.
    pub hopes: String,
    /// Their own working hours, if they set some. Private, and stored beside the rest: whatever is sent asks for them, and that
    /// must not open a whole profile.
    #[serde(skip)]
    pub hours: Option<DayHours>,
}

impl Profile {
    /// Whether they would take more partners than with `before`, in either role.
    pub fn asks_for_more_than(&self, before: &Self) -> bool {
        let mentees = |one: &Self| {
            if one.role.mentors() {
                one.mentor_capacity
            } else {
                0
            }
        };
        let mentors = |one: &Self| {
            if one.role.learns() {
                one.mentee_capacity
            } else {
                0
            }
        };
        mentees(self) > mentees(before) || mentors(self) > mentors(before)
    }
}

named! {
    /// A person's standing in the program.
    ///
    /// `Active ⇄ Paused`, either → `Left` (their own choice, they may join again) or `Ineligible` (deactivated,
    /// guest, bot; they return to their earlier standing when Slack says they are full members again).
    pub enum Standing {
        Active = "active",
        Paused = "paused",
        Left = "left",
        Ineligible = "ineligible",
    }
}

/// Slack's facts about a person. No names, because messages mention people by id.
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
    /// When Slack last changed its data about them, in Slack's own seconds; not always given.
    pub updated: Option<i64>,
}

impl PersonInSlack {
    pub fn time_zone(&self) -> Option<TimeZone> {
        self.zone
            .as_deref()
            .and_then(|name| TimeZone::get(name).ok())
    }
}

/// A person in the program, with their current standing.
#[derive(Clone, Debug, PartialEq)]
pub struct Participant {
    pub user: UserId,
    pub standing: Standing,
    pub profile: Profile,
    pub paused_until: Option<Timestamp>,
    /// Since when they have been waiting for a partner; none when they have no free place.
    pub waiting_since: Option<Timestamp>,
    pub joined_at: Timestamp,
}

impl Participant {
    /// Whether their break holds a place at a partner's no longer: it has no date, or the partner was told not to wait
    /// (`told`). A date that they set since then changes nothing, or it would show.
    pub fn is_away(&self, told: bool) -> bool {
        self.standing == Standing::Paused && (told || self.paused_until.is_none())
    }
}
