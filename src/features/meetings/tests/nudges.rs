//! Nudges in bad times: Slack away for a day.

use super::{days, opened, other_time, planned};
use crate::features::stage::settings;
use crate::store::outbox::Kind;
use jiff::civil::{date, time};
use jiff::{SignedDuration, Timestamp};

#[tokio::test]
async fn a_day_without_slack_puts_a_question_off_and_does_not_lose_it() {
    let (mut scene, _, month) = planned().await;
    scene
        .pass(month.ask_at().unwrap().duration_since(scene.now) - SignedDuration::from_hours(1))
        .await;
    scene.pass_without_slack(5 * 24).await;
    let tried = scene.of_kind(Kind::DidYouMeet).await;
    assert!(tried > 4, "each is asked on each working day: {tried}");
    assert!(tried <= 8, "and once a day at most: {tried}");
    scene.pass(days(3)).await;
    assert_eq!(scene.seen_of_kind(Kind::DidYouMeet).await, 2);
    scene.pass(days(14)).await;
    assert_eq!(scene.seen_of_kind(Kind::DidYouMeet).await, 2, "and once");
    scene.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn what_is_stale_when_slack_comes_back_is_dropped() {
    let (mut scene, _, _) = opened().await;
    scene.pass(days(6)).await;
    scene.pass_without_slack(8 * 24).await;
    scene.pass(days(14)).await;
    assert!(scene.of_kind(Kind::NudgeWeek).await > 2);
    assert_eq!(scene.seen_of_kind(Kind::NudgeWeek).await, 0);
    scene.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn a_reminder_that_could_not_go_comes_with_its_file_the_next_morning() {
    let (mut scene, _, month) = opened().await;
    // Friday, 15:30 in Berlin: both are at work by then.
    other_time(&scene, &month, date(2026, 3, 13), time(15, 30, 0, 0)).await;
    scene
        .pass(
            "2026-03-12T07:00:00Z"
                .parse::<Timestamp>()
                .unwrap()
                .duration_since(scene.now),
        )
        .await;
    scene.pass_without_slack(20).await;
    scene.pass(SignedDuration::from_hours(12)).await;
    assert_eq!(scene.of_kind(Kind::MeetingSoon).await, 2);
    assert_eq!(scene.seen_of_kind(Kind::MeetingSoon).await, 1);
    assert_eq!(scene.files().await.len(), 2);
    scene.everybody_was_left_in_peace(&settings()).await;
}
