//! The people of a random program, and its settings.

use crate::domain::ids::UserId;
use crate::domain::participant::PersonInSlack;
use crate::domain::program::{Day, Matching, Settings};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

const ZONES: [&str; 7] = [
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Pacific/Auckland",
];
/// The owners of the program, and an admin who owns nothing.
pub const OFFICE: [&str; 3] = ["UOWEN", "UOLGA", "UADMIN"];

/// How somebody treats what the bot writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// Answers most things within a day.
    Prompt,
    /// Answers some things, days later.
    Slow,
    /// Answers most things, but never signs.
    NeverSigns,
    /// Joins, and is never heard of again.
    Silent,
}

#[derive(Clone, Debug)]
pub struct Colleague {
    pub id: UserId,
    pub habit: Habit,
    pub zone: &'static str,
    pub role: &'static str,
    pub stage: String,
    pub deactivated: bool,
    pub guest: bool,
    pub admin: bool,
}

impl Colleague {
    /// What Slack says about them.
    pub fn in_slack(&self) -> PersonInSlack {
        PersonInSlack {
            user: self.id.clone(),
            zone: Some(self.zone.to_owned()),
            full_member: !self.guest && !self.deactivated,
            deleted: self.deactivated,
            admin: self.admin,
            updated: None,
        }
    }
}

pub fn zone(rng: &mut ChaCha8Rng) -> &'static str {
    ZONES.choose(rng).copied().unwrap_or("UTC")
}

pub fn company(rng: &mut ChaCha8Rng, settings: &Settings) -> Vec<Colleague> {
    let near = zone(rng);
    let spread = rng.random_bool(0.3);
    let mut people = Vec::new();
    // Most companies are small: what goes wrong goes wrong among few, and a day of few costs less.
    let size = if rng.random_bool(0.8) {
        rng.random_range(2..=5)
    } else {
        rng.random_range(6..=10)
    };
    for number in 0..size {
        let is_senior = number % 2 == 1;
        let last = settings.stages.len() - 1;
        let rank = if is_senior {
            rng.random_range(3..=last)
        } else {
            rng.random_range(0..=1)
        };
        let roles = if is_senior {
            ["mentee", "either"]
        } else {
            ["mentor", "either"]
        };
        let habits = [
            Habit::Prompt,
            Habit::Prompt,
            Habit::Slow,
            Habit::NeverSigns,
            Habit::Silent,
        ];
        people.push(Colleague {
            id: UserId(format!("UP{number}")),
            habit: habits.choose(rng).copied().unwrap_or(Habit::Prompt),
            zone: if spread { zone(rng) } else { near },
            role: roles.choose(rng).copied().unwrap_or("either"),
            stage: settings.stages[rank].clone(),
            deactivated: false,
            guest: false,
            admin: false,
        });
    }
    let owners_answer = rng.random_bool(0.8);
    for id in OFFICE {
        people.push(Colleague {
            id: id.into(),
            habit: if owners_answer {
                Habit::Prompt
            } else {
                Habit::Silent
            },
            zone: near,
            role: "mentee",
            stage: settings.stages[6].clone(),
            deactivated: false,
            guest: false,
            admin: id == "UADMIN",
        });
    }
    people
}

/// Settings as somebody might choose them, from `today` on.
pub fn settings(rng: &mut ChaCha8Rng, today: Date) -> Settings {
    // A throw of its own, which leaves the rest of a walk as it was.
    let mut own = rng.clone();
    let settings = without_window(rng);
    if own.random_bool(0.7) {
        return settings;
    }
    let first = today.saturating_add(own.random_range(3..40).days());
    Settings {
        join_until: own
            .random_bool(0.5)
            .then(|| first.yesterday().unwrap_or(first)),
        first_match: Some(first),
        least_people: own.random_bool(0.7).then(|| own.random_range(2..12)),
        ..settings
    }
}

fn without_window(rng: &mut ChaCha8Rng) -> Settings {
    let schedules = [
        "0 0 10 * * Mon",
        "0 0 9 1 * *",
        "0 30 16 * * Fri",
        "0 0 3 * * Wed",
        "every 2 weeks Mon 10:00 from 2026-03-02",
        "every 5 weeks Thu 14:30 from 2026-03-19",
    ];
    let schedule = |rng: &mut ChaCha8Rng| {
        schedules
            .choose(rng)
            .copied()
            .unwrap_or_default()
            .to_owned()
    };
    let mut holidays = Vec::new();
    for (month, day) in [
        (4, 3),
        (5, 1),
        (12, 24),
        (12, 25),
        (12, 28),
        (12, 29),
        (12, 30),
        (12, 31),
    ] {
        if rng.random_bool(0.6) {
            holidays.push(date(2026, month, day));
        }
    }
    let week = [Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri];
    let days = if rng.random_bool(0.8) {
        &week[..]
    } else {
        &week[..4]
    };
    Settings {
        owners: OFFICE[..rng.random_range(1..=2)]
            .iter()
            .map(|&id| id.into())
            .collect(),
        support_contact: rng.random_bool(0.7).then(|| OFFICE[2].into()),
        digest_channel: rng.random_bool(0.5).then(|| "C1".into()),
        mentor_circle: Some("C2".into()),
        digest_schedule: schedule(rng),
        round_schedule: schedule(rng),
        time_zone: zone(rng).to_owned(),
        work_week: days.to_vec(),
        holidays,
        cycles: rng.random_range(1..=8),
        stage_gap: rng.random_range(1..=2),
        matching: if rng.random_bool(0.5) {
            Matching::Rolling
        } else {
            Matching::Rounds
        },
        approval: rng.random_bool(0.5),
        floor: rng.random_range(0..=10),
        retention_days: rng.random_range(20..=200),
        ..Settings::default()
    }
}
