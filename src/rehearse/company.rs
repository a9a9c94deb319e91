//! A company: its people, their places and managers, and their habits.

mod gaps;
mod people;
#[cfg(test)]
mod tests;

use super::habits;
use super::names;
use crate::people_file::{Manager, Part, PeopleFile};
use gaps::Gaps;
pub use people::Person;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use std::collections::BTreeSet;

/// The people of the program's office, who do not take part themselves.
#[derive(Clone, Debug)]
pub struct Office {
    pub owners: [(&'static str, &'static str); 2],
    pub support: (&'static str, &'static str),
}

/// Id and name of the digest's channel.
pub const CHANNEL: (&str, &str) = ("C0DIGEST", "reverse-mentoring");
/// The same of the mentor circle, which is private. A rehearsal's program does without it.
pub const CIRCLE: (&str, &str) = ("C0CIRCLE", "mentor-circle");
/// Two owners, one of them on leave at first, and a support contact outside reporting lines.
pub const OFFICE: Office = Office {
    owners: [("U0OWNER1", "Olive Hartmann"), ("U0OWNER2", "Omar Reyes")],
    support: ("U0SUPPORT", "Sanna Aalto"),
};

/// Everyone, with the lists that the program's forms offer.
#[derive(Clone, Debug)]
pub struct Company {
    pub people: Vec<Person>,
    pub stages: Vec<String>,
    pub departments: Vec<String>,
    pub sites: Vec<String>,
    pub topics: Vec<String>,
    pub languages: Vec<String>,
    /// Whether the people come from a file.
    pub own: bool,
    /// In sentences: what the file leaves open and was made up.
    pub made_up: Vec<String>,
}

impl Company {
    /// A company of `people` people. The same seed makes the same company.
    pub fn made_up(people: usize, seed: u64) -> Self {
        Self::of(people::made_up(
            people,
            &mut ChaCha8Rng::seed_from_u64(seed),
        ))
    }

    /// The people of a file who take part. The seed decides what the file leaves open.
    pub fn from_file(file: &PeopleFile, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let rows = file.rows.iter().enumerate();
        let members = rows.filter_map(|(at, row)| match row.part {
            Part::Member(role) => Some((at, row, role)),
            Part::Bystander => None,
        });
        let members: Vec<_> = members.collect();
        let mut places = vec![None; file.rows.len()];
        for (place, (at, ..)) in members.iter().enumerate() {
            places[*at] = Some(place);
        }
        let habits = habits::deal(members.len(), &mut rng);
        let mut gaps = Gaps::of(file, seed);
        let people = members.into_iter().zip(habits).enumerate();
        let company = Self::of(
            people
                .map(|(place, ((at, row, told), habit))| {
                    let rank = gaps.rank(at, row.rank);
                    let (share, learn) = if gaps.without_topics {
                        gaps.topics(rank)
                    } else {
                        (row.share.clone(), row.learn.clone())
                    };
                    Person {
                        id: slack_id(row.id.as_deref(), place),
                        name: row.shown().to_owned(),
                        email: row.email.clone(),
                        department: row.department.clone(),
                        site: row.site.clone(),
                        rank,
                        manager: manager_taking_part(file, &places, at),
                        tells_manager: true,
                        role: match told {
                            Some(role) => role.as_str(),
                            None => people::role(rank, &mut rng),
                        },
                        share,
                        learn,
                        languages: row.languages.clone(),
                        zone: row.zone.iana_name().unwrap_or("Etc/UTC").to_owned(),
                        habit,
                        rather_not: row.rather_not.iter().filter_map(|at| places[*at]).collect(),
                        mentor_capacity: Some(row.mentor_capacity),
                        mentee_capacity: Some(row.mentee_capacity),
                        waiting_days: row.waiting_days,
                    }
                })
                .collect(),
        );
        Self {
            own: true,
            made_up: gaps.words,
            ..company
        }
    }

