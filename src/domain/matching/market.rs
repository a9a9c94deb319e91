//! The people of a round as the solver sees them: every two of them in a few nanoseconds.
//!
//! People are grouped by what they have in common: the same wishes, the same place. For one row, each group's part of
//! the answer is worked out once; a pair is then four table look-ups. That it says the same as `rules` and `scores` is
//! what the tests hold it to.

use super::assignment::{BARRED, Market, code};
use super::roster::{Bits, Entry, Roster};
use super::scores;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// More than any code: a sum with this in it is no pair.
const NEVER: u16 = 1000;

pub(super) struct People<'a> {
    roster: &'a Roster<'a>,
    /// Whether mentors are the rows; the scarcer side is.
    mentors_first: bool,
    rows: Side,
    columns: Side,
    /// Columns that are no partners for a row though rules and scores may say so, sorted.
    barred: Vec<Vec<u32>>,
    /// Pairs of an earlier solution, kept where nothing speaks for another one.
    kept: HashSet<(usize, usize)>,
    learn: Groups<Vec<u64>>,
    share: Groups<Vec<u64>>,
    standing: Groups<Standing>,
    place: Groups<Place>,
    table: Tables,
}

/// What one row's part of the answer is, by group.
#[derive(Default)]
struct Tables {
    learn: Vec<u16>,
    share: Vec<u16>,
    standing: Vec<u16>,
    place: Vec<u16>,
}

