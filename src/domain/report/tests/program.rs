//! Made-up programs that grow and change, and the true counts behind a report's figures.

use crate::clock::millis;
use crate::domain::figures::{Figure, Rating, count};
use crate::domain::ids::UserId;
use crate::domain::quarter::Quarter;
use crate::domain::report::{Answers, Closing, Facts, Outcome, PairSoFar, Pairs, Report};
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn quarter(number: usize) -> Quarter {
    let months = [1, 4, 7, 10];
    Quarter::of(date(2026, months[number % 4], 1))
}

pub(super) fn pair(cohort: usize, meetings: u32, outcome: Outcome, changed: i64) -> PairSoFar {
    PairSoFar {
        cohort: quarter(cohort),
        meetings,
        changed: millis(changed),
        outcome,
    }
}

pub(super) fn closing(person: usize, cohort: usize, answer: Option<bool>) -> Closing {
    Closing {
        person: UserId(format!("U{person}")),
        is_mentor: person.is_multiple_of(2),
        cohort: quarter(cohort),
        would_recommend: answer,
        would_repeat: answer,
    }
}

/// A program that grows and changes, mostly by little at a time.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Pair {
        cohort: usize,
    },
    /// The pair of this number meets once more, and ends if `outcome` says so.
    Meets {
        pair: usize,
        outcome: Outcome,
    },
    Rated {
        person: usize,
        now: u8,
    },
    Closing {
        person: usize,
        cohort: usize,
        answer: Option<bool>,
    },
    Joins,
    /// Somebody is erased, with their answers.
    Erased {
        person: usize,
    },
}

pub(super) fn change() -> impl Strategy<Value = Change> {
    let outcome = prop_oneof![
        4 => Just(Outcome::Running),
        1 => Just(Outcome::Completed),
        1 => Just(Outcome::EndedEarly),
    ];
    prop_oneof![
        3 => (0_usize..3).prop_map(|cohort| Change::Pair { cohort }),
        4 => (0_usize..40, outcome).prop_map(|(pair, outcome)| Change::Meets { pair, outcome }),
        3 => (0_usize..40, 1_u8..=5).prop_map(|(person, now)| Change::Rated { person, now }),
        4 => (0_usize..40, 0_usize..3, prop::option::weighted(0.8, any::<bool>()))
            .prop_map(|(person, cohort, answer)| Change::Closing { person, cohort, answer }),
        2 => Just(Change::Joins),
        1 => (0_usize..40).prop_map(|person| Change::Erased { person }),
    ]
}

/// Makes a change, at a later moment than every change before it.
pub(super) fn make(facts: &mut Facts, change: &Change, moment: i64) {
    match *change {
        Change::Pair { cohort } => {
            facts.pairs.push(pair(cohort, 0, Outcome::Running, moment));
            (facts.joined, facts.taking_part) = (facts.joined + 2, facts.taking_part + 2);
            facts.paired += 2;
        }
        Change::Meets { pair, outcome } => {
            let all = facts.pairs.len().max(1);
            if let Some(pair) = facts.pairs.get_mut(pair % all)
                && pair.outcome == Outcome::Running
            {
                pair.meetings += 1;
                (pair.changed, pair.outcome) = (millis(moment), outcome);
            }
        }
        Change::Rated { person, now } => {
            let at = millis(moment);
            let all = facts.confidence.len();
            match facts.confidence.get_mut(person) {
                Some(rating) => (rating.now, rating.at) = (now, at),
                None if person <= all + 5 => facts.confidence.push(Rating { before: 2, now, at }),
                None => {}
            }
        }
        Change::Closing {
            person,
            cohort,
            answer,
        } => {
            facts.closings.push(closing(person, cohort, answer));
        }
        Change::Joins => {
            (facts.joined, facts.taking_part) = (facts.joined + 1, facts.taking_part + 1);
        }
        Change::Erased { person } => {
            let gone = UserId(format!("U{person}"));
            facts.closings.retain(|closing| closing.person != gone);
            facts.taking_part = facts.taking_part.saturating_sub(1);
        }
    }
    let running = facts
        .pairs
        .iter()
        .filter(|pair| pair.outcome == Outcome::Running);
    facts.active_pairs = count(running);
}

/// What stands there at each report: bursts of changes between them.
pub(super) fn history() -> impl Strategy<Value = Vec<Facts>> {
    let burst = prop_oneof![
        4 => prop::collection::vec(change(), 0..3),
        2 => prop::collection::vec(change(), 10..60),
    ];
    prop::collection::vec(burst, 1..25).prop_map(|bursts| {
        let (mut facts, mut moment) = (Facts::default(), 0);
        let mut all = Vec::new();
        for burst in bursts {
            for change in &burst {
                moment += 1000;
                make(&mut facts, change, moment);
            }
            all.push(facts.clone());
        }
        all
    })
}

/// The same programs with so many pairs that never meet, and people who give no answer, that no whole cuts a part.
pub(super) fn with_large_wholes(history: &[Facts]) -> Vec<Facts> {
    let idle = (0..600).map(|number| pair(number % 3, 0, Outcome::Running, 0));
    let silent = (1000..1600).map(|person| closing(person, 3, None));
    let (idle, silent): (Vec<_>, Vec<_>) = (idle.collect(), silent.collect());
    let large = |facts: &Facts| Facts {
        joined: 100_000,
        pairs: idle.iter().chain(&facts.pairs).copied().collect(),
        closings: silent.iter().chain(&facts.closings).cloned().collect(),
        ..facts.clone()
    };
    history.iter().map(large).collect()
}