    /// The company as a CSV file.
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let id = |at: usize| self.people[at].id.clone();
        // Writing to memory cannot fail, and all records have the same length.
        let _ = writer.write_record([
            "id",
            "name",
            "stage",
            "department",
            "site",
            "manager",
            "role",
            "share",
            "learn",
            "languages",
            "zone",
            "mentor_capacity",
            "mentee_capacity",
            "rather_not",
            "waiting_days",
        ]);
        let number = |given: Option<u8>| given.map(|given| given.to_string()).unwrap_or_default();
        for person in &self.people {
            let manager = match person.manager {
                _ if !person.tells_manager => String::new(),
                Some(manager) => id(manager),
                None => "-".to_owned(),
            };
            let rather_not: Vec<String> = person.rather_not.iter().copied().map(id).collect();
            let _ = writer.write_record([
                person.id.clone(),
                person.name.clone(),
                self.stages[person.rank].clone(),
                person.department.clone(),
                person.site.clone(),
                manager,
                person.role.to_owned(),
                person.share.join("|"),
                person.learn.join("|"),
                person.languages.join("|"),
                person.zone.clone(),
                number(person.mentor_capacity),
                number(person.mentee_capacity),
                rather_not.join("|"),
                person.waiting_days.to_string(),
            ]);
        }
        let bytes = writer.into_inner().unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// A company of these people; the program's lists contain their values.
    pub fn of(people: Vec<Person>) -> Self {
        let all = |words: &[&str], said: BTreeSet<String>| {
            let mut list: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            let known: BTreeSet<String> = list.iter().map(|word| word.to_lowercase()).collect();
            list.extend(
                said.into_iter()
                    .filter(|word| !known.contains(&word.to_lowercase())),
            );
            // Slack's menus hold 100 options.
            list.truncate(100);
            list
        };
        let said = |pick: &dyn Fn(&Person) -> Vec<String>| -> BTreeSet<String> {
            let words = people.iter().flat_map(pick);
            words
                .filter(|word| !word.is_empty() && word.chars().count() <= 75)
                .collect()
        };
        let topics: Vec<&str> = names::FRESH
            .iter()
            .chain(&names::SEASONED)
            .copied()
            .collect();
        Self {
            stages: names::STAGES
                .iter()
                .map(|(name, _)| (*name).to_owned())
                .collect(),
            departments: all(&names::DEPARTMENTS, said(&|p| vec![p.department.clone()])),
            sites: all(&[], said(&|p| vec![p.site.clone()])),
            topics: all(&topics, BTreeSet::new()),
            languages: all(&names::LANGUAGES, said(&|p| p.languages.clone())),
            people,
            own: false,
            made_up: Vec::new(),
        }
    }

    /// The program.toml of the company's program: weekly rounds, approved by an owner.
    pub fn program(&self, months: u8) -> String {
        // A JSON string or list of strings is valid TOML.
        [
            ("name", json!("Reverse mentoring")),
            ("owners", json!([OFFICE.owners[0].0, OFFICE.owners[1].0])),
            ("support_contact", json!(OFFICE.support.0)),
            ("digest_channel", json!(CHANNEL.0)),
            ("digest_schedule", json!("0 0 10 * * Mon")),
            ("time_zone", json!("Europe/Berlin")),
            ("cycles", json!(months)),
            ("matching", json!("rounds")),
            ("round_schedule", json!("0 0 10 * * Mon")),
            ("approval", json!(true)),
            ("stages", json!(self.stages)),
            ("departments", json!(self.departments)),
            ("sites", json!(self.sites)),
            ("topics", json!(self.topics)),
            ("languages", json!(self.languages)),
        ]
        .map(|(field, value)| format!("{field} = {value}\n"))
        .concat()
    }

    /// Whether one of two is above the other, going by the managers of the people who `told`.
    pub fn one_chain(&self, a: usize, b: usize, told: &dyn Fn(usize) -> bool) -> bool {
        self.is_above(a, b, told) || self.is_above(b, a, told)
    }

    fn is_above(&self, above: usize, below: usize, told: &dyn Fn(usize) -> bool) -> bool {
        let mut at = below;
        // More steps than any chain has.
        for _ in 0..50 {
            match self.people[at].manager.filter(|_| told(at)) {
                Some(manager) if manager == above => return true,
                Some(manager) => at = manager,
                None => return false,
            }
        }
        false
    }

    /// Finds a person by id, handle, email address, name, part of a name, number from 1, or the first with
    /// a habit.
    pub fn find(&self, who: &str) -> Option<usize> {
        let who = who.trim().trim_start_matches(['@', '#']).to_lowercase();
        let exactly = |p: &Person| {
            p.id.to_lowercase() == who
                || p.name.to_lowercase() == who
                || p.handle() == who
                || p.email
                    .as_ref()
                    .is_some_and(|email| email.to_lowercase() == who)
        };
        let exact = self.people.iter().position(exactly);
        let part = || {
            let word = (who.len() >= 3).then_some(&who)?;
            self.people
                .iter()
                .position(|p| p.name.to_lowercase().contains(word.as_str()))
        };
        let number = || {
            who.parse::<usize>()
                .ok()?
                .checked_sub(1)
                .filter(|at| *at < self.people.len())
        };
        let habit = || self.people.iter().position(|p| p.habit.word() == who);
        exact.or_else(number).or_else(habit).or_else(part)
    }
}

/// The first above somebody who takes part; `places` are the places of those who do.
fn manager_taking_part(file: &PeopleFile, places: &[Option<usize>], from: usize) -> Option<usize> {
    let mut at = from;
    // More steps than any chain has.
    for _ in 0..50 {
        match file.rows[at].manager {
            Manager::Row(manager) if places[manager].is_some() => return places[manager],
            Manager::Row(manager) => at = manager,
            Manager::Unknown | Manager::Nobody | Manager::Outside(_) => return None,
        }
    }
    None
}

/// Their own id, if it has the form of a Slack id.
fn slack_id(given: Option<&str>, at: usize) -> String {
    let is_slacks = |id: &&str| {
        let mut rest = id.bytes().skip(1);
        id.starts_with(['U', 'W']) && rest.all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    match given.filter(is_slacks) {
        Some(id) => id.to_owned(),
        None => format!("U1{:06}", at + 1),
    }
}
