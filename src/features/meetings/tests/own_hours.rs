//! People who work at other hours than 9 to 5.

use super::*;
use crate::domain::timer::Timer;
use crate::store::timers;
use crate::testing::feature_test::fill;

/// Somebody sets their hours in the form, from one hour until another.
async fn works(test: &FeatureTest, user: &str, starts: u16, ends: u16) {
    let form = test.command(user, "profile").await.unwrap();
    let mut answers = fill(&form.modal.unwrap().view());
    for (field, hour) in [("day_starts", starts), ("day_ends", ends)] {
        let minute = Answer::One((hour * 60).to_string());
        answers.insert(field.into(), minute);
    }
    let reply = test.submits(user, Form::Join, answers).await.unwrap();
    assert_eq!(reply.errors, []);
}

#[tokio::test]
async fn who_works_from_noon_is_asked_at_noon_and_offered_times_that_suit_both() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.seen(MAX, "Europe/Berlin").await;
    works(&test, ANA, 12, 20).await;
    let mut tx = test.tx().await;
    let opens = Timer::CycleOpens { pair, number: 1 };
    let midnight = at("2026-03-02T23:00:00Z");
    timers::at(&mut tx, &opens, midnight).await.unwrap();
    tx.commit().await.unwrap();
    let before = test.messages(ANA).await.len();
    test.pass(at("2026-03-03T10:59:00Z").duration_since(test.now))
        .await;
    assert_eq!(test.messages(ANA).await.len(), before);
    test.pass(SignedDuration::from_mins(1)).await;
    assert_eq!(test.messages(ANA).await.len(), before + 1);
    assert_eq!(test.month(pair).await.opened_at, at("2026-03-03T11:00:00Z"));
    let offered = test.month(pair).await.proposed;
    assert_eq!(offered.len(), 3);
    for slot in offered {
        let starts = local(slot, &berlin()).time();
        let both = time(12, 0, 0, 0)..=time(16, 15, 0, 0);
        assert!(both.contains(&starts), "{starts}");
    }
    test.pass(days(60)).await;
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn what_waits_follows_changed_hours() {
    let (test, _, _) = opened().await;
    let due = async |test: &FeatureTest| local(test.timers("nudge_week").await[0].1, &berlin());
    assert_eq!(due(&test).await, date(2026, 3, 10).at(15, 0, 0, 0));
    works(&test, ANA, 16, 24).await;
    assert_eq!(due(&test).await, date(2026, 3, 10).at(16, 0, 0, 0));
    works(&test, ANA, 9, 17).await;
    assert_eq!(due(&test).await, date(2026, 3, 10).at(15, 0, 0, 0));
}

#[tokio::test]
async fn the_reminder_waits_until_both_are_at_work() {
    let (test, _, _) = planned().await;
    let due = async |test: &FeatureTest| local(test.timers("meeting_soon").await[0].1, &berlin());
    assert_eq!(due(&test).await.time(), time(15, 0, 0, 0));
    // From 7 in New York.
    works(&test, MAX, 7, 15).await;
    assert_eq!(due(&test).await.time(), time(13, 0, 0, 0));
    works(&test, ANA, 14, 22).await;
    assert_eq!(due(&test).await.time(), time(14, 0, 0, 0));
}

/// A time that no longer suits both is not taken; nobody reads whose hours are in the way.
#[tokio::test]
async fn a_time_outside_changed_hours_is_not_taken() {
    let (test, _, month) = opened().await;
    let first = slots(&test).await[0];
    works(&test, MAX, 11, 19).await;
    let pick = Action::PickSlot {
        cycle: month.id,
        at: first,
    };
    let reply = shown(&test.press(ANA, pick).await.unwrap());
    assert!(reply.contains("That time no longer suits both"), "{reply}");
}
