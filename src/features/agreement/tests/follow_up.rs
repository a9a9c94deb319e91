//! Reminders to sign, and the release of two people who have not begun.

use super::state;
use crate::domain::card::Card;
use crate::domain::goals::Goals;
use crate::domain::happening::Happening;
use crate::domain::ids::RoundId;
use crate::domain::outgoing::{Lane, What};
use crate::domain::pair::State;
use crate::slack::event::{Action, Answer, Form};
use crate::store::outbox::Kind;
use crate::store::{agreements, pairs};
use crate::testing::feature_test::{FeatureTest, render};
use crate::testing::outgoing;
use crate::testing::people::{junior, senior, settings};
use jiff::SignedDuration;

pub const DRAFT: &str = "are still a draft";
const DAY: SignedDuration = SignedDuration::from_hours(24);

#[tokio::test]
async fn partners_who_have_not_signed_are_reminded_twice_privately() {
    let mut test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    let sign = Action::Sign { pair, version: 1 };
    test.press("USAM", sign).await.unwrap();
    for (days, reminders) in [(13, 0), (2, 1), (11, 1), (3, 2), (12, 2)] {
        test.pass(DAY * days).await;
        assert_eq!(
            test.count("UMIA", DRAFT).await,
            reminders,
            "after {days} more"
        );
    }
    for lane in ["USAM", "pair/"] {
        assert_eq!(test.count(lane, DRAFT).await, 0, "{lane}");
    }
    let card = test.last("UMIA", DRAFT).await.unwrap();
    assert!(
        card.starts_with("Your goals with <@USAM> are still a draft."),
        "{card}"
    );
    assert!(card.contains("[ Sign ]"));
}

/// A reminder shows the latest version of the goals.
#[tokio::test]
async fn a_reminder_follows_the_goals() {
    let mut test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    test.pass(DAY * 15).await;
    let private = Lane::Person("UMIA".into());
    let reminder = async |test: &FeatureTest| {
        let mut tx = test.tx().await;
        let card = super::super::card(&mut tx, pair, &private).await.unwrap();
        render(&card.unwrap())
    };
    let changes = async |test: &FeatureTest| {
        let mut tx = test.tx().await;
        let waiting = outgoing::waiting(&mut tx).await;
        let here = |what: &&What| matches!(what, What::Card { place, .. } if *place == private);
        waiting.iter().filter(here).count()
    };
    assert!(reminder(&test).await.contains("[ Sign ]"));
    let form = Form::Goals { pair, version: 1 };
    let goals = [
        ("mentee_goal", Answer::Text("Try AI tools".into())),
        (
            "mentor_goal",
            Answer::Text("See how budgets are made".into()),
        ),
    ];
    test.submit("USAM", form, &goals).await.unwrap();
    assert_eq!(
        changes(&test).await,
        1,
        "though a message follows in the group"
    );
    assert!(reminder(&test).await.contains("Try AI tools"));
    // Once their months are over, there is nothing to sign; if they go on, there is again.
    let step = async |test: &FeatureTest, from, to| {
        let mut tx = test.tx().await;
        pairs::step(&mut tx, pair, from, to).await.unwrap();
        tx.commit().await.unwrap();
    };
    step(&test, State::Introduced, State::Closing).await;
    assert!(!reminder(&test).await.contains("[ Sign ]"));
    step(&test, State::Closing, State::Active).await;
    assert!(reminder(&test).await.contains("[ Sign ]"));
}

