mod program;

use super::*;
use crate::domain::digest;
use program::{change, closing, history, make, pair, shown_and_true, whole_of, with_large_wholes};
use proptest::prelude::*;

fn report_all(history: &[Facts], minimum: u32) -> Vec<Report> {
    let mut held = Held::default();
    let mut all = Vec::new();
    for facts in history {
        let (report, next) = safe(facts, held, minimum);
        all.push(report);
        held = next;
    }
    all
}

fn digest_facts(facts: &Facts) -> digest::Facts {
    digest::Facts {
        active_pairs: facts.active_pairs,
        completed_pairs: count(
            facts
                .pairs
                .iter()
                .filter(|pair| pair.outcome == Outcome::Completed),
        ),
        joined_people: facts.taking_part,
        confidence: facts.confidence.clone(),
        ..digest::Facts::default()
    }
}

proptest! {
    /// Rules 1, 2 and 4: the subtraction attack on any figures of any reports, cohorts and complements included.
    #[test]
    fn no_sum_or_difference_is_about_fewer_than_the_minimum(history in history(), minimum in 2_u32..9) {
        for (shown, facts) in report_all(&history, minimum).iter().zip(&history) {
            for (name, figure, truth) in shown_and_true(shown, facts) {
                match figure {
                    Some(Figure::About(number)) => {
                        prop_assert!(truth >= minimum && number > 0, "{}: {} of {}", name, number, truth);
                        prop_assert_eq!(number % minimum, 0, "{}", name);
                        prop_assert!(2 * number.abs_diff(truth) < 3 * minimum, "{}: {} of {}", name, number, truth);
                    }
                    Some(Figure::FewerThan(n)) => {
                        prop_assert_eq!(n, minimum);
                        // A whole may be of fewer than its part: people who were asked, and their answers of earlier.
                        prop_assert!(truth < minimum, "{}: {}", name, truth);
                    }
                    None => {}
                }
            }
            let mean = shown.meetings.mean;
            prop_assert!(mean.is_none() || facts.pairs.len() >= minimum as usize);
            prop_assert!(shown.ratings.mean.is_none() || facts.confidence.len() >= minimum as usize);
        }
    }

    /// Rule 5: nobody reads that all of a small group answered alike.
    #[test]
    fn small_groups_are_not_split(history in history(), minimum in 2_u32..9) {
        for (shown, facts) in report_all(&history, minimum).iter().zip(&history) {
            let all = shown_and_true(shown, facts);
            let whole = |of: &str| all.iter().find(|(name, ..)| name == of).map_or(0, |it| it.2);
            for (name, figure, _) in &all {
                let of = match name.rsplit_once(' ') {
                    Some((question, "yes" | "no")) => format!("{question} answered"),
                    Some(("then" | "now", _)) => "rated".to_owned(),
                    Some(("met", _)) => "all introduced".to_owned(),
                    _ => continue,
                };
                prop_assert_eq!(figure.is_some(), whole(&of) >= 2 * minimum, "{}", name);
            }
        }
    }

    /// Rule 3, over every figure: between two different numbers, the count moved by at least the minimum since the first of
    /// them was set. Parts are looked at as long as no whole cuts them.
    #[test]
    fn numbers_move_only_with_a_group(history in history(), minimum in 2_u32..9) {
        for history in [with_large_wholes(&history), history] {
            let mut set: BTreeMap<String, (u32, u32)> = BTreeMap::new();
            let mut cut: BTreeSet<String> = BTreeSet::new();
            for (shown, facts) in report_all(&history, minimum).iter().zip(&history) {
                let all = shown_and_true(shown, facts);
                let figures: BTreeMap<&str, Option<Figure>> =
                    all.iter().map(|(name, figure, _)| (name.as_str(), *figure)).collect();
                for (name, figure, truth) in &all {
                    let Some(Figure::About(number)) = *figure else { continue };
                    let whole = whole_of(name).and_then(|whole| figures.get(whole.as_str()).copied().flatten());
                    if whole.and_then(Figure::number) == Some(number) {
                        cut.insert(name.clone());
                    }
                    if cut.contains(name) {
                        continue;
                    }
                    match set.get(name) {
                        Some((before, _)) if *before == number => {}
                        Some((before, then)) if truth.abs_diff(*then) < minimum => {
                            prop_assert!(false, "{name} moved from {before} of {then} to {number} of {truth}");
                        }
                        _ => { set.insert(name.clone(), (number, *truth)); }
                    }
                }
            }
        }
    }

    /// One change of one person's after a report moves no number of the next: neither theirs, nor that of a part or a sum.
    #[test]
    fn one_change_moves_no_number(history in history(), change in change(), minimum in 3_u32..9) {
        let facts = history.last().unwrap();
        let (before, held) = safe(facts, Held::default(), minimum);
        let mut after = facts.clone();
        make(&mut after, &change, 1_000_000_000);
        let (later, _) = safe(&after, held, minimum);
        let known: BTreeMap<String, Option<Figure>> =
            shown_and_true(&before, facts).into_iter().map(|(name, figure, _)| (name, figure)).collect();
        for (name, figure, _) in shown_and_true(&later, &after) {
            let was = known.get(&name).copied().flatten();
            if let (Some(Figure::About(was)), Some(Figure::About(is))) = (was, figure) {
                prop_assert_eq!(was, is, "{}", name);
            }
        }
        let means = |report: &Report| (report.meetings.mean, report.ratings.mean);
        let ((met, confidence), now) = (means(&before), means(&later));
        prop_assert!(met.is_none() || met == now.0);
        prop_assert!(confidence.is_none() || confidence == now.1);
    }

    /// A report and a digest, in any order, show one number for one thing.
    #[test]
    fn a_digest_is_no_second_look(history in history(), minimum in 2_u32..9, kinds in prop::collection::vec(any::<bool>(), 25)) {
        // Fewer than any whole, so that none cuts them.
        let whole = |report: &Report, other: &Report| (
            report.pairs.introduced.within(other.pairs.introduced),
            report.joined.within(other.joined),
        );
        let (mut by_turns, mut reports) = (Held::default(), Held::default());
        for (facts, is_digest) in history.iter().zip(kinds) {
            let (report, next) = safe(facts, reports, minimum);
            reports = next;
            let (active, taking_part, change, wholes) = if is_digest {
                let published = digest::safe(&digest_facts(facts), Some(&by_turns), minimum);
                by_turns = published.held().clone();
                let wholes = whole(&report, &report);
                (published.active_pairs, published.joined_people, published.confidence_tenths, wholes)
            } else {
                let (other, next) = safe(facts, by_turns, minimum);
                by_turns = next;
                let wholes = whole(&report, &other);
                (other.pairs.running, other.taking_part, other.ratings.mean.map(|mean| mean.change), wholes)
            };
            prop_assert_eq!(active.within(wholes.0), report.pairs.running.within(wholes.0));
            prop_assert_eq!(taking_part.within(wholes.1), report.taking_part.within(wholes.1));
            prop_assert_eq!(change, report.ratings.mean.map(|mean| mean.change));
        }
    }

    /// The mean of meetings moves only when at least the minimum of pairs are new or changed.
    #[test]
    fn the_mean_moves_only_with_a_group(history in history(), minimum in 2_u32..9) {
        let mut set: Option<(i32, &Facts)> = None;
        for (shown, facts) in report_all(&history, minimum).iter().zip(&history) {
            let Some(mean) = shown.meetings.mean else { continue };
            if let Some((before, then)) = set {
                if mean == before {
                    continue;
                }
                let mut known = then.pairs.iter().map(|pair| pair.changed);
                let differ = facts.pairs.iter().filter(|pair| !known.any(|at| at == pair.changed));
                prop_assert!(count(differ) >= minimum);
            }
            set = Some((mean, facts));
        }
    }
}

