//! A call for help reaches the owners each time somebody calls, whatever was asked before.

use super::*;
use crate::domain::overview::Care;
use crate::testing::outgoing;

/// Presses "I'd like some help" on the last question of a kind, and gives back what the person reads.
async fn calls(test: &FeatureTest, pair: PairId, user: &str, about: About) -> String {
    let (checkin, said) = (of(test, pair, user, about).await.id, StillGood::NeedHelp);
    let reply = test.press(user, Action::StillGood { checkin, said }).await;
    shown(&reply.unwrap())
}

async fn notes(test: &FeatureTest) -> usize {
    test.count(OWEN, "would like some help").await
}

/// An owner has the two asked in the month after which they are asked whether all is still good.
async fn asked_twice_in_a_month() -> (FeatureTest, PairId) {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    while test.months(pair).await.len() < 2 {
        test.pass(days(1)).await;
    }
    let care = Care::Ask;
    let asked = test.submit(OWEN, Form::Care { pair, care }, &[]).await;
    asked.unwrap();
    test.pass(days(4)).await;
    (test, pair)
}

#[tokio::test]
async fn each_call_is_heard_whatever_month_it_is() {
    for (first, second) in [(ANA, MAX), (ANA, ANA)] {
        let (mut test, pair) = asked_twice_in_a_month().await;
        calls(&test, pair, first, About::OwnerAsks).await;
        assert_eq!(notes(&test).await, 1);
        let asked = of(&test, pair, second, About::OwnerAsks).await;
        while test.count(second, "still good?").await == 0 {
            test.pass(days(1)).await;
        }
        let again = of(&test, pair, second, About::StillGood).await;
        assert_eq!(asked.number, again.number, "of the same month");
        let read = calls(&test, pair, second, About::StillGood).await;
        assert!(
            read.contains("I've also let the program's owners know"),
            "{read}"
        );
        assert_eq!(notes(&test).await, 2);
    }
}

/// A second note after the same question would say that both asked; but if Slack didn't take the first, nobody knows yet.
#[tokio::test]
async fn both_are_one_call_after_one_question_if_it_arrived() {
    for arrived in [true, false] {
        let (test, pair) = asked_twice_in_a_month().await;
        calls(&test, pair, ANA, About::OwnerAsks).await;
        if !arrived {
            let mut tx = test.tx().await;
            let hers = |head: &crate::store::outbox::Head| {
                head.delivery.what.lane() == crate::store::outbox::Lane::Person(OWEN.into())
            };
            outgoing::refused(&mut tx, hers, "user_disabled").await;
            tx.commit().await.unwrap();
        }
        calls(&test, pair, MAX, About::OwnerAsks).await;
        assert_eq!(notes(&test).await, if arrived { 1 } else { 2 });
    }
}

/// Whoever acts for the program has it sent again to an owner whom it didn't reach; an owner in the pair reads of no call.
#[tokio::test]
async fn a_call_that_slack_did_not_take_is_sent_again() {
    let settings = Settings {
        owners: vec![OWEN.into(), ANA.into(), "UOTTO".into()],
        ..settings()
    };
    let (mut test, pair) = FeatureTest::signed(settings).await;
    test.seen("UOTTO", "Europe/London").await;
    test.pass(days(66)).await;
    test.slack_takes().await;
    press(&test, pair, MAX, StillGood::NeedHelp).await.unwrap();
    assert_eq!(notes(&test).await, 1);
    let mut tx = test.tx().await;
    let his = |head: &crate::store::outbox::Head| {
        head.delivery.what.lane() == crate::store::outbox::Lane::Person(OWEN.into())
    };
    outgoing::given_up(&mut tx, his, "restricted_action").await;
    tx.commit().await.unwrap();
    test.run_due().await;
    let (from, to) = (0, test.now.as_millisecond());
    let mut said = Vec::new();
    for user in [ANA, "UOTTO"] {
        let reply = test.press(user, Action::SendAgain { from, to }).await;
        said.push(shown(&reply.unwrap()));
    }
    assert!(said[0].contains("nothing to send again"), "{}", said[0]);
    assert!(!said[1].contains("nothing to send again"), "{}", said[1]);
}
