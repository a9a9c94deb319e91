mod fall;

use super::*;
use crate::clock::millis;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn facts(n: u32) -> Facts {
    Facts {
        active_pairs: n,
        joined_people: 3 * n,
        waiting_people: n,
        open_to_another: n,
        met_pairs: n / 2,
        reported_pairs: n,
        agreements_signed: n.saturating_sub(1),
        agreements_total: n,
        completed_pairs: n,
        ..Facts::default()
    }
}

fn people_learning(topics: &[(&str, usize)]) -> Vec<Vec<String>> {
    topics
        .iter()
        .flat_map(|&(topic, people)| vec![vec![topic.to_owned()]; people])
        .collect()
}

fn ratings(people: u8, change: u8, at: i64) -> Vec<Rating> {
    let rating = |_| Rating {
        before: 2,
        now: 2 + change,
        at: millis(at),
    };
    (0..people).map(rating).collect()
}

fn printed(published: &Published) -> String {
    let lines = published.lines().into_iter();
    let lines: Vec<String> = lines
        .map(|line| format!("{}: {}", line.label, line.value))
        .collect();
    lines.join("\n")
}

#[test]
fn small_groups_are_never_counted() {
    for n in 0..5 {
        let shown = safe(&facts(n), None, 5);
        assert_eq!(shown.active_pairs, Figure::FewerThan(5), "{n}");
        assert_eq!(shown.waiting_people, Figure::FewerThan(5), "{n}");
    }
    assert_eq!(safe(&facts(5), None, 5).active_pairs, Figure::About(5));
}

