//! Figures that never reveal one person: what a public digest may say about the program.
//!
//! For every count (of people, or of pairs, which are two people each), where N is the program's minimum group:
//!
//! 1. A number is shown only while the true count is at least N; below that, including zero, the digest
//!    says "fewer than N".
//! 2. Every number shown is a multiple of N. So any sum or difference, within a digest or across digests
//!    (joined less waiting, this week less last), is 0 or at least N.
//! 3. A number changes only when the count has moved by at least N since that number was
//!    set: one person who joins or leaves does not move it. (A part is never shown larger than its whole, so it
//!    may also move when the whole's number does.)
//! 4. A number is off by less than one and a half N.
//!
//! The mean confidence change covers at least N people, and is computed again only when at least N of them
//! have rated themselves since, or the group grew or shrank by at least N. Topics are named only when the program
//! offers them (people's own words are never shown) and at least N people want to learn them.
//!
//! This cannot hide that a count crossed a threshold. Somebody who knows what everybody else did can tell that "fewer than N"
//! became a number because of the last person to join. When an owner changes N, the numbers shown stay until the count moves by
//! the larger of the two, so that a new N gives no second look at the same people.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The most topics that are named.
const TOPICS_NAMED: usize = 8;

/// The true counts of a program at one moment. Never shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    pub active_pairs: u32,
    /// Pairs of which somebody said within the past month that they met.
    pub met_pairs: u32,
    /// Pairs of which somebody answered within the past month whether they met.
    pub reported_pairs: u32,
    pub agreements_signed: u32,
    /// Agreements that could have been signed by now.
    pub agreements_total: u32,
    /// Everybody active in the program.
    pub joined_people: u32,
    /// Those of them who look for a partner and have none.
    pub waiting_people: u32,
    /// Those who have a partner and would take another.
    pub open_to_another: u32,
    /// The topics the program offers; no others are ever named.
    pub topics_offered: Vec<String>,
    /// The topics that each active person wants to learn.
    pub learning: Vec<Vec<String>>,
    /// The confidence ratings of each person who rated it more than once.
    pub confidence: Vec<Rating>,
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
    fn within(self, whole: Figure) -> Figure {
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

/// What digests of earlier releases did not count.
fn not_counted() -> Figure {
    Figure::FewerThan(0)
}

/// The contents of a digest. Store it: the next digest is made from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Published {
    pub minimum: u32,
    pub active_pairs: Figure,
    pub met_pairs: Figure,
    pub reported_pairs: Figure,
    pub agreements_signed: Figure,
    pub agreements_total: Figure,
    pub joined_people: Figure,
    /// Without a partner. (Digests of earlier releases counted those who would take another, too.)
    pub waiting_people: Figure,
    #[serde(default = "not_counted")]
    pub open_to_another: Figure,
    /// Names and figures, the most wanted first.
    pub topics: Vec<(String, u32)>,
    /// Whether at least N people want to learn topics that are not named.
    pub other_topics: bool,
    /// The mean change of confidence, in tenths of a point.
    pub confidence_tenths: Option<i32>,
    held: Held,
}

/// The state that lets the next digest move slowly. True counts: never shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Held {
    counts: BTreeMap<String, HeldCount>,
    confidence: Option<HeldMean>,
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
    /// The latest rating in it.
    as_of: Timestamp,
    /// As in [`HeldCount`].
    #[serde(default)]
    minimum: u32,
}

/// The figures that may be shown for `facts`, given the `last` digest and the program's minimum group.
pub fn safe(facts: &Facts, last: Option<&Published>, minimum: u32) -> Published {
    let minimum = minimum.max(2);
    let mut held = last.map(|last| last.held.clone()).unwrap_or_default();
    let mut figure = |name: &str, count| figure(&mut held.counts, name, count, minimum);

    let active_pairs = figure("active_pairs", facts.active_pairs);
    let reported_pairs = figure("reported_pairs", facts.reported_pairs);
    let met_pairs = figure("met_pairs", facts.met_pairs).within(reported_pairs);
    let agreements_total = figure("agreements_total", facts.agreements_total);
    let agreements_signed =
        figure("agreements_signed", facts.agreements_signed).within(agreements_total);
    let joined_people = figure("joined_people", facts.joined_people);
    let waiting_people = figure("waiting_people", facts.waiting_people).within(joined_people);
    let open_to_another = figure("open_to_another", facts.open_to_another).within(joined_people);
    let (topics, other_topics) = topics(facts, minimum, figure);
    let confidence_tenths = confidence(&facts.confidence, &mut held.confidence, minimum);
    Published {
        minimum,
        active_pairs,
        met_pairs,
        reported_pairs,
        agreements_signed,
        agreements_total,
        joined_people,
        waiting_people,
        open_to_another,
        topics,
        other_topics,
        confidence_tenths,
        held,
    }
}

fn figure(held: &mut BTreeMap<String, HeldCount>, name: &str, count: u32, minimum: u32) -> Figure {
    if count < minimum {
        // The held number stays, so a count that comes back shows the same number again.
        return Figure::FewerThan(minimum);
    }
    match held.get(name) {
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
            held.insert(name.to_owned(), set);
            Figure::About(number)
        }
    }
}

