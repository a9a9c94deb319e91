//! What a program came to, for its owners: how many met, stayed and learned, by the rules of [`super::figures`].

use super::digest::{ACTIVE_PAIRS, TAKING_PART};
use super::figures::{Confidence, Figure, Figures, Held, Rating, Sample, count};
use super::ids::UserId;
use super::quarter::Quarter;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// The most cohorts shown, the latest.
const COHORTS: usize = 8;

/// The true state of a program at one moment. Never shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Everybody who ever joined, as far as that is still stored.
    pub joined: u32,
    /// Those of them who take part now, on a break or not.
    pub taking_part: u32,
    /// Everybody who was ever in a pair.
    pub paired: u32,
    /// Pairs that are open, as the digest counts them.
    pub active_pairs: u32,
    pub pairs: Vec<PairSoFar>,
    /// The confidence ratings of each person who rated it more than once.
    pub confidence: Vec<Rating>,
    /// What partners were asked when their months were over, in that order.
    pub closings: Vec<Closing>,
}

/// What a pair came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairSoFar {
    /// In which it was introduced.
    pub cohort: Quarter,
    /// Months of which one of them says that they met.
    pub meetings: u32,
    /// When `meetings` changed last; if never, when the pair was introduced.
    pub changed: Timestamp,
    pub outcome: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Running,
    /// The program ran its full length.
    Completed,
    /// It ended before, for whatever reason.
    EndedEarly,
}

/// What one partner was asked at the end, and answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    pub person: UserId,
    /// Or the mentee.
    pub is_mentor: bool,
    pub cohort: Quarter,
    pub would_recommend: Option<bool>,
    pub would_repeat: Option<bool>,
}

/// A report as owners see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub minimum: u32,
    pub joined: Figure,
    pub taking_part: Figure,
    pub paired: Figure,
    pub pairs: Pairs,
    pub meetings: Meetings,
    pub ratings: Ratings,
    pub mentors: Benefit,
    pub mentees: Benefit,
    /// The latest first.
    pub cohorts: Vec<Cohort>,
}

/// How pairs went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pairs {
    pub introduced: Figure,
    /// At least once.
    pub met: Figure,
    pub running: Figure,
    pub completed: Figure,
    pub ended_early: Figure,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meetings {
    /// Per pair, in tenths.
    pub mean: Option<i32>,
    /// Pairs by how often they met: never, once or twice, three to five times, more often.
    pub bands: Option<[Figure; 4]>,
}

/// Confidence from 1 to 5, of people who rated it more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ratings {
    pub people: Figure,
    pub mean: Option<Confidence>,
    /// People who rated 1 or 2, 3, and 4 or 5: at first, and last.
    pub bands: Option<([Figure; 3], [Figure; 3])>,
}

/// What the people on one side say they have of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Benefit {
    /// People who were asked.
    pub asked: Figure,
    pub would_recommend: Answers,
    pub would_repeat: Answers,
}

/// Answers to a yes-or-no question: each person's latest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    pub answered: Figure,
    /// Yes and no.
    pub yes_and_no: Option<[Figure; 2]>,
}

/// The pairs introduced in one quarter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cohort {
    pub quarter: Quarter,
    pub pairs: Pairs,
    pub would_recommend: Answers,
}

/// The report that may be shown for `facts`, given what was shown before and the program's minimum group; and the memory of
/// it, from which the next one is made.
pub fn safe(facts: &Facts, before: Held, minimum: u32) -> (Report, Held) {
    let mut figures = before.under(minimum);
    let minimum = figures.minimum();
    let joined = figures.figure("joined", facts.joined);
    let on_side = |is_mentor| {
        facts
            .closings
            .iter()
            .filter(move |it| it.is_mentor == is_mentor)
    };
    let report = Report {
        minimum,
        joined,
        taking_part: figures
            .figure(TAKING_PART, facts.taking_part)
            .within(joined),
        paired: figures.figure("paired", facts.paired).within(joined),
        pairs: whole_program(&mut figures, facts),
        meetings: meetings(&mut figures, &facts.pairs),
        ratings: ratings(&mut figures, &facts.confidence),
        mentors: benefit(&mut figures, "mentors", &on_side(true)),
        mentees: benefit(&mut figures, "mentees", &on_side(false)),
        cohorts: cohorts(&mut figures, facts),
    };
    (report, figures.done())
}

fn whole_program(figures: &mut Figures, facts: &Facts) -> Pairs {
    let running = figures.figure(ACTIVE_PAIRS, facts.active_pairs);
    let all = pairs(figures, "pairs", &facts.pairs.iter());
    Pairs {
        running: running.within(all.introduced),
        ..all
    }
}

