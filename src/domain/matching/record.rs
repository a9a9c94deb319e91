//! The input of a round, reduced to what decides it, so that the round can be solved again later, after people have
//! changed their data.
//!
//! Everything private that stands between two people (a wish, a reporting line, an earlier pair, an owner's edit) is one
//! list here, as in `roster`: a record shows that two are kept apart, but not why or by whom.

use super::candidates::{Candidates, Person, unordered};
use super::reporting::Line;
use super::roster::Roster;
use super::{Round, solve};
use crate::domain::ids::UserId;
use crate::domain::participant::{Profile, Role};
use crate::domain::program::{Day, Settings};
use crate::domain::workday::DayHours;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// The people and rules of one round.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Record {
    people: Vec<Person>,
    apart: HashSet<(UserId, UserId)>,
    pinned: Vec<(UserId, UserId)>,
    kept: Vec<(UserId, UserId)>,
    settings: Settings,
    now: Timestamp,
    seed: u64,
    no_pairs: HashSet<(UserId, UserId)>,
    no_managers: HashMap<UserId, UserId>,
    /// Stand-ins for the unknown ends of reporting lines; none of them is a person.
    breaks: HashMap<UserId, usize>,
}

impl Record {
    pub fn of(c: &Candidates) -> Self {
        let roster = Roster::new(c);
        let mut apart = HashSet::new();
        for entry in &roster.entries {
            let id = &entry.person.id;
            let others = entry.never.iter();
            apart.extend(others.map(|&other| unordered(id, &roster.entries[other].person.id)));
        }
        let mut people: Vec<Person> = roster
            .entries
            .iter()
            .map(|entry| reduced(entry.person, entry.line))
            .collect();
        people.sort_by(|a, b| a.id.cmp(&b.id));
        Self {
            breaks: breaks(c.settings),
            people,
            apart,
            pinned: c.pinned.to_vec(),
            kept: c.kept.to_vec(),
            settings: rules(c.settings),
            now: c.now,
            seed: c.seed,
            no_pairs: HashSet::new(),
            no_managers: HashMap::new(),
        }
    }

    /// The input for solving the round again.
    pub fn candidates(&self) -> Candidates<'_> {
        Candidates {
            people: &self.people,
            managers: &self.no_managers,
            ranks: &self.breaks,
            earlier: &self.no_pairs,
            both_asked: &self.no_pairs,
            forbidden: &self.apart,
            pinned: &self.pinned,
            kept: &self.kept,
            settings: &self.settings,
            now: self.now,
            seed: self.seed,
        }
    }

    pub fn solve(&self) -> Round {
        solve(&self.candidates())
    }

    /// Sets the owner's edits: `keep` stays, `not` is ruled out, `aside` is left out; ties go to the pairs in `was`.
    pub fn ask(
        &mut self,
        keep: &[(UserId, UserId)],
        not: &[(UserId, UserId)],
        aside: &[UserId],
        was: Vec<(UserId, UserId)>,
    ) {
        self.pinned = keep.to_vec();
        self.kept = was;
        let not = not.iter().map(|(a, b)| unordered(a, b));
        self.apart.extend(not);
        self.people.retain(|person| !aside.contains(&person.id));
    }

    pub fn people(&self) -> impl Iterator<Item = &UserId> {
        self.people.iter().map(|person| &person.id)
    }

    /// The number of pairs that owners pinned.
    pub fn pinned(&self) -> usize {
        self.pinned.len()
    }
}

/// The person without anything that matching ignores. Beside the list of people kept apart, only the known length of the
/// reporting line matters: people who are their own manager have a fully known line.
fn reduced(person: &Person, line: Line) -> Person {
    let manager = match line {
        Line::Whole => Some(person.id.clone()),
        Line::OpenFrom(0) => None,
        Line::OpenFrom(rank) => Some(break_at(rank)),
    };
    Person {
        profile: Profile {
            manager,
            rather_not: Vec::new(),
            hopes: String::new(),
            ..person.profile.clone()
        },
        ..person.clone()
    }
}

/// The stand-in for the person at whom a reporting line breaks off.
fn break_at(rank: usize) -> UserId {
    UserId(format!("?{rank}"))
}

fn breaks(settings: &Settings) -> HashMap<UserId, usize> {
    let ranks = 0..settings.stages.len();
    ranks.map(|rank| (break_at(rank), rank)).collect()
}

/// The settings that decide a round.
fn rules(settings: &Settings) -> Settings {
    Settings {
        stages: settings.stages.clone(),
        stage_gap: settings.stage_gap,
        floor: settings.floor,
        work_week: settings.work_week.clone(),
        ..Settings::default()
    }
}

/// The stored form: short names, because there may be thousands of people.
#[derive(Clone, Serialize, Deserialize)]
struct Written {
    people: Vec<Member>,
    /// By position.
    apart: Vec<(usize, usize)>,
    pinned: Vec<(UserId, UserId)>,
    kept: Vec<(UserId, UserId)>,
    zones: Vec<String>,
    stages: Vec<String>,
    stage_gap: u8,
    floor: u8,
    work_week: Vec<Day>,
    now: Timestamp,
    seed: u64,
}

