//! The checks on settings, shared by the modal, program.toml and `doctor`, with the same words everywhere.

use super::Settings;
use crate::domain::ids::UserId;
use crate::domain::schedule::{BadSchedule, Schedule};
use crate::domain::wording::Worded;
use crate::domain::zones;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// A field's name as in program.toml, and how to fix it.
pub type Problem = (&'static str, String);

/// The most choices in a list: Slack's menus show no more.
const CHOICES: usize = 100;
/// The longest choice, in characters: Slack cuts longer ones.
const CHOICE: usize = 75;
/// The settings modal shows a list in one text field of this many characters.
const LIST_TEXT: usize = 3000;
const STAGES: usize = 20;
const OWNERS: usize = 50;
const HOLIDAYS: usize = 250;

pub(super) type Check = Result<(), String>;

impl Settings {
    /// Every invalid field: its name, and how to fix it. Empty when all fields are valid.
    pub fn check(&self) -> Vec<Problem> {
        let fields: [(&'static str, Check); 23] = [
            ("name", length(&self.name, 1, 60)),
            ("purpose", length(&self.purpose, 0, 1500)),
            ("owners", self.owners()),
            (
                "support_contact",
                person(self.support_contact.iter().map(UserId::as_str)),
            ),
            ("digest_channel", self.digest_channel()),
            ("mentor_circle", self.mentor_circle()),
            (
                "digest_schedule",
                schedule(Schedule::parse(&self.digest_schedule)),
            ),
            ("time_zone", zone(&self.time_zone)),
            ("work_week", self.work_week()),
            ("holidays", self.holidays()),
            ("cycles", within(u32::from(self.cycles), 1, 24, "month")),
            ("stages", choices(&self.stages, 2, STAGES)),
            ("stage_gap", self.gap()),
            ("join_until", self.join_until()),
            ("least_people", self.least_people()),
            (
                "round_schedule",
                schedule(Schedule::parse_daily(&self.round_schedule)),
            ),
            (
                "minimum_group",
                within(self.minimum_group, 2, 1000, "person"),
            ),
            ("floor", within(u32::from(self.floor), 0, 100, "point")),
            ("topics", choices(&self.topics, 0, CHOICES)),
            ("languages", choices(&self.languages, 1, CHOICES)),
            ("departments", choices(&self.departments, 0, CHOICES)),
            ("sites", choices(&self.sites, 0, CHOICES)),
            (
                "retention_days",
                within(u32::from(self.retention_days), 1, 3650, "day"),
            ),
        ];
        let words = Worded::ALL.map(|one| (one.field(), one.check(self.wording.of(one))));
        let wrong = |(field, check): (_, Check)| Some((field, check.err()?));
        fields.into_iter().chain(words).filter_map(wrong).collect()
    }

    /// The schedules that never happen after `now`, and the days of the enrollment that are past. What was there `before` stays
    /// as it is: it ended meanwhile, and the program may go on without it.
    pub fn over(&self, before: Option<&Settings>, now: Timestamp) -> Vec<Problem> {
        let zone = self.zone();
        let schedules = [
            (
                "digest_schedule",
                &self.digest_schedule,
                before.map(|before| &before.digest_schedule),
            ),
            (
                "round_schedule",
                &self.round_schedule,
                before.map(|before| &before.round_schedule),
            ),
        ];
        let over = schedules.into_iter().filter(|(_, text, before)| {
            let next = Schedule::parse(text).map(|schedule| schedule.next_after(now, &zone));
            next == Ok(None) && *before != Some(text)
        });
        let over = over.map(|(field, _, _)| (field, BadSchedule::Over.to_string()));
        over.chain(self.past_days(before, now)).collect()
    }

    fn owners(&self) -> Check {
        if self.owners.len() > OWNERS {
            return Err(format!("Name at most {OWNERS} owners."));
        }
        person(self.owners.iter().map(UserId::as_str))
    }

    fn work_week(&self) -> Check {
        if self.work_week.is_empty() {
            return Err("Pick at least one working day.".to_owned());
        }
        let days: BTreeSet<_> = self.work_week.iter().collect();
        if days.len() < self.work_week.len() {
            return Err("A day is listed twice.".to_owned());
        }
        Ok(())
    }

    fn holidays(&self) -> Check {
        if self.holidays.len() > HOLIDAYS {
            return Err(format!("List at most {HOLIDAYS} days."));
        }
        Ok(())
    }

    fn gap(&self) -> Check {
        let stages = self.stages.len();
        let gap = usize::from(self.stage_gap);
        if gap == 0 {
            return Err("A mentor is at least one stage below the mentee.".to_owned());
        }
        if stages >= 2 && gap >= stages {
            return Err(format!(
                "With {stages} stages, the gap can be at most {}.",
                stages - 1
            ));
        }
        Ok(())
    }
}

fn length(text: &str, least: usize, most: usize) -> Check {
    let long = text.trim().chars().count();
    if long < least {
        return Err("This can't be empty.".to_owned());
    }
    if long > most {
        return Err(format!("Keep it to {most} characters (it has {long})."));
    }
    Ok(())
}

fn person<'a>(ids: impl Iterator<Item = &'a str>) -> Check {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !is_slack_id(id, &['U', 'W']) {
            return Err(format!(
                "“{id}” isn't a person's id: those look like U024BE7LH. Slack shows it in the person's profile, under \
                 “Copy member ID”."
            ));
        }
        if !seen.insert(id) {
            return Err(format!("{id} is named twice."));
        }
    }
    Ok(())
}