/// The topics that can be named, and whether enough people want other topics.
fn topics(
    facts: &Facts,
    minimum: u32,
    mut figure: impl FnMut(&str, u32) -> Figure,
) -> (Vec<(String, u32)>, bool) {
    let mut shown: Vec<(String, u32)> = Vec::new();
    for offered in &facts.topics_offered {
        let people = facts
            .learning
            .iter()
            .filter(|wishes| wishes.iter().any(|wish| same_topic(wish, offered)));
        let key = format!("topic: {}", offered.to_lowercase());
        if let Figure::About(number) = figure(&key, count(people)) {
            shown.push((offered.clone(), number));
        }
    }
    // Sorted by the number shown, not the true one, because the order is a figure, too.
    shown.sort_by(|(a, more), (b, less)| less.cmp(more).then_with(|| a.cmp(b)));
    shown.dedup_by(|(a, _), (b, _)| same_topic(a, b));
    shown.truncate(TOPICS_NAMED);
    let others = facts.learning.iter().filter(|wishes| {
        let named = |wish: &String| shown.iter().any(|(name, _)| same_topic(wish, name));
        !wishes.iter().all(named)
    });
    let others = count(others) >= minimum;
    (shown, others)
}

fn same_topic(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

fn count<T>(people: impl Iterator<Item = T>) -> u32 {
    u32::try_from(people.count()).unwrap_or(u32::MAX)
}

fn confidence(ratings: &[Rating], held: &mut Option<HeldMean>, minimum: u32) -> Option<i32> {
    let people = count(ratings.iter());
    if people < minimum {
        return None;
    }
    let as_of = ratings.iter().map(|rating| rating.at).max()?;
    let mean = match *held {
        Some(last) => {
            let fresh = count(ratings.iter().filter(|rating| rating.at > last.as_of));
            let enough = minimum.max(last.minimum);
            let moved = fresh >= enough || people.abs_diff(last.people) >= enough;
            if moved { None } else { Some(last) }
        }
        None => None,
    };
    let mean = mean.unwrap_or_else(|| HeldMean {
        tenths: mean_tenths(ratings),
        people,
        as_of,
        minimum,
    });
    *held = Some(mean);
    Some(mean.tenths)
}

/// The mean change in tenths, rounded half away from zero.
fn mean_tenths(ratings: &[Rating]) -> i32 {
    let change: i64 = ratings
        .iter()
        .map(|rating| i64::from(rating.now) - i64::from(rating.before))
        .sum();
    let people = i64::try_from(ratings.len()).unwrap_or(i64::MAX).max(1);
    let tenths = (change.abs() * 20 + people) / (2 * people) * change.signum();
    i32::try_from(tenths).unwrap_or(0)
}

/// One line of the digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub label: &'static str,
    /// It may hold topic names from the program's settings: escape it like any text.
    pub value: String,
}

impl Published {
    /// All lines of the digest, in order.
    pub fn lines(&self) -> Vec<Line> {
        let line = |label, value: String| Line { label, value };
        let mut lines = vec![
            line("Active pairs", self.active_pairs.to_string()),
            line(
                "Met in the past month",
                of(
                    self.met_pairs,
                    self.reported_pairs,
                    "pairs",
                    " that reported",
                ),
            ),
            line(
                "Agreements signed",
                of(
                    self.agreements_signed,
                    self.agreements_total,
                    "agreements",
                    "",
                ),
            ),
            line("In the program", format!("{} people", self.joined_people)),
            line(
                "Without a partner",
                format!("{} people", self.waiting_people),
            ),
        ];
        if self.open_to_another.number().is_some() {
            let people = format!("{} people", self.open_to_another);
            lines.push(line("Have a partner, would take another", people));
        }
        lines.extend(
            self.topic_words()
                .map(|words| line("Learning about", words)),
        );
        let change = self.confidence_tenths.map(confidence_words);
        lines.extend(change.map(|words| line("Confidence", words)));
        lines
    }

    /// Explains the numbers at the foot of the digest.
    pub fn note(&self) -> String {
        let minimum = self.minimum;
        format!(
            "To protect everyone's privacy, numbers are rounded to multiples of {minimum} and move only when at least \
             {minimum} have changed."
        )
    }

    fn topic_words(&self) -> Option<String> {
        let mut names: Vec<String> = self
            .topics
            .iter()
            .map(|(name, number)| format!("{name} ({})", Figure::About(*number)))
            .collect();
        if names.is_empty() {
            return None;
        }
        if self.other_topics {
            names.push("and others".to_owned());
        }
        Some(names.join(", "))
    }
}

fn of(part: Figure, whole: Figure, unit: &str, which: &str) -> String {
    match whole {
        Figure::About(_) => format!("{part} of {whole} {unit}{which}"),
        Figure::FewerThan(_) => format!("{part} {unit}"),
    }
}

fn confidence_words(tenths: i32) -> String {
    let size = format!("{}.{}", tenths.abs() / 10, tenths.abs() % 10);
    match tenths.signum() {
        0 => "on average, the same as at the start".to_owned(),
        1 => format!("up {size} on average since the start, on a scale of 1 to 5"),
        _ => format!("down {size} on average since the start, on a scale of 1 to 5"),
    }
}

#[cfg(test)]
mod tests;
