//! Figures that never reveal one person: the rules for every number that a digest or a report shows.
//!
//! For every count (of people, or of pairs, which are two people each), where N is the program's minimum group:
//!
//! 1. A number is shown only while the true count is at least N; below that, including zero, it is
//!    "fewer than N".
//! 2. Every number shown is a multiple of N. So any sum or difference, within a digest or a report or across them
//!    (joined less waiting, this week less last, all cohorts less one), is 0 or at least N.
//! 3. A number changes only when the count has moved by at least N since that number was
//!    set: one person who joins or leaves does not move it. (A part is never shown larger than its whole, so it
//!    may also move when the whole's number does.)
//! 4. A number is off by less than one and a half N.
//! 5. What a group answered is split (yes and no, low and high) only while at least 2N answered. Otherwise "5 of 5 said
//!    yes" would tell what each of five people said.
//! 6. A mean covers at least N values, and is computed again only when at least N of them are new, or the group grew or
//!    shrank by at least N. There are no means of parts: a whole's mean less that of all parts but one is the mean of that
//!    one, however small.
//!
//! Digests and reports share one memory ([`Held`]) of what was shown last. With two memories, the count at which one of them
//! moved would tell the other's readers something.
//!
//! This cannot hide that a count crossed a threshold. Somebody who knows what everybody else did can tell that "fewer than N"
//! became a number because of the last person to join. When an owner changes N, the numbers shown stay until the count moves by
//! the larger of the two, so that a new N gives no second look at the same people.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A count as people see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    About(u32),
    FewerThan(u32),
}

impl Figure {
    /// The number for a chart; none where no number is shown.
    pub fn number(self) -> Option<u32> {
        match self {
            Figure::About(number) => Some(number),
            Figure::FewerThan(_) => None,
        }
    }

    /// A part never looks larger than its whole.
    #[must_use]
    pub fn within(self, whole: Figure) -> Figure {
        match (self, whole) {
            (Figure::About(part), Figure::About(whole)) => Figure::About(part.min(whole)),
            (fewer @ Figure::FewerThan(_), _) | (_, fewer) => fewer,
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Figure::About(number) => write!(f, "about {number}"),
            Figure::FewerThan(minimum) => write!(f, "fewer than {minimum}"),
        }
    }
}

/// One person's confidence on their goal, 1 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rating {
    /// Their first rating.
    pub before: u8,
    /// Their latest.
    pub now: u8,
    /// When they gave the latest.
    pub at: Timestamp,
}

/// A count that a mean is made of, and when it changed last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    pub value: u32,
    pub at: Timestamp,
}

/// The mean confidence of the same people then and now, in tenths of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confidence {
    pub change: i32,
    /// None where a release that kept only the change computed it.
    pub then_and_now: Option<(i32, i32)>,
}

