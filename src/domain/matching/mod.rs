//! Who is paired with whom, and why.
//!
//! [`solve`] is one matching run: `rules` say who may be paired, `scores` how good each pair would be,
//! [`assignment`] picks the best set of pairs, `explain` puts it all into words. The order of its
//! objective: as many pairs as possible, then as few as possible that an owner must confirm, then the
//! highest total score; equals are decided by lot, drawn from the seed and the ids.

pub mod assignment;
mod explain;
mod hours;
mod roster;
mod rules;
mod scores;
#[cfg(test)]
mod tests;

pub use explain::{Binding, Reason};
pub use rules::{Barrier, owner_must_confirm, still_allowed};

use super::ids::UserId;
use super::participant::Profile;
use super::program::Settings;
use assignment::{Edge, Graph};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use roster::Roster;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// Someone who could be matched.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: UserId,
    pub profile: Profile,
    pub zone: TimeZone,
    /// Since they joined or their last pair closed.
    pub waiting_days: u32,
    /// Active pairs as a mentor.
    pub mentoring: u8,
    /// Active pairs as a mentee.
    pub learning: u8,
    /// False for guests, bots, deactivated people, strangers, and when Slack did not say.
    pub full_member: bool,
    /// False when paused or gone.
    pub active: bool,
}

/// All that a round looks at. Pairs of people are kept as [`unordered`] gives them.
#[derive(Clone, Copy, Debug)]
pub struct Candidates<'a> {
    pub people: &'a [Person],
    /// Everyone known, participant or not, and their manager; whoever reports to nobody is their own.
    /// What people say in their profiles counts besides.
    pub managers: &'a HashMap<UserId, UserId>,
    /// Everyone who is or has been a pair.
    pub earlier: &'a HashSet<(UserId, UserId)>,
    /// Of those, who both asked for each other again.
    pub both_asked: &'a HashSet<(UserId, UserId)>,
    /// Pairs an owner ruled out.
    pub forbidden: &'a HashSet<(UserId, UserId)>,
    /// Pairs (mentor, mentee) an owner wants: made first, below the floor too, never against a hard rule.
    pub pinned: &'a [(UserId, UserId)],
    pub settings: &'a Settings,
    pub now: Timestamp,
    /// Recorded with the round, so that it can be replayed.
    pub seed: u64,
}

/// The outcome of a run: the same for the same input, in whatever order people are given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Round {
    pub seed: u64,
    /// The best first.
    pub pairs: Vec<Proposal>,
    /// Everyone given who is in no pair above, by id.
    pub unmatched: Vec<Unmatched>,
    /// Pinned pairs that a hard rule forbids.
    pub refused: Vec<Refused>,
    pub certificate: Certificate,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    pub mentor: UserId,
    pub mentee: UserId,
    /// 0–100.
    pub score: u8,
    /// The weightiest first.
    pub reasons: Vec<Reason>,
    /// The manager of either is unknown.
    pub owner_must_confirm: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unmatched {
    pub person: UserId,
    pub why: Binding,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    pub mentor: UserId,
    pub mentee: UserId,
    pub why: Barrier,
}

/// How far the objective could still be improved, by an upper bound found independently of the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// 0: proven optimal.
    pub gap: i64,
}

/// Two people in the order in which sets of pairs keep them.
pub fn unordered(a: &UserId, b: &UserId) -> (UserId, UserId) {
    (a.min(b).clone(), a.max(b).clone())
}

/// Runs one round. Pure: everything it looks at is in `c`.
pub fn solve(c: &Candidates) -> Round {
    let roster = Roster::new(c);
    let mut room = Room::of(&roster);
    let (pinned, refused) = pin(c, &roster, &mut room);
    let (graph, ends) = graph(&roster, &room, &pinned, c.settings.floor);
    let assignment = assignment::assign(&graph);

    let mut made = pinned;
    made.extend(assignment.chosen.iter().map(|&edge| ends[edge]));
    let mut matched = vec![false; roster.entries.len()];
    for &(mentor, mentee) in &made {
        matched[mentor] = true;
        matched[mentee] = true;
    }
    let id = |at: usize| roster.entries[at].person.id.clone();
    let mut pairs: Vec<_> = made
        .iter()
        .map(|&(mentor, mentee)| Proposal {
            mentor: id(mentor),
            mentee: id(mentee),
            score: roster.score(mentor, mentee),
            reasons: roster.reasons(mentor, mentee),
            owner_must_confirm: roster.owner_must_confirm(mentor, mentee),
        })
        .collect();
    pairs.sort_by(|a, b| {
        (Reverse(a.score), &a.mentor, &a.mentee).cmp(&(Reverse(b.score), &b.mentor, &b.mentee))
    });
    let mut unmatched: Vec<_> = (0..matched.len())
        .filter(|&at| !matched[at])
        .map(|at| Unmatched {
            person: id(at),
            why: roster.binding(at, c.settings.floor),
        })
        .collect();
    unmatched.sort_by(|a, b| a.person.cmp(&b.person));
    Round {
        seed: c.seed,
        pairs,
        unmatched,
        refused,
        certificate: Certificate {
            gap: assignment.gap,
        },
    }
}

