use crate::domain::ids::RoundId;
use crate::domain::participant::Standing;
use crate::domain::program::Settings;
use crate::domain::{cycle, pair};
use crate::features::Error;
use crate::shared::open_things;
use crate::slack::event::{Action, Answer, Form};
use crate::store::outbox::Kind;
use crate::store::{pairs, participants};
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::months::{ANA, MAX, OWEN, settings};
use crate::testing::people::{junior, senior};
use jiff::SignedDuration;
use jiff::civil::date;

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn state(test: &FeatureTest, id: crate::domain::ids::PairId) -> (pair::State, u8) {
    let mut tx = test.tx().await;
    let found = pairs::find(&mut tx, id).await.unwrap().unwrap();
    (found.state, found.cycles)
}

#[tokio::test]
async fn the_month_of_each_pair_is_its_last_and_each_is_asked_what_comes_next() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.pass(DAY * 40).await;
    let asked = test
        .press(OWEN, Action::OpenEndCohort)
        .await
        .unwrap()
        .modal
        .unwrap();
    insta::assert_snapshot!(render_view(&asked.view()), @"
    ┌ End this cohort
    │ The one pair that still meets every month reads this in its group DM:
    │ > Your cohort of the program is coming to its end, so this month is your last together in it. When it's over, I'll ask each of you privately what comes next. Going on together is one of the choices.
    │ Then each partner is asked privately what changed, whether they'd recommend it, and what comes next. Pairs between two months are asked right away instead, and meetings that are planned stand.
    │ · Pairs that both want to go on do. Nobody is matched anew without asking for it.
    └ [ Cancel ]  [ End it kindly ]
    ");
    assert_eq!(
        state(&test, pair).await,
        (pair::State::Active, 6),
        "reading changes nothing"
    );
    test.submit(OWEN, asked.form, &[]).await.unwrap();
    test.run_due().await;
    assert_eq!(state(&test, pair).await, (pair::State::Active, 2));
    // It is Saturday, so they read of it on Monday. Pressed again: nobody is told twice.
    let last = "this month is your last";
    assert_eq!(test.count("pair/", last).await, 0);
    for _ in 0..2 {
        test.pass(DAY * 3).await;
        assert_eq!(test.count("pair/", last).await, 1);
        test.submit(OWEN, Form::EndCohort, &[]).await.unwrap();
    }
    test.pass(DAY * 25).await;
    assert_eq!(state(&test, pair).await.0, pair::State::Closing);
    assert_eq!(test.months(pair).await.len(), 2, "no third month opens");
    let closing = test.last_of_kind(Kind::Checkin).await;
    assert!(
        closing.contains("look back and choose what comes next"),
        "{closing}"
    );
    test.everybody_was_left_in_peace(&settings()).await;
}

/// A break of the program begins before both are at work: they read that this month is their last once the break is over.
#[tokio::test]
async fn nobody_reads_of_the_end_during_a_break_of_the_program() {
    let (mut test, _) = FeatureTest::signed(settings()).await;
    test.pass(DAY * 10).await;
    test.submit(OWEN, Form::EndCohort, &[]).await.unwrap();
    let until = [("date", Answer::Date(date(2026, 3, 25)))];
    test.submit(OWEN, Form::ProgramBreak, &until).await.unwrap();
    let last = "this month is your last";
    test.pass(DAY * 8).await;
    assert_eq!(test.count("pair/", last).await, 0);
    test.pass(DAY * 7).await;
    assert_eq!(test.count("pair/", last).await, 1);
}

#[tokio::test]
async fn a_pair_on_a_break_is_asked_after_it() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.pass(DAY * 10).await;
    test.command(ANA, "pause until 2026-05-04").await.unwrap();
    test.submit(OWEN, Form::EndCohort, &[]).await.unwrap();
    test.pass(DAY * 90).await;
    assert_ne!(state(&test, pair).await.0, pair::State::Active);
    let months = test.months(pair).await;
    assert_eq!(months.len(), 1);
    assert_eq!(months[0].state, cycle::State::OnBreak);
    let mut tx = test.tx().await;
    let stalled = open_things::stalled(&mut tx).await.unwrap();
    let of_pair = |one: &&crate::domain::open_thing::OpenThing| one.about == pair.to_string();
    assert_eq!(stalled.iter().find(of_pair), None);
}

