//! What a public digest says about the program. Its figures never reveal one person; the rules are in [`super::figures`].
//!
//! The mean confidence change covers at least N people, and is computed again only when at least N of them
//! have rated themselves since, or the group grew or shrank by at least N. Topics are named only when the program
//! offers them (people's own words are never shown) and at least N people want to learn them.
//!
//! A digest whose every figure is "fewer than N" is not posted. All such digests read the same, so silence says what they would
//! have said and no more; and they leave the memory of what was shown as it was, so the next figures are what they would have
//! been after any other digest.

use super::figures::{Figure, Held, Rating, count};
use serde::{Deserialize, Serialize};

/// The most topics that are named.
const TOPICS_NAMED: usize = 3;
/// Figures that reports have, too: whoever shows one of them moves it for all.
pub(super) const ACTIVE_PAIRS: &str = "active_pairs";
pub(super) const TAKING_PART: &str = "joined_people";
/// Reports name it by its whole and its part.
const COMPLETED_PAIRS: &str = "pairs/completed";

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
    /// All pairs that ever ran their full length.
    pub completed_pairs: u32,
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

/// The figure that a digest of an earlier release has in place of a count it did not make.
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
    #[serde(default = "not_counted")]
    pub completed_pairs: Figure,
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

/// The figures that may be shown for `facts`, given what was shown `before` and the program's minimum group.
pub fn safe(facts: &Facts, before: Option<&Held>, minimum: u32) -> Published {
    let mut held = before.cloned().unwrap_or_default().under(minimum);
    let minimum = held.minimum();
    let mut figure = |name: &str, count| held.figure(name, count);

    let active_pairs = figure(ACTIVE_PAIRS, facts.active_pairs);
    let reported_pairs = figure("reported_pairs", facts.reported_pairs);
    let met_pairs = figure("met_pairs", facts.met_pairs).within(reported_pairs);
    let agreements_total = figure("agreements_total", facts.agreements_total);
    let agreements_signed =
        figure("agreements_signed", facts.agreements_signed).within(agreements_total);
    let completed_pairs = figure(COMPLETED_PAIRS, facts.completed_pairs);
    let joined_people = figure(TAKING_PART, facts.joined_people);
    let waiting_people = figure("waiting_people", facts.waiting_people).within(joined_people);
    let open_to_another = figure("open_to_another", facts.open_to_another).within(joined_people);
    let (topics, other_topics) = topics(facts, minimum, figure);
    let confidence_tenths = held.confidence(&facts.confidence).map(|mean| mean.change);
    Published {
        minimum,
        active_pairs,
        met_pairs,
        reported_pairs,
        agreements_signed,
        agreements_total,
        completed_pairs,
        joined_people,
        waiting_people,
        open_to_another,
        topics,
        other_topics,
        confidence_tenths,
        held: held.done(),
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

/// One line of the digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub label: &'static str,
    /// It may hold topic names from the program's settings: escape it like any text.
    pub value: String,
}

impl Published {
    /// Whether it says anything but "fewer than N". Otherwise nothing is posted.
    pub fn has_figures(&self) -> bool {
        let figures = [
            self.active_pairs,
            self.met_pairs,
            self.reported_pairs,
            self.agreements_signed,
            self.agreements_total,
            self.completed_pairs,
            self.joined_people,
            self.waiting_people,
            self.open_to_another,
        ];
        figures.iter().any(|figure| figure.number().is_some())
            || !self.topics.is_empty()
            || self.confidence_tenths.is_some()
    }

    /// For the channel: a fall in confidence only as owners have known it for a while (`told`). Until then the channel keeps
    /// what it read `last`, as it does while too few ratings are new; a line that is suddenly missing would tell.
    #[must_use]
    pub fn for_channel(self, told: Option<i32>, last: Option<i32>) -> Self {
        let confidence_tenths = match self.confidence_tenths {
            // Less than what owners know of is no fall to them.
            Some(now) if now < 0 && told.is_none_or(|told| now < told) => told.or(last),
            other => other,
        };
        Self {
            confidence_tenths,
            ..self
        }
    }

    /// The true counts behind what was shown. The next digest or report is made from them; they are never shown.
    pub fn held(&self) -> &Held {
        &self.held
    }

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
        ];
        if self.completed_pairs.number().is_some() {
            lines.push(line("Completed pairs", self.completed_pairs.to_string()));
        }
        lines.extend([
            line("In the program", format!("{} people", self.joined_people)),
            line(
                "Without a partner",
                format!("{} people", self.waiting_people),
            ),
        ]);
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

/// The mean change of confidence in words.
pub fn confidence_words(tenths: i32) -> String {
    let size = format!("{}.{}", tenths.abs() / 10, tenths.abs() % 10);
    match tenths.signum() {
        0 => "on average, the same as at the start".to_owned(),
        1 => format!("up {size} on average since the start, on a scale of 1 to 5"),
        _ => format!("down {size} on average since the start, on a scale of 1 to 5"),
    }
}

#[cfg(test)]
mod tests;