#[test]
fn nothing_is_said_of_a_small_program() {
    let facts = Facts {
        joined: 4,
        pairs: vec![pair(0, 3, Outcome::Completed, 1); 4],
        closings: (0..4)
            .map(|person| closing(person, 0, Some(true)))
            .collect(),
        ..Facts::default()
    };
    let (shown, _) = safe(&facts, Held::default(), 5);
    let fewer = Figure::FewerThan(5);
    assert_eq!(shown.joined, fewer);
    assert_eq!(shown.pairs.completed, fewer);
    assert_eq!(shown.meetings.mean, None);
    assert_eq!(shown.mentors.would_recommend.yes_and_no, None);
    assert_eq!(shown.cohorts[0].pairs.met, fewer);
}

#[test]
fn somebody_who_was_asked_twice_counts_once_with_the_latest_answer() {
    let mut closings: Vec<Closing> = (0..20)
        .map(|person| closing(person * 2, 0, Some(true)))
        .collect();
    let again = |person: usize| closing(person * 2, 1, Some(false));
    closings.extend((0..10).map(again));
    let facts = Facts {
        closings,
        ..Facts::default()
    };
    let (shown, _) = safe(&facts, Held::default(), 5);
    let answers = shown.mentors.would_recommend;
    assert_eq!(answers.answered, Figure::About(20));
    assert_eq!(answers.yes_and_no, Some([Figure::About(10); 2]));
    assert_eq!(shown.mentees.asked, Figure::FewerThan(5));
}
