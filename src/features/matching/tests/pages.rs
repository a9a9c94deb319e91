//! Rounds of any length: every page fits Slack's limits, every pair is on one page, and owners stay where they were.

use super::*;
use crate::domain::matching::{Binding, Reason, ReportingLine};
use crate::domain::message::Message;
use crate::features::matching::card::Card as RoundCard;
use crate::shared::owners::Deciders;
use crate::store::reporting_lines::Lines;
use crate::store::rounds::{Edits, Fate, LeftOver, State};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// A program in which this many pairs are proposed.
async fn with_pairs(pairs: usize) -> (FeatureTest, RoundId) {
    let test = FeatureTest::program(settings()).await;
    for n in 0..pairs {
        let placed = |profile: Profile, department: &str, site: &str| Profile {
            department: Some(department.into()),
            site: Some(site.into()),
            ..profile
        };
        let junior = placed(junior(), "Marketing", "Berlin");
        let senior = placed(senior(), "Finance", "London");
        test.takes_part(&format!("U0JUNIOR{n:03}"), junior).await;
        test.takes_part(&format!("U0SENIOR{n:03}"), senior).await;
    }
    test.command("UANA", "round").await.unwrap();
    test.run_due().await;
    let round = open_round(&test).await.id;
    (test, round)
}

/// Two screens: a line a pair, in one message.
#[tokio::test]
async fn thirty_four_pairs_are_thirty_four_lines_of_one_message() {
    let (test, round) = with_pairs(34).await;
    let message = test.last_message("UANA", "look over").await.unwrap();
    fits_a_message(&message);
    let card = render(&message);
    let lines: Vec<&str> = card.lines().filter(|line| line.contains(" → ")).collect();
    assert_eq!(lines.len(), 34, "{card}");
    let parts = [
        " (Early career, Marketing, Berlin) → <@",
        " (Director, Finance, London) · ",
    ];
    assert!(
        lines
            .iter()
            .all(|line| parts.iter().all(|part| line.contains(part))),
        "{card}"
    );
    assert!(card.lines().count() < 34 + 14, "{card}");
    assert!(
        card.contains("[ Go through them ]") && !card.contains("[ ⋯ ]"),
        "{card}"
    );
    // Whatever else can be done about a pair is in the modal, behind one menu each.
    let all = test
        .press("UBEN", Action::ShowRound { round })
        .await
        .unwrap();
    let view = render_view(&all.modal.unwrap().view());
    let menu = "[ ⋯ ] (Why these two?, Keep this pair, What if they weren't a pair?, Not this pair, Set one of them aside)";
    assert_eq!(view.matches(menu).count(), 34);
}

#[tokio::test]
async fn a_message_is_turned_page_by_page() {
    let (test, round) = with_pairs(110).await;
    let mut seen = 0;
    let mut message = test.last_message("UANA", "look over").await.unwrap();
    loop {
        fits_a_message(&message);
        let card = render(&message);
        seen += card.matches(" → ").count();
        if !card.contains("[ Show ") {
            break;
        }
        let page = Action::PageRound { round, from: seen };
        message = test.press("UANA", page).await.unwrap().replace.unwrap();
    }
    assert_eq!(seen, 110);
    // Approval introduces all of them, some in each transaction.
    test.approves("UANA", round).await.unwrap();
    assert_eq!(test.pairs().await.len(), 110);
    let all = test
        .press("UBEN", Action::ShowRound { round })
        .await
        .unwrap();
    let view = all.modal.unwrap().view();
    assert_eq!(render_view(&view).matches(" → ").count(), 110);
}

