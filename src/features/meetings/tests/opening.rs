//! The beginning of a month, outages, and what its card shows.

use super::*;

#[tokio::test]
async fn the_first_month_opens_the_next_working_day_when_both_are_there() {
    let (_, _, month) = opened().await;
    // Tuesday, 9:00 in New York.
    assert_eq!(month.opened_at, at("2026-03-03T14:00:00Z"));
    assert_eq!((month.number, month.state), (1, State::Open));
}

#[tokio::test]
async fn without_a_plan_both_are_asked_after_a_week_and_the_mentee_after_two() {
    let (mut test, pair, month) = opened().await;
    test.pass(days(40)).await;
    let told = test.told().await;
    let told = told.split_once("nudge_week").unwrap().1;
    let told = told.split_once("(cycle_opens").unwrap().0;
    insta::assert_snapshot!(told, @"
    )
    *No time for this month's meeting yet.* Calendars fill up; it happens. Either of you can pick a time.
    1. <!date^1773237600^{date_long_pretty} at {time}|Wednesday, March 11 at 3:00 PM (Europe/Berlin)>
    2. <!date^1773410400^{date_long_pretty} at {time}|Friday, March 13 at 3:00 PM (Europe/Berlin)>
    3. <!date^1773754200^{date_long_pretty} at {time}|Tuesday, March 17 at 2:30 PM (Europe/Berlin)>
    [ Pick time 1 ]  [ Pick time 2 ]  [ Pick time 3 ]
    [ Pick another time ]  [ We'll sort it out ]  [ Skip this month ]
    · Everyone sees times in their own time zone.
    ── UANA (nudge_fortnight)
    *Nothing is planned with <@UMAX> yet, and that happens.* Two minutes now is all it takes. And if this month won't work, skip it, with a note if you like: no harm done.
    45 minutes, within working hours for both of you:
    [ Wednesday, March 18 at 3:00 PM ]  [ Friday, March 20 at 3:00 PM ]  [ Tuesday, March 24 at 2:30 PM ]
    [ Pick another time ]  [ We'll sort it out ]  [ Skip this month ]
    · Times are in your time zone. Only you can see this.
    ── UANA
    ");
    let first = test.months(pair).await[0].clone();
    assert_eq!(first.id, month.id);
    assert_eq!(first.state, State::Unknown, "silence is unknown");
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn months_keep_their_local_time_over_the_change_of_clocks() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.pass(days(120)).await;
    let opened: Vec<String> = test
        .months(pair)
        .await
        .iter()
        .map(|month| local(month.opened_at, &berlin()).to_string())
        .collect();
    assert_eq!(
        opened,
        [
            "2026-03-03T15:00:00",
            "2026-04-03T15:00:00",
            // The 3rd is a Sunday.
            "2026-05-04T15:00:00",
            "2026-06-03T15:00:00",
        ]
    );
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn an_outage_before_the_month_lets_it_begin_afterwards() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.now += days(10);
    test.run_due().await;
    assert_eq!(test.sent().await.len(), 0, "New York is still asleep");
    test.pass(days(1)).await;
    assert_eq!(test.of_kind(Kind::CycleOpens).await, 1);
    let month = test.month(pair).await;
    assert_eq!(month.opened_at, at("2026-03-12T13:00:00Z"));
    assert_eq!(month.anchor.at, month.opened_at, "its days count from then");
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn after_an_outage_stale_nudges_are_dropped() {
    let (mut test, _, _) = opened().await;
    test.now = at("2026-03-19T10:00:00Z");
    test.run_due().await;
    // The message to both has expired; the one to the mentee has not.
    assert_eq!(test.of_kind(Kind::NudgeWeek).await, 0);
    assert_eq!(test.of_kind(Kind::NudgeFortnight).await, 1);
    assert_eq!(test.sent().await.len(), 2, "with the opening's");
    test.pass(days(3)).await;
    assert_eq!(test.sent().await.len(), 2);
}

#[tokio::test]
async fn an_outage_over_a_whole_meeting_asks_once_and_does_not_remind() {
    let (mut test, _, _) = planned().await;
    let before = test.sent().await.len();
    test.now += days(7);
    test.run_due().await;
    test.pass(days(1)).await;
    assert_eq!(test.of_kind(Kind::MeetingSoon).await, 0);
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 2);
    assert_eq!(test.sent().await.len(), before + 2);
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn one_signed_goal_is_on_the_card_and_none_is_in_a_link() {
    let (mut test, pair, _) = planned().await;
    let goals = Goals {
        mentee: "Try <AI> tools".into(),
        mentor: "See how budgets are made".into(),
    };
    let mut tx = test.tx().await;
    agreements::add(&mut tx, pair, 1, &goals, None)
        .await
        .unwrap();
    for side in [agreements::Side::Mentor, agreements::Side::Mentee] {
        agreements::sign(&mut tx, pair, 1, side).await.unwrap();
    }
    agreements::complete(&mut tx, pair, 1).await.unwrap();
    let unsigned = Goals::default();
    agreements::add(&mut tx, pair, 2, &unsigned, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.pass(days(40)).await;
    let reminder = test.last_of_kind(Kind::MeetingSoon).await;
    let card = test.last_of_kind(Kind::CycleOpens).await;
    assert!(
        reminder.contains("Getting to know each other"),
        "the first time is for that: {reminder}"
    );
    let thread = "A starting point for this month, from <@UANA>'s goal:\n> Try &lt;AI&gt; tools\nBoth goals are on";
    assert!(card.contains(thread) && !card.contains("budgets"), "{card}");
    test.pass(days(30)).await;
    let card = test.last_of_kind(Kind::CycleOpens).await;
    assert!(
        card.contains("<@UMAX>'s goal:\n> See how budgets are made") && !card.contains("Try"),
        "they take turns: {card}"
    );
    for message in test.messages("pair/").await {
        let elements = message.blocks.iter().flat_map(|block| {
            let found = block["elements"].as_array().cloned();
            found.unwrap_or_default()
        });
        for url in elements.filter_map(|element| element["url"].as_str().map(str::to_owned)) {
            assert!(!url.contains("budgets"), "{url}");
        }
    }
}
