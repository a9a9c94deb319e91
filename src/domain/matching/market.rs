//! The people of a round as the solver sees them: each pair takes a few nanoseconds.
//!
//! For one person, all of the other side is computed at once: people with the same stage and languages, or at the
//! same place, get the same answer, and wishes are counted topic by topic, for many people in one step. Tests check that the
//! result equals that of `rules` and `scores`.

use super::assignment::{BARRED, Market, code};
use super::reporting::Line;
use super::roster::{Bits, Entry, Roster};
use super::rules::SHARED_MINUTES;
use super::scores;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// More than any code: a sum that includes this is no pair.
const NEVER: u16 = 1000;

pub(super) struct People<'a> {
    roster: &'a Roster<'a>,
    /// Whether mentors are the rows. The scarcer side is.
    mentors_first: bool,
    /// Rows, then columns.
    sides: [Side; 2],
    /// Pairs of an earlier solution (mentor, mentee), kept where no other pair is better.
    kept: HashSet<(usize, usize)>,
    table: Tables,
    /// The codes computed for each person of each side, if they fit in memory; empty until then.
    known: [Vec<Vec<u8>>; 2],
    watch: &'a dyn Fn(usize),
}

/// Up to this many pairs are cached, because the solver looks at each several times. (Twice as many bytes.)
const KEPT: usize = 4_000_000;

/// The people of one side, by position in the roster, and the groups they fall into.
struct Side {
    people: Vec<usize>,
    room: Vec<u32>,
    lots: Vec<u64>,
    /// The people of the other side who are ruled out for any private reason, sorted.
    barred: Vec<Vec<u32>>,
    learn: Topics,
    share: Topics,
    standing: Vec<Standing>,
    place: Vec<Place>,
    /// The combinations of standing and place, and who has which.
    kinds: Groups<(u32, u32)>,
}

/// The holders of each topic.
struct Topics(Vec<Holders>);

enum Holders {
    /// A one for each person who has it, so that most of the work is adding bytes side by side.
    Many(Vec<u8>),
    Few(Vec<u32>),
}

impl Topics {
    fn of<'a>(people: usize, sets: impl Iterator<Item = &'a Bits>) -> Self {
        let mut holders: Vec<Vec<u32>> = Vec::new();
        for (person, set) in (0..).zip(sets) {
            for topic in set.iter() {
                if holders.len() <= topic {
                    holders.resize(topic + 1, Vec::new());
                }
                holders[topic].push(person);
            }
        }
        let packed = holders.into_iter().map(|few| {
            if few.len() * FEW < people {
                return Holders::Few(few);
            }
            let mut many = vec![0; people];
            for person in few {
                many[person as usize] = 1;
            }
            Holders::Many(many)
        });
        Self(packed.collect())
    }

    /// How many topics of `set` each person has.
    fn count(&self, set: &Bits, count: &mut [u8]) {
        count.fill(0);
        for holders in set.iter().filter_map(|topic| self.0.get(topic)) {
            match holders {
                Holders::Many(many) => {
                    let both = count.iter_mut().zip(many);
                    both.for_each(|(count, has)| *count = count.saturating_add(*has));
                }
                Holders::Few(few) => {
                    for &person in few {
                        let count = &mut count[person as usize];
                        *count = count.saturating_add(1);
                    }
                }
            }
        }
    }
}

/// A topic with fewer than one holder in this many people is stored as a list.
const FEW: usize = 12;

