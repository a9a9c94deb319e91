//! A pair may end before both have chosen at its closing. The choice that was made counts all the same.

use super::private::at_the_closing;
use super::*;
use crate::domain::overview::Care;
use crate::testing::people::person;

/// The pair has reached its closing, and neither of the two looks for another partner yet.
async fn closing() -> (FeatureTest, PairId) {
    let (test, pair) = at_the_closing().await;
    let mut tx = test.tx().await;
    for user in [ANA, MAX] {
        participants::set_waiting(&mut tx, &user.into(), None)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    (test, pair)
}

/// A pair at its closing ends before both have chosen.
async fn ends(test: &FeatureTest, pair: PairId, how: &str) {
    match how {
        "by the partner" => {
            test.submit(MAX, Form::End { pair }, &[]).await.unwrap();
        }
        "the partner leaves" => {
            test.submit(MAX, Form::Leave, &[]).await.unwrap();
        }
        "the partner is gone" => {
            let mut gone = person(MAX, None);
            gone.deleted = true;
            test.slack_answers(gone).await;
        }
        "by an owner" => {
            let care = Care::End;
            let ended = test.submit(OWEN, Form::Care { pair, care }, &[]).await;
            ended.unwrap();
        }
        _ => {
            test.submit(ANA, Form::End { pair }, &[]).await.unwrap();
        }
    }
    assert_eq!(state(test, pair).await.state, pair::State::Closed);
}

#[tokio::test]
async fn whoever_chose_another_partner_is_in_line_however_the_pair_ends() {
    for how in [
        "by the partner",
        "the partner leaves",
        "the partner is gone",
        "by an owner",
        "by herself",
    ] {
        for (choice, waits) in [(NextStep::Rematch, true), (NextStep::Finish, false)] {
            let (mut test, pair) = closing().await;
            choose(&test, pair, ANA, choice).await;
            ends(&test, pair, how).await;
            assert_eq!(test.waits(ANA).await, waits, "{how}, {choice:?}");
            assert!(!test.waits(MAX).await, "{how}, {choice:?}");
            test.pass(days(3)).await;
            let asked = test.count(ANA, "Would you like to be in the next match?");
            let is_told = how != "by herself";
            assert_eq!(asked.await, usize::from(is_told && !waits), "{how}");
            let in_line = test.count(ANA, "you're in line, and there's nothing you need to do");
            assert_eq!(in_line.await, usize::from(is_told && waits), "{how}");
        }
    }
}

/// She ends it herself: the form knows what she chose.
#[tokio::test]
async fn the_form_of_the_end_does_not_ask_what_was_chosen() {
    let (test, pair) = closing().await;
    choose(&test, pair, ANA, NextStep::Rematch).await;
    let form = modal(&test.press(ANA, Action::OpenEnd { pair }).await.unwrap());
    assert!(form.contains("As you chose, I'll look"), "{form}");
    assert!(!form.contains("[ ] Look for a new partner"), "{form}");
    let form = modal(&test.press(MAX, Action::OpenEnd { pair }).await.unwrap());
    assert!(form.contains("[ ] Look for a new partner"), "{form}");
}

/// Her account is deactivated at the closing, and comes back.
#[tokio::test]
async fn nobody_is_in_line_who_did_not_lose_a_partner() {
    let choices = [
        (None, false),
        (Some(NextStep::Continue), false),
        (Some(NextStep::Finish), false),
        (Some(NextStep::Rematch), true),
    ];
    for (choice, waits) in choices {
        let (test, pair) = closing().await;
        if let Some(choice) = choice {
            choose(&test, pair, ANA, choice).await;
        }
        let mut gone = person(ANA, None);
        gone.deleted = true;
        test.slack_answers(gone).await;
        test.slack_answers(person(ANA, None)).await;
        assert_eq!(test.waits(ANA).await, waits, "{choice:?}");
    }
}
