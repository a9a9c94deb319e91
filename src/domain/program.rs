//! A program and its settings, which `/reverse-mentor setup` edits and a program.toml declares.

mod channels;
mod check;
mod days;

pub use check::Problem;

use super::ids::{ChannelId, UserId};
use super::named::named;
use super::recipes::Recipe;
use super::wording::Wording;
use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything an owner can decide. Every field has a working default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Shown in headings, at most 60 characters.
    pub name: String,
    /// Why the company runs this, in the owner's words; shown when people join.
    pub purpose: String,
    /// The people who approve matches and read the private companion. When empty, workspace admins act as owners.
    pub owners: Vec<UserId>,
    /// A person outside reporting lines whom anyone can turn to.
    pub support_contact: Option<UserId>,
    /// The channel of the weekly digest; none means no public digest.
    pub digest_channel: Option<ChannelId>,
    /// The channel that mentors may join with one press; none means that there is no circle. (The store keeps it apart, as the
    /// recipe.)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mentor_circle: Option<ChannelId>,
    /// When the digest is posted, in the program's time zone: see [`super::schedule::Schedule`].
    pub digest_schedule: String,
    /// IANA name; the zone of schedules, and of people whose own zone Slack does not give.
    pub time_zone: String,
    /// Days on which people may be nudged.
    pub work_week: Vec<Day>,
    /// Days off for the whole program.
    pub holidays: Vec<Date>,
    /// How many monthly cycles a pair runs, 1 to 24.
    pub cycles: u8,
    /// Career stages, most junior first. People pick one; the order decides who may mentor whom.
    pub stages: Vec<String>,
    /// How many stages a mentor must be below the mentee, at least 1.
    pub stage_gap: u8,
    /// Whether people are matched in scheduled rounds, or as soon as two people fit.
    pub matching: Matching,
    /// Until when people join before the first match; none: they join at any time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join_until: Option<Date>,
    /// The day of the first match: no round before it. Rounds follow their schedule after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_match: Option<Date>,
    /// How many people have to look for a partner on that day, or it moves by a week: see [`super::enrollment::Window`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least_people: Option<u32>,
    /// When rounds run, in the program's time zone and at most once a day: see [`super::schedule::Schedule`].
    pub round_schedule: String,
    /// Whether an owner approves each round before anybody is introduced.
    pub approval: bool,
    /// Figures over fewer people than this are never shown. At least 2.
    pub minimum_group: u32,
    /// Pairs that score below this (0–100) are never made: waiting is better than a poor match.
    pub floor: u8,
    /// Topics that people can pick to share or learn; they may add their own.
    pub topics: Vec<String>,
    pub languages: Vec<String>,
    pub departments: Vec<String>,
    pub sites: Vec<String>,
    /// Days after a pair closes until its free text is erased, and after a person left until their profile is; at least 1.
    pub retention_days: u16,
    /// The recipe that guides and draft goals follow. (The store keeps it apart, as the next one.)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipe: Option<Recipe>,
    /// The company's own words at the top of messages. (The store keeps them apart: an earlier release does not know them.)
    #[serde(skip_serializing_if = "Wording::is_empty")]
    pub wording: Wording,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Matching {
    /// People are matched as soon as there is a good partner.
    Rolling,
    /// People are matched together, on `round_schedule`.
    Rounds,
}

named! {
    /// A day of the week, written `mon` … `sun`.
    #[derive(PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Day {
        #[serde(alias = "monday")]
        Mon = "mon",
        #[serde(alias = "tuesday")]
        Tue = "tue",
        #[serde(alias = "wednesday")]
        Wed = "wed",
        #[serde(alias = "thursday")]
        Thu = "thu",
        #[serde(alias = "friday")]
        Fri = "fri",
        #[serde(alias = "saturday")]
        Sat = "sat",
        #[serde(alias = "sunday")]
        Sun = "sun",
    }
}

