//! Pairs people and explains why.
//!
//! [`solve`] is one matching run: `rules` decide who may be paired, `scores` how good each pair would be,
//! [`assignment`] picks the best set of pairs, and `explain` gives the reasons in words. The objective, in
//! order: as many pairs as possible; as few as possible that an owner must confirm; the highest floor,
//! so that no poor pair is kept to win elsewhere; the highest total score. Ties are broken by lot,
//! drawn from the seed and the ids.

pub mod assignment;
mod binding;
mod candidates;
mod change;
mod explain;
mod hours;
mod market;
mod obstacle;
mod record;
mod reporting;
mod roster;
mod rules;
mod scores;
mod shortage;
#[cfg(test)]
mod tests;

pub use candidates::{Candidates, Person, unordered};
pub use change::{Change, Edit, Instead, NewPartners, Sum, if_insisted_on, if_ruled_out};
pub use explain::{Binding, Reason};
pub use obstacle::{Obstacle, obstacle_among, own_obstacle};
pub use record::Record;
pub use reporting::{ReportingLine, are_in_one_line};
pub use rules::{Barrier, owner_must_confirm, still_allowed};
pub use shortage::{Looking, Shortage};

use super::ids::UserId;
use assignment::Market;
use market::People;
use roster::Roster;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// The outcome of a run: the same for the same input, in any order of people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Round {
    pub seed: u64,
    /// The best pair first.
    pub pairs: Vec<Proposal>,
    /// Everyone in the input who is in no pair above, by id.
    pub unmatched: Vec<Unmatched>,
    /// Pinned pairs that a hard rule forbids.
    pub refused: Vec<Refused>,
    /// The score of the weakest pair that was not pinned.
    pub floor: Option<u8>,
    pub certificate: Certificate,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    pub mentor: UserId,
    pub mentee: UserId,
    /// 0–100.
    pub score: u8,
    /// The strongest reason first.
    pub reasons: Vec<Reason>,
    /// Too little of their reporting lines is known to rule out that one is above the other.
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

/// How much the objective could still improve, by an upper bound found independently of the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// 0: proven optimal.
    pub gap: i64,
}

/// Runs one round. A pure function of `c`.
pub fn solve(c: &Candidates) -> Round {
    solve_watched(c, &|_| ())
}

/// The same; `watch` is called repeatedly with the number of pairs that were checked.
pub fn solve_watched(c: &Candidates, watch: &dyn Fn(usize)) -> Round {
    let roster = Roster::new(c);
    let mut room = Room::of(&roster);
    let (pinned, refused) = pin(c, &roster, &mut room);
    let kept = c
        .kept
        .iter()
        .filter_map(|(mentor, mentee)| roster.position(mentor).zip(roster.position(mentee)));
    let kept: Vec<_> = kept.collect();
    let mut people =
        People::new(&roster, [&room.teach, &room.learn], &pinned, &kept).watched(watch);
    let assignment = assignment::assign(&mut people, c.settings.floor);

    let mut made = pinned;
    let chosen = assignment.chosen.iter();
    made.extend(chosen.map(|&(row, column)| people.pair(row, column)));
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
        floor: assignment.floor,
        certificate: Certificate {
            gap: assignment.gap,
        },
    }
}

/// Yields every pair the solver may choose from, one line per person of the scarcer side, for comparison with other solvers.
/// A byte is 0 where no pair is allowed, otherwise the score plus 1, plus 128 where no owner needs to confirm.
pub fn written_out(c: &Candidates, mut line: impl FnMut(&[u8])) {
    let roster = Roster::new(c);
    let room = Room::of(&roster);
    let mut people = People::new(&roster, [&room.teach, &room.learn], &[], &[]);
    let mut codes = Vec::new();
    for row in 0..people.row_room().len() {
        people.row(row, &mut codes);
        line(&codes);
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

/// The owner's pairs that the hard rules allow, in the owner's order.
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