#[derive(Clone, Serialize, Deserialize)]
struct Member {
    id: UserId,
    role: Role,
    /// Its position in the list of stages, if it is there.
    stage: Option<usize>,
    /// Its position in `zones`.
    zone: usize,
    /// From when until when they work, in minutes of their day; none for the usual hours, as in all records of earlier releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hours: Option<(u16, u16)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dept: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    site: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    share: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    learn: Vec<String>,
    lang: Vec<String>,
    /// As a mentor, as a mentee.
    room: (u8, u8),
    #[serde(default, skip_serializing_if = "is_default")]
    taken: (u8, u8),
    #[serde(default, skip_serializing_if = "is_default")]
    days: u32,
    /// Manager known, full member, active.
    is: (bool, bool, bool),
    /// The stage at which a reporting line breaks off above them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl From<Record> for Written {
    fn from(record: Record) -> Self {
        let mut zones: Vec<String> = Vec::new();
        let mut members = Vec::with_capacity(record.people.len());
        let places: HashMap<UserId, usize> = record
            .people
            .iter()
            .map(|person| person.id.clone())
            .zip(0..)
            .collect();
        for person in record.people {
            let name = person.zone.iana_name().unwrap_or_default();
            let zone = zones.iter().position(|known| known == name);
            let zone = zone.unwrap_or_else(|| {
                zones.push(name.to_owned());
                zones.len() - 1
            });
            members.push(Member::of(person, zone, &record.settings));
        }
        let at = |id: &UserId| places.get(id).copied();
        let apart = record.apart.iter();
        let mut apart: Vec<_> = apart
            .filter_map(|(a, b)| Some((at(a)?, at(b)?)))
            .filter(|(a, b)| a != b)
            .collect();
        apart.sort_unstable();
        let settings = record.settings;
        Self {
            people: members,
            apart,
            pinned: record.pinned,
            kept: record.kept,
            zones,
            stages: settings.stages,
            stage_gap: settings.stage_gap,
            floor: settings.floor,
            work_week: settings.work_week,
            now: record.now,
            seed: record.seed,
        }
    }
}

impl From<Written> for Record {
    fn from(written: Written) -> Self {
        let zones: Vec<TimeZone> = written
            .zones
            .iter()
            .map(|name| TimeZone::get(name).unwrap_or(TimeZone::unknown()))
            .collect();
        let settings = Settings {
            stages: written.stages,
            stage_gap: written.stage_gap,
            floor: written.floor,
            work_week: written.work_week,
            ..Settings::default()
        };
        let people = written.people.into_iter();
        let people: Vec<Person> = people
            .map(|member| member.person(&zones, &settings))
            .collect();
        let apart = written.apart.iter().filter_map(|&(a, b)| {
            let (a, b) = (people.get(a)?, people.get(b)?);
            Some(unordered(&a.id, &b.id))
        });
        Self {
            breaks: breaks(&settings),
            apart: apart.collect(),
            people,
            pinned: written.pinned,
            kept: written.kept,
            settings,
            now: written.now,
            seed: written.seed,
            no_pairs: HashSet::new(),
            no_managers: HashMap::new(),
        }
    }
}

impl Member {
    fn of(person: Person, zone: usize, settings: &Settings) -> Self {
        let profile = person.profile;
        let above = profile.manager.as_ref();
        let breaks = |rank: &usize| above == Some(&break_at(*rank));
        Self {
            line: (0..settings.stages.len()).find(breaks),
            id: person.id,
            role: profile.role,
            stage: settings.stage_rank(&profile.stage),
            zone,
            hours: profile.hours.map(|own| (own.starts(), own.ends())),
            dept: profile.department,
            site: profile.site,
            share: profile.share,
            learn: profile.learn,
            lang: profile.languages,
            room: (profile.mentor_capacity, profile.mentee_capacity),
            taken: (person.mentoring, person.learning),
            days: person.waiting_days,
            is: (profile.manager.is_some(), person.full_member, person.active),
        }
    }

    fn person(self, zones: &[TimeZone], settings: &Settings) -> Person {
        let (manager_known, full_member, active) = self.is;
        let stage = self.stage.and_then(|rank| settings.stages.get(rank));
        Person {
            profile: Profile {
                role: self.role,
                stage: stage.cloned().unwrap_or_default(),
                department: self.dept,
                site: self.site,
                manager: manager_known.then(|| self.line.map_or(self.id.clone(), break_at)),
                share: self.share,
                learn: self.learn,
                languages: self.lang,
                mentor_capacity: self.room.0,
                mentee_capacity: self.room.1,
                rather_not: Vec::new(),
                hopes: String::new(),
                hours: self
                    .hours
                    .and_then(|(from, until)| DayHours::new(from, until)),
            },
            id: self.id,
            zone: zones.get(self.zone).cloned().unwrap_or(TimeZone::unknown()),
            waiting_days: self.days,
            mentoring: self.taken.0,
            learning: self.taken.1,
            full_member,
            active,
        }
    }
}
