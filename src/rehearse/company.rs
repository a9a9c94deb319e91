//! A company: its people, their places and managers, and their habits.

use super::habits::{self, Habit};
use super::names;
use crate::people_file::{Manager, Part, PeopleFile};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use std::collections::BTreeSet;

/// A person who takes part.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub email: Option<String>,
    pub department: String,
    pub site: String,
    /// Index into the company's stages, 0 the most junior.
    pub rank: usize,
    /// Index of their manager.
    pub manager: Option<usize>,
    /// Whether they name their manager when they join.
    pub tells_manager: bool,
    /// `mentor`, `mentee` or `either`.
    pub role: &'static str,
    pub share: Vec<String>,
    pub learn: Vec<String>,
    pub languages: Vec<String>,
    /// IANA name.
    pub zone: String,
    pub habit: Habit,
    /// People they would rather not be paired with.
    pub rather_not: Vec<usize>,
    /// How many people they would mentor at once; when none, decided at the form.
    pub mentor_capacity: Option<u8>,
    /// How many mentors they would like at once.
    pub mentee_capacity: Option<u8>,
    /// Days of waiting before the program started; mostly 0.
    pub waiting_days: u32,
}

impl Person {
    /// The name as a handle: lower-case letters and dots.
    pub fn handle(&self) -> String {
        let plain = self.name.to_lowercase();
        let words = plain.split(|c: char| !c.is_alphanumeric());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        words.join(".")
    }
}

/// The people of the program's office, who do not take part themselves.
#[derive(Clone, Debug)]
pub struct Office {
    pub owners: [(&'static str, &'static str); 2],
    pub support: (&'static str, &'static str),
}

/// Id and name of the digest's channel.
pub const CHANNEL: (&str, &str) = ("C0DIGEST", "reverse-mentoring");
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
}

impl Company {
    /// A company of `people` people. The same seed makes the same company.
    pub fn made_up(people: usize, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let habits = habits::deal(people, &mut rng);
        let ranks = ranks(people);
        let shift = rng.random_range(0..names::GIVEN.len());
        let mut made: Vec<Person> = Vec::with_capacity(people);
        for (at, (habit, rank)) in habits.into_iter().zip(ranks).enumerate() {
            made.push(person(at, shift, rank, habit, &mut rng));
        }
        report_to_someone(&mut made, &mut rng);
        tempt_a_chain(&mut made);
        keep_some_apart(&mut made, &mut rng);
        Self::of(made)
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
        let people = members.into_iter().zip(habits).enumerate();
        let company = Self::of(
            people
                .map(|(place, ((at, row, told), habit))| Person {
                    id: slack_id(row.id.as_deref(), place),
                    name: row.shown().to_owned(),
                    email: row.email.clone(),
                    department: row.department.clone(),
                    site: row.site.clone(),
                    rank: row.rank.unwrap_or(0),
                    manager: manager_taking_part(file, &places, at),
                    tells_manager: true,
                    role: match told {
                        Some(role) => role.as_str(),
                        None => role(row.rank.unwrap_or(0), &mut rng),
                    },
                    share: row.share.clone(),
                    learn: row.learn.clone(),
                    languages: row.languages.clone(),
                    zone: row.zone.iana_name().unwrap_or("Etc/UTC").to_owned(),
                    habit,
                    rather_not: row.rather_not.iter().filter_map(|at| places[*at]).collect(),
                    mentor_capacity: Some(row.mentor_capacity),
                    mentee_capacity: Some(row.mentee_capacity),
                    waiting_days: row.waiting_days,
                })
                .collect(),
        );
        Self {
            own: true,
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

/// This many people at each stage, in a mixed order.
fn ranks(people: usize) -> Vec<usize> {
    let mut owed = [0; names::STAGES.len()];
    let mut ranks = Vec::with_capacity(people);
    for _ in 0..people {
        for (owed, (_, share)) in owed.iter_mut().zip(names::STAGES) {
            *owed += share;
        }
        let next = (0..owed.len())
            .rev()
            .max_by_key(|at| owed[*at])
            .unwrap_or_default();
        owed[next] -= 100;
        ranks.push(next);
    }
    ranks
}

fn person(at: usize, shift: usize, rank: usize, habit: Habit, rng: &mut ChaCha8Rng) -> Person {
    let turn = at + shift;
    let given = names::GIVEN[turn % names::GIVEN.len()];
    let family = names::FAMILY[turn % names::FAMILY.len()];
    let again = at / (names::GIVEN.len() * names::FAMILY.len());
    let name = match again {
        0 => format!("{given} {family}"),
        again => format!("{given} {family} {}", again + 1),
    };
    let (site, zone, tongue) = place(rng);
    let mut languages = vec!["English".to_owned()];
    if rng.random_bool(0.5) {
        languages.push(tongue.to_owned());
    }
    // A few do not list English.
    if rng.random_bool(0.03) && languages.len() > 1 {
        languages.remove(0);
    }
    let fresh = topics(&names::FRESH, &names::OWN_FRESH, rng);
    let seasoned = topics(&names::SEASONED, &names::OWN_SEASONED, rng);
    let (share, learn) = if rank <= 2 {
        (fresh, seasoned)
    } else {
        (seasoned, fresh)
    };
    Person {
        id: format!("U1{:06}", at + 1),
        name,
        email: None,
        department: some(&names::DEPARTMENTS, rng).to_owned(),
        site: site.to_owned(),
        rank,
        manager: None,
        tells_manager: rng.random_bool(0.9),
        role: role(rank, rng),
        share,
        learn,
        languages,
        zone: zone.to_owned(),
        habit,
        rather_not: Vec::new(),
        mentor_capacity: None,
        mentee_capacity: None,
        waiting_days: 0,
    }
}

/// The role that suits a stage.
pub fn role(rank: usize, rng: &mut ChaCha8Rng) -> &'static str {
    let either = match rank {
        0 => 0.05,
        2 | 3 => 0.3,
        _ => 0.1,
    };
    if rng.random_bool(either) {
        return "either";
    }
    if rank <= 2 { "mentor" } else { "mentee" }
}

fn place(rng: &mut ChaCha8Rng) -> (&'static str, &'static str, &'static str) {
    let mut dice = rng.random_range(0..100);
    for (site, zone, tongue, share) in names::SITES {
        if dice < share {
            return (site, zone, tongue);
        }
        dice -= share;
    }
    (names::SITES[0].0, names::SITES[0].1, names::SITES[0].2)
}

fn topics(known: &[&str], own: &[&str], rng: &mut ChaCha8Rng) -> Vec<String> {
    let count = rng.random_range(1..=3);
    let mut topics: Vec<String> = known
        .sample(rng, count)
        .map(|&topic| topic.to_owned())
        .collect();
    if rng.random_bool(0.15) {
        topics.push(some(own, rng).to_owned());
    }
    topics
}

fn some<'a>(list: &[&'a str], rng: &mut ChaCha8Rng) -> &'a str {
    list.choose(rng).copied().unwrap_or_default()
}