#[tokio::test]
async fn two_who_neither_meet_nor_sign_are_released_after_six_weeks() {
    let mut test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    let sign = Action::Sign { pair, version: 1 };
    test.press("USAM", sign).await.unwrap();
    test.pass(DAY * 41).await;
    assert_eq!(state(&test).await, State::Introduced);
    test.pass(DAY * 2).await;
    assert_eq!(state(&test).await, State::Closed);
    for user in ["USAM", "UMIA"] {
        assert_eq!(
            test.count(user, "haven't heard of a meeting").await,
            1,
            "{user}"
        );
        assert_eq!(test.count(user, "has come to an end").await, 0, "told once");
    }
    insta::assert_snapshot!(test.last("UMIA", "haven't heard of a meeting").await.unwrap(), @"
    In six weeks, I haven't heard of a meeting between you and <@USAM>. That happens: calendars fill up, seasons are busy. I've released you both, so that nobody has to carry it along. It's nobody's fault.
    Would you like to be matched again? Only if and when it suits you.
    [ Find me a new partner ]
    · Only you can see this.
    ");
    test.pass(DAY * 60).await;
    assert_eq!(test.count("UMIA", "haven't heard of a meeting").await, 1);
    assert_eq!(test.count("UMIA", DRAFT).await, 2);
}

#[tokio::test]
async fn a_meeting_or_both_signatures_keep_a_pair() {
    for signs in [true, false] {
        let mut test = FeatureTest::program(settings()).await;
        let pair = test.introduced().await;
        if signs {
            for user in ["USAM", "UMIA"] {
                let sign = Action::Sign { pair, version: 1 };
                test.press(user, sign).await.unwrap();
            }
        } else {
            test.pass(DAY).await;
            let logged = test.submit("UMIA", Form::LogMeeting, &[]).await.unwrap();
            assert_eq!(logged.errors, []);
        }
        assert_eq!(state(&test).await, State::Active);
        test.pass(DAY * 60).await;
        assert_eq!(state(&test).await, State::Active, "{signs}");
        let reminders = if signs { 0 } else { 2 };
        assert_eq!(test.count("UMIA", DRAFT).await, reminders, "{signs}");
    }
}

/// The goals were on the agenda: the next working day is a good moment to sign them.
#[tokio::test]
async fn after_the_first_meeting_who_said_so_is_asked_to_sign_on_the_next_working_day() {
    let mut test = FeatureTest::program(settings()).await;
    test.introduced().await;
    test.pass(DAY).await;
    test.submit("UMIA", Form::LogMeeting, &[]).await.unwrap();
    test.pass(DAY * 3).await;
    assert_eq!(test.count("UMIA", DRAFT).await, 1);
    assert_eq!(
        test.count("USAM", DRAFT).await,
        0,
        "it would tell the answer"
    );
    test.pass(DAY * 11).await;
    for user in ["UMIA", "USAM"] {
        assert_eq!(test.count(user, DRAFT).await, 1, "{user}");
    }
}

#[tokio::test]
async fn a_planned_meeting_delays_the_release() {
    let mut test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    test.pass(DAY * 40).await;
    let month = test.month(pair).await;
    let form = Form::OtherTime {
        cycle: month.id,
        plans: None,
    };
    let date = jiff::civil::date(2026, 4, 15);
    let time = jiff::civil::time(14, 0, 0, 0);
    let when = [("date", Answer::Date(date)), ("time", Answer::Time(time))];
    test.submit("USAM", form, &when).await.unwrap();
    test.pass(DAY * 9).await;
    assert_eq!(
        state(&test).await,
        State::Introduced,
        "a week to say that they met"
    );
    test.pass(DAY * 7).await;
    assert_eq!(state(&test).await, State::Closed);
}

/// They met four days before the six weeks were over, and are asked about it; the next month has begun since.
#[tokio::test]
async fn nobody_is_released_before_they_could_say_that_they_met() {
    let mut test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    test.pass(DAY * 25).await;
    let cycle = test.month(pair).await.id;
    let form = Form::OtherTime { cycle, plans: None };
    let date = jiff::civil::date(2026, 4, 9);
    let time = jiff::civil::time(14, 0, 0, 0);
    let when = [("date", Answer::Date(date)), ("time", Answer::Time(time))];
    test.submit("USAM", form, &when).await.unwrap();
    test.pass(DAY * 19).await;
    assert_eq!(test.months(pair).await.len(), 2);
    assert_eq!(state(&test).await, State::Introduced);
    test.pass(DAY * 7).await;
    assert_eq!(state(&test).await, State::Closed);
}

/// A late meeting that moved once more while the next month ran.
#[tokio::test]
async fn a_late_meeting_that_moved_delays_the_release() {
    let mut test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    let cycle = test.month(pair).await.id;
    let plans = async |test: &FeatureTest, day: i8| {
        let form = Form::OtherTime { cycle, plans: None };
        let date = jiff::civil::date(2026, 4, day);
        let time = jiff::civil::time(14, 0, 0, 0);
        let when = [("date", Answer::Date(date)), ("time", Answer::Time(time))];
        let said = test.submit("USAM", form, &when).await.unwrap();
        assert_eq!(said.errors, []);
    };
    plans(&test, 1).await;
    test.pass(DAY * 32).await;
    assert_eq!(test.months(pair).await.len(), 2);
    plans(&test, 15).await;
    test.pass(DAY * 14).await;
    assert_eq!(state(&test).await, State::Introduced);
}

#[tokio::test]
async fn a_reminder_waits_for_a_day_without_another_nudge() {
    let mut test = FeatureTest::program(settings()).await;
    test.introduced().await;
    test.pass(DAY * 13).await;
    let mut tx = test.tx().await;
    let monday = jiff::civil::date(2026, 3, 16);
    crate::store::nudged::note(&mut tx, &"UMIA".into(), monday)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.pass(DAY).await;
    assert_eq!(test.count("UMIA", DRAFT).await, 0);
    test.pass(DAY).await;
    assert_eq!(test.count("UMIA", DRAFT).await, 1);
}

#[tokio::test]
async fn during_a_break_nobody_is_reminded_and_no_reminder_is_used_up() {
    let mut test = FeatureTest::program(settings()).await;
    test.introduced().await;
    test.pass(DAY * 13).await;
    test.pauses("USAM", "open").await;
    test.pass(DAY * 40).await;
    assert_eq!(test.count("UMIA", DRAFT).await, 0);
    assert_eq!(state(&test).await, State::Introduced, "nor released");
    test.command("USAM", "resume").await.unwrap();
    test.pass(DAY * 30).await;
    assert_eq!(test.count("UMIA", DRAFT).await, 2);
    assert_eq!(state(&test).await, State::Introduced);
    test.pass(DAY * 18).await;
    assert_eq!(
        state(&test).await,
        State::Closed,
        "six weeks after the return"
    );
}

#[tokio::test]
async fn a_reminder_that_could_not_go_that_day_comes_the_next_and_counts_once() {
    let mut test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    let sign = Action::Sign { pair, version: 1 };
    test.press("USAM", sign).await.unwrap();
    test.pass(DAY * 13).await;
    test.pass_without_slack(36).await;
    let count = async |test: &FeatureTest| test.count("UMIA", DRAFT).await;
    assert_eq!(count(&test).await, 1, "tried on Monday, until five");
    test.pass(DAY).await;
    assert_eq!(count(&test).await, 2, "and on Tuesday");
    test.pass(DAY * 25).await;
    assert_eq!(count(&test).await, 3, "and the second reminder");
    assert_eq!(test.seen_of_kind(Kind::Unsigned).await, 2);
}

/// An earlier release began the months with the second signature, and asked for it only twice.
#[tokio::test]
async fn a_pair_that_an_earlier_release_left_waiting_goes_on() {
    let mut test = FeatureTest::program(settings()).await;
    for (user, profile) in [("UMIA", junior()), ("USAM", senior())] {
        test.takes_part(user, profile).await;
    }
    let mut tx = test.tx().await;
    let two = (&"UMIA".into(), &"USAM".into());
    let pair = pairs::create(&mut tx, RoundId(1), two, &[], 6)
        .await
        .unwrap();
    let pair = pair.unwrap();
    agreements::add(&mut tx, pair, 1, &Goals::default(), None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.now += DAY * 100;
    for _ in 0..2 {
        test.happens(Happening::ProgramStarted).await;
    }
    test.pass(DAY * 40).await;
    assert_eq!(
        test.count("USAM", "Time for your first meeting").await,
        1,
        "once"
    );
    assert_eq!(state(&test).await, State::Introduced);
    test.pass(DAY * 5).await;
    assert_eq!(state(&test).await, State::Closed);
}

/// Breaks put off all months that follow, and the goals say until when they are. Nobody has to sign again.
#[tokio::test]
async fn the_end_that_the_goals_name_is_the_true_one() {
    let mut test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    for user in ["USAM", "UMIA"] {
        let sign = Action::Sign { pair, version: 1 };
        test.press(user, sign).await.unwrap();
    }
    let goals = async |test: &FeatureTest| {
        let mut tx = test.tx().await;
        let card = super::super::card(&mut tx, pair, &Lane::Pair(pair)).await;
        render(&card.unwrap().unwrap())
    };
    let changes = async |test: &FeatureTest| {
        let mut tx = test.tx().await;
        let waiting = outgoing::waiting(&mut tx).await;
        let in_group = |what: &&What| matches!(what, What::Card { place: Lane::Pair(_), card, .. } if *card == Card::Agreement(pair));
        waiting.iter().filter(in_group).count()
    };
    assert!(goals(&test).await.contains("until Wednesday, September 2"));
    let before = changes(&test).await;
    test.command("USAM", "pause until 2026-04-20")
        .await
        .unwrap();
    test.pass(DAY * 60).await;
    let month = test.month(pair).await;
    assert_eq!(month.number, 2);
    let whole = goals(&test).await;
    assert!(whole.contains("until Monday, September 21"), "{whole}");
    assert_eq!(changes(&test).await, before + 1);
    assert!(!whole.contains("[ Sign ]"), "{whole}");
}

/// A month that was skipped keeps no trace of a break, and the six weeks begin with the return all the same.
#[tokio::test]
async fn a_break_after_a_skipped_month_counts_too() {
    let mut test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    test.pass(DAY * 10).await;
    let cycle = test.month(pair).await.id;
    let skip = Form::Skip { cycle, plans: None };
    test.submit("UMIA", skip, &[]).await.unwrap();
    test.pass(DAY * 2).await;
    test.pauses("USAM", "open").await;
    test.pass(DAY * 42).await;
    test.command("USAM", "resume").await.unwrap();
    test.pass(DAY * 35).await;
    assert_eq!(state(&test).await, State::Introduced);
    test.pass(DAY * 14).await;
    assert_eq!(state(&test).await, State::Closed);
}
