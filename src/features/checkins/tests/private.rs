//! A private answer shows nowhere to the partner, until it takes effect for both.

use super::*;

/// The pair has reached the closing of its last month.
pub(super) async fn at_the_closing() -> (FeatureTest, PairId) {
    let short = Settings {
        cycles: 1,
        ..settings()
    };
    let (mut test, pair) = FeatureTest::signed(short).await;
    for _ in 0..50 {
        test.pass(days(1)).await;
        if test.of_kind(Kind::Checkin).await == 2 {
            return (test, pair);
        }
    }
    panic!("nobody was asked");
}

#[tokio::test]
async fn still_good_shows_nothing_to_the_partner() {
    let mut views = Vec::new();
    for said in [None, Some(StillGood::AllGood), Some(StillGood::NeedHelp)] {
        let (mut test, pair) = two_quiet_months().await;
        if let Some(said) = said {
            press(&test, pair, MAX, said).await.unwrap();
        }
        let mut seen = test.all_that_sees(ANA).await;
        let own = press(&test, pair, ANA, StillGood::NeedHelp).await.unwrap();
        seen.push(shown(&own));
        test.pass(days(3)).await;
        seen.extend(test.all_that_sees(ANA).await);
        views.push(seen);
    }
    for view in &views {
        assert_eq!(*view, views[0]);
    }
}

#[tokio::test]
async fn the_closings_choice_shows_nothing_before_both_have_chosen() {
    let mut views = Vec::new();
    let choices = [NextStep::Continue, NextStep::Rematch, NextStep::Finish];
    for choice in [None].into_iter().chain(choices.map(Some)) {
        let (mut test, pair) = at_the_closing().await;
        let mut seen = test.all_that_sees(ANA).await;
        if let Some(next) = choice {
            let checkin = of(&test, pair, MAX, About::Closing).await.id;
            let closing = Action::Closing { checkin, next };
            test.press(MAX, closing).await.unwrap();
        }
        seen.extend(test.all_that_sees(ANA).await);
        let checkin = of(&test, pair, ANA, About::Closing).await.id;
        let form = test.press(ANA, Action::AnswerCheckin { checkin }).await;
        seen.push(modal(&form.unwrap()));
        test.pass(days(3)).await;
        seen.extend(test.all_that_sees(ANA).await);
        views.push(seen);
    }
    for view in &views {
        assert_eq!(*view, views[0]);
    }
}

