//! Questions about a change without a pair, and owners' decisions on invitations and pairs to confirm.

use super::edits::{ask, two_each};
use super::*;
use crate::domain::timer::WhatIf;
use crate::store::rounds::Fate;

/// The open round and its first pair.
async fn first(test: &FeatureTest) -> (RoundId, UserId, UserId) {
    test.run_due().await;
    let round = open_round(test).await.id;
    let pair = proposals(test, round).await.remove(0);
    (round, pair.mentor, pair.mentee)
}

#[tokio::test]
async fn an_owner_learns_what_a_pair_is_worth_before_leaving_it_out() {
    let test = two_each().await;
    test.takes_part("UOLA", mentor(&["AI tools"], &[])).await;
    let (round, mentor, mentee) = first(&test).await;
    let what_if = Action::WhatIfNot(round, mentor.clone(), mentee.clone());
    let said = text(&test.press("UANA", what_if.clone()).await.unwrap());
    let words =
        format!("I'm working out what would change if <@{mentor}> didn't mentor <@{mentee}>.");
    assert!(said.starts_with(&words), "{said}");
    test.run_due().await;
    let answer = test.last("UANA", "*If").await.unwrap();
    let answer = answer
        .replace(mentor.as_str(), "A")
        .replace(mentee.as_str(), "B");
    let others = ["UMIA", "UNIK", "UOLA"].map(|other| (other, "C"));
    let others = others.into_iter().chain([("USAM", "D"), ("USUE", "D")]);
    let answer = others.fold(answer, |answer, (other, letter)| {
        answer.replace(other, letter)
    });
    insta::assert_snapshot!(answer, @"
    *If <@A> didn't mentor <@B>:* <@A> would mentor <@D> (58), <@B> would get <@C> (58); another choice is exactly as good.
    Now: 2 pairs, match scores adding up to 116. One other pair would change.
    [ Not this pair ]
    · Based on people's profiles when this round was made, and on what owners have changed since. Nothing has changed yet. Only you can see this.
    ");
    assert!(test.last("UBEN", "*If").await.is_none(), "only who asked");
    assert_eq!(
        proposals(&test, round).await.len(),
        2,
        "nothing changes by asking"
    );
    // Asking again gets another answer; the button then shows the round's current state.
    test.press("UANA", what_if.clone()).await.unwrap();
    test.run_due().await;
    assert_eq!(test.count("UANA", "*If").await, 2);
    let drop = ask(round, Edit::Drop, mentor.as_str(), mentee.as_str());
    let card = text(&test.press("UANA", drop).await.unwrap());
    assert!(card.contains("Left out: "), "{card}");
    // The menu of an outdated card shows the current state.
    let card = text(&test.press("UBEN", what_if).await.unwrap());
    assert!(card.contains("Left out: "), "{card}");
    test.run_due().await;
    assert!(test.last("UBEN", "*If").await.is_none());
}

#[tokio::test]
async fn what_was_asked_before_counts() {
    let test = two_each().await;
    let (round, mentor, mentee) = first(&test).await;
    let what_if = Action::WhatIfNot(round, mentor.clone(), mentee.clone());
    // The other mentor is set aside: without this pair, the only mentor left for either mentee is this one.
    let other = if mentor.as_str() == "UMIA" {
        "UNIK"
    } else {
        "UMIA"
    };
    test.press("UANA", ask(round, Edit::Aside, other, ""))
        .await
        .unwrap();
    test.press("UANA", what_if.clone()).await.unwrap();
    test.run_due().await;
    let answer = test.last("UANA", "*If").await.unwrap();
    assert!(
        answer.contains("another choice is exactly as good"),
        "{answer}"
    );
    assert!(
        answer.contains("Now: 1 pair, match scores adding up to 58."),
        "{answer}"
    );
    test.press("UANA", ask(round, Edit::Aside, mentor.as_str(), ""))
        .await
        .unwrap();
    test.press("UANA", what_if).await.unwrap();
    test.run_due().await;
    let answer = test.last("UANA", "wouldn't be a pair anyway").await;
    assert!(answer.is_some());
}

#[tokio::test]
async fn questions_are_few_at_once_and_end_with_the_round() {
    let test = two_each().await;
    for user in ["UNED", "UOLE"] {
        test.takes_part(user, junior()).await;
        test.takes_part(&format!("{user}S"), senior()).await;
    }
    let (round, ..) = first(&test).await;
    let mut said = String::new();
    for pair in proposals(&test, round).await {
        let what_if = Action::WhatIfNot(round, pair.mentor, pair.mentee);
        said = text(&test.press("UANA", what_if).await.unwrap());
    }
    assert_eq!(
        said,
        "I'm still working out earlier questions. Please ask again in a moment."
    );
    test.press("UBEN", Action::RejectRound { round })
        .await
        .unwrap();
    test.run_due().await;
    assert!(test.last("UANA", "*If").await.is_none());
    assert_eq!(test.count("UANA", "That round has changed since").await, 3);
}

#[tokio::test]
async fn nobody_erased_meanwhile_is_named_in_an_answer() {
    let test = two_each().await;
    let (round, mentor, mentee) = first(&test).await;
    let what_if = Action::WhatIfNot(round, mentor.clone(), mentee.clone());
    test.press("UANA", what_if).await.unwrap();
    let subject = WhatIf {
        round,
        owner: "UANA".into(),
        mentor,
        mentee: mentee.clone(),
    };
    let mut tx = test.tx().await;
    let asked = question(&mut tx, &subject).await.unwrap().unwrap();
    tx.rollback().await;
    let change = work_out(&asked);
    let erase = Action::EraseMine;
    test.press(mentee.as_str(), erase).await.unwrap();
    let mut tx = test.tx().await;
    let worked_out = Some((asked, change));
    answer(&mut tx, &subject, worked_out, 1).await.unwrap();
    tx.commit().await.unwrap();
    // The data may also be erased before the question is read.
    test.run_due().await;
    let told = test.messages("UANA").await;
    let mut told = told.iter().map(render).rev().take(2);
    assert!(told.all(|words| words.contains("its data has been deleted")));
    assert_eq!(test.count("UANA", "*If").await, 0);
}

#[tokio::test]
async fn erased_data_ends_the_questions_about_its_round() {
    let test = two_each().await;
    let (round, mentor, mentee) = first(&test).await;
    let all = ["UMIA", "UNIK", "USAM", "USUE"];
    let third = all
        .iter()
        .find(|user| ![mentor.as_str(), mentee.as_str()].contains(user));
    test.press(third.unwrap(), Action::EraseMine).await.unwrap();
    let what_if = Action::WhatIfNot(round, mentor, mentee);
    let said = text(&test.press("UANA", what_if).await.unwrap());
    assert!(
        said.starts_with("I can't work that out for this round anymore"),
        "{said}"
    );
}

#[tokio::test]
async fn the_modal_has_the_buttons_of_the_card() {
    let test = two_each().await;
    let (round, mentor, mentee) = first(&test).await;
    let seen = test
        .press("UANA", Action::ShowRound { round })
        .await
        .unwrap();
    let view = render_view(&seen.modal.unwrap().view());
    let card = render(&test.last_message("UANA", "look over").await.unwrap());
    let card: Vec<String> = card.lines().map(|line| format!("│ {line}")).collect();
    let view: Vec<&str> = view.lines().filter(|line| line.starts_with('│')).collect();
    assert_eq!(view, card[1..], "all but the heading");
    let drop = ask(round, Edit::Drop, mentor.as_str(), mentee.as_str());
    let reply = test.press("UANA", drop).await.unwrap();
    let view = render_view(&reply.update.unwrap().view());
    assert!(
        view.contains("Left out: ") && view.contains("[ Look again ]"),
        "{view}"
    );
    let reply = test
        .press("UBEN", Action::RejectRound { round })
        .await
        .unwrap();
    let view = render_view(&reply.update.unwrap().view());
    assert!(view.contains("│ <@UBEN> declined this round"), "{view}");
    assert_eq!(
        view.matches('[').count(),
        1,
        "all one can press is Close: {view}"
    );
}

#[tokio::test]
async fn pairs_to_confirm_are_decided_one_by_one() {
    let test = FeatureTest::program(rolling(false)).await;
    let unknown = Profile {
        manager: None,
        ..junior()
    };
    for user in ["UMIA", "UNIK"] {
        test.takes_part(user, unknown.clone()).await;
    }
    for user in ["USAM", "USUE"] {
        test.takes_part(user, senior()).await;
    }
    test.match_now().await;
    let round = open_round(&test).await.id;
    let card = test.last("UANA", "Pairs to check").await.unwrap();
    let menu = "[ ⋯ ] (Why these two?, Not this pair)";
    assert_eq!(card.matches(menu).count(), 2, "{card}");
    let pair = proposals(&test, round).await.remove(0);
    let (mentor, mentee) = (pair.mentor, pair.mentee);
    let drop = Action::DropProposal {
        round,
        mentor,
        mentee,
    };
    test.press("UANA", drop).await.unwrap();
    let left = proposals(&test, round).await.into_iter();
    let mut left = left.filter(|pair| pair.fate == Fate::Open);
    let other = left.next().unwrap();
    let tick = Action::ConfirmPair(round, other.mentor, other.mentee);
    let words = text(&test.decides("UANA", tick).await.unwrap());
    assert!(
        words.contains("1 pair is about to be introduced."),
        "{words}"
    );
    assert_eq!(test.pairs().await.len(), 1);
    let decided = "<@UANA> approved these pairs on Monday, March 2: 1 pair.";
    assert!(card_of(&test, "UBEN", round).await.starts_with(decided));
}

#[tokio::test]
async fn pairs_to_confirm_left_out_one_by_one_are_declined_with_the_last() {
    let test = FeatureTest::program(rolling(false)).await;
    let unknown = Profile {
        manager: None,
        ..junior()
    };
    for user in ["UMIA", "UNIK"] {
        test.takes_part(user, unknown.clone()).await;
    }
    for user in ["USAM", "USUE"] {
        test.takes_part(user, senior()).await;
    }
    test.match_now().await;
    let round = open_round(&test).await.id;
    let mut words = String::new();
    for pair in proposals(&test, round).await {
        let (mentor, mentee) = (pair.mentor, pair.mentee);
        let drop = Action::DropProposal {
            round,
            mentor,
            mentee,
        };
        words = text(&test.press("UANA", drop).await.unwrap());
    }
    let declined = "<@UANA> declined these pairs on Monday, March 2.";
    assert!(words.starts_with(declined), "{words}");
    assert!(card_of(&test, "UBEN", round).await.starts_with(declined));
    let mut tx = test.tx().await;
    assert!(rounds::proposed(&mut tx).await.unwrap().is_empty());
    tx.rollback().await;
    for user in ["UMIA", "UNIK", "USAM", "USUE"] {
        assert!(test.last(user, "didn't find").await.is_some(), "{user}");
    }
}

/// Whoever has left meanwhile is nobody's other choice.
#[tokio::test]
async fn an_answer_names_nobody_who_is_gone() {
    let test = two_each().await;
    test.takes_part("UOLA", mentor(&["AI tools"], &[])).await;
    let (round, mentor, mentee) = first(&test).await;
    let paired = proposals(&test, round).await;
    for user in ["UMIA", "UNIK", "UOLA"] {
        if paired.iter().all(|pair| pair.mentor.as_str() != user) {
            test.standing(user, Standing::Left).await;
        }
    }
    let other = paired[1].mentor.clone();
    test.standing(other.as_str(), Standing::Paused).await;
    test.press("UANA", Action::WhatIfNot(round, mentor.clone(), mentee))
        .await
        .unwrap();
    test.run_due().await;
    let answer = test.last("UANA", "*If").await.unwrap();
    let named = ["UMIA", "UNIK", "UOLA"].map(|user| (user, answer.contains(user)));
    for (user, is_named) in named {
        assert_eq!(is_named, user == mentor.as_str(), "{answer}");
    }
}
