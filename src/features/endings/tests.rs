use super::*;
use crate::domain::ids::RoundId;
use crate::features::Error;
use crate::slack::event::{Action, Answer, Form};
use crate::store::people;
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::outgoing;
use crate::testing::people::{junior, rolling, settings};

fn refused(outcome: Result<Reply>) -> String {
    match outcome {
        Err(Error::User(words)) => words.into_string(),
        other => panic!("refused, not {other:?}"),
    }
}

async fn end(test: &FeatureTest, user: &str, pair: PairId) -> Reply {
    test.submit(user, Form::End { pair }, &[]).await.unwrap()
}

#[tokio::test]
async fn ending_asks_no_reasons_and_shows_what_the_partner_reads() {
    let test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    let reply = test.press("UMIA", Action::OpenEnd { pair }).await.unwrap();
    let modal = reply.modal.unwrap();
    insta::assert_snapshot!(render_view(&modal.view()), @"
    ┌ End this pair
    │ Pairs end for many reasons, and you don't have to give one. If you end this one, <@USAM> reads these words and nothing else:
    │ > Your reverse mentoring pair with <@UMIA> has come to an end. That happens. It's nobody's fault, and no reasons are given. Thank you for what you brought to it.
    │ And you? (optional)
    │   [ ] Look for a new partner for me
    │ · Nobody is told that it was you, and nobody is asked why. Your shared conversation stays yours.
    └ [ Cancel ]  [ End it kindly ]
    ");
    let reply = end(&test, "UMIA", pair).await;
    let notice = render_view(&reply.modal.unwrap().view());
    assert!(
        notice.contains("│ Done. <@USAM> reads the words you saw"),
        "{notice}"
    );
    let told = test.last("USAM", "come to an end").await.unwrap();
    insta::assert_snapshot!(told, @"
    Your reverse mentoring pair with <@UMIA> has come to an end. That happens. It's nobody's fault, and no reasons are given. Thank you for what you brought to it.
    Would you like to be in the next match? Only if and when it suits you.
    [ Find me a new partner ]
    · Only you can see this.
    ");
    assert!(test.last("UMIA", "come to an end").await.is_none());
    assert!(
        test.last("pair/", "This pair has come to an end.")
            .await
            .is_some()
    );
}

#[tokio::test]
async fn a_word_is_enough_to_end_a_pair() {
    let test = FeatureTest::program(settings()).await;
    test.takes_part("UMIA", junior()).await;
    let none = test.command("UMIA", "end").await.unwrap();
    assert!(render(&none.say.unwrap()).contains("not in a pair at the moment"));
    let pair = test.introduced().await;
    let asked = test.command("UMIA", "end").await.unwrap();
    assert_eq!(asked.modal.unwrap().form, Form::End { pair });
    let mut tx = test.tx().await;
    let both = (&"UMIA".into(), &"UKIM".into());
    pairs::create(&mut tx, RoundId(1), both, &[], 6)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let which = test.command("UMIA", "end").await.unwrap();
    insta::assert_snapshot!(render(&which.say.unwrap()), @"
    Which of your pairs do you mean? Nothing ends until you've read what your partner will read.
    You and <@USAM>
    [ End this pair ]
    You and <@UKIM>
    [ End this pair ]
    · Only you can see this.
    ");
    assert!(
        test.pairs().await.iter().all(Pair::is_open),
        "asking ends nothing"
    );
}

/// The partner cannot tell who ended it, or how.
#[tokio::test]
async fn the_partner_reads_the_same_words_whatever_the_reason() {
    let mut texts = Vec::new();
    for why in ["ended", "left", "gone", "checkin", "rule"] {
        let test = FeatureTest::program(settings()).await;
        let pair = test.introduced().await;
        let user = UserId::from("UMIA");
        match why {
            "ended" => {
                end(&test, "UMIA", pair).await;
            }
            "left" | "gone" => {
                let own_choice = why == "left";
                test.happens(Happening::Departed { user, own_choice }).await;
            }
            _ => {
                let (by, why) = if why == "rule" {
                    (None, Ending::NoLongerAllowed)
                } else {
                    (Some(user), Ending::Ended)
                };
                let mut tx = test.tx().await;
                pairs::close(&mut tx, pair, why).await.unwrap();
                tx.commit().await.unwrap();
                test.happens(Happening::PairEnded { pair, by, why }).await;
            }
        }
        texts.push(test.last("USAM", "come to an end").await.unwrap());
        let farewells = test.count("pair/", "This pair has come to an end.").await;
        assert_eq!(farewells, usize::from(why != "gone"), "{why}");
    }
    assert!(texts.iter().all(|text| *text == texts[0]), "{texts:#?}");
}

#[tokio::test]
async fn ending_twice_or_by_a_stranger_changes_nothing() {
    let test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    assert!(refused(test.press("UEVE", Action::OpenEnd { pair }).await).contains("Only the two"));
    assert!(refused(test.submit("UANA", Form::End { pair }, &[]).await).contains("Only the two"));
    assert!(
        refused(test.press("UEVE", Action::WantRematch { pair }).await).contains("Only the two")
    );
    assert!(test.pairs().await[0].is_open());
    end(&test, "USAM", pair).await;
    let reply = end(&test, "UMIA", pair).await;
    assert!(render_view(&reply.modal.unwrap().view()).contains("already ended"));
    assert_eq!(test.count("UMIA", "come to an end").await, 1);
    assert_eq!(test.count("USAM", "come to an end").await, 0);
    let view = test
        .press("USAM", Action::OpenEnd { pair })
        .await
        .unwrap()
        .modal
        .unwrap();
    assert!(render_view(&view.view()).contains("already"));
}

/// Both end it within a minute; the one who comes second asked for another partner.
#[tokio::test]
async fn a_wish_counts_though_the_pair_has_just_ended() {
    let test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    end(&test, "USAM", pair).await;
    let again = [("again", Answer::Many(vec!["yes".into()]))];
    let form = Form::End { pair };
    let reply = test.submit("UMIA", form, &again).await.unwrap();
    let said = render_view(&reply.modal.unwrap().view());
    assert!(
        said.contains("already ended. You're in the next match."),
        "{said}"
    );
    assert!(test.waits("UMIA").await && !test.waits("USAM").await);
}

#[tokio::test]
async fn a_rematch_is_asked_for_not_assumed() {
    let test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    let rematch = Action::WantRematch { pair };
    assert!(refused(test.press("USAM", rematch.clone()).await).contains("still together"));
    end(&test, "UMIA", pair).await;
    assert!(!test.waits("USAM").await && !test.waits("UMIA").await);
    for _ in 0..2 {
        let reply = test.press("USAM", rematch.clone()).await.unwrap();
        assert_eq!(
            render(&reply.replace.unwrap()),
            "You're in the next match. I'll write to you as soon as there's news."
        );
    }
    assert!(test.waits("USAM").await && !test.waits("UMIA").await);
    test.standing("UMIA", Standing::Left).await;
    let reply = test.press("UMIA", rematch).await.unwrap();
    assert!(render(&reply.replace.unwrap()).contains("not in the program"));
    assert!(!test.waits("UMIA").await);
}

#[tokio::test]
async fn on_a_break_another_partner_is_for_afterwards() {
    let test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    test.standing("UMIA", Standing::Paused).await;
    let yes = Answer::Many(vec!["yes".into()]);
    let reply = test
        .submit("UMIA", Form::End { pair }, &[("again", yes)])
        .await
        .unwrap();
    let notice = render_view(&reply.modal.unwrap().view());
    assert!(
        notice.contains("you'll be in the next match once you're back"),
        "{notice}"
    );
    assert!(test.waits("UMIA").await);
}

#[tokio::test]
async fn whoever_ends_it_can_ask_for_another_partner_in_the_same_breath() {
    let test = FeatureTest::program(rolling(true)).await;
    let pair = test.introduced().await;
    let yes = Answer::Many(vec!["yes".into()]);
    test.submit("UMIA", Form::End { pair }, &[("again", yes)])
        .await
        .unwrap();
    assert!(test.waits("UMIA").await);
    test.press("USAM", Action::WantRematch { pair })
        .await
        .unwrap();
    test.run_due().await;
    assert!(
        test.last("UANA", "look over").await.is_none(),
        "not the same two again"
    );
}

#[tokio::test]
async fn what_was_on_its_way_is_withdrawn_and_the_retention_clock_runs() {
    let test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    let departed = Happening::Departed {
        user: "USAM".into(),
        own_choice: false,
    };
    test.happens(departed.clone()).await;
    test.happens(departed).await;
    let mut tx = test.tx().await;
    let due = timers::due(&mut tx, &Timer::Erase(pair)).await.unwrap();
    assert_eq!(due, Some(test.now + SignedDuration::from_hours(24 * 90)));
    let unsigned = timers::due(&mut tx, &Timer::Unsigned(pair)).await.unwrap();
    assert_eq!(unsigned, None);
    let waiting = outgoing::waiting(&mut tx).await;
    let messages = waiting.iter().filter(|what| what.to().is_some());
    let mut left: Vec<String> = messages.map(|what| what.lane().to_string()).collect();
    left.sort();
    tx.rollback().await;
    assert!(!left.contains(&format!("pair/{pair}")), "{left:?}");
    assert_eq!(test.count("UMIA", "has come to an end").await, 1);
    assert_eq!(test.pairs().await[0].closed.unwrap().1, Ending::Gone);
}

#[tokio::test]
async fn a_completed_pair_gets_no_words_of_parting_here() {
    let test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    let mut tx = test.tx().await;
    pairs::close(&mut tx, pair, Ending::Completed)
        .await
        .unwrap();
    assert!(
        people::find(&mut tx, &"UMIA".into())
            .await
            .unwrap()
            .is_some()
    );
    tx.commit().await.unwrap();
    let why = Ending::Completed;
    test.happens(Happening::PairEnded {
        pair,
        by: None,
        why,
    })
    .await;
    for lane in ["UMIA", "USAM", "pair/"] {
        assert_eq!(test.count(lane, "come to an end").await, 0);
    }
    let mut tx = test.tx().await;
    assert!(
        timers::due(&mut tx, &Timer::Erase(pair))
            .await
            .unwrap()
            .is_some()
    );
    tx.rollback().await;
}

/// The end of a break was to be told at a better hour: it is not said of a pair that is over by then.
#[tokio::test]
async fn nobody_reads_that_months_continue_after_their_pair_has_ended() {
    let mut test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    test.pauses("USAM", "1").await;
    test.pass(SignedDuration::from_hours(7 * 24 - 4)).await;
    // Their break ends at night, and is told in the morning.
    test.standing("USAM", Standing::Active).await;
    let mut tx = test.tx().await;
    let words = crate::md!("Your months continue.").into();
    let key = Key::Break { pair, id: 7 };
    let to = To::Pair {
        pair,
        members: vec!["UMIA".into(), "USAM".into()],
    };
    news::tell_both(&mut tx, to, &key, words).await.unwrap();
    tx.commit().await.unwrap();
    end(&test, "UMIA", pair).await;
    test.pass(SignedDuration::from_hours(72)).await;
    let told = test.reached(&format!("pair/{pair}")).await;
    assert!(
        told.iter().any(|one| one.contains("come to an end")),
        "{told:?}"
    );
    assert!(
        !told.iter().any(|one| one.contains("months continue")),
        "{told:?}"
    );
}