/// Gives everyone a more senior manager who leads people, if there is one, preferably in their own department.
fn report_to_someone(people: &mut [Person], rng: &mut ChaCha8Rng) {
    for at in 0..people.len() {
        let me = &people[at];
        let above = |at: &usize| people[*at].rank >= 3 && people[*at].rank > me.rank;
        let near = |at: &usize| people[*at].department == me.department;
        let all: Vec<usize> = (0..people.len().min(400)).filter(above).collect();
        let close: Vec<usize> = all.iter().copied().filter(near).collect();
        let from = if close.is_empty() { &all } else { &close };
        // The least senior of those; higher managers follow from that.
        let lowest = from.iter().map(|at| people[*at].rank).min();
        let lowest: Vec<usize> = from
            .iter()
            .copied()
            .filter(|at| Some(people[*at].rank) == lowest)
            .collect();
        people[at].manager = lowest.choose(rng).copied();
    }
}

/// Two people in one management chain who fit each other better than anybody else: they must never be paired.
fn tempt_a_chain(people: &mut [Person]) {
    let tempted = (0..people.len()).find_map(|at| {
        let above = people[at].manager?;
        let far = people[above].rank >= people[at].rank + 2;
        far.then_some((at, above))
    });
    if let Some((junior, senior)) = tempted {
        let (share, learn) = (people[senior].learn.clone(), people[senior].share.clone());
        let languages = people[senior].languages.clone();
        let zone = (people[senior].zone.clone(), people[senior].site.clone());
        let junior = &mut people[junior];
        (junior.share, junior.learn, junior.languages) = (share, learn, languages);
        (junior.zone, junior.site) = zone;
        (junior.tells_manager, junior.role) = (true, "mentor");
        people[senior].role = "mentee";
    }
}

