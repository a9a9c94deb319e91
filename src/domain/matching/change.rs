//! What an owner may ask of a round, and what would change with a pair or without it: found by solving anew, so that it
//! is exact.

use super::candidates::{Candidates, unordered};
use super::{Round, solve};
use crate::domain::ids::UserId;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// What an owner asks of a proposed round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// This pair stays.
    Keep,
    /// It need not stay after all.
    LetGo,
    /// Not this pair.
    Drop,
    /// No partner for this person this time.
    Aside,
    /// One for them after all.
    Back,
}

/// What a round comes to, in the order in which it counts.
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

/// One round beside another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub before: Sum,
    pub after: Sum,
    /// Pairs of the one that the other does not have.
    pub gone: usize,
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

    /// What it would cost, the weightiest first; empty when the other round is just as good.
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

/// Solved anew; where that is as good, everything else stays as it was.
fn again(c: &Candidates, round: &Round) -> Round {
    let pairs = round.pairs.iter();
    let kept: Vec<_> = pairs
        .map(|pair| (pair.mentor.clone(), pair.mentee.clone()))
        .collect();
    solve(&Candidates { kept: &kept, ..*c })
}
