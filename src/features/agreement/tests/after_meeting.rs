//! A person who says that they met is asked to sign after that meeting. Only their own word leads to it.

use super::follow_up::DRAFT;
use super::*;
use crate::domain::open_thing::Kind as Open;
use crate::shared::open_things;
use crate::store::timers;

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn says_they_met(test: &FeatureTest, user: &str) {
    let logged = test.submit(user, Form::LogMeeting, &[]).await.unwrap();
    assert_eq!(logged.errors, []);
}

/// When the next step of the agreement is due: with the owners' list, with nobody to ask, or before.
#[derive(Debug, PartialEq)]
enum Next {
    Asks,
    OnTheList,
}

async fn next(test: &FeatureTest) -> Next {
    let mut tx = test.tx().await;
    let list = test.now + DAY * 100;
    timers::at(&mut tx, &Timer::Digest, list).await.unwrap();
    assert_eq!(open_things::stalled(&mut tx).await.unwrap(), []);
    let all = open_things::all(&mut tx).await.unwrap();
    let unsigned = all.iter().find(|open| open.kind == Open::Unsigned);
    match unsigned.expect("open as long as it is unsigned").next {
        Some(at) if at == list => Next::OnTheList,
        _ => Next::Asks,
    }
}

/// Both reminders are out when they meet.
#[tokio::test]
async fn a_first_meeting_after_all_reminders_is_followed_by_two_and_then_by_none() {
    let mut test = FeatureTest::program(settings()).await;
    test.introduced().await;
    test.pass(DAY * 33).await;
    for user in ["UMIA", "USAM"] {
        assert_eq!(test.count(user, DRAFT).await, 2, "{user}");
        says_they_met(&test, user).await;
    }
    for (days, asked) in [(4, 3), (14, 4), (90, 4)] {
        test.pass(DAY * days).await;
        for user in ["UMIA", "USAM"] {
            assert_eq!(test.count(user, DRAFT).await, asked, "{user}");
        }
        let after = if asked < 4 {
            Next::Asks
        } else {
            Next::OnTheList
        };
        assert_eq!(next(&test).await, after, "{asked}");
    }
}

/// A pair that meets again and again is not asked after each meeting.
#[tokio::test]
async fn later_meetings_are_followed_by_no_question() {
    let mut test = FeatureTest::program(settings()).await;
    test.introduced().await;
    for _ in 0..5 {
        test.pass(DAY * 30).await;
        says_they_met(&test, "UMIA").await;
    }
    test.pass(DAY * 30).await;
    assert_eq!(test.count("UMIA", DRAFT).await, 2 + 2);
}

/// When the mentor is asked to sign, day by day, if he says on day 40 that they met, and she on the day `hers`, if at all.
async fn days_he_is_asked(hers: Option<i64>) -> Vec<(i64, String)> {
    let mut test = FeatureTest::program(settings()).await;
    test.introduced().await;
    let mut asked = Vec::new();
    for day in 1..80 {
        test.pass(DAY).await;
        if Some(day) == hers {
            says_they_met(&test, "UMIA").await;
        }
        if day == 40 {
            says_they_met(&test, "USAM").await;
        }
        while test.count("USAM", DRAFT).await > asked.len() {
            asked.push((day, test.last("USAM", DRAFT).await.unwrap()));
        }
    }
    asked
}

/// Neither the questions to one of them nor their times depend on what the other said, or when.
#[tokio::test]
async fn no_question_tells_what_the_partner_said() {
    let alone = days_he_is_asked(None).await;
    assert_eq!(alone.len(), 4, "{alone:?}");
    for day in [1, 20, 30, 38, 41, 50] {
        assert_eq!(
            days_he_is_asked(Some(day)).await,
            alone,
            "she said so on day {day}"
        );
    }
}

#[tokio::test]
async fn whoever_has_signed_or_is_on_a_break_is_not_asked_after_the_meeting() {
    let mut test = FeatureTest::program(settings()).await;
    let pair = test.introduced().await;
    test.pass(DAY * 33).await;
    for user in ["UMIA", "USAM"] {
        says_they_met(&test, user).await;
    }
    let sign = Action::Sign { pair, version: 1 };
    test.press("USAM", sign).await.unwrap();
    test.pauses("UMIA", "open").await;
    test.pass(DAY * 60).await;
    for user in ["UMIA", "USAM"] {
        assert_eq!(test.count(user, DRAFT).await, 2, "{user}");
    }
    assert_eq!(next(&test).await, Next::Asks);
    test.command("UMIA", "resume").await.unwrap();
    test.pass(DAY * 30).await;
    assert_eq!(test.count("UMIA", DRAFT).await, 4);
    assert_eq!(test.count("USAM", DRAFT).await, 2);
}

/// Days off, a break and downtime only delay a question: it is asked afterwards, and not twice within days.
#[tokio::test]
async fn no_reminder_is_used_up_unsent() {
    for held_back in ["days off", "a break of the program", "downtime"] {
        let from = jiff::civil::date(2026, 3, 16);
        let holidays = match held_back {
            "days off" => (0..18)
                .map(|day| from.saturating_add(jiff::Span::new().days(day)))
                .collect(),
            _ => Vec::new(),
        };
        let settings = crate::domain::program::Settings {
            holidays,
            ..settings()
        };
        let mut test = FeatureTest::program(settings).await;
        test.introduced().await;
        test.pass(DAY * 13).await;
        // Otherwise both would be released after six weeks.
        says_they_met(&test, "USAM").await;
        match held_back {
            "a break of the program" => {
                let until = [("date", Answer::Date(jiff::civil::date(2026, 4, 3)))];
                test.submit("UANA", Form::ProgramBreak, &until)
                    .await
                    .unwrap();
            }
            "downtime" => test.now += DAY * 18,
            _ => {}
        }
        if held_back != "downtime" {
            test.pass(DAY * 18).await;
            assert_eq!(test.count("UMIA", DRAFT).await, 0, "{held_back}");
        }
        test.pass(DAY * 9).await;
        assert_eq!(test.count("UMIA", DRAFT).await, 1, "{held_back}");
        test.pass(DAY * 16).await;
        assert_eq!(test.count("UMIA", DRAFT).await, 2, "{held_back}");
    }
}