/// The parts of one person's answer: by group of the other side, and by person.
#[derive(Default)]
struct Tables {
    standing: Vec<u16>,
    place: Vec<u16>,
    kinds: Vec<u8>,
    theirs: Vec<u8>,
    mine: Vec<u8>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Standing {
    rank: Option<usize>,
    languages: Vec<u64>,
    line: Line,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Place {
    workday: usize,
    department: Option<u32>,
    site: Option<u32>,
    waited: u8,
}

/// The distinct values of one side, and the value of each person.
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

impl Side {
    fn of(roster: &Roster, people: Vec<usize>, room: &[u32]) -> Self {
        let entries = || people.iter().map(|&at| &roster.entries[at]);
        let standing = Groups::of(entries().map(|entry| Standing {
            rank: entry.rank,
            languages: entry.languages.words().to_vec(),
            line: entry.line,
        }));
        let place = Groups::of(entries().map(|entry| Place {
            workday: entry.workday,
            department: entry.department,
            site: entry.site,
            waited: scores::waited(entry.person.waiting_days),
        }));
        Self {
            room: people.iter().map(|&at| room[at]).collect(),
            lots: entries().map(|entry| entry.lot).collect(),
            barred: Vec::new(),
            learn: Topics::of(people.len(), entries().map(|entry| &entry.learn)),
            share: Topics::of(people.len(), entries().map(|entry| &entry.share)),
            kinds: Groups::of(standing.of.into_iter().zip(place.of)),
            standing: standing.values,
            place: place.values,
            people,
        }
    }

    /// `apart`: pairs that are ruled out, by position in the roster, in both directions.
    fn bar(&mut self, others: &Self, apart: &HashMap<usize, Vec<usize>>) {
        let places: HashMap<usize, u32> = others.people.iter().copied().zip(0..).collect();
        let of = |at: &usize| {
            let apart = apart.get(at).into_iter().flatten();
            let mut barred: Vec<u32> = apart.filter_map(|at| places.get(at).copied()).collect();
            barred.sort_unstable();
            barred
        };
        self.barred = self.people.iter().map(of).collect();
    }
}

impl<'a> People<'a> {
    /// Mentors and mentees with this much room, by position in the roster, without the pairs in `settled`.
    pub(super) fn new(
        roster: &'a Roster<'a>,
        [teach, learn]: [&[u32]; 2],
        settled: &[(usize, usize)],
        kept: &[(usize, usize)],
    ) -> Self {
        let side = |room: &[u32]| {
            let takes_part = |at: &usize| room[*at] > 0 && roster.entries[*at].takes_part();
            Side::of(roster, (0..room.len()).filter(takes_part).collect(), room)
        };
        let (mut mentors, mut mentees) = (side(teach), side(learn));
        let mut apart: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, entry) in roster.entries.iter().enumerate() {
            if !entry.never.is_empty() {
                apart.insert(at, entry.never.clone());
            }
        }
        for &(mentor, mentee) in settled {
            apart.entry(mentor).or_default().push(mentee);
            apart.entry(mentee).or_default().push(mentor);
        }
        mentors.bar(&mentees, &apart);
        mentees.bar(&mentors, &apart);
        let units = |side: &Side| side.room.iter().map(|&room| u64::from(room)).sum::<u64>();
        let mentors_first = units(&mentors) <= units(&mentees);
        let sides = if mentors_first {
            [mentors, mentees]
        } else {
            [mentees, mentors]
        };
        let are_few = sides[0].people.len() * sides[1].people.len() <= KEPT;
        let room = |side: &Side| vec![Vec::new(); if are_few { side.people.len() } else { 0 }];
        Self {
            roster,
            mentors_first,
            known: [room(&sides[0]), room(&sides[1])],
            sides,
            kept: kept.iter().copied().collect(),
            table: Tables::default(),
            watch: &|_| (),
        }
    }

    pub(super) fn watched(mut self, watch: &'a dyn Fn(usize)) -> Self {
        self.watch = watch;
        self
    }

    /// The two people of a cell, mentor first, by position in the roster.
    pub(super) fn pair(&self, row: usize, column: usize) -> (usize, usize) {
        let (row, column) = (self.sides[0].people[row], self.sides[1].people[column]);
        if self.mentors_first {
            (row, column)
        } else {
            (column, row)
        }
    }

    /// The codes of one person with everybody on the other side.
    fn codes(&mut self, side: usize, at: usize, codes: &mut Vec<u8>) {
        codes.clear();
        if let Some(known) = self.known[side].get(at).filter(|known| !known.is_empty()) {
            codes.extend_from_slice(known);
            (self.watch)(codes.len());
            return;
        }
        let is_mentor = self.mentors_first == (side == 0);
        let (roster, own, others) = (self.roster, &self.sides[side], &self.sides[1 - side]);
        let table = &mut self.table;
        table.scan_from(roster, &roster.entries[own.people[at]], is_mentor, others);
        // Borrowed once: a lookup through the table for each person takes half as long again.
        let kinds = table.kinds.as_slice();
        codes.extend(others.kinds.of.iter().map(|&kind| kinds[kind as usize]));
        let own_person = &roster.entries[own.people[at]];
        table.theirs.resize(codes.len(), 0);
        table.mine.resize(codes.len(), 0);
        others.learn.count(&own_person.share, &mut table.theirs);
        others.share.count(&own_person.learn, &mut table.mine);
        let wishes = table.theirs.iter().zip(&table.mine);
        let (their, my) = (scores::steps(is_mentor), scores::steps(!is_mentor));
        for (code, (&theirs, &mine)) in codes.iter_mut().zip(wishes) {
            let points = scores::climb(their, theirs) + scores::climb(my, mine);
            *code += points & scores::mask(*code != BARRED);
        }
        for &other in &own.barred[at] {
            codes[other as usize] = BARRED;
        }
        if let Some(known) = self.known[side].get_mut(at) {
            known.clone_from(codes);
        }
        (self.watch)(codes.len());
    }
}

impl Tables {
    fn scan_from(&mut self, roster: &Roster, own: &Entry, is_mentor: bool, others: &Side) {
        fill(&mut self.standing, &others.standing, |other| {
            let (junior, senior) = if is_mentor {
                (own.rank, other.rank)
            } else {
                (other.rank, own.rank)
            };
            let far_apart = junior
                .zip(senior)
                .is_some_and(|(junior, senior)| junior + roster.stage_gap <= senior);
            if far_apart && own.languages.in_common_with(&other.languages) > 0 {
                let confirm = own.line.may_hold(other.rank) || other.line.may_hold(own.rank);
                u16::from(code(0, confirm))
            } else {
                NEVER
            }
        });
        let waited = scores::waited(own.person.waiting_days);
        fill(&mut self.place, &others.place, |other| {
            let minutes = roster.hours.between(own.workday, other.workday);
            if minutes < SHARED_MINUTES {
                return NEVER;
            }
            let departments = (own.department, other.department);
            let places = scores::for_places(departments, (own.site, other.site), minutes);
            u16::from(places.total() + waited + other.waited)
        });
        fill(
            &mut self.kinds,
            &others.kinds.values,
            |&(standing, place)| {
                let sum = self.standing[standing as usize] + self.place[place as usize];
                // No branch, because it could not be predicted.
                sum.to_le_bytes()[0] & scores::mask(sum < NEVER)
            },
        );
    }
}

fn fill<T, P>(table: &mut Vec<P>, values: &[T], of: impl Fn(&T) -> P) {
    table.clear();
    table.extend(values.iter().map(of));
}

impl Market for People<'_> {
    fn row_room(&self) -> &[u32] {
        &self.sides[0].room
    }