/// Who said yes could read off a number of meetings what the other said.
#[tokio::test]
async fn the_thank_you_says_nothing_of_what_either_answered() {
    let mut thanks = Vec::new();
    for said in [None, Some(MetAnswer::Yes), Some(MetAnswer::No)] {
        let short = Settings {
            cycles: 1,
            ..settings()
        };
        let (mut test, pair) = FeatureTest::signed(short).await;
        let cycle = a_time_is_found(&mut test, pair, 1).await.id;
        test.pass(days(13)).await;
        if let Some(said) = said {
            let plan = None;
            let answer = Action::DidMeet { cycle, plan, said };
            test.press(MAX, answer).await.unwrap();
        }
        test.pass(days(60)).await;
        let told = test.messages("pair/").await;
        let last = told.iter().map(render);
        thanks.extend(last.filter(|text| text.contains("A thank-you to keep")));
    }
    insta::assert_snapshot!(thanks[0], @r"
    # A thank-you to keep
    *Thank you, <@UMAX> and <@UANA>.* You've been a pair since Monday, March 2, and you made time for each other. That's worth remembering.
    · This conversation stays yours. What you wrote to me is erased after the program's retention period.
    ");
    assert_eq!(thanks, vec![thanks[0].clone(); 3]);
}

/// The pair has reached its midpoint, and both were asked.
async fn at_the_midpoint() -> (FeatureTest, PairId) {
    let short = Settings {
        cycles: 2,
        ..settings()
    };
    let (mut test, pair) = FeatureTest::signed(short).await;
    for _ in 0..50 {
        test.pass(days(1)).await;
        if test.of_kind(Kind::Checkin).await == 2 {
            return (test, pair);
        }
    }
    panic!("nobody was asked");
}

#[tokio::test]
async fn the_midpoint_shows_nothing_to_the_partner() {
    let mut views = Vec::new();
    for text in [None, Some("I learned nothing")] {
        let (mut test, pair) = at_the_midpoint().await;
        if let Some(text) = text {
            let checkin = of(&test, pair, MAX, About::Midpoint).await.id;
            let answers = [
                ("worth", Answer::One("no".into())),
                ("text", Answer::Text(text.into())),
            ];
            let form = Form::Checkin { checkin };
            test.submit(MAX, form, &answers).await.unwrap();
        }
        let mut seen = test.all_that_sees(ANA).await;
        let checkin = of(&test, pair, ANA, About::Midpoint).await.id;
        let form = test.press(ANA, Action::AnswerCheckin { checkin }).await;
        seen.push(modal(&form.unwrap()));
        test.pass(days(20)).await;
        seen.extend(test.all_that_sees(ANA).await);
        views.push(seen);
    }
    assert_eq!(views[0], views[1]);
}

/// The form of the midpoint or the closing, filled in by the partner.
#[tokio::test]
async fn written_answers_show_nothing_to_the_partner() {
    let mut views = Vec::new();
    for text in [None, Some("I learned nothing")] {
        let (mut test, pair) = at_the_closing().await;
        if let Some(text) = text {
            let checkin = of(&test, pair, MAX, About::Closing).await.id;
            let answers = [
                ("worth", Answer::One("no".into())),
                ("text", Answer::Text(text.into())),
                ("now", Answer::One("1".into())),
            ];
            let form = Form::Checkin { checkin };
            test.submit(MAX, form, &answers).await.unwrap();
        }
        test.pass(days(2)).await;
        let checkin = of(&test, pair, ANA, About::Closing).await.id;
        let form = test.press(ANA, Action::AnswerCheckin { checkin }).await;
        let mut seen = test.all_that_sees(ANA).await;
        seen.push(modal(&form.unwrap()));
        views.push(seen);
    }
    assert_eq!(views[0], views[1]);
}

/// It would be due for ever, since nothing sends it, and keep the one of the same month from being made later.
#[tokio::test]
async fn a_long_break_during_the_closing_leaves_no_note_behind() {
    let (test, pair) = at_the_closing().await;
    let mut tx = test.tx().await;
    let user = MAX.into();
    crate::features::checkins::partner_away(&mut tx, &user)
        .await
        .unwrap();
    let all = checkins::of(&mut tx, pair).await.unwrap();
    assert!(all.iter().all(|note| note.kind != About::PartnerAway));
    tx.commit().await.unwrap();
}

/// Whoever is on a break chooses when they are back; a break without an end ends the choice after ninety days.
#[tokio::test]
async fn a_choice_waits_for_whoever_is_on_a_break() {
    for comes_back in [true, false] {
        let (mut test, pair) = at_the_closing().await;
        choose(&test, pair, MAX, NextStep::Continue).await;
        if comes_back {
            test.command(ANA, "pause 3 weeks").await.unwrap();
        } else {
            test.pauses(ANA, "open").await;
        }
        test.pass(days(23)).await;
        assert_eq!(state(&test, pair).await.state, pair::State::Closing);
        if comes_back {
            choose(&test, pair, ANA, NextStep::Continue).await;
            assert!(state(&test, pair).await.runs());
        } else {
            test.pass(days(75)).await;
            assert_eq!(state(&test, pair).await.state, pair::State::Closed);
        }
    }
}

/// Also where somebody went on a break before the question reached them: nobody's partner waits for ever.
#[tokio::test]
async fn a_choice_ends_after_ninety_days_though_one_of_them_was_never_asked() {
    let short = Settings {
        cycles: 1,
        ..settings()
    };
    let (mut test, pair) = FeatureTest::signed(short).await;
    test.pass(days(3)).await;
    let before = test.month(pair).await.closes_at;
    test.pass(before.duration_since(test.now) - days(1)).await;
    let mut tx = test.tx().await;
    participants::set_standing(&mut tx, &ANA.into(), Standing::Paused, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = test.tx().await;
    pairs::step(&mut tx, pair, pair::State::Active, pair::State::Closing)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.happens(crate::domain::happening::Happening::CyclesDone(pair))
        .await;
    test.pass(days(5)).await;
    choose(&test, pair, MAX, NextStep::Rematch).await;
    test.pass(days(80)).await;
    assert_eq!(state(&test, pair).await.state, pair::State::Closing);
    test.pass(days(25)).await;
    assert_eq!(state(&test, pair).await.state, pair::State::Closed);
}