impl Day {
    pub fn name(self) -> &'static str {
        match self {
            Day::Mon => "Monday",
            Day::Tue => "Tuesday",
            Day::Wed => "Wednesday",
            Day::Thu => "Thursday",
            Day::Fri => "Friday",
            Day::Sat => "Saturday",
            Day::Sun => "Sunday",
        }
    }

    /// As schedules write it: `Mon`.
    pub fn cron(self) -> &'static str {
        match self {
            Day::Mon => "Mon",
            Day::Tue => "Tue",
            Day::Wed => "Wed",
            Day::Thu => "Thu",
            Day::Fri => "Fri",
            Day::Sat => "Sat",
            Day::Sun => "Sun",
        }
    }

    pub fn weekday(self) -> Weekday {
        match self {
            Day::Mon => Weekday::Monday,
            Day::Tue => Weekday::Tuesday,
            Day::Wed => Weekday::Wednesday,
            Day::Thu => Weekday::Thursday,
            Day::Fri => Weekday::Friday,
            Day::Sat => Weekday::Saturday,
            Day::Sun => Weekday::Sunday,
        }
    }
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|&word| word.to_owned()).collect()
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "Reverse mentoring".into(),
            purpose: "People early in their careers share what they see with people who decide, \
                      and learn how decisions are made."
                .into(),
            owners: Vec::new(),
            support_contact: None,
            digest_channel: None,
            mentor_circle: None,
            digest_schedule: "0 0 10 * * Mon".into(),
            time_zone: "UTC".into(),
            work_week: vec![Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri],
            holidays: Vec::new(),
            cycles: 6,
            stages: words(&[
                "Early career",
                "Experienced",
                "Senior",
                "Lead or manager",
                "Director",
                "Vice president",
                "Executive",
            ]),
            stage_gap: 2,
            matching: Matching::Rounds,
            join_until: None,
            first_match: None,
            least_people: None,
            round_schedule: "0 0 10 * * Mon".into(),
            approval: true,
            minimum_group: 5,
            floor: 20,
            topics: words(&[
                "AI tools",
                "Automation and scripting",
                "Careers and growth",
                "Customer view",
                "Data literacy",
                "Design and user experience",
                "How decisions are made",
                "Inclusion and belonging",
                "Leadership",
                "New technology",
                "Public speaking",
                "Remote and hybrid work",
                "Social media",
                "Strategy",
                "Sustainability",
                "What younger staff see",
            ]),
            languages: words(&[
                "English",
                "Chinese",
                "French",
                "German",
                "Hindi",
                "Italian",
                "Japanese",
                "Portuguese",
                "Spanish",
            ]),
            departments: words(&[
                "Customer support",
                "Data",
                "Design",
                "Engineering",
                "Finance",
                "Legal",
                "Marketing",
                "Operations",
                "People",
                "Product",
                "Sales",
            ]),
            sites: Vec::new(),
            retention_days: 90,
            recipe: None,
            wording: Wording::default(),
        }
    }
}

impl Settings {
    /// The program's zone; UTC when the name is unknown (settings are checked before they are stored).
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }

    /// The rank of a stage by name, 0 the most junior; none when the list no longer holds it.
    pub fn stage_rank(&self, stage: &str) -> Option<usize> {
        self.stages.iter().position(|known| known == stage)
    }

    /// Whether any of these languages is on the list.
    pub fn lists_any(&self, languages: &[String]) -> bool {
        languages.iter().any(|one| self.languages.contains(one))
    }

    /// Whether `user` may act as an owner by the settings alone.
    pub fn is_owner(&self, user: &UserId) -> bool {
        self.owners.contains(user)
    }
}

/// A workspace's program.
#[derive(Clone)]
pub struct Program {
    /// Shared between requests, because each reads it and it rarely changes.
    pub settings: Arc<Settings>,
    /// Declared by a program.toml, so it is edited there, not in Slack.
    pub declared: bool,
    /// Until when the whole program is on a break; none while it runs.
    pub break_until: Option<Timestamp>,
    /// How the enrollment window went on.
    pub enrollment: Enrollment,
    /// What an editable program.toml names, as it was read last: see [`super::declared`].
    pub file_lines: Option<BTreeMap<String, String>>,
}

/// How the enrollment window went on from what the settings say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Enrollment {
    /// The day to which the first match has moved.
    pub moved_to: Option<Date>,
    /// How often it has moved.
    pub moves: u8,
    /// Too few people had joined: owners were asked, and have until then.
    pub decide_by: Option<Timestamp>,
    /// The first match has been made.
    pub over: bool,
}