    fn column_room(&self) -> &[u32] {
        &self.sides[1].room
    }

    fn row(&mut self, row: usize, codes: &mut Vec<u8>) {
        self.codes(0, row, codes);
    }

    fn column(&mut self, column: usize, codes: &mut Vec<u8>) {
        self.codes(1, column, codes);
    }

    fn code(&self, row: usize, column: usize) -> u8 {
        let (mentor, mentee) = self.pair(row, column);
        let confirm = self.roster.owner_must_confirm(mentor, mentee);
        code(self.roster.score(mentor, mentee), confirm)
    }

    fn lot(&self, row: usize, column: usize) -> u32 {
        if !self.kept.is_empty() && self.kept.contains(&self.pair(row, column)) {
            return u32::MAX;
        }
        let (row, column) = (self.sides[0].lots[row], self.sides[1].lots[column]);
        let (mentor, mentee) = if self.mentors_first {
            (row, column)
        } else {
            (column, row)
        };
        let lots = mentor ^ mentee.rotate_left(32);
        let lot = u32::try_from(mixed(lots) >> 32).unwrap_or(0);
        // A kept pair outweighs many lots, but never a point of the score.
        if self.kept.is_empty() { lot } else { lot >> 4 }
    }
}

/// The finalizer of `SplitMix64`: it separates lots that are close together.
pub(super) fn mixed(lots: u64) -> u64 {
    let lots = (lots ^ (lots >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let lots = (lots ^ (lots >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    lots ^ (lots >> 31)
}
