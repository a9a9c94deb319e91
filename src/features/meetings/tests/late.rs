//! Months that take longer than planned: each has an end, and each meeting is asked about.

use super::*;

/// Ana says that the meeting moved, and that the two sort it out.
async fn moved_and_sorted_out(test: &FeatureTest, pair: PairId) -> Cycle {
    let month = test.month(pair).await;
    said(test, ANA, &month, MetAnswer::Moved).await;
    let cycle = month.id;
    test.press(ANA, Action::SortOut { cycle }).await.unwrap();
    let month = test.month(pair).await;
    assert_eq!((month.state, month.meets_at), (State::Sorting, None));
    month
}

#[tokio::test]
async fn what_they_sort_out_after_a_moved_meeting_is_asked_about() {
    let (mut test, pair, _) = asked().await;
    let month = moved_and_sorted_out(&test, pair).await;
    test.pass(days(21)).await;
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 4, "both are asked");
    let question = test.last_of_kind(Kind::DidYouMeet).await;
    assert!(question.contains("meet this month?"), "{question}");
    said(&test, MAX, &month, MetAnswer::Yes).await;
    assert_eq!(test.month(pair).await.state, State::Held);
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn the_same_each_time_however_late() {
    let (mut test, pair, month) = asked().await;
    moved_and_sorted_out(&test, pair).await;
    other_time(&test, &month, date(2026, 4, 1), time(15, 30, 0, 0)).await;
    // Their answers come when the month is almost over.
    test.pass(date_of(2026, 4, 2, &test)).await;
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 4);
    moved_and_sorted_out(&test, pair).await;
    test.pass(days(6)).await;
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 6);
    let states: Vec<State> = test.months(pair).await.iter().map(|m| m.state).collect();
    assert_eq!(states, [State::Unknown, State::Open]);
    // Another look at the month's timers asks nobody twice.
    test.seen(ANA, "Europe/Madrid").await;
    test.pass(days(6)).await;
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 6);
    test.everybody_was_left_in_peace(&settings()).await;
}

/// From now until noon (UTC) of a day.
fn date_of(year: i16, month: i8, day: i8, test: &FeatureTest) -> SignedDuration {
    let noon = date(year, month, day).at(12, 0, 0, 0);
    let noon = noon.to_zoned(TimeZone::UTC).unwrap().timestamp();
    noon.duration_since(test.now)
}

#[tokio::test]
async fn a_meeting_that_moves_again_and_again_holds_the_next_month_back_for_three_weeks_at_most() {
    let (mut test, pair, month) = opened().await;
    let end = month.closes_at;
    let latest = end + days(21);
    while test.month(pair).await.id == month.id {
        assert!(test.now < latest + days(5), "it is open at {}", test.now);
        // Each week, they move it by another three.
        let wanted = local(test.now + days(21), &berlin()).date();
        let reply = other_time(&test, &month, wanted, time(15, 30, 0, 0)).await;
        if let Some((field, why)) = reply.errors.first() {
            assert_eq!(*field, "date");
            assert!(why.contains("April 24 or sooner"), "{why}");
        }
        test.pass(days(7)).await;
    }
    let months = test.months(pair).await;
    let states: Vec<State> = months.iter().map(|m| m.state).collect();
    assert_eq!(states, [State::Unknown, State::Open]);
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn no_time_is_proposed_that_is_refused() {
    let (mut test, pair, month) = opened().await;
    other_time(&test, &month, date(2026, 4, 9), time(15, 30, 0, 0)).await;
    test.pass(date_of(2026, 4, 9, &test)).await;
    other_time(&test, &month, date(2026, 4, 22), time(15, 30, 0, 0)).await;
    test.pass(date_of(2026, 4, 23, &test)).await;
    let month = test.month(pair).await;
    said(&test, ANA, &month, MetAnswer::Moved).await;
    let month = test.month(pair).await;
    for at in &month.proposed {
        assert!(*at <= month.latest_meeting(test.now), "{at}");
    }
    test.pass(days(3)).await;
    let cycle = month.id;
    let Err(Error::User(words)) = test.press(ANA, Action::OtherTime { cycle }).await else {
        let months = test.months(pair).await;
        assert_eq!(months.len(), 2);
        return;
    };
    assert!(words.as_str().contains("next one begins"), "{words}");
}