/// The true counts behind what was shown last. The next figures move slowly from them; they are never shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Held {
    counts: BTreeMap<String, HeldCount>,
    confidence: Option<HeldMean>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    means: BTreeMap<String, HeldMean>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct HeldCount {
    number: u32,
    /// The true count when the number was set.
    count: u32,
    /// The minimum group at that time; 0 in what earlier versions stored.
    #[serde(default)]
    minimum: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct HeldMean {
    tenths: i32,
    people: u32,
    /// The latest value in it.
    as_of: Timestamp,
    /// As in [`HeldCount`].
    #[serde(default)]
    minimum: u32,
    /// Of confidence: the two means that the change is between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    then_and_now: Option<(i32, i32)>,
}

impl Held {
    /// Both memories in one: `newer` counts where both know a figure.
    #[must_use]
    pub fn updated(mut self, newer: Held) -> Self {
        self.counts.extend(newer.counts);
        self.means.extend(newer.means);
        self.confidence = newer.confidence.or(self.confidence);
        self
    }

    /// Figures that cover at least `minimum` people each, made from these counts.
    pub fn under(self, minimum: u32) -> Figures {
        Figures {
            minimum: minimum.max(2),
            held: self,
        }
    }
}

/// Turns true counts into figures that may be shown, and notes what was shown.
pub struct Figures {
    minimum: u32,
    held: Held,
}

impl Figures {
    /// The minimum group that figures are shown under: at least 2.
    pub fn minimum(&self) -> u32 {
        self.minimum
    }

    /// Ends with what was shown, from which the next figures are made.
    pub fn done(self) -> Held {
        self.held
    }

    /// A count under its name: rules 1 to 4.
    pub fn figure(&mut self, name: &str, count: u32) -> Figure {
        let minimum = self.minimum;
        if count < minimum {
            // The held number stays, so a count that comes back shows the same number again.
            return Figure::FewerThan(minimum);
        }
        match self.held.counts.get(name) {
            Some(last) if last.count.abs_diff(count) < minimum.max(last.minimum) => {
                Figure::About(last.number)
            }
            _ => {
                let number = (count + minimum / 2) / minimum * minimum;
                let set = HeldCount {
                    number,
                    count,
                    minimum,
                };
                self.held.counts.insert(name.to_owned(), set);
                Figure::About(number)
            }
        }
    }

    /// The parts that `whole` splits into, each under the name of the whole and its own; none while rule 5 forbids it.
    pub fn split<const PARTS: usize>(
        &mut self,
        name: &str,
        whole: (Figure, u32),
        parts: [(&str, u32); PARTS],
    ) -> Option<[Figure; PARTS]> {
        let (shown, count) = whole;
        if count < 2 * self.minimum {
            return None;
        }
        Some(parts.map(|(part, count)| self.figure(&format!("{name}/{part}"), count).within(shown)))
    }

    /// The mean confidence: rule 6.
    pub fn confidence(&mut self, ratings: &[Rating]) -> Option<Confidence> {
        let change = |rating: &Rating| i64::from(rating.now) - i64::from(rating.before);
        let mean = mean(
            self.held.confidence,
            self.minimum,
            &ratings.iter().map(|rating| rating.at).collect::<Vec<_>>(),
            || {
                let then = tenths(ratings.iter().map(|rating| i64::from(rating.before)));
                let now = tenths(ratings.iter().map(|rating| i64::from(rating.now)));
                (tenths(ratings.iter().map(change)), Some((then, now)))
            },
        )?;
        self.held.confidence = Some(mean);
        Some(Confidence {
            change: mean.tenths,
            then_and_now: mean.then_and_now,
        })
    }

    /// The mean of some counts, in tenths: rule 6.
    pub fn mean(&mut self, name: &str, samples: &[Sample]) -> Option<i32> {
        let mean = mean(
            self.held.means.get(name).copied(),
            self.minimum,
            &samples.iter().map(|sample| sample.at).collect::<Vec<_>>(),
            || {
                let values = samples.iter().map(|sample| i64::from(sample.value));
                (tenths(values), None)
            },
        )?;
        self.held.means.insert(name.to_owned(), mean);
        Some(mean.tenths)
    }
}

/// The mean as it stood, or as it is if enough values are new. `ats`: when each value was given.
fn mean(
    last: Option<HeldMean>,
    minimum: u32,
    ats: &[Timestamp],
    compute: impl FnOnce() -> (i32, Option<(i32, i32)>),
) -> Option<HeldMean> {
    let people = count(ats.iter());
    if people < minimum {
        return None;
    }
    let as_of = ats.iter().copied().max()?;
    if let Some(last) = last {
        let fresh = count(ats.iter().filter(|at| **at > last.as_of));
        let enough = minimum.max(last.minimum);
        if fresh < enough && people.abs_diff(last.people) < enough {
            return Some(last);
        }
    }
    let (tenths, then_and_now) = compute();
    Some(HeldMean {
        tenths,
        people,
        as_of,
        minimum,
        then_and_now,
    })
}

pub(super) fn count<T>(people: impl Iterator<Item = T>) -> u32 {
    u32::try_from(people.count()).unwrap_or(u32::MAX)
}

/// The mean in tenths, rounded half away from zero.
fn tenths(values: impl Iterator<Item = i64>) -> i32 {
    let (mut sum, mut number) = (0_i64, 0_i64);
    for value in values {
        sum += value;
        number += 1;
    }
    let number = number.max(1);
    let tenths = (sum.abs() * 20 + number) / (2 * number) * sum.signum();
    i32::try_from(tenths).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_round_evenly_up_and_down() {
        assert_eq!(tenths([1, 0, 0].into_iter()), 3);
        assert_eq!(tenths([-1, 0, 0].into_iter()), -3);
        assert_eq!(tenths(std::iter::empty()), 0);
    }

    #[test]
    fn the_newer_memory_counts_and_the_older_one_is_not_lost() {
        let mut older = Held::default().under(5);
        let (shared, own) = (older.figure("pairs", 6), older.figure("joined", 12));
        let mut newer = Held::default().under(5);
        assert_ne!(newer.figure("pairs", 11), shared);
        let mut both = older.done().updated(newer.done()).under(5);
        assert_eq!(both.figure("pairs", 12), Figure::About(10));
        assert_eq!(both.figure("joined", 14), own);
    }

    #[test]
    fn a_group_that_answered_alike_is_not_split() {
        let mut figures = Held::default().under(5);
        for (answered, is_split) in [(5, false), (9, false), (10, true)] {
            let whole = (figures.figure("answered", answered), answered);
            let parts = figures.split("answered", whole, [("yes", answered), ("no", 0)]);
            assert_eq!(parts.is_some(), is_split, "{answered}");
        }
    }
}