fn keep_some_apart(people: &mut [Person], rng: &mut ChaCha8Rng) {
    for at in 0..people.len() {
        if rng.random_bool(0.05) {
            let other = rng.random_range(0..people.len());
            people[at]
                .rather_not
                .extend(Some(other).filter(|other| *other != at));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_company() {
        let (one, again) = (Company::made_up(40, 7), Company::made_up(40, 7));
        assert_eq!(one.people, again.people);
        assert_ne!(one.people, Company::made_up(40, 8).people);
        let names: BTreeSet<_> = one.people.iter().map(|p| &p.name).collect();
        assert_eq!(names.len(), 40);
    }

    #[test]
    fn there_are_juniors_seniors_and_a_tempting_chain() {
        let company = Company::made_up(40, 7);
        let mentors = company.people.iter().filter(|p| p.role != "mentee").count();
        assert!((15..=28).contains(&mentors), "{mentors}");
        let pairs = (0..40).flat_map(|a| (0..a).map(move |b| (a, b)));
        let tempted = pairs.filter(|&(a, b)| {
            let (a, b) = (&company.people[a], &company.people[b]);
            a.share == b.learn && a.learn == b.share
        });
        assert!(
            tempted
                .into_iter()
                .any(|(a, b)| company.one_chain(a, b, &|at| company.people[at].tells_manager))
        );
    }

    #[test]
    fn nobody_reports_in_a_circle_or_downwards() {
        let company = Company::made_up(300, 3);
        for person in &company.people {
            if let Some(manager) = person.manager {
                assert!(company.people[manager].rank > person.rank);
            }
        }
    }

    #[test]
    fn the_program_is_one_the_bot_takes() {
        let text = Company::made_up(12, 1).program(6);
        let settings: crate::domain::program::Settings = toml::from_str(&text).unwrap();
        assert_eq!((settings.cycles, settings.owners.len()), (6, 2));
    }

    #[test]
    fn people_are_found_the_way_one_says_them() {
        let company = Company::made_up(40, 7);
        let name = company.people[4].name.clone();
        for who in [
            &name,
            &name.to_uppercase(),
            &company.people[4].handle(),
            "5",
            "U1000005",
        ] {
            assert_eq!(company.find(who), Some(4), "{who}");
        }
        assert_eq!(company.find("nobody at all"), None);
    }

    fn read(text: &str, settings: &crate::domain::program::Settings) -> PeopleFile {
        use crate::people_file::{Mapping, Purpose, parse};
        let (name, mapping) = (std::path::Path::new("people.csv"), Mapping::default());
        parse(name, text.as_bytes(), settings, 9, Purpose::Match, &mapping).unwrap()
    }

    #[test]
    fn bystanders_stay_out_and_lines_go_through_them() {
        let csv = "name,stage,role,manager,rather_not\nBea,3,none,Cem,\n\
            Ana,1,mentor,Bea,Bea|Cem\nCem,5,,Dora,\nDora,,none,Dora2,\nDora2,,none,Dora,\n";
        let settings = crate::domain::program::Settings::default();
        let company = Company::from_file(&read(csv, &settings), 7);
        let [ana, cem] = &company.people[..] else {
            panic!("two people");
        };
        assert_eq!((ana.manager, &ana.rather_not), (Some(1), &vec![1]));
        assert_eq!(cem.manager, None);
    }

    #[test]
    fn a_file_loses_nothing_on_its_way() {
        let csv = "name,stage,mentor_capacity,mentee_capacity,rather_not,waiting_days\n\
            Ana,1,3,,Bo|Cem,\nBo,5,,2,,40\nCem,6,,,,";
        let settings = crate::domain::program::Settings::default();
        let company = Company::from_file(&read(csv, &settings), 7);
        let again = Company::from_file(&read(&company.csv(), &settings), 7);
        assert!(company.own && !Company::made_up(3, 7).own);
        for company in [company, again] {
            let [ana, bo, cem] = &company.people[..] else {
                panic!("three people");
            };
            assert_eq!(
                (ana.mentor_capacity, ana.mentee_capacity),
                (Some(3), Some(1))
            );
            assert_eq!((bo.mentor_capacity, bo.mentee_capacity), (Some(1), Some(2)));
            assert_eq!(ana.rather_not, [1, 2]);
            assert!(bo.rather_not.is_empty() && cem.rather_not.is_empty());
            assert_eq!((ana.waiting_days, bo.waiting_days), (0, 40));
        }
    }

    #[test]
    fn names_do_not_run_out() {
        let company = Company::made_up(5000, 1);
        let names: BTreeSet<_> = company.people.iter().map(|p| &p.name).collect();
        assert_eq!(names.len(), 5000);
    }
}