#[tokio::test]
async fn a_long_round_stays_on_the_page_where_something_was_changed() {
    let (test, round) = with_pairs(110).await;
    let all = proposals(&test, round).await;
    let at = |reply: Reply| {
        let view = render_view(&reply.update.unwrap().view());
        let mut lines = view.lines().filter_map(|line| line.strip_prefix("│ · "));
        lines
            .find(|line| line.starts_with("Pairs "))
            .unwrap()
            .to_owned()
    };
    let edit = |edit: Edit, n: usize| {
        let (mentor, mentee) = (all[n].mentor.clone(), all[n].mentee.clone());
        Action::Edit(round, edit, mentor, mentee)
    };
    for change in [Edit::Keep, Edit::LetGo, Edit::Drop, Edit::PutBack] {
        let reply = test.press("UANA", edit(change, 25)).await.unwrap();
        assert_eq!(at(reply), "Pairs 1 to 84 of 110.", "{change:?}");
        let reply = test.press("UANA", edit(change, 86)).await.unwrap();
        assert_eq!(at(reply), "Pairs 85 to 110 of 110.", "{change:?}");
    }
    // The page about a pair leads back to where it was.
    let show = Action::ShowPair(round, all[86].mentor.clone(), all[86].mentee.clone());
    let page = test.press("UANA", show).await.unwrap();
    let page = page.update.unwrap().view();
    assert!(render_view(&page).contains("The mentee wants to learn about AI tools"));
    let back = Action::PageRound { round, from: 86 };
    assert!(
        page.to_string()
            .contains(&serde_json::to_string(&back.encode()).unwrap())
    );
    let reply = test.press("UANA", back).await.unwrap();
    assert_eq!(at(reply), "Pairs 85 to 110 of 110.");
    // A page that no longer exists shows the last one, with correct numbers.
    let page = Action::PageRound { round, from: 110 };
    let message = text(&test.press("UANA", page).await.unwrap());
    let shown = message.matches(" → ").count();
    let words = format!("Pairs {} to 110 of 110.", 111 - shown);
    assert!(message.contains(&words), "{message}");
}

fn fits_a_message(message: &Message) {
    let json = serde_json::to_string(&message.blocks).unwrap();
    let characters = json.chars().count();
    assert!(
        message.blocks.len() <= 50,
        "{} blocks",
        message.blocks.len()
    );
    assert!(characters < 13_000, "{characters} characters");
    assert!(!json.contains("… and more."), "nothing is cut off");
}

/// A pair of the model: what was done about it.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn on its own")]
struct Two {
    to_check: bool,
    dropped: bool,
    kept: bool,
    aside: bool,
    long: bool,
}

fn twos() -> impl Strategy<Value = Vec<Two>> {
    let often = |weight: f64| prop::bool::weighted(weight);
    let two = (often(0.2), often(0.1), often(0.1), often(0.05), often(0.5));
    let two = two.prop_map(|(to_check, dropped, kept, aside, long)| Two {
        to_check,
        dropped,
        kept,
        aside,
        long,
    });
    prop_oneof![
        prop::collection::vec(two.clone(), 0..12),
        prop::collection::vec(two.clone(), 12..60),
        prop::collection::vec(two, 60..500),
    ]
}