/// How many distinct people gave an answer last.
fn said<'a>(closings: impl Iterator<Item = &'a Closing>, yes: Option<bool>) -> u32 {
    let mut last: Vec<(&UserId, bool)> = Vec::new();
    for closing in closings {
        if let Some(answer) = closing.would_recommend {
            last.retain(|(person, _)| **person != closing.person);
            last.push((&closing.person, answer));
        }
    }
    count(
        last.iter()
            .filter(|(_, answer)| yes.is_none_or(|yes| *answer == yes)),
    )
}

/// Every count of a report under its name, with the true count. `None` where the report shows no figure at all.
pub(super) fn shown_and_true(shown: &Report, facts: &Facts) -> Vec<(String, Option<Figure>, u32)> {
    let mut all = vec![
        ("joined".to_owned(), Some(shown.joined), facts.joined),
        (
            "taking part".to_owned(),
            Some(shown.taking_part),
            facts.taking_part,
        ),
        ("paired".to_owned(), Some(shown.paired), facts.paired),
        (
            "rated".to_owned(),
            Some(shown.ratings.people),
            count(facts.confidence.iter()),
        ),
    ];
    let mut pairs = |name: &str, shown: &Pairs, those: Vec<&PairSoFar>| {
        let of = |outcome| count(those.iter().filter(|pair| pair.outcome == outcome));
        let met = count(those.iter().filter(|pair| pair.meetings > 0));
        for (part, figure, truth) in [
            ("introduced", shown.introduced, count(those.iter())),
            ("met", shown.met, met),
            ("running", shown.running, of(Outcome::Running)),
            ("completed", shown.completed, of(Outcome::Completed)),
            ("ended early", shown.ended_early, of(Outcome::EndedEarly)),
        ] {
            all.push((format!("{name} {part}"), Some(figure), truth));
        }
    };
    pairs("all", &shown.pairs, facts.pairs.iter().collect());
    for cohort in &shown.cohorts {
        let those = facts
            .pairs
            .iter()
            .filter(|pair| pair.cohort == cohort.quarter);
        pairs(&cohort.quarter.to_string(), &cohort.pairs, those.collect());
    }
    for (is_mentor, side) in [(true, &shown.mentors), (false, &shown.mentees)] {
        let those = facts.closings.iter().filter(|it| it.is_mentor == is_mentor);
        let people: BTreeSet<&UserId> = those.map(|it| &it.person).collect();
        let name = format!("mentors: {is_mentor} asked");
        all.push((name, Some(side.asked), count(people.iter())));
    }
    let mut answers = |name: String, shown: &Answers, those: Vec<&Closing>| {
        let those = || those.iter().copied();
        all.push((
            format!("{name} answered"),
            Some(shown.answered),
            said(those(), None),
        ));
        let parts = shown.yes_and_no;
        all.push((
            format!("{name} yes"),
            parts.map(|parts| parts[0]),
            said(those(), Some(true)),
        ));
        all.push((
            format!("{name} no"),
            parts.map(|parts| parts[1]),
            said(those(), Some(false)),
        ));
    };
    for (is_mentor, side) in [(true, &shown.mentors), (false, &shown.mentees)] {
        let those = facts.closings.iter().filter(|it| it.is_mentor == is_mentor);
        let name = format!("mentors: {is_mentor}");
        answers(name, &side.would_recommend, those.collect());
    }
    for cohort in &shown.cohorts {
        let those = facts
            .closings
            .iter()
            .filter(|it| it.cohort == cohort.quarter);
        answers(
            cohort.quarter.to_string(),
            &cohort.would_recommend,
            those.collect(),
        );
    }
    let rated = |low, high, rating: fn(&Rating) -> u8| {
        count(
            facts
                .confidence
                .iter()
                .filter(|it| (low..=high).contains(&rating(it))),
        )
    };
    for (at, (low, high)) in [(1, 2), (3, 3), (4, 5)].into_iter().enumerate() {
        let bands = shown.ratings.bands;
        let then = rated(low, high, |rating| rating.before);
        let now = rated(low, high, |rating| rating.now);
        all.push((format!("then {at}"), bands.map(|bands| bands.0[at]), then));
        all.push((format!("now {at}"), bands.map(|bands| bands.1[at]), now));
    }
    for (at, (least, most)) in [(0, 0), (1, 2), (3, 5), (6, u32::MAX)]
        .into_iter()
        .enumerate()
    {
        let met = facts.pairs.iter();
        let truth = count(met.filter(|pair| (least..=most).contains(&pair.meetings)));
        all.push((
            format!("met {at}"),
            shown.meetings.bands.map(|bands| bands[at]),
            truth,
        ));
    }
    all
}

/// The figure that a part is fitted to.
pub(super) fn whole_of(name: &str) -> Option<String> {
    if matches!(name, "taking part" | "paired") {
        return Some("joined".to_owned());
    }
    let (of, part) = name.rsplit_once(' ')?;
    Some(match (of, part) {
        ("then" | "now", _) => "rated".to_owned(),
        ("met", "0" | "1" | "2" | "3") => "all introduced".to_owned(),
        (of, "answered") if of.starts_with("mentors") => format!("{of} asked"),
        (_, "yes" | "no") => format!("{of} answered"),
        (_, "met" | "running" | "completed") => format!("{of} introduced"),
        (of, "early") => format!("{} introduced", of.trim_end_matches(" ended")),
        _ => return None,
    })
}