fn pairs<'a>(
    figures: &mut Figures,
    name: &str,
    pairs: &(impl Iterator<Item = &'a PairSoFar> + Clone),
) -> Pairs {
    let introduced = figures.figure(&format!("{name}/introduced"), count(pairs.clone()));
    let mut part = |part: &str, of: fn(&PairSoFar) -> bool| {
        let those = pairs.clone().filter(|pair| of(pair));
        let figure = figures.figure(&format!("{name}/{part}"), count(those));
        figure.within(introduced)
    };
    Pairs {
        introduced,
        met: part("met", |pair| pair.meetings > 0),
        running: part("running", |pair| pair.outcome == Outcome::Running),
        completed: part("completed", |pair| pair.outcome == Outcome::Completed),
        ended_early: part("ended_early", |pair| pair.outcome == Outcome::EndedEarly),
    }
}

fn meetings(figures: &mut Figures, pairs: &[PairSoFar]) -> Meetings {
    let samples: Vec<Sample> = pairs
        .iter()
        .map(|pair| Sample {
            value: pair.meetings,
            at: pair.changed,
        })
        .collect();
    let between = |least, most| {
        let those = pairs
            .iter()
            .filter(|pair| (least..=most).contains(&pair.meetings));
        count(those)
    };
    let all = count(pairs.iter());
    let whole = (figures.figure("pairs/introduced", all), all);
    let bands = [
        ("never", between(0, 0)),
        ("twice", between(1, 2)),
        ("five", between(3, 5)),
        ("more", between(6, u32::MAX)),
    ];
    Meetings {
        mean: figures.mean("meetings", &samples),
        bands: figures.split("meetings", whole, bands),
    }
}

fn ratings(figures: &mut Figures, ratings: &[Rating]) -> Ratings {
    let all = count(ratings.iter());
    let people = figures.figure("rated", all);
    let mut bands = |name: &str, rating: fn(&Rating) -> u8| {
        let between = |least, most| {
            let those = ratings
                .iter()
                .filter(|it| (least..=most).contains(&rating(it)));
            count(those)
        };
        let bands = [
            ("low", between(1, 2)),
            ("middle", between(3, 3)),
            ("high", between(4, 5)),
        ];
        figures.split(name, (people, all), bands)
    };
    let then = bands("rated/then", |rating| rating.before);
    let now = bands("rated/now", |rating| rating.now);
    Ratings {
        people,
        mean: figures.confidence(ratings),
        bands: then.zip(now),
    }
}

fn benefit<'a>(
    figures: &mut Figures,
    side: &str,
    closings: &(impl Iterator<Item = &'a Closing> + Clone),
) -> Benefit {
    let people: BTreeSet<&UserId> = closings.clone().map(|closing| &closing.person).collect();
    let asked = figures.figure(&format!("{side}/asked"), count(people.iter()));
    let mut answers = |name: &str, answer: fn(&Closing) -> Option<bool>| {
        let name = format!("{side}/{name}");
        answers(figures, &name, Some(asked), closings.clone(), answer)
    };
    Benefit {
        asked,
        would_recommend: answers("recommend", |closing| closing.would_recommend),
        would_repeat: answers("repeat", |closing| closing.would_repeat),
    }
}

/// A person who was asked more than once counts once, with the latest answer.
fn answers<'a>(
    figures: &mut Figures,
    name: &str,
    asked: Option<Figure>,
    closings: impl Iterator<Item = &'a Closing>,
    answer: fn(&Closing) -> Option<bool>,
) -> Answers {
    let latest: BTreeMap<&UserId, bool> = closings
        .filter_map(|closing| Some((&closing.person, answer(closing)?)))
        .collect();
    let all = count(latest.iter());
    let answered = figures.figure(&format!("{name}/answered"), all);
    let answered = asked.map_or(answered, |asked| answered.within(asked));
    let yes = count(latest.values().filter(|yes| **yes));
    let parts = [("yes", yes), ("no", all - yes)];
    Answers {
        answered,
        yes_and_no: figures.split(name, (answered, all), parts),
    }
}

fn cohorts(figures: &mut Figures, facts: &Facts) -> Vec<Cohort> {
    let quarters: BTreeSet<Quarter> = facts.pairs.iter().map(|pair| pair.cohort).collect();
    let latest = quarters.into_iter().rev().take(COHORTS);
    let cohort = |quarter: Quarter| {
        let of = facts
            .pairs
            .iter()
            .filter(move |pair| pair.cohort == quarter);
        let closings = facts
            .closings
            .iter()
            .filter(move |closing| closing.cohort == quarter);
        let recommend = format!("{quarter}/recommend");
        Cohort {
            quarter,
            pairs: pairs(figures, &quarter.to_string(), &of),
            would_recommend: answers(figures, &recommend, None, closings, |closing| {
                closing.would_recommend
            }),
        }
    };
    latest.map(cohort).collect()
}

#[cfg(test)]
mod tests;