/// Slack's ids are opaque; this checks only their known first letters and characters.
pub(super) fn is_slack_id(id: &str, first: &[char]) -> bool {
    (2..=32).contains(&id.len())
        && id.starts_with(first)
        && id
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn schedule(read: Result<Schedule, BadSchedule>) -> Check {
    read.map(|_| ()).map_err(|bad| bad.to_string())
}

fn zone(name: &str) -> Check {
    if TimeZone::get(name).is_ok() {
        return Ok(());
    }
    let meant = zones::find(name).into_iter().next();
    let meant = meant.map_or_else(String::new, |zone| format!(" Do you mean {}?", zone.name));
    Err(format!(
        "“{name}” isn't the name of a time zone: those look like Europe/Berlin.{meant}"
    ))
}

pub(super) fn within(number: u32, least: u32, most: u32, unit: &str) -> Check {
    if (least..=most).contains(&number) {
        return Ok(());
    }
    let units = match unit {
        "person" => "people".to_owned(),
        unit => format!("{unit}s"),
    };
    Err(format!("Pick {least} to {most} {units}."))
}

/// Checks a list that people choose from.
fn choices(items: &[String], least: usize, most: usize) -> Check {
    if items.len() < least {
        return Err(match least {
            1 => "List at least one.".to_owned(),
            _ => format!("List at least {least}."),
        });
    }
    if items.len() > most {
        return Err(format!("List at most {most} (there are {}).", items.len()));
    }
    let mut seen = BTreeSet::new();
    for item in items {
        if item.trim().is_empty() {
            return Err("An entry is empty.".to_owned());
        }
        if item.trim() != item || item.chars().any(char::is_control) {
            return Err(format!(
                "“{}” has spaces around it or a line break in it.",
                item.trim()
            ));
        }
        if item.chars().count() > CHOICE {
            return Err(format!(
                "Keep each entry to {CHOICE} characters: “{item}” is longer."
            ));
        }
        if !seen.insert(item.to_lowercase()) {
            return Err(format!("“{item}” is listed twice."));
        }
    }
    let together: usize = items.iter().map(|item| item.chars().count() + 1).sum();
    if together > LIST_TEXT {
        return Err(format!(
            "The whole list has {together} characters; the most is {LIST_TEXT}."
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::program::Day;

    fn fields(change: impl Fn(&mut Settings)) -> Vec<&'static str> {
        let mut settings = Settings::default();
        change(&mut settings);
        settings
            .check()
            .into_iter()
            .map(|(field, _)| field)
            .collect()
    }

    #[test]
    fn the_defaults_stand() {
        assert_eq!(Settings::default().check(), []);
    }

    #[test]
    fn every_field_is_checked() {
        let strings = |items: &[&str]| items.iter().map(|&item| item.to_owned()).collect();
        let twice = vec![UserId::from("U1"), UserId::from("U1")];
        assert_eq!(fields(|s| s.name = " ".into()), ["name"]);
        assert_eq!(fields(|s| s.name = "x".repeat(61)), ["name"]);
        assert_eq!(fields(|s| s.purpose = "x".repeat(1501)), ["purpose"]);
        assert_eq!(fields(|s| s.owners = vec!["ana".into()]), ["owners"]);
        assert_eq!(fields(|s| s.owners.clone_from(&twice)), ["owners"]);
        assert_eq!(
            fields(|s| s.support_contact = Some("@hr".into())),
            ["support_contact"]
        );
        assert_eq!(
            fields(|s| s.digest_schedule = "weekly".into()),
            ["digest_schedule"]
        );
        assert_eq!(
            fields(|s| s.time_zone = "Berlin time".into()),
            ["time_zone"]
        );
        assert_eq!(fields(|s| s.work_week.clear()), ["work_week"]);
        assert_eq!(
            fields(|s| s.work_week = vec![Day::Mon, Day::Mon]),
            ["work_week"]
        );
        assert_eq!(fields(|s| s.cycles = 0), ["cycles"]);
        assert_eq!(fields(|s| s.cycles = 25), ["cycles"]);
        assert_eq!(fields(|s| s.stages = strings(&["Only"])), ["stages"]);
        assert_eq!(fields(|s| s.stages[1] = "early career".into()), ["stages"]);
        assert_eq!(fields(|s| s.stages[1] = "x".repeat(76)), ["stages"]);
        assert_eq!(fields(|s| s.stage_gap = 0), ["stage_gap"]);
        assert_eq!(fields(|s| s.stage_gap = 7), ["stage_gap"]);
        assert_eq!(
            fields(|s| s.round_schedule = "* * * * *".into()),
            ["round_schedule"]
        );
        for often in ["0 9,15 * * Mon", "@hourly"] {
            assert_eq!(
                fields(|s| s.round_schedule = often.into()),
                ["round_schedule"]
            );
            assert_eq!(fields(|s| s.digest_schedule = often.into()), [""; 0]);
        }
        let weeks = "every 2 weeks Mon 10:00 from 2026-03-02";
        assert_eq!(fields(|s| s.round_schedule = weeks.into()), [""; 0]);
        assert_eq!(fields(|s| s.minimum_group = 1), ["minimum_group"]);
        assert_eq!(fields(|s| s.floor = 101), ["floor"]);
        assert_eq!(
            fields(|s| s.topics = (0..101).map(|n| n.to_string()).collect()),
            ["topics"]
        );
        assert_eq!(
            fields(|s| s.topics = (0..50).map(|n| format!("{n} {}", "x".repeat(70))).collect()),
            ["topics"]
        );
        assert_eq!(fields(|s| s.languages.clear()), ["languages"]);
        assert_eq!(
            fields(|s| s.departments = strings(&["a\nb"])),
            ["departments"]
        );
        assert_eq!(fields(|s| s.sites = strings(&["", "x"])), ["sites"]);
        assert_eq!(fields(|s| s.retention_days = 0), ["retention_days"]);
        assert_eq!(
            fields(|s| s.wording.digest = "Hi {mentor}".into()),
            ["wording.digest"]
        );
    }

    #[test]
    fn a_schedule_that_is_over_is_refused_when_it_is_set() {
        let now = "2026-06-01T00:00:00Z".parse().unwrap();
        let over = Settings {
            round_schedule: "0 0 10 1 1 * 2026".into(),
            digest_schedule: "0 0 10 1 * * 2020-2025".into(),
            ..Settings::default()
        };
        assert_eq!(over.check(), []);
        let fields = |before: Option<&Settings>, now| -> Vec<&'static str> {
            let problems = over.over(before, now).into_iter();
            problems.map(|(field, _)| field).collect()
        };
        let both = ["digest_schedule", "round_schedule"];
        assert_eq!(fields(None, now), both);
        assert_eq!(fields(Some(&Settings::default()), now), both);
        assert_eq!(fields(Some(&over), now), [""; 0], "it ended meanwhile");
        let earlier = "2025-12-31T00:00:00Z".parse().unwrap();
        assert_eq!(fields(None, earlier), ["digest_schedule"]);
        assert!(
            over.over(None, now)[1]
                .1
                .starts_with("That schedule is over")
        );
    }

    #[test]
    fn problems_say_what_to_do() {
        let settings = Settings {
            stage_gap: 9,
            minimum_group: 0,
            owners: vec!["bob".into()],
            time_zone: "Mumbai".into(),
            ..Settings::default()
        };
        let said: Vec<String> = settings
            .check()
            .into_iter()
            .map(|(_, problem)| problem)
            .collect();
        assert_eq!(
            said,
            [
                "“bob” isn't a person's id: those look like U024BE7LH. Slack shows it in the person's profile, under \
                 “Copy member ID”.",
                "“Mumbai” isn't the name of a time zone: those look like Europe/Berlin. Do you mean Asia/Kolkata?",
                "With 7 stages, the gap can be at most 6.",
                "Pick 2 to 1000 people.",
            ]
        );
    }
}
