//! An owner's edits of a round, and the change that a pair would make. Each change is found by solving again, so it is
//! exact.

use super::candidates::{Candidates, unordered};
use super::{Round, solve};
use crate::domain::ids::UserId;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// An owner's edit of a proposed round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// Keep this pair.
    Keep,
    /// The pair may change again.
    LetGo,
    /// Rule this pair out.
    Drop,
    /// Propose a pair after all that was ruled out.
    PutBack,
    /// No partner for this person this time.
    Aside,
    /// A partner for this person after all.
    Back,
    /// This pair was decided on, and waits for an owner again.
    Undecided,
}

/// The result of a round, in the order in which it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    pub pairs: usize,
    pub to_confirm: usize,
    /// The score of the weakest pair.
    pub weakest: Option<u8>,
    pub total: u32,
}

impl Sum {
    pub fn of(round: &Round) -> Self {
        let pairs = &round.pairs;
        Self {
            pairs: pairs.len(),
            to_confirm: pairs.iter().filter(|pair| pair.owner_must_confirm).count(),
            weakest: pairs.iter().map(|pair| pair.score).min(),
            total: pairs.iter().map(|pair| u32::from(pair.score)).sum(),
        }
    }
}

/// Compares one round with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub before: Sum,
    pub after: Sum,
    /// Pairs of the first round that the second does not have.
    pub gone: usize,
}

/// The partners that two people would have instead of each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instead {
    pub mentor: NewPartners,
    pub mentee: NewPartners,
}

/// Whom somebody would be paired with in a second round, and not in the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewPartners {
    /// They would mentor these, each with the score.
    pub mentees: Vec<(UserId, u8)>,
    pub mentors: Vec<(UserId, u8)>,
    /// Whether they are in any pair of the second round.
    pub has_a_partner: bool,
}

impl Instead {
    pub fn between(before: &Round, after: &Round, (mentor, mentee): (&UserId, &UserId)) -> Self {
        Self {
            mentor: NewPartners::of(before, after, mentor),
            mentee: NewPartners::of(before, after, mentee),
        }
    }
}

impl NewPartners {
    fn of(before: &Round, after: &Round, user: &UserId) -> Self {
        let mut partners = Self::default();
        for pair in &after.pairs {
            if pair.mentor != *user && pair.mentee != *user {
                continue;
            }
            partners.has_a_partner = true;
            let mut was = before.pairs.iter();
            if was.any(|old| old.mentor == pair.mentor && old.mentee == pair.mentee) {
                continue;
            }
            if pair.mentor == *user {
                partners.mentees.push((pair.mentee.clone(), pair.score));
            } else {
                partners.mentors.push((pair.mentor.clone(), pair.score));
            }
        }
        partners
    }
}

impl Change {
    pub fn between(before: &Round, after: &Round) -> Self {
        let ends = |round: &Round| -> HashSet<(UserId, UserId)> {
            let pairs = round.pairs.iter();
            pairs
                .map(|pair| (pair.mentor.clone(), pair.mentee.clone()))
                .collect()
        };
        Self {
            before: Sum::of(before),
            after: Sum::of(after),
            gone: ends(before).difference(&ends(after)).count(),
        }
    }

    /// The costs of the other round, the most important first; empty when it is just as good.
    pub fn in_words(&self) -> Vec<String> {
        let (before, after) = (self.before, self.after);
        let mut words = Vec::new();
        let counted = |n: usize, one: &str, many: &str| match n {
            1 => one.to_owned(),
            n => format!("{n} {many}"),
        };
        match after.pairs.cmp(&before.pairs) {
            std::cmp::Ordering::Less => {
                let n = before.pairs - after.pairs;
                words.push(counted(n, "one fewer pair", "fewer pairs"));
            }
            std::cmp::Ordering::Greater => {
                let n = after.pairs - before.pairs;
                words.push(counted(n, "one more pair", "more pairs"));
            }
            std::cmp::Ordering::Equal => {}
        }
        if after.to_confirm > before.to_confirm {
            let n = after.to_confirm - before.to_confirm;
            words.push(counted(
                n,
                "one more pair for an owner to check",
                "more pairs for an owner to check",
            ));
        }
        if after.to_confirm < before.to_confirm {
            let n = before.to_confirm - after.to_confirm;
            words.push(counted(
                n,
                "one fewer pair for an owner to check",
                "fewer pairs for an owner to check",
            ));
        }
        if let (Some(before), Some(after)) = (before.weakest, after.weakest)
            && before != after
        {
            words.push(format!(
                "the weakest pair scores {after} instead of {before}"
            ));
        }
        if after.total < before.total {
            words.push(format!(
                "{} points lower in all",
                before.total - after.total
            ));
        }
        if after.total > before.total {
            words.push(format!(
                "{} points higher in all",
                after.total - before.total
            ));
        }
        words
    }
}

/// The round as it would be without this pair.
pub fn if_ruled_out(c: &Candidates, round: &Round, mentor: &UserId, mentee: &UserId) -> Round {
    let mut forbidden = c.forbidden.clone();
    forbidden.insert(unordered(mentor, mentee));
    again(
        &Candidates {
            forbidden: &forbidden,
            ..*c
        },
        round,
    )
}

/// The round as it would be with this pair, if a hard rule does not forbid it: see [`Round::refused`].
pub fn if_insisted_on(c: &Candidates, round: &Round, mentor: &UserId, mentee: &UserId) -> Round {
    let mut pinned = c.pinned.to_vec();
    pinned.push((mentor.clone(), mentee.clone()));
    again(
        &Candidates {
            pinned: &pinned,
            ..*c
        },
        round,
    )
}

/// Solves again; where the result is as good, everything else stays as it was.
fn again(c: &Candidates, round: &Round) -> Round {
    let pairs = round.pairs.iter();
    let kept: Vec<_> = pairs
        .map(|pair| (pair.mentor.clone(), pair.mentee.clone()))
        .collect();
    solve(&Candidates { kept: &kept, ..*c })
}
