//! The people of a round as numbers (ranks, bit sets, shared minutes), so that checking every pair is cheap.

use super::candidates::{Candidates, Person, unordered};
use super::hours::SharedHours;
use super::reporting::{Chains, Line};
use crate::domain::ids::UserId;
use crate::domain::workday::Workday;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

pub(super) struct Roster<'a> {
    /// The order depends only on the seed and the ids.
    pub(super) entries: Vec<Entry<'a>>,
    pub(super) stage_gap: usize,
    pub(super) hours: SharedHours,
    index: HashMap<&'a UserId, usize>,
}

pub(super) struct Entry<'a> {
    pub(super) person: &'a Person,
    /// Breaks ties: the person's id hashed with the round's seed.
    pub(super) lot: u64,
    pub(super) rank: Option<usize>,
    pub(super) share: Bits,
    pub(super) learn: Bits,
    pub(super) languages: Bits,
    pub(super) department: Option<u32>,
    pub(super) site: Option<u32>,
    /// How many more people they can mentor.
    pub(super) teach_room: u32,
    /// How many more mentors they can take.
    pub(super) learn_room: u32,
    pub(super) line: Line,
    /// Everyone they must not be paired with for a private reason, sorted. One list for all such
    /// reasons, so that no later step can tell them apart.
    pub(super) never: Vec<usize>,
    /// Its position among the workdays of [`SharedHours`].
    pub(super) workday: usize,
}

impl Entry<'_> {
    /// Whether they can be in any pair at all.
    pub(super) fn takes_part(&self) -> bool {
        self.person.active && self.person.full_member && self.rank.is_some()
    }
}

impl<'a> Roster<'a> {
    pub(super) fn new(c: &Candidates<'a>) -> Self {
        Self::of(c, c.people.iter())
    }

    /// Only these people, judged by all the data.
    pub(super) fn of(c: &Candidates<'a>, people: impl Iterator<Item = &'a Person>) -> Self {
        let mut drawn: Vec<_> = people
            .map(|person| (lot(c.seed, &person.id), person))
            .collect();
        drawn.sort_by(|a, b| (a.0, &a.1.id).cmp(&(b.0, &b.1.id)));
        drawn.dedup_by(|a, b| a.1.id == b.1.id);

        let index: HashMap<_, _> = drawn
            .iter()
            .map(|(_, person)| &person.id)
            .zip(0..)
            .collect();
        let (mut topics, mut languages, mut places) =
            (Names::default(), Names::default(), Names::default());
        let mut workdays: Vec<Workday> = Vec::new();
        let chains = Chains::new(c);
        let mut entries = Vec::with_capacity(drawn.len());
        let mut apart: Vec<(usize, usize)> = Vec::new();
        for (lot, person) in drawn {
            let profile = &person.profile;
            let workday = position_or_push(&mut workdays, person.workday());
            let above = chains.above(&person.id);
            let others = above.iter().copied().chain(&profile.rather_not);
            apart.extend(others.filter_map(|id| Some((entries.len(), *index.get(id)?))));
            let left = |offered: bool, capacity: u8, taken: u8| {
                u32::from(if offered {
                    capacity.saturating_sub(taken)
                } else {
                    0
                })
            };
            entries.push(Entry {
                person,
                lot,
                rank: c.settings.stage_rank(&profile.stage),
                share: topics.bits(&profile.share),
                learn: topics.bits(&profile.learn),
                languages: languages.bits(&profile.languages),
                department: places.number(profile.department.as_deref().unwrap_or_default()),
                site: places.number(profile.site.as_deref().unwrap_or_default()),
                teach_room: left(
                    profile.role.mentors(),
                    profile.mentor_capacity,
                    person.mentoring,
                ),
                learn_room: left(
                    profile.role.learns(),
                    profile.mentee_capacity,
                    person.learning,
                ),
                line: chains.line(&person.id, &above),
                never: Vec::new(),
                workday,
            });
        }
        let mut roster = Self {
            entries,
            // A gap of 0 would let two peers mentor each other.
            stage_gap: usize::from(c.settings.stage_gap.max(1)),
            hours: SharedHours::new(&workdays, c.settings, c.now),
            index,
        };
        roster.keep_apart(c, apart);
        roster
    }

    pub(super) fn position(&self, id: &UserId) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// Minutes of working time two people share on a typical day.
    pub(super) fn shared_minutes(&self, a: usize, b: usize) -> u16 {
        self.hours
            .between(self.entries[a].workday, self.entries[b].workday)
    }

    /// Whether a private reason keeps two people apart.
    pub(super) fn kept_apart(&self, a: usize, b: usize) -> bool {
        self.entries[a].never.binary_search(&b).is_ok()
    }

    /// `apart`: pairs kept apart by reporting lines and wishes.
    fn keep_apart(&mut self, c: &Candidates<'a>, mut apart: Vec<(usize, usize)>) {
        let asked = |a: &UserId, b: &UserId| holds(c.both_asked, a, b);
        let before = c.earlier.iter().filter(|(a, b)| !asked(a, b));
        for (a, b) in before.chain(c.forbidden) {
            if let (Some(a), Some(b)) = (self.position(a), self.position(b)) {
                apart.push((a, b));
            }
        }
        for (a, b) in apart {
            self.entries[a].never.push(b);
            self.entries[b].never.push(a);
        }
        for entry in &mut self.entries {
            entry.never.sort_unstable();
            entry.never.dedup();
            entry.never.shrink_to_fit();
        }
    }
}

fn holds(pairs: &HashSet<(UserId, UserId)>, a: &UserId, b: &UserId) -> bool {
    !pairs.is_empty() && pairs.contains(&unordered(a, b))
}

fn lot(seed: u64, id: &UserId) -> u64 {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update(id.as_str());
    let digest = hash.finalize();
    digest
        .iter()
        .take(8)
        .fold(0, |lot, &byte| lot << 8 | u64::from(byte))
}

fn position_or_push(workdays: &mut Vec<Workday>, workday: Workday) -> usize {
    let known = workdays.iter().position(|known| *known == workday);
    known.unwrap_or_else(|| {
        workdays.push(workday);
        workdays.len() - 1
    })
}

/// The form in which names are compared: lower case, single blanks.
pub(super) fn plain(name: &str) -> String {
    let words: Vec<_> = name.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

#[derive(Default)]
struct Names(HashMap<String, u32>);

impl Names {
    /// None for a blank name.
    fn number(&mut self, name: &str) -> Option<u32> {
        let name = plain(name);
        let next = u32::try_from(self.0.len()).ok()?;
        (!name.is_empty()).then(|| *self.0.entry(name).or_insert(next))
    }

    fn bits(&mut self, names: &[String]) -> Bits {
        let mut bits = Bits::default();
        for number in names.iter().filter_map(|name| self.number(name)) {
            bits.insert(number as usize);
        }
        bits.0.shrink_to_fit();
        bits
    }
}

/// A set of small numbers.
#[derive(Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    fn insert(&mut self, number: usize) {
        let word = number / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (number % 64);
    }

    pub(super) fn words(&self) -> &[u64] {
        &self.0
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        let words = self.0.iter().enumerate();
        words.flat_map(|(nth, &word)| {
            (0..64)
                .filter(move |bit| word >> bit & 1 == 1)
                .map(move |bit| nth * 64 + bit)
        })
    }

    pub(super) fn in_common(&self, other: &Self) -> u32 {
        self.in_common_with(&other.0)
    }

    pub(super) fn in_common_with(&self, words: &[u64]) -> u32 {
        let words = self.0.iter().zip(words);
        words.map(|(a, b)| (a & b).count_ones()).sum()
    }
}