#[test]
fn a_digest_reads_like_this() {
    let facts = Facts {
        topics_offered: vec!["AI tools".into(), "Leadership".into(), "Strategy".into()],
        learning: people_learning(&[
            ("ai tools", 12),
            ("Strategy", 4),
            ("my boss Bob", 3),
            ("Leadership", 6),
        ]),
        confidence: ratings(7, 1, 0),
        ..facts(13)
    };
    let shown = safe(&facts, None, 5);
    insta::assert_snapshot!(printed(&shown), @r"
    Active pairs: about 15
    Met in the past month: about 5 of about 15 pairs that reported
    Agreements signed: about 10 of about 15 agreements
    Completed pairs: about 15
    In the program: about 40 people
    Without a partner: about 15 people
    Have a partner, would take another: about 15 people
    Learning about: AI tools (about 10), Leadership (about 5), and others
    Confidence: up 1.0 on average since the start, on a scale of 1 to 5
    ");
    insta::assert_snapshot!(shown.note(), @"To protect everyone's privacy, numbers are rounded to multiples of 5 and move only when at least 5 have changed.");
    insta::assert_snapshot!(printed(&safe(&Facts::default(), None, 5)), @"
    Active pairs: fewer than 5
    Met in the past month: fewer than 5 pairs
    Agreements signed: fewer than 5 agreements
    In the program: fewer than 5 people
    Without a partner: fewer than 5 people
    ");
}

#[test]
fn one_person_does_not_move_a_number() {
    let first = safe(&facts(12), None, 5);
    assert_eq!(first.active_pairs, Figure::About(10));
    // 13 alone would be "about 15".
    let second = safe(&facts(13), Some(&first.held), 5);
    assert_eq!(second.active_pairs, Figure::About(10));
    // Slow growth shows once five have joined.
    let third = safe(&facts(17), Some(&second.held), 5);
    assert_eq!(third.active_pairs, Figure::About(15));
    // After a dip below the minimum, the number comes back.
    let dip = safe(&facts(4), Some(&third.held), 5);
    assert_eq!(dip.active_pairs, Figure::FewerThan(5));
    let back = safe(&facts(16), Some(&dip.held), 5);
    assert_eq!(back.active_pairs, Figure::About(15));
}

/// A change of the minimum group gives no second look at the same people.
#[test]
fn another_minimum_group_is_no_second_look() {
    let with = |people, change| Facts {
        confidence: ratings(people, change, 10),
        ..facts(12)
    };
    let first = safe(&with(8, 1), None, 5);
    for minimum in [4, 6, 7, 5] {
        let again = safe(&with(8, 2), Some(&first.held), minimum);
        assert_eq!(again.confidence_tenths, first.confidence_tenths);
        assert_eq!(again.active_pairs, first.active_pairs, "{minimum}");
    }
    // A smaller minimum again: a number set under the larger one still moves only by the larger one.
    let large = safe(&with(9, 1), None, 9);
    let small = safe(&with(9, 1), Some(&large.held), 3);
    let moved = safe(
        &Facts {
            active_pairs: 12 + 4,
            ..with(9, 1)
        },
        Some(&small.held),
        3,
    );
    assert_eq!(moved.active_pairs, large.active_pairs);
}

#[test]
fn few_others_are_not_mentioned() {
    let facts = Facts {
        topics_offered: vec!["AI tools".into()],
        learning: people_learning(&[("AI tools", 6), ("Knitting", 4)]),
        ..Facts::default()
    };
    let shown = safe(&facts, None, 5);
    assert_eq!(shown.topics, [("AI tools".to_owned(), 5)]);
    assert!(!shown.other_topics);
}

#[test]
fn one_rating_does_not_move_the_mean() {
    let of = |confidence| Facts {
        confidence,
        ..Facts::default()
    };
    let first = safe(&of(ratings(6, 1, 10)), None, 5);
    assert_eq!(first.confidence_tenths, Some(10));
    let mut one_more = ratings(5, 1, 10);
    one_more.extend(ratings(1, 3, 20));
    let second = safe(&of(one_more), Some(&first.held), 5);
    assert_eq!(second.confidence_tenths, Some(10));
    let mut five_more = ratings(1, 1, 10);
    five_more.extend(ratings(5, 3, 20));
    let third = safe(&of(five_more), Some(&second.held), 5);
    assert_eq!(third.confidence_tenths, Some(27));
    assert_eq!(
        safe(&of(ratings(4, 1, 30)), Some(&third.held), 5).confidence_tenths,
        None
    );
}

#[test]
fn what_was_published_survives_storage() {
    let shown = safe(
        &Facts {
            confidence: ratings(7, 1, 5),
            ..facts(20)
        },
        None,
        5,
    );
    let stored = serde_json::to_string(&shown).unwrap();
    assert_eq!(serde_json::from_str::<Published>(&stored).unwrap(), shown);
}

/// A program's weeks: each count moves a little each week, mostly by one, sometimes by many.
fn history() -> impl Strategy<Value = Vec<Facts>> {
    let step = prop_oneof![6 => -1_i32..=1, 3 => -3_i32..=3, 1 => -12_i32..=12];
    let week = (
        prop::array::uniform9(step),
        prop::collection::vec((0_usize..30, 1_u8..=5), 0..8),
    );
    (
        prop::array::uniform9(0_i32..25),
        prop::collection::vec(week, 1..40),
    )
        .prop_map(|(mut now, weeks)| {
            let mut rated: BTreeMap<usize, Rating> = BTreeMap::new();
            let mut weeks_facts = Vec::new();
            for (number, (steps, new_ratings)) in (0_i64..).zip(weeks) {
                for (count, step) in now.iter_mut().zip(steps) {
                    *count = (*count + step).max(0);
                }
                for (person, rating) in new_ratings {
                    let before = rated.get(&person).map_or(rating, |known| known.before);
                    let at = millis(number * 604_800_000 + i64::from(rating));
                    rated.insert(
                        person,
                        Rating {
                            before,
                            now: rating,
                            at,
                        },
                    );
                }
                let n = |at: usize| u32::try_from(now[at]).unwrap();
                weeks_facts.push(Facts {
                    active_pairs: n(0),
                    reported_pairs: n(1),
                    met_pairs: n(2).min(n(1)),
                    agreements_total: n(3),
                    agreements_signed: n(4).min(n(3)),
                    joined_people: n(5),
                    waiting_people: n(6).min(n(5)),
                    open_to_another: n(7).min(n(5)),
                    completed_pairs: n(8),
                    topics_offered: vec!["AI tools".into(), "Leadership".into()],
                    learning: people_learning(&[
                        ("AI tools", now[6].unsigned_abs() as usize),
                        ("Leadership", now[7].unsigned_abs() as usize),
                        ("own words", now[0].unsigned_abs() as usize),
                    ]),
                    confidence: rated.values().copied().collect(),
                });
            }
            weeks_facts
        })
}

/// Every count shown, with the true count.
fn shown_and_true(shown: &Published, facts: &Facts) -> Vec<(Figure, u32)> {
    let topic = |name: &str| {
        let number = shown.topics.iter().find(|(shown, _)| shown == name);
        let figure = number.map_or(Figure::FewerThan(shown.minimum), |&(_, n)| Figure::About(n));
        let people = facts
            .learning
            .iter()
            .filter(|w| w.contains(&name.to_owned()));
        (figure, count(people))
    };
    vec![
        (shown.active_pairs, facts.active_pairs),
        (shown.reported_pairs, facts.reported_pairs),
        (shown.met_pairs, facts.met_pairs),
        (shown.agreements_total, facts.agreements_total),
        (shown.agreements_signed, facts.agreements_signed),
        (shown.joined_people, facts.joined_people),
        (shown.waiting_people, facts.waiting_people),
        topic("AI tools"),
        topic("Leadership"),
        (shown.open_to_another, facts.open_to_another),
        (shown.completed_pairs, facts.completed_pairs),
    ]
}

/// The same weeks with wholes so large that no part is capped by its whole.
fn with_large_wholes(history: &[Facts]) -> Vec<Facts> {
    let large = |facts: &Facts| Facts {
        reported_pairs: 100_000,
        agreements_total: 100_000,
        joined_people: 100_000,
        ..facts.clone()
    };
    history.iter().map(large).collect()
}

fn publish_all(history: &[Facts], minimum: u32) -> Vec<Published> {
    let mut all: Vec<Published> = Vec::new();
    for facts in history {
        all.push(safe(facts, all.last().map(|last| &last.held), minimum));
    }
    all
}

proptest! {
    /// Promises 1, 2 and 4: the subtraction attack on any digests and any figures.
    #[test]
    fn no_sum_or_difference_is_about_fewer_than_the_minimum(history in history(), minimum in 2_u32..9) {
        for (shown, facts) in publish_all(&history, minimum).iter().zip(&history) {
            for (figure, truth) in shown_and_true(shown, facts) {
                match figure {
                    Figure::About(number) => {
                        prop_assert!(truth >= minimum && number > 0);
                        prop_assert_eq!(number % minimum, 0);
                        prop_assert!(2 * number.abs_diff(truth) < 3 * minimum);
                    }
                    Figure::FewerThan(n) => {
                        prop_assert_eq!(n, minimum);
                        prop_assert!(truth < minimum);
                    }
                }
            }
            prop_assert!(shown.confidence_tenths.is_none() || facts.confidence.len() >= minimum as usize);
            prop_assert!(shown.topics.iter().all(|(name, _)| facts.topics_offered.contains(name)));
        }
    }

    /// What is not posted says nothing: all such digests are alike, and the next one is made as if it had never been.
    #[test]
    fn silence_says_nothing_of_its_own(history in history(), minimum in 2_u32..9) {
        let nothing = safe(&Facts::default(), None, minimum);
        prop_assert!(!nothing.has_figures());
        let mut kept: Option<Held> = None;
        for (facts, posted) in history.iter().zip(publish_all(&history, minimum)) {
            let shown = safe(facts, kept.as_ref(), minimum);
            prop_assert_eq!(&shown, &posted);
            if shown.has_figures() {
                kept = Some(shown.held.clone());
            } else {
                prop_assert_eq!(shown.lines(), nothing.lines());
                prop_assert_eq!(&shown.held, &kept.clone().unwrap_or_default());
            }
        }
    }

    /// Promise 3: between two different numbers, the count moved by at least the minimum since the first
    /// of them was set.
    #[test]
    fn numbers_move_only_with_a_group(history in history(), minimum in 2_u32..9) {
        for history in [with_large_wholes(&history), history] {
            let whole = |at| !matches!(at, 2 | 4 | 6 | 9);
            let parts_fit = history[0].joined_people == 100_000;
            let all = publish_all(&history, minimum);
            for at in (0..11).filter(|&at| parts_fit || whole(at)) {
                let mut set: Option<(u32, u32)> = None;
                for (shown, facts) in all.iter().zip(&history) {
                    let (figure, truth) = shown_and_true(shown, facts)[at];
                    let Figure::About(number) = figure else { continue };
                    match set {
                        Some((before, _)) if before == number => {}
                        Some((_, then)) if truth.abs_diff(then) < minimum => {
                            prop_assert!(false, "figure {at} moved from {set:?} to {number} of {truth}");
                        }
                        _ => set = Some((number, truth)),
                    }
                }
            }
        }
    }

    /// A part moves by promise 3, or because it is capped by its whole.
    #[test]
    fn parts_are_fitted_to_their_wholes(history in history(), minimum in 2_u32..9) {
        let alone = publish_all(&with_large_wholes(&history), minimum);
        for (alone, shown) in alone.iter().zip(publish_all(&history, minimum)) {
            prop_assert_eq!(shown.met_pairs, alone.met_pairs.within(shown.reported_pairs));
            prop_assert_eq!(shown.agreements_signed, alone.agreements_signed.within(shown.agreements_total));
            prop_assert_eq!(shown.waiting_people, alone.waiting_people.within(shown.joined_people));
            prop_assert_eq!(shown.open_to_another, alone.open_to_another.within(shown.joined_people));
        }
    }

    /// The mean moves only with a group, in any order of ratings.
    #[test]
    fn the_mean_moves_only_with_a_group(history in history(), minimum in 2_u32..9) {
        let all = publish_all(&history, minimum);
        let mut set: Option<(i32, &Facts)> = None;
        for (shown, facts) in all.iter().zip(&history) {
            let Some(tenths) = shown.confidence_tenths else { continue };
            if let Some((before, then)) = set {
                if tenths == before {
                    continue;
                }
                let differ = facts.confidence.iter().filter(|rating| !then.confidence.contains(rating));
                prop_assert!(count(differ) >= minimum);
            }
            set = Some((tenths, facts));
        }
    }
}