/// How many more partners each person can take, by position.
struct Room {
    teach: Vec<u32>,
    learn: Vec<u32>,
}

impl Room {
    fn of(roster: &Roster) -> Self {
        Self {
            teach: roster
                .entries
                .iter()
                .map(|entry| entry.teach_room)
                .collect(),
            learn: roster
                .entries
                .iter()
                .map(|entry| entry.learn_room)
                .collect(),
        }
    }
}

/// The owner's pairs, as far as the hard rules allow, in the owner's order.
fn pin(c: &Candidates, roster: &Roster, room: &mut Room) -> (Vec<(usize, usize)>, Vec<Refused>) {
    let (mut pinned, mut refused) = (Vec::new(), Vec::new());
    for (mentor, mentee) in c.pinned {
        let ends = roster.position(mentor).zip(roster.position(mentee));
        let allowed = ends
            .ok_or(Barrier::NotTwoParticipants)
            .and_then(|(teacher, learner)| {
                if pinned.contains(&(teacher, learner)) {
                    return Ok(());
                }
                roster.allowed(teacher, learner)?;
                if room.teach[teacher] == 0 || room.learn[learner] == 0 {
                    return Err(Barrier::NoRoom);
                }
                room.teach[teacher] -= 1;
                room.learn[learner] -= 1;
                pinned.push((teacher, learner));
                Ok(())
            });
        if let Err(why) = allowed {
            refused.push(Refused {
                mentor: mentor.clone(),
                mentee: mentee.clone(),
                why,
            });
        }
    }
    (pinned, refused)
}

/// Every pair that is allowed and good enough; beside it, the people at each edge.
fn graph(
    roster: &Roster,
    room: &Room,
    pinned: &[(usize, usize)],
    floor: u8,
) -> (Graph, Vec<(usize, usize)>) {
    let with_room = |room: &[u32]| -> Vec<(u32, usize)> {
        let people = (0..room.len()).filter(|&at| room[at] > 0);
        (0..).zip(people).collect()
    };
    let (mentors, mentees) = (with_room(&room.teach), with_room(&room.learn));
    let units = |room: &[u32]| room.iter().map(|&units| u64::from(units)).sum::<u64>();
    let worth = Worth::for_pairs(units(&room.teach).min(units(&room.learn)));
    let pinned: HashSet<_> = pinned.iter().copied().collect();
    let (mut edges, mut ends) = (Vec::new(), Vec::new());
    for &(left, mentor) in &mentors {
        for &(right, mentee) in &mentees {
            if roster.allowed(mentor, mentee).is_err() {
                continue;
            }
            let score = roster.score(mentor, mentee);
            if score >= floor && !pinned.contains(&(mentor, mentee)) {
                let score = worth.of(
                    score,
                    roster.owner_must_confirm(mentor, mentee),
                    roster.entries[mentor].lot ^ roster.entries[mentee].lot.rotate_left(32),
                );
                edges.push(Edge { left, right, score });
                ends.push((mentor, mentee));
            }
        }
    }
    let graph = Graph {
        left: mentors.iter().map(|&(_, at)| room.teach[at]).collect(),
        right: mentees.iter().map(|&(_, at)| room.learn[at]).collect(),
        edges,
    };
    (graph, ends)
}

/// One number for certainty, score and lot, in this order: what is less never adds up to one of what is
/// more, up to 2¹³ pairs in a round. Beyond that, lots get coarser.
struct Worth {
    lot_bits: u32,
}

const PAIRS_BITS: u32 = 13;
const LOT_BITS: u32 = 27;
const POINT: i64 = 1 << (PAIRS_BITS + LOT_BITS);
/// More than all the points of 2¹³ pairs.
const UNCERTAIN: i64 = POINT << (PAIRS_BITS + 7);

impl Worth {
    fn for_pairs(most: u64) -> Self {
        let needed = most.next_power_of_two().trailing_zeros();
        Self {
            lot_bits: LOT_BITS.saturating_sub(needed.saturating_sub(PAIRS_BITS)),
        }
    }

    fn of(&self, score: u8, uncertain: bool, lots: u64) -> i64 {
        let lot = i64::from(u32::try_from(mixed(lots) >> (64 - LOT_BITS)).unwrap_or(0));
        let lot = lot >> (LOT_BITS - self.lot_bits);
        let penalty = if uncertain { UNCERTAIN } else { 0 };
        i64::from(score) * POINT + lot - penalty
    }
}

/// The finalizer of `SplitMix64`: near lots do not stay near.
fn mixed(lots: u64) -> u64 {
    let lots = (lots ^ (lots >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let lots = (lots ^ (lots >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    lots ^ (lots >> 31)
}
