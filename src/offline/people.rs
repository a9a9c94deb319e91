//! The people of a file, in the form that matching needs.

use super::options::BadMatch;
use crate::domain::ids::UserId;
use crate::domain::matching::{Candidates, Person};
use crate::domain::participant::{Profile, Role};
use crate::domain::program::Settings;
use crate::people_file::{Manager, Row};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};

/// The people of a file, in the form that matching needs.
pub struct File {
    pub(super) people: Vec<Person>,
    /// In the same order.
    pub(super) known: Vec<Known>,
    managers: HashMap<UserId, UserId>,
    /// Empty, because everybody is in the file.
    no_ranks: HashMap<UserId, usize>,
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
    pub fn of(rows: Vec<Row>, settings: &Settings) -> Self {
        let id = |row: &Row| UserId(row.key().to_owned());
        let ids: Vec<UserId> = rows.iter().map(id).collect();
        let managers = rows.iter().zip(&ids).filter_map(|(row, id)| {
            let manager = match row.manager {
                Manager::Unknown => return None,
                Manager::Nobody => id,
                Manager::Row(manager) => &ids[manager],
            };
            Some((id.clone(), manager.clone()))
        });
        let managers = managers.collect();
        // Converted row by row, so that a large company is not in memory twice.
        let both = rows.into_iter().map(|row| taken_apart(row, &ids, settings));
        let (people, known) = both.unzip();
        Self {
            people,
            known,
            managers,
            no_ranks: HashMap::new(),
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
            ranks: &self.no_ranks,
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

    pub(super) fn find(&self, who: &str) -> Result<&Known, BadMatch> {
        let who = who.trim().to_lowercase();
        let is_meant =
            |given: Option<&String>| given.is_some_and(|given| given.to_lowercase() == who);
        let by_key = |one: &&Known| is_meant(one.id.as_ref()) || is_meant(one.email.as_ref());
        let mut named = self.known.iter().filter(|one| is_meant(Some(&one.name)));
        let found = self.known.iter().find(by_key);
        match (found, named.next(), named.next()) {
            (Some(one), ..) | (None, Some(one), None) => Ok(one),
            (None, Some(_), Some(_)) => Err(BadMatch::Several(who)),
            _ => Err(BadMatch::Nobody(who)),
        }
    }
}

fn taken_apart(row: Row, ids: &[UserId], settings: &Settings) -> (Person, Known) {
    let key = UserId(row.key().to_owned());
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let person = Person {
        id: key.clone(),
        profile: Profile {
            role: row.role.unwrap_or(Role::Either),
            stage: settings.stages[row.rank].clone(),
            department: some(row.department),
            site: some(row.site),
            manager: None,
            share: row.share,
            learn: row.learn,
            languages: row.languages,
            mentor_capacity: row.mentor_capacity,
            mentee_capacity: row.mentee_capacity,
            rather_not: row.rather_not.iter().map(|&at| ids[at].clone()).collect(),
            hopes: String::new(),
        },
        zone: row.zone,
        waiting_days: row.waiting_days,
        mentoring: 0,
        learning: 0,
        full_member: true,
        active: true,
    };
    let known = Known {
        name: row.name,
        id: row.id,
        email: row.email,
        key,
    };
    (person, known)
}
