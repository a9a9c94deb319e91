//! Days off, a break and downtime only delay a question that is asked once: it is asked afterwards.

use super::*;
use crate::domain::overview::Care;
use crate::features::setup;
use crate::router;
use crate::store::nudged;
use jiff::tz::TimeZone;
use jiff::{Span, civil};

fn short() -> Settings {
    Settings {
        cycles: 2,
        ..settings()
    }
}

/// The first of two months is over, and Ana would be asked tomorrow how it goes halfway: on each day until now, something else
/// came first.
async fn before_the_midpoint() -> FeatureTest {
    let (mut test, _) = FeatureTest::signed(short()).await;
    while test.timers("checkin").await.is_empty() {
        let mut tx = test.tx().await;
        let today = today(&test);
        nudged::note(&mut tx, &ANA.into(), today).await.unwrap();
        tx.commit().await.unwrap();
        test.pass(SignedDuration::from_hours(1)).await;
    }
    assert_eq!(halfway(&test).await, 0);
    test
}

fn today(test: &FeatureTest) -> civil::Date {
    test.now.to_zoned(TimeZone::UTC).date()
}

async fn halfway(test: &FeatureTest) -> usize {
    test.count(ANA, "Halfway").await
}

async fn days_off(test: &FeatureTest, n: i64) {
    let tomorrow = today(test).tomorrow().unwrap();
    let off = (0..n).map(|day| tomorrow.saturating_add(Span::new().days(day)));
    let settings = Settings {
        holidays: off.collect(),
        ..short()
    };
    let mut tx = test.tx().await;
    setup::declared(&mut tx, settings).await.unwrap();
    router::happenings(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_midpoint_comes_after_whatever_holds_it_back() {
    for held_back in ["days off", "the program's break", "their break", "downtime"] {
        let mut test = before_the_midpoint().await;
        match held_back {
            "days off" => days_off(&test, 15).await,
            "the program's break" => {
                let back = today(&test).saturating_add(Span::new().days(16));
                let until = [("date", Answer::Date(back))];
                test.submit(OWEN, Form::ProgramBreak, &until).await.unwrap();
            }
            "their break" => {
                test.pauses(ANA, "open").await;
            }
            _ => test.now += days(16),
        }
        if held_back != "downtime" {
            test.pass(days(15)).await;
            assert_eq!(halfway(&test).await, 0, "{held_back}");
        }
        if held_back == "their break" {
            test.command(ANA, "resume").await.unwrap();
        }
        test.pass(days(6)).await;
        assert_eq!(halfway(&test).await, 1, "{held_back}");
        test.pass(days(6)).await;
        assert_eq!(halfway(&test).await, 1, "{held_back}");
    }
}

/// It is not asked beside the closing, which asks everything.
#[tokio::test]
async fn a_midpoint_that_waited_until_the_end_is_not_asked() {
    let mut test = before_the_midpoint().await;
    let pair = test.pairs().await[0].id;
    let mut tx = test.tx().await;
    let (from, to) = (pair::State::Active, pair::State::Closing);
    pairs::step(&mut tx, pair, from, to).await.unwrap();
    tx.commit().await.unwrap();
    test.pass(days(6)).await;
    assert_eq!(halfway(&test).await, 0);
}

/// What comes again is dropped after downtime, and not after a break.
#[tokio::test]
async fn an_owners_question_waits_for_a_break_and_is_dropped_after_downtime() {
    for (downtime, asked) in [(false, 1), (true, 0)] {
        let (mut test, pair) = FeatureTest::signed(settings()).await;
        test.pass(days(2) + SignedDuration::from_hours(10)).await;
        let form = Form::Care {
            pair,
            care: Care::Ask,
        };
        test.submit(OWEN, form, &[]).await.unwrap();
        if downtime {
            test.now += days(12);
        } else {
            test.pauses(ANA, "open").await;
            test.pass(days(12)).await;
            test.command(ANA, "resume").await.unwrap();
        }
        test.pass(days(6)).await;
        let count = test.count(ANA, "How is it going").await;
        assert_eq!(count, asked, "downtime: {downtime}");
    }
}