#[tokio::test]
async fn those_who_are_not_looking_are_asked_once_and_may_say_yes() {
    let mut test = FeatureTest::program(settings()).await;
    for (user, profile) in [(ANA, senior()), (MAX, junior())] {
        test.takes_part(user, profile).await;
        test.seen(user, "Europe/Berlin").await;
    }
    test.takes_part("UPAM", senior()).await;
    test.standing("UPAM", Standing::Paused).await;
    let nobody = test
        .press(OWEN, Action::OpenNextCohort)
        .await
        .unwrap()
        .modal
        .unwrap();
    assert!(render_view(&nobody.view()).contains("nobody to ask"));
    let mut tx = test.tx().await;
    for user in [ANA, "UPAM"] {
        participants::set_waiting(&mut tx, &user.into(), None)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let asked = test
        .press(OWEN, Action::OpenNextCohort)
        .await
        .unwrap()
        .modal
        .unwrap();
    insta::assert_snapshot!(render_view(&asked.view()), @"
    ┌ Start the next cohort
    │ One person takes part without a partner and isn't looking. They're asked privately, once:
    │ > A new cohort of reverse mentoring begins. Would you like to be in it? Only if it suits you.
    │ · In their working hours. People on a break aren't asked. A no, or no answer, changes nothing for anyone.
    └ [ Cancel ]  [ Ask them ]
    ");
    test.submit(OWEN, asked.form, &[]).await.unwrap();
    test.pass(DAY).await;
    assert_eq!(test.messages("UPAM").await, [], "breaks are left alone");
    assert_eq!(test.messages(MAX).await, [], "he looks already");
    let told = test.messages(ANA).await;
    assert_eq!(told.len(), 1);
    insta::assert_snapshot!(render(&told[0]), @"
    A new cohort of reverse mentoring begins. Would you like to be in it? Only if it suits you.
    [ Find me a partner ]
    · Only you can see this. If it doesn't suit you, there's nothing to do.
    ");
    test.press(ANA, Action::FindPartner).await.unwrap();
    let mut tx = test.tx().await;
    let ana = participants::find(&mut tx, &ANA.into())
        .await
        .unwrap()
        .unwrap();
    assert!(ana.waiting_since.is_some());
}

/// The question waits for Monday, and is asked of those of whom it still makes sense then.
#[tokio::test]
async fn whoever_has_said_yes_or_gone_on_a_break_by_then_is_not_asked() {
    for meanwhile in ["nothing", "a yes", "a break", "a pair"] {
        let mut test = FeatureTest::program(settings()).await;
        for (user, profile) in [(ANA, senior()), (MAX, junior())] {
            test.takes_part(user, profile).await;
            test.seen(user, "Europe/Berlin").await;
        }
        let mut tx = test.tx().await;
        participants::set_waiting(&mut tx, &ANA.into(), None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        // Saturday.
        test.pass(DAY * 5).await;
        test.submit(OWEN, Form::NextCohort, &[]).await.unwrap();
        match meanwhile {
            "a yes" => {
                test.press(ANA, Action::FindPartner).await.unwrap();
            }
            "a break" => {
                test.pauses(ANA, "1").await;
            }
            "a pair" => {
                let mut tx = test.tx().await;
                let both = (&MAX.into(), &ANA.into());
                pairs::create(&mut tx, RoundId(1), both, &[], 6)
                    .await
                    .unwrap();
                tx.commit().await.unwrap();
            }
            _ => {}
        }
        test.pass(DAY * 14).await;
        let asked = test.count(ANA, "A new cohort of reverse mentoring").await;
        assert_eq!(asked, usize::from(meanwhile == "nothing"), "{meanwhile}");
    }
}

#[tokio::test]
async fn cohorts_are_for_owners() {
    let (test, _) = FeatureTest::signed(settings()).await;
    for action in [Action::OpenEndCohort, Action::OpenNextCohort] {
        assert!(matches!(test.press(ANA, action).await, Err(Error::User(_))));
    }
    for form in [Form::EndCohort, Form::NextCohort] {
        assert!(matches!(
            test.submit(ANA, form, &[]).await,
            Err(Error::User(_))
        ));
    }
}

#[tokio::test]
async fn the_other_owners_hear_of_both() {
    let mut settings = settings();
    settings.owners.push("UOLGA".into());
    let (mut test, _) = FeatureTest::signed(settings).await;
    test.seen("UOLGA", "Europe/London").await;
    test.submit(OWEN, Form::EndCohort, &[]).await.unwrap();
    test.pass(DAY).await;
    let told = test.told().await;
    assert!(told.contains("<@UOWEN> has ended this cohort"), "{told}");
}

/// The question names the day of the first match, also if it waits while that day moves.
#[tokio::test]
async fn the_question_names_the_day_that_holds() {
    let on = |day: i8| Settings {
        first_match: Some(date(2026, 3, day)),
        round_schedule: "0 0 10 * * Mon".into(),
        ..settings()
    };
    let mut test = FeatureTest::program(on(9)).await;
    let set = async |test: &FeatureTest, settings: Settings| {
        let mut tx = test.tx().await;
        crate::features::setup::declared(&mut tx, settings)
            .await
            .unwrap();
        crate::router::happenings(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        test.run_due().await;
    };
    set(&test, on(16)).await;
    // It is night where she is.
    test.takes_part(ANA, senior()).await;
    test.seen(ANA, "Pacific/Auckland").await;
    let mut tx = test.tx().await;
    participants::set_waiting(&mut tx, &ANA.into(), None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.submit(OWEN, Form::NextCohort, &[]).await.unwrap();
    test.pass(DAY / 24).await;
    set(&test, on(23)).await;
    test.pass(DAY * 2).await;
    let told = test.reached(ANA).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("Monday, March 23"), "{told:?}");
}

/// They have been asked what comes next before.
#[tokio::test]
async fn pairs_whose_months_are_over_are_not_counted_and_nobody_hears_of_their_end() {
    let mut settings = settings();
    settings.owners.push("UOLGA".into());
    let (mut test, pair) = FeatureTest::signed(settings).await;
    test.seen("UOLGA", "Europe/London").await;
    let mut tx = test.tx().await;
    pairs::step(&mut tx, pair, pair::State::Active, pair::State::Closing)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let open = test.press(OWEN, Action::OpenEndCohort).await.unwrap();
    let end = test.submit(OWEN, Form::EndCohort, &[]).await.unwrap();
    for reply in [open, end] {
        let shown = render_view(&reply.modal.unwrap().view());
        assert!(shown.contains("nothing to end"), "{shown}");
    }
    test.pass(DAY).await;
    let told = test.told().await;
    assert!(!told.contains("has ended this cohort"), "{told}");
}
