//! Months that take longer than planned: each has an end, and each meeting is asked about.

use super::*;
use crate::domain::open_thing;
use crate::shared::open_things;
use crate::store::nudged;

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
    assert!(question.contains("meet in your month 1?"), "{question}");
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

/// Whether a month of a pair has no next step.
async fn stalls(test: &FeatureTest) -> bool {
    let mut tx = test.tx().await;
    let stalled = open_things::stalled(&mut tx).await.unwrap();
    stalled
        .iter()
        .any(|one| one.kind == open_thing::Kind::Month)
}

/// They met on the last day of a month, and Max was asked about it. The next month has begun, and Ana is asked on Monday.
async fn two_months_are_open() -> (FeatureTest, PairId, Cycle) {
    let (mut test, pair, month) = opened().await;
    other_time(&test, &month, date(2026, 4, 2), time(15, 30, 0, 0)).await;
    test.pass(date_of(2026, 4, 2, &test)).await;
    let mut tx = test.tx().await;
    nudged::note(&mut tx, &ANA.into(), date(2026, 4, 3))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.pass(at("2026-04-03T14:00:00Z").duration_since(test.now))
        .await;
    let months = test.months(pair).await;
    assert_eq!(months.len(), 2);
    assert!(months.iter().all(|month| month.closed_at.is_none()));
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 1);
    (test, pair, month)
}

#[tokio::test]
async fn a_break_does_not_keep_an_earlier_month_open_for_ever() {
    for weeks in [1, 3, 5, 20] {
        let (mut test, pair, _) = two_months_are_open().await;
        test.stands(MAX, Standing::Paused).await;
        test.pass(days(7 * weeks)).await;
        test.stands(MAX, Standing::Active).await;
        for day in 0..12 {
            test.pass(days(1)).await;
            assert!(!stalls(&test).await, "{weeks} weeks and {day} days");
        }
        assert_eq!(test.of_kind(Kind::DidYouMeet).await, 2, "{weeks} weeks");
        let months = test.months(pair).await;
        assert!(months[0].closed_at.is_some(), "{weeks} weeks");
        assert_eq!(
            months.iter().filter(|one| one.closed_at.is_none()).count(),
            1
        );
        test.everybody_was_left_in_peace(&settings()).await;
    }
}

/// A month that an earlier release left open without a timer.
#[tokio::test]
async fn no_month_outlives_the_next_one_and_until_then_it_is_known_to_stall() {
    let (mut test, pair, month) = two_months_are_open().await;
    let mut tx = test.tx().await;
    let timer = crate::domain::timer::Timer::CycleCloses(month.id);
    crate::store::timers::cancel(&mut tx, &timer).await.unwrap();
    tx.commit().await.unwrap();
    assert!(stalls(&test).await);
    test.pass(days(40)).await;
    let months = test.months(pair).await;
    assert!(months[0].closed_at.is_some() && months[0].closed_at == months[1].closed_at);
    assert!(!stalls(&test).await);
}

/// What is arranged while the next month runs is arranged in that one, where both see it.
#[tokio::test]
async fn a_late_meeting_that_moves_is_planned_in_the_month_that_runs() {
    for how in ["it moved", "another time", "they sort it out"] {
        let (mut test, pair, month) = two_months_are_open().await;
        test.pass(days(2)).await;
        let cycle = month.id;
        let latest = test.month(pair).await;
        match how {
            "it moved" => {
                let month = test.months(pair).await[0].clone();
                let card = said(&test, ANA, &month, MetAnswer::Moved).await;
                assert!(card.contains("Pick time 1"), "{card}");
                let at = test.month(pair).await.proposed[0].as_millisecond();
                let pick = Action::PickSlot { cycle, at };
                test.press(ANA, pick).await.unwrap();
            }
            "another time" => {
                test.press(ANA, Action::OtherTime { cycle }).await.unwrap();
                other_time(&test, &month, date(2026, 4, 15), time(15, 30, 0, 0)).await;
            }
            _ => {
                test.press(ANA, Action::SortOut { cycle }).await.unwrap();
            }
        }
        let months = test.months(pair).await;
        assert_eq!(months[0].plans, 1, "{how}");
        let expected = match how {
            "they sort it out" => State::Sorting,
            _ => State::Planned,
        };
        assert_eq!(
            (months[1].id, months[1].state),
            (latest.id, expected),
            "{how}"
        );
        let status = test.command(MAX, "status").await.unwrap().say.unwrap();
        let status = render(&status);
        assert!(!status.contains("no time yet"), "{how}: {status}");
        // Once there is a plan, the answer offers no other.
        if expected == State::Planned {
            let again = said(&test, ANA, &months[0], MetAnswer::Moved).await;
            assert!(!again.contains("Pick time 1"), "{again}");
        }
        test.pass(days(4)).await;
        assert!(test.months(pair).await[0].closed_at.is_some(), "{how}");
        test.pass(days(10)).await;
        assert_eq!(test.of_kind(Kind::NudgeWeek).await, 0, "{how}");
    }
}

/// The next month waits for a late meeting; if that is off, or sooner, it waits no longer, and no message names a day that has
/// passed.
#[tokio::test]
async fn a_late_meeting_that_is_off_holds_nothing_back() {
    let (mut test, pair, month) = opened().await;
    test.pass(date_of(2026, 3, 25, &test)).await;
    other_time(&test, &month, date(2026, 4, 20), time(15, 30, 0, 0)).await;
    test.pass(date_of(2026, 4, 7, &test)).await;
    assert_eq!(test.months(pair).await.len(), 1);
    let form = Form::Skip {
        cycle: month.id,
        plans: None,
    };
    test.submit(ANA, form, &[]).await.unwrap();
    let told = test.last_of_kind(Kind::Answer).await;
    assert!(told.contains("The next month begins soon."), "{told}");
    test.pass(days(4)).await;
    let months = test.months(pair).await;
    assert_eq!(months.len(), 2);
    assert!(
        months[0].closed_at.is_some(),
        "it was open for that meeting"
    );
    test.everybody_was_left_in_peace(&settings()).await;
}

/// So it is when they meet sooner: both get their days to say how it went, and then the month is over.
#[tokio::test]
async fn a_month_stays_open_for_the_time_that_holds() {
    let (mut test, pair, month) = opened().await;
    test.pass(date_of(2026, 3, 25, &test)).await;
    other_time(&test, &month, date(2026, 4, 20), time(15, 30, 0, 0)).await;
    test.pass(date_of(2026, 4, 7, &test)).await;
    other_time(&test, &month, date(2026, 4, 9), time(15, 30, 0, 0)).await;
    test.pass(date_of(2026, 4, 11, &test)).await;
    assert_eq!(test.months(pair).await[0].closed_at, None);
    test.pass(date_of(2026, 4, 14, &test)).await;
    assert!(test.months(pair).await[0].closed_at.is_some());
}