/// The people of one side, by position in the roster.
pub(super) struct Side {
    pub people: Vec<usize>,
    pub room: Vec<u32>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Standing {
    rank: Option<usize>,
    languages: Vec<u64>,
    manager_known: bool,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Place {
    zone: usize,
    department: Option<u32>,
    site: Option<u32>,
    waited: u8,
}

/// The different values among the columns, and which of them each column has.
struct Groups<T> {
    values: Vec<T>,
    of: Vec<u32>,
}

impl<T: Clone + Eq + Hash> Groups<T> {
    fn of(values: impl Iterator<Item = T>) -> Self {
        let mut known: HashMap<T, u32> = HashMap::new();
        let mut groups = Self {
            values: Vec::new(),
            of: Vec::new(),
        };
        for value in values {
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            let group = *known.entry(value.clone()).or_insert(next);
            if group == next {
                groups.values.push(value);
            }
            groups.of.push(group);
        }
        groups
    }
}

impl<'a> People<'a> {
    /// Mentors and mentees with this much room, by position in the roster; without the pairs in `settled`.
    pub(super) fn new(
        roster: &'a Roster<'a>,
        [teach, learn]: [&[u32]; 2],
        settled: &[(usize, usize)],
        kept: &[(usize, usize)],
    ) -> Self {
        let side = |room: &[u32]| {
            let takes_part = |at: &usize| room[*at] > 0 && roster.entries[*at].takes_part();
            let people: Vec<usize> = (0..room.len()).filter(takes_part).collect();
            Side {
                room: people.iter().map(|&at| room[at]).collect(),
                people,
            }
        };
        let (mentors, mentees) = (side(teach), side(learn));
        let units = |side: &Side| side.room.iter().map(|&room| u64::from(room)).sum::<u64>();
        let mentors_first = units(&mentors) <= units(&mentees);
        let (rows, columns) = if mentors_first {
            (mentors, mentees)
        } else {
            (mentees, mentors)
        };
        let oriented = |&(mentor, mentee): &(usize, usize)| {
            if mentors_first {
                (mentor, mentee)
            } else {
                (mentee, mentor)
            }
        };
        let entries = || columns.people.iter().map(|&at| &roster.entries[at]);
        let column_of: HashMap<usize, u32> = columns.people.iter().copied().zip(0..).collect();
        let settled: HashSet<_> = settled.iter().map(oriented).collect();
        let barred = rows.people.iter().map(|&row| {
            let apart = roster.entries[row].never.iter().copied();
            let done = settled
                .iter()
                .filter(|pair| pair.0 == row)
                .map(|pair| pair.1);
            let mut barred: Vec<u32> = apart
                .chain(done)
                .filter_map(|at| column_of.get(&at).copied())
                .collect();
            barred.sort_unstable();
            barred
        });
        Self {
            mentors_first,
            barred: barred.collect(),
            kept: kept.iter().map(oriented).collect(),
            learn: Groups::of(entries().map(|entry| entry.learn.words().to_vec())),
            share: Groups::of(entries().map(|entry| entry.share.words().to_vec())),
            standing: Groups::of(entries().map(|entry| Standing {
                rank: entry.rank,
                languages: entry.languages.words().to_vec(),
                manager_known: entry.manager_known,
            })),
            place: Groups::of(entries().map(|entry| Place {
                zone: entry.zone,
                department: entry.department,
                site: entry.site,
                waited: scores::waited(entry.person.waiting_days),
            })),
            roster,
            rows,
            columns,
            table: Tables::default(),
        }
    }

    /// The two people of a cell, mentor first, by position in the roster.
    pub(super) fn pair(&self, row: usize, column: usize) -> (usize, usize) {
        let (row, column) = (self.rows.people[row], self.columns.people[column]);
        if self.mentors_first {
            (row, column)
        } else {
            (column, row)
        }
    }

    /// Works out what each group of columns is to this row.
    fn look_from(&mut self, row: &Entry) {
        let (mentors_first, gap) = (self.mentors_first, self.roster.stage_gap);
        let in_common = |mine: &Bits, theirs: &[u64]| mine.in_common_with(theirs);
        let table = &mut self.table;
        fill(&mut table.learn, &self.learn.values, |learn| {
            let wishes = in_common(&row.share, learn);
            scores::for_wishes(wishes, mentors_first)
        });
        fill(&mut table.share, &self.share.values, |share| {
            let wishes = in_common(&row.learn, share);
            scores::for_wishes(wishes, !mentors_first)
        });
        fill(&mut table.standing, &self.standing.values, |other| {
            let (junior, senior) = if mentors_first {
                (row.rank, other.rank)
            } else {
                (other.rank, row.rank)
            };
            let far_apart = junior
                .zip(senior)
                .is_some_and(|(junior, senior)| junior + gap <= senior);
            if far_apart && in_common(&row.languages, &other.languages) > 0 {
                u16::from(code(0, !(row.manager_known && other.manager_known)))
            } else {
                NEVER
            }
        });
        let waited = scores::waited(row.person.waiting_days);
        fill(&mut table.place, &self.place.values, |other| {
            let minutes = self.roster.hours.between(row.zone, other.zone);
            if minutes < super::rules::SHARED_MINUTES {
                return NEVER;
            }
            let points = scores::for_places(
                (row.department, other.department),
                (row.site, other.site),
                minutes,
            );
            u16::from(points.total() + waited + other.waited)
        });
    }
}

fn fill<T>(table: &mut Vec<u16>, values: &[T], of: impl Fn(&T) -> u16) {
    table.clear();
    table.extend(values.iter().map(of));
}

impl Market for People<'_> {
    fn row_room(&self) -> &[u32] {
        &self.rows.room
    }

    fn column_room(&self) -> &[u32] {
        &self.columns.room
    }

    fn codes(&mut self, row: usize, codes: &mut Vec<u8>) {
        let roster = self.roster;
        self.look_from(&roster.entries[self.rows.people[row]]);
        let table = &self.table;
        codes.clear();
        let groups = self.learn.of.iter().zip(&self.share.of);
        let groups = groups.zip(self.standing.of.iter().zip(&self.place.of));
        codes.extend(groups.map(|((&learn, &share), (&standing, &place))| {
            let sum = table.learn[learn as usize]
                + table.share[share as usize]
                + table.standing[standing as usize]
                + table.place[place as usize];
            u8::try_from(sum).unwrap_or(BARRED)
        }));
        for &column in &self.barred[row] {
            codes[column as usize] = BARRED;
        }
    }

    fn lot(&self, row: usize, column: usize) -> u32 {
        let (row, column) = (self.rows.people[row], self.columns.people[column]);
        if self.kept.contains(&(row, column)) {
            return u32::MAX;
        }
        let (mentor, mentee) = if self.mentors_first {
            (row, column)
        } else {
            (column, row)
        };
        let lots =
            self.roster.entries[mentor].lot ^ self.roster.entries[mentee].lot.rotate_left(32);
        let lot = u32::try_from(mixed(lots) >> 32).unwrap_or(0);
        // What is kept outweighs a number of others, but not a single point of the score.
        if self.kept.is_empty() { lot } else { lot >> 4 }
    }
}

/// The finalizer of `SplitMix64`: near lots do not stay near.
pub(super) fn mixed(lots: u64) -> u64 {
    let lots = (lots ^ (lots >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let lots = (lots ^ (lots >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    lots ^ (lots >> 31)
}