/// A card of these pairs, with `alone` people left over.
fn card_of_all(twos: &[Two], alone: usize, state: State) -> RoundCard {
    let (mut proposals, mut people, mut lines) = (Vec::new(), HashMap::new(), HashMap::new());
    let (mut edits, mut names) = (Edits::default(), HashMap::new());
    let place = |profile: Profile, long: bool| Profile {
        department: Some(if long {
            "R&D <of everything> & more".repeat(3)
        } else {
            "Sales".into()
        }),
        site: long.then(|| "Llanfairpwllgwyngyll".into()),
        ..profile
    };
    for (n, two) in twos.iter().enumerate() {
        let ends = [format!("U0MENTOR{n:03}"), format!("U0MENTEE{n:03}")];
        let [mentor, mentee] = ends.map(|id| UserId::from(id.as_str()));
        people.insert(mentor.clone(), place(junior(), two.long));
        people.insert(mentee.clone(), place(senior(), two.long));
        if two.to_check {
            let above: Vec<UserId> = (0..12).map(crate::domain::organization::stand_in).collect();
            for user in [&mentor, &mentee] {
                let above = if two.long { above.clone() } else { Vec::new() };
                let is_whole = false;
                lines.insert(user.clone(), ReportingLine { above, is_whole });
            }
        }
        if two.kept {
            edits.keep.push((mentor.clone(), mentee.clone()));
        }
        if two.aside {
            edits.aside.push(mentor.clone());
        }
        proposals.push(Proposal {
            mentor,
            mentee,
            score: 58,
            reasons: vec![Reason::OtherSite],
            must_confirm: two.to_check,
            fate: if two.dropped {
                Fate::Dropped
            } else {
                Fate::Open
            },
            introduce_at: None,
            settled_by: None,
        });
    }
    for number in 0..12 {
        let name = format!("<Somebody> & {number} of a very long name indeed");
        names.insert(crate::domain::organization::stand_in(number), name);
    }
    let whys = [
        Binding::NobodyFree,
        Binding::NoSharedLanguage,
        Binding::TopicsTooFar,
        Binding::NoSharedHours,
    ];
    let unmatched = (0..alone).map(|n| LeftOver {
        user: format!("U0ALONE{n:04}").as_str().into(),
        why: whys[n % whys.len()].clone(),
        has_partner: n % 3 == 0,
    });
    let now = "2026-03-02T09:00:00Z".parse().unwrap();
    RoundCard {
        round: Round {
            id: RoundId(1_234_567_890_123_456_789),
            origin: Origin::Asked,
            state,
            seed: 1,
            asked_by: None,
            created_at: now,
            decided_by: Some("UANA".into()),
            decided_at: Some(now),
            introduce_at: Some(now + SignedDuration::from_mins(10)),
        },
        unmatched: unmatched.collect(),
        proposals,
        edits,
        people,
        not_looking: HashMap::new(),
        lines: Lines::new(lines, names),
        deciders: Deciders::default(),
        settings: Arc::new(settings()),
        at: 0,
        zone: TimeZone::UTC,
        now,
    }
}

#[test]
fn who_is_left_over_is_two_numbers() {
    let said = |alone: usize| render(&card_of_all(&[], alone, State::Proposed).message());
    let words = "In this round, 2 people stay without a partner and one who has a partner would have taken another.";
    assert!(said(3).contains(words), "{}", said(3));
    assert!(said(1).contains("In this round, one who has a partner would have taken another."));
    let lists = ["*Without a partner*\n", "*Has one, would take another*\n"];
    assert!(lists.iter().all(|list| said(3).contains(list)));
}

fn fits_a_modal(view: &serde_json::Value) {
    let blocks = view["blocks"].as_array().unwrap();
    assert!(blocks.len() <= 100, "{} blocks", blocks.len());
    let json = view.to_string();
    assert!(
        json.len() < 250_000 && !json.contains("… and more."),
        "{}",
        json.len()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Up to 500 pairs, with whatever was done about them.
    #[test]
    fn every_page_fits_and_every_pair_is_on_one(twos in twos(), alone in 0_usize..400) {
        for state in [State::Proposed, State::Approved] {
            let mut card = card_of_all(&twos, alone, state);
            fits_a_message(&card.message());
            fits_a_modal(&card.modal().view());
            fits_a_message(&card.reminder());
            if state != State::Proposed {
                continue;
            }
            let (mut in_messages, mut in_modals) = (Vec::new(), Vec::new());
            while in_messages.len() < twos.len() {
                card.at = in_messages.len();
                let message = card.message();
                fits_a_message(&message);
                let shown = pairs_on(&render(&message));
                prop_assert!(!shown.is_empty());
                in_messages.extend(shown);
            }
            while in_modals.len() < twos.len() {
                card.at = in_modals.len();
                let view = card.modal().view();
                fits_a_modal(&view);
                let shown = pairs_on(&render_view(&view));
                prop_assert!(!shown.is_empty());
                in_modals.extend(shown);
            }
            for mut seen in [in_messages, in_modals] {
                prop_assert_eq!(seen.len(), twos.len());
                seen.sort();
                seen.dedup();
                prop_assert_eq!(seen.len(), twos.len());
            }
        }
    }
}

/// The mentors of the pairs on a page.
fn pairs_on(page: &str) -> Vec<String> {
    let is_pair = |line: &&str| line.contains(" → ") || line.contains("Left out: <@");
    let lines = page.lines().filter(is_pair);
    let mentor = |line: &str| Some(line.split_once("<@")?.1.split_once('>')?.0.to_owned());
    lines.filter_map(mentor).collect()
}
