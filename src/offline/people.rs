//! The people of a file, in the form that matching needs.

use super::options::BadMatch;
use crate::domain::ids::UserId;
use crate::domain::matching::{Candidates, Person};
use crate::domain::participant::{Profile, Role};
use crate::domain::program::Settings;
use crate::people_file::{Manager, Part, PeopleFile, Row, lookup_key};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};

/// The people of a file, in the form that matching needs.
pub struct File {
    pub(super) people: Vec<Person>,
    /// In the same order.
    pub(super) known: Vec<Known>,
    managers: HashMap<UserId, UserId>,
    /// The stages of bystanders.
    ranks: HashMap<UserId, usize>,
    /// People who are in reporting lines and do not take part.
    pub(super) bystanders: Vec<Known>,
    nobody: HashSet<(UserId, UserId)>,
}

/// The names by which a person can be found.
pub(super) struct Known {
    pub(super) name: String,
    pub(super) id: Option<String>,
    pub(super) email: Option<String>,
    /// The key from [`Row::key`].
    pub(super) key: UserId,
}

impl File {
    pub fn of(file: PeopleFile, settings: &Settings) -> Self {
        let PeopleFile { rows, outside, .. } = file;
        let id = |row: &Row| UserId(row.key().to_owned());
        let ids: Vec<UserId> = rows.iter().map(id).collect();
        let managers = rows.iter().zip(&ids).filter_map(|(row, id)| {
            let manager = match row.manager {
                Manager::Unknown => return None,
                Manager::Nobody => id.clone(),
                Manager::Row(manager) => ids[manager].clone(),
                // Who is above them is not in the file.
                Manager::Outside(manager) => UserId(outside[manager].clone()),
            };
            Some((id.clone(), manager))
        });
        let managers = managers.collect();
        let (mut people, mut known) = (Vec::with_capacity(rows.len()), Vec::new());
        let (mut ranks, mut bystanders) = (HashMap::new(), Vec::new());
        // Converted row by row, so that a large company is not in memory twice.
        for row in rows {
            let stage = row.rank.and_then(|rank| settings.stages.get(rank));
            if let (Part::Member(role), Some(stage)) = (row.part, stage) {
                let (person, one) = taken_apart(row, role, stage.clone(), &ids);
                people.push(person);
                known.push(one);
            } else {
                ranks.extend(row.rank.map(|rank| (id(&row), rank)));
                bystanders.push(Known::of(row));
            }
        }
        Self {
            people,
            known,
            managers,
            ranks,
            bystanders,
            nobody: HashSet::new(),
        }
    }

    pub fn candidates<'a>(
        &'a self,
        settings: &'a Settings,
        now: Timestamp,
        seed: u64,
    ) -> Candidates<'a> {
        Candidates {
            people: &self.people,
            managers: &self.managers,
            ranks: &self.ranks,
            earlier: &self.nobody,
            both_asked: &self.nobody,
            forbidden: &self.nobody,
            pinned: &[],
            kept: &[],
            settings,
            now,
            seed,
        }
    }

    /// The participant whom somebody means by an id, an email address or a name.
    pub(super) fn find(&self, who: &str) -> Result<&Known, BadMatch> {
        match found(&self.known, who) {
            Err(BadMatch::Nobody(_)) if found(&self.bystanders, who).is_ok() => {
                Err(BadMatch::Bystander(who.trim().to_owned()))
            }
            found => found,
        }
    }
}

fn found<'a>(people: &'a [Known], who: &str) -> Result<&'a Known, BadMatch> {
    let key = lookup_key(who);
    let is_meant = |given: Option<&String>| given.is_some_and(|given| lookup_key(given) == key);
    let by_id = |one: &&Known| is_meant(one.id.as_ref()) || is_meant(one.email.as_ref());
    let mut named = people.iter().filter(|one| is_meant(Some(&one.name)));
    let found = people.iter().find(by_id);
    let who = who.trim().to_owned();
    match (found, named.next(), named.next()) {
        (Some(one), ..) | (None, Some(one), None) => Ok(one),
        (None, Some(_), Some(_)) => Err(BadMatch::Several(who)),
        (None, None, _) => Err(BadMatch::Nobody(who)),
    }
}

impl Known {
    fn of(row: Row) -> Self {
        Self {
            key: UserId(row.key().to_owned()),
            name: row.shown().to_owned(),
            id: row.id,
            email: row.email,
        }
    }
}

fn taken_apart(mut row: Row, role: Option<Role>, stage: String, ids: &[UserId]) -> (Person, Known) {
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let person = Person {
        id: UserId(row.key().to_owned()),
        profile: Profile {
            role: role.unwrap_or(Role::Either),
            stage,
            department: some(std::mem::take(&mut row.department)),
            site: some(std::mem::take(&mut row.site)),
            manager: None,
            share: std::mem::take(&mut row.share),
            learn: std::mem::take(&mut row.learn),
            languages: std::mem::take(&mut row.languages),
            mentor_capacity: row.mentor_capacity,
            mentee_capacity: row.mentee_capacity,
            rather_not: row.rather_not.iter().map(|&at| ids[at].clone()).collect(),
            hopes: String::new(),
            hours: None,
        },
        zone: row.zone.clone(),
        waiting_days: row.waiting_days,
        mentoring: 0,
        learning: 0,
        full_member: true,
        active: true,
    };
    (person, Known::of(row))
}
