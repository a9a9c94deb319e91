//! Nudges under bad conditions: Slack down for a day, a reminder whose day is taken, two people without shared hours.

use super::{days, opened, other_time, planned};
use crate::domain::cadence::local;
use crate::domain::ids::CheckinId;
use crate::domain::key::Key;
use crate::domain::message::Message;
use crate::domain::timer::Timer;
use crate::shared::nudge::{self, Nudge, Outcome};
use crate::store::outbox::{Kind, To};
use crate::testing::feature_test::{FeatureTest, render};
use crate::testing::months::{ANA, MAX, settings};
use jiff::civil::{date, time};
use jiff::{SignedDuration, Timestamp};

async fn first_of(test: &FeatureTest, user: &str, words: &str) -> String {
    let all = test.messages(user).await;
    let mut found = all.iter().map(render).filter(|text| text.contains(words));
    found.next().unwrap_or_default()
}

#[tokio::test]
async fn a_day_without_slack_puts_a_question_off_and_does_not_lose_it() {
    let (mut test, _, month) = planned().await;
    test.pass(month.ask_at().unwrap().duration_since(test.now) - SignedDuration::from_hours(1))
        .await;
    test.pass_without_slack(5 * 24).await;
    let tried = test.of_kind(Kind::DidYouMeet).await;
    assert!(tried > 4, "each is asked on each working day: {tried}");
    assert!(tried <= 8, "and once a day at most: {tried}");
    test.pass(days(3)).await;
    assert_eq!(test.seen_of_kind(Kind::DidYouMeet).await, 2);
    test.pass(days(14)).await;
    assert_eq!(test.seen_of_kind(Kind::DidYouMeet).await, 2, "and once");
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn what_is_stale_when_slack_comes_back_is_dropped() {
    let (mut test, _, _) = opened().await;
    test.pass(days(6)).await;
    test.pass_without_slack(8 * 24).await;
    test.pass(days(14)).await;
    assert!(test.of_kind(Kind::NudgeWeek).await > 2);
    assert_eq!(test.seen_of_kind(Kind::NudgeWeek).await, 0);
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn a_reminder_that_could_not_go_comes_the_next_morning() {
    let (mut test, _, month) = opened().await;
    // Friday, 15:30 in Berlin, when both are at work.
    other_time(&test, &month, date(2026, 3, 13), time(15, 30, 0, 0)).await;
    test.pass(
        "2026-03-12T07:00:00Z"
            .parse::<Timestamp>()
            .unwrap()
            .duration_since(test.now),
    )
    .await;
    test.pass_without_slack(20).await;
    test.pass(SignedDuration::from_hours(12)).await;
    assert_eq!(test.of_kind(Kind::MeetingSoon).await, 2);
    assert_eq!(test.seen_of_kind(Kind::MeetingSoon).await, 1);
    test.everybody_was_left_in_peace(&settings()).await;
}

/// Another nudge for Ana.
fn other(number: i64) -> Nudge {
    Nudge {
        kind: Kind::Checkin,
        key: Key::Checkin(CheckinId(number)),
        to: To::Person(ANA.into()),
        people: vec![ANA.into()],
        message: Message::from(crate::md!("Something else")),
        stale_at: Timestamp::MAX,
        timer: Timer::Checkin(CheckinId(0)),
    }
}

#[tokio::test]
async fn a_reminder_has_the_day_to_itself() {
    let (mut test, _, month) = opened().await;
    other_time(&test, &month, date(2026, 3, 13), time(15, 30, 0, 0)).await;
    let try_at = async |test: &mut FeatureTest, at: &str, number: i64| {
        let at: Timestamp = at.parse().unwrap();
        test.pass(at.duration_since(test.now)).await;
        let mut tx = test.tx().await;
        let outcome = nudge::send(&mut tx, other(number)).await;
        tx.commit().await.unwrap();
        outcome.unwrap()
    };
    let day_before = try_at(&mut test, "2026-03-11T09:00:00Z", 1).await;
    assert_eq!(
        day_before,
        Outcome::Sent,
        "the reminder is for the next day"
    );
    // The reminder is sent when Max is at work, too, which is in the afternoon.
    let morning = try_at(&mut test, "2026-03-12T09:00:00Z", 2).await;
    assert_eq!(
        morning,
        Outcome::Later("2026-03-13T08:00:00Z".parse().unwrap())
    );
    assert_eq!(test.of_kind(Kind::MeetingSoon).await, 0);
    test.pass(SignedDuration::from_hours(6)).await;
    assert_eq!(test.of_kind(Kind::MeetingSoon).await, 1);
    let next_day = try_at(&mut test, "2026-03-13T09:00:00Z", 2).await;
    assert_eq!(next_day, Outcome::Sent);
    test.everybody_was_left_in_peace(&settings()).await;
}

/// Max is in Honolulu for a while, where it is night when Ana works in Berlin.
#[tokio::test]
async fn two_who_share_no_hours_are_each_told_alone() {
    let (mut test, _, month) = opened().await;
    test.seen(MAX, "Pacific/Honolulu").await;
    test.pass(days(9)).await;
    insta::assert_snapshot!(first_of(&test, ANA, "No time for").await, @"
    *No time for this month's meeting with <@UMAX> yet.* Calendars fill up; it happens. Either of you can pick a time.
    I couldn't find a time within working hours for both of you in the next two weeks. Is there one that suits you both anyway?
    [ Pick a time ]  [ We'll sort it out ]  [ Skip this month ]
    · Your working hours and <@UMAX>'s don't overlap at the moment, so I'm writing to each of you separately.
    ");
    insta::assert_snapshot!(first_of(&test, MAX, "No time for").await, @"
    *No time for this month's meeting with <@UANA> yet.* Finding one is theirs, so there's nothing for you to chase. If you two have a time already, tell me and I'll remind you both.
    [ We have a time ]
    · Your working hours and <@UANA>'s don't overlap at the moment, so I'm writing to each of you separately.
    ");
    other_time(&test, &month, date(2026, 3, 19), time(18, 0, 0, 0)).await;
    test.pass(days(8)).await;
    insta::assert_snapshot!(first_of(&test, ANA, "Coming up").await, @"
    *Coming up:* you and <@UMAX> meet <!date^1773939600^{date_long_pretty} at {time}|Thursday, March 19 at 6:00 PM (Europe/Berlin)>.
    An agenda, if you want one:
    • How each of you likes to work, and how best to ask each other things
    • What you both hope to get out of these months
    • One thing worth showing right away
    [ Google Calendar ↗ https://calendar.google.com/calendar/render?action=TEMPLATE&… ]  [ Outlook ↗ https://outlook.office.com/calendar/deeplink/compose?path=%2… ]  [ Move it ]  [ Skip this month ]
    · Your working hours and <@UMAX>'s don't overlap at the moment, so I'm writing to each of you separately.
    ");
    insta::assert_snapshot!(first_of(&test, MAX, "Coming up").await, @"
    *Coming up:* you and <@UANA> meet <!date^1773939600^{date_long_pretty} at {time}|Thursday, March 19 at 7:00 AM (Pacific/Honolulu)>.
    An agenda, if you want one:
    • How each of you likes to work, and how best to ask each other things
    • What you both hope to get out of these months
    • One thing worth showing right away
    [ Google Calendar ↗ https://calendar.google.com/calendar/render?action=TEMPLATE&… ]  [ Outlook ↗ https://outlook.office.com/calendar/deeplink/compose?path=%2… ]  [ Move it ]  [ Skip this month ]
    · Your working hours and <@UANA>'s don't overlap at the moment, so I'm writing to each of you separately.
    ");
    let of = |kind| test.of_kind(kind);
    assert_eq!(
        (of(Kind::NudgeWeek).await, of(Kind::MeetingSoon).await),
        (2, 2)
    );
    test.everybody_was_left_in_peace(&settings()).await;
    for sent in test.sent().await {
        let zone = match &sent.to {
            To::Person(user) => test.zone_of(user).await,
            _ => continue,
        };
        assert!(local(sent.at, &zone).hour() >= 9, "{}", sent.text);
    }
}
