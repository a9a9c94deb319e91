mod after_meeting;
mod follow_up;

use super::*;
use crate::features::Error;
use crate::slack::event::{Action, Answer, Form};
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::people::settings;
use follow_up::DRAFT;
use jiff::SignedDuration;

fn goals(mentee: &str, mentor: &str) -> [(&'static str, Answer); 2] {
    [
        ("mentee_goal", Answer::Text(mentee.into())),
        ("mentor_goal", Answer::Text(mentor.into())),
    ]
}

fn refused(outcome: Result<Reply>) -> String {
    match outcome {
        Err(Error::User(words)) => words.into_string(),
        other => panic!("refused, not {other:?}"),
    }
}

async fn state(test: &FeatureTest) -> State {
    test.pairs().await[0].state
}

async fn versions(test: &FeatureTest, pair: PairId) -> Vec<Agreement> {
    let mut tx = test.tx().await;
    let history = agreements::history(&mut tx, pair).await.unwrap();
    tx.rollback().await;
    history
}

#[tokio::test]
async fn draft_goals_in_both_directions_are_offered_to_both() {
    let test = FeatureTest::program(settings()).await;
    test.introduced().await;
    let card = test.last("pair/", "draft goals, one").await.unwrap();
    insta::assert_snapshot!(card, @"
    Here are draft goals, one for each of you. Talk them over when you meet, make them your own, and sign them then.
    *<@USAM> wants to learn*
    > Learn about AI tools firsthand, and try one thing between our meetings.
    *<@UMIA> wants to learn in return*
    > Learn about strategy from experience: one real example at each meeting.
    By signing, you agree to meet once a month until Wednesday, September 2, to keep what's said between the two of you, and that <@USAM> does the scheduling.
    [ Sign ]  [ Edit goals ]
    · Nobody has signed yet. Only the two of you see this. If the goals change, you both sign again.
    ");
}

#[tokio::test]
async fn the_second_signature_makes_it_stand_once() {
    let test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    let sign = Action::Sign { pair, version: 1 };
    for _ in 0..2 {
        let reply = test.press("UMIA", sign.clone()).await.unwrap();
        let card = render(&reply.replace.unwrap());
        assert!(
            card.contains("<@UMIA> has signed, <@USAM> hasn't yet."),
            "{card}"
        );
    }
    assert_eq!(state(&test).await, State::Introduced);
    for _ in 0..2 {
        let reply = test.press("USAM", sign.clone()).await.unwrap();
        let card = render(&reply.replace.unwrap());
        assert!(
            card.ends_with("you've both signed. Your full agreement is in your group message."),
            "it is not said twice: {card}"
        );
    }
    assert_eq!(state(&test).await, State::Active);
    assert_eq!(test.count("pair/", "Your agreement\n").await, 1);
    let whole = test.last("pair/", "Your agreement\n").await.unwrap();
    insta::assert_snapshot!(whole, @"
    # Your agreement
    *<@USAM> wants to learn*
    > Learn about AI tools firsthand, and try one thing between our meetings.
    *<@UMIA> wants to learn in return*
    > Learn about strategy from experience: one real example at each meeting.
    *What you agreed on*
    • You meet once a month, until Wednesday, September 2.
    • <@USAM> does the scheduling; <@UMIA> never has to chase.
    • What is said here stays between the two of you.
    • Rank stays at the door.
    • Either of you can change the goals or end the pair at any time, without giving a reason.
    [ Edit goals ]
    · Signed by <@UMIA> and <@USAM>. Only the two of you see this.
    ");
}

#[tokio::test]
async fn nobody_else_sees_edits_or_signs() {
    let test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    for outsider in ["UANA", "UEVE"] {
        for action in [
            Action::Sign { pair, version: 1 },
            Action::EditGoals { pair },
        ] {
            assert!(refused(test.press(outsider, action).await).contains("Only the two"));
        }
        let form = Form::Goals { pair, version: 1 };
        assert!(
            refused(test.submit(outsider, form, &goals("a", "b")).await).contains("Only the two")
        );
    }
    let only = versions(&test, pair).await;
    assert_eq!(only.len(), 1);
    assert!(only[0].mentor_signed_at.is_none() && only[0].mentee_signed_at.is_none());
}

#[tokio::test]
async fn an_edit_unsigns_and_the_old_buttons_say_so() {
    let test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    test.press("UMIA", Action::Sign { pair, version: 1 })
        .await
        .unwrap();
    let form = test
        .press("USAM", Action::EditGoals { pair })
        .await
        .unwrap();
    let modal = form.modal.unwrap();
    assert_eq!(modal.form, Form::Goals { pair, version: 1 });
    assert!(
        modal
            .view()
            .to_string()
            .contains("Learn about AI tools firsthand"),
        "prefilled"
    );
    test.submit(
        "USAM",
        modal.form,
        &goals("Build one prompt library", "See a <board> prepare & vote"),
    )
    .await
    .unwrap();
    let card = test.last("pair/", "has changed the goals").await.unwrap();
    assert!(card.contains("<@USAM> has changed the goals."), "{card}");
    assert!(
        card.contains("See a &lt;board&gt; prepare &amp; vote")
            && card.contains("Nobody has signed yet.")
    );
    let old = test
        .press("USAM", Action::Sign { pair, version: 1 })
        .await
        .unwrap();
    assert_eq!(
        render(&old.replace.unwrap()),
        "<@USAM> has since changed the goals, so there's no need to sign this version. Version 2 is in your group message."
    );
    for user in ["USAM", "UMIA"] {
        assert_eq!(state(&test).await, State::Introduced);
        test.press(user, Action::Sign { pair, version: 2 })
            .await
            .unwrap();
    }
    assert_eq!(state(&test).await, State::Active);
    let history = versions(&test, pair).await;
    assert_eq!(history.len(), 2);
    assert!(history[0].mentor_signed_at.is_some() && history[0].completed_at.is_none());
    assert_eq!(history[1].made_by, Some("USAM".into()));
}

#[tokio::test]
async fn a_later_edit_is_signed_again_and_begins_nothing_anew() {
    let test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    for user in ["UMIA", "USAM"] {
        test.press(user, Action::Sign { pair, version: 1 })
            .await
            .unwrap();
    }
    let started = test.pairs().await[0].started_at;
    let form = Form::Goals { pair, version: 1 };
    test.submit("UMIA", form, &goals("New", "Newer"))
        .await
        .unwrap();
    for user in ["UMIA", "USAM"] {
        test.press(user, Action::Sign { pair, version: 2 })
            .await
            .unwrap();
    }
    let after = &test.pairs().await[0];
    assert_eq!((after.state, after.started_at), (State::Active, started));
    assert_eq!(test.count("pair/", "Your agreement\n").await, 2);
}

#[tokio::test]
async fn who_was_slower_loses_nothing_they_typed() {
    let test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    let form = Form::Goals { pair, version: 1 };
    test.submit("UMIA", form.clone(), &goals("Hers", "Her own"))
        .await
        .unwrap();
    let reply = test
        .submit("USAM", form, &goals("His", "His own"))
        .await
        .unwrap();
    let modal = reply.modal.unwrap();
    assert_eq!(modal.form, Form::Goals { pair, version: 2 });
    let view = modal.view();
    let read = render_view(&view);
    assert!(
        read.contains("changed while you were writing") && read.contains("> Hers"),
        "{read}"
    );
    assert!(view.to_string().contains(r#""initial_value":"His own""#));
    assert_eq!(versions(&test, pair).await.len(), 2);
    test.submit("USAM", modal.form, &goals("His", "His own"))
        .await
        .unwrap();
    assert_eq!(versions(&test, pair).await.len(), 3);
    // The same again, by a double press: no fourth version.
    let again = Form::Goals { pair, version: 2 };
    test.submit("USAM", again, &goals("His", "His own"))
        .await
        .unwrap();
    assert_eq!(versions(&test, pair).await.len(), 3);
}

#[tokio::test]
async fn goals_are_neither_empty_nor_endless() {
    let test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    let form = Form::Goals { pair, version: 1 };
    let long = "x".repeat(goals::LONGEST + 1);
    let reply = test
        .submit("UMIA", form, &goals("  ", &long))
        .await
        .unwrap();
    let fields: Vec<_> = reply.errors.iter().map(|(field, _)| *field).collect();
    assert_eq!(fields, ["mentee_goal", "mentor_goal"]);
    assert_eq!(versions(&test, pair).await.len(), 1);
}

#[tokio::test]
async fn a_pair_that_ended_signs_nothing() {
    use crate::domain::happening::Happening;
    let mut test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    let user = "UMIA".into();
    test.happens(Happening::Departed {
        user,
        own_choice: true,
    })
    .await;
    for action in [
        Action::Sign { pair, version: 1 },
        Action::EditGoals { pair },
    ] {
        assert!(refused(test.press("USAM", action).await).contains("This pair has ended"));
    }
    let form = Form::Goals { pair, version: 1 };
    assert!(
        refused(test.submit("USAM", form, &goals("a", "b")).await).contains("This pair has ended")
    );
    test.pass(SignedDuration::from_hours(24 * 20)).await;
    assert_eq!(test.count("USAM", DRAFT).await, 0);
}
