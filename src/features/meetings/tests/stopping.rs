//! Breaks, moves and ends between the months.

use super::*;
use crate::domain::card::Card;
use crate::store::outbox::{Lane, What};

#[tokio::test]
async fn a_break_stops_the_months_and_coming_back_takes_them_up() {
    let (mut test, pair, month) = opened().await;
    test.stands(ANA, Standing::Paused).await;
    test.stands(ANA, Standing::Paused).await;
    assert_eq!(
        render(test.messages("pair/").await.last().unwrap()),
        "<@UANA> is taking a break from the program. Your months are on hold and continue afterwards; there's nothing to do."
    );
    assert_eq!(test.messages("pair/").await.len(), 1);
    let quiet = test.sent().await.len();
    // A card from before the break can still be pressed.
    let at = (test.now + days(2)).as_millisecond();
    let cycle = month.id;
    let pressed = test
        .press(MAX, crate::slack::event::Action::PickSlot { cycle, at })
        .await;
    assert!(pressed.unwrap_err().to_string().contains("on a break"));
    test.pass(days(50)).await;
    assert_eq!(test.sent().await.len(), quiet);
    assert_eq!(test.month(pair).await.id, month.id);

    test.stands(ANA, Standing::Active).await;
    test.pass(days(4)).await;
    let states: Vec<State> = test.months(pair).await.iter().map(|m| m.state).collect();
    assert_eq!(states, [State::OnBreak, State::Open]);
    let month = test.month(pair).await;
    assert_eq!(month.anchor.at, month.opened_at, "months count from here");
    assert_eq!(test.of_kind(Kind::CycleOpens).await, 2);
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn a_short_break_leaves_the_month_its_time() {
    let (mut test, pair, month) = planned().await;
    test.stands(MAX, Standing::Paused).await;
    assert!(
        render(test.messages("pair/").await.last().unwrap())
            .ends_with("The meeting you've planned is yours to keep or move.")
    );
    test.stands(MAX, Standing::Active).await;
    assert_eq!(test.month(pair).await, month);
    test.pass(days(14)).await;
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 2);
}

#[tokio::test]
async fn a_partner_who_moves_takes_the_reminder_along() {
    let (test, _, month) = planned().await;
    let before = test.timers("meeting_soon").await;
    let mut tx = test.tx().await;
    let moved = person(ANA, Some("America/New_York"));
    people::save(&mut tx, &moved).await.unwrap();
    tx.commit().await.unwrap();
    test.happens(Happening::ZoneChanged(ANA.into())).await;
    let after = test.timers("meeting_soon").await;
    assert_eq!(after[0].0, month.id.to_string());
    let new_york = TimeZone::get("America/New_York").unwrap();
    assert_eq!(local(after[0].1, &new_york).time(), time(9, 0, 0, 0));
    assert!(!before.is_empty());
}

/// The times on the buttons were in the zone that Ana was in.
#[tokio::test]
async fn a_mentee_who_moves_is_offered_no_times_of_their_old_clock() {
    let (test, _, month) = opened().await;
    let place = Lane::Person(ANA.into());
    let of = Card::Month(month.id);
    let mut tx = test.tx().await;
    crate::testing::outgoing::card_stands(&mut tx, of, &place).await;
    let moved = person(ANA, Some("Europe/London"));
    people::save(&mut tx, &moved).await.unwrap();
    tx.commit().await.unwrap();
    test.slack_takes().await;
    let before = test.queued().await.len();
    test.happens(Happening::ZoneChanged(ANA.into())).await;
    let queued = test.queued().await;
    let changes = queued[before..].iter();
    let changes = changes.filter(|row| matches!(row.what, What::Card { card, .. } if card == of));
    assert_eq!(changes.count(), 1);
    let mut tx = test.tx().await;
    let card = super::super::card(&mut tx, month.id, &place).await.unwrap();
    let card = shown(&Reply::replace(card.unwrap()));
    assert!(
        card.contains("[ Pick a time ]") && !card.contains("AM ]"),
        "{card}"
    );
}

#[tokio::test]
async fn an_ended_pair_is_left_alone() {
    let (mut test, pair, month) = planned().await;
    let mut tx = test.tx().await;
    pairs::close(&mut tx, pair, Ending::Ended).await.unwrap();
    tx.commit().await.unwrap();
    test.happens(Happening::PairEnded {
        pair,
        by: Some(MAX.into()),
        why: Ending::Ended,
    })
    .await;
    for kind in [
        "meeting_soon",
        "meeting_over",
        "cycle_closes",
        "cycle_opens",
    ] {
        assert!(test.timers(kind).await.is_empty(), "{kind}");
    }
    let nudges = test
        .sent()
        .await
        .into_iter()
        .filter(|sent| sent.nudge)
        .count();
    test.pass(days(60)).await;
    let later = test
        .sent()
        .await
        .into_iter()
        .filter(|sent| sent.nudge)
        .count();
    assert_eq!(nudges, later);
    let press = Action::DidMeet {
        cycle: month.id,
        plan: None,
        said: MetAnswer::Yes,
    };
    let Err(Error::User(refusal)) = test.press(ANA, press).await else {
        panic!("refused");
    };
    assert!(refusal.as_str().contains("This pair has ended"));
}

#[tokio::test]
async fn a_meeting_late_in_the_month_holds_the_next_month_back() {
    let (mut test, pair, month) = opened().await;
    other_time(&test, &month, date(2026, 4, 9), time(15, 30, 0, 0)).await;
    test.pass(days(36)).await;
    assert_eq!(test.months(pair).await.len(), 1, "it is April 9");
    test.pass(days(5)).await;
    let states: Vec<State> = test.months(pair).await.iter().map(|m| m.state).collect();
    assert_eq!(states, [State::Unknown, State::Open], "Monday, April 13");
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 2);
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn pairs_that_said_something_are_counted_for_the_digest() {
    let (test, _, month) = asked().await;
    let since = test.now - days(30);
    said(&test, MAX, &month, MetAnswer::No).await;
    let counts = || async {
        let mut tx = test.tx().await;
        cycles::reported_since(&mut tx, since).await.unwrap()
    };
    assert_eq!(
        counts().await,
        cycles::Reported {
            met: 0,
            reported: 1
        }
    );
    said(&test, ANA, &month, MetAnswer::Yes).await;
    assert_eq!(
        counts().await,
        cycles::Reported {
            met: 1,
            reported: 1
        }
    );
}

/// Back for a day, and away again: what that day's question was about is asked after the second break.
#[tokio::test]
async fn a_question_about_a_month_that_closed_outlives_another_break() {
    let (mut test, pair, month) = planned().await;
    test.stands(MAX, Standing::Paused).await;
    let almost_over = month.closes_at - days(5);
    test.pass(almost_over.duration_since(test.now)).await;
    test.stands(MAX, Standing::Active).await;
    assert!(test.months(pair).await[0].closed_at.is_some());
    test.stands(MAX, Standing::Paused).await;
    test.pass(days(10)).await;
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 0);
    test.stands(MAX, Standing::Active).await;
    test.pass(days(5)).await;
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 2);
    test.everybody_was_left_in_peace(&settings()).await;
}

/// The working day before is the day of the return, and its morning is past.
#[tokio::test]
async fn a_meeting_right_after_a_break_is_remembered() {
    let (mut test, _, month) = opened().await;
    other_time(&test, &month, date(2026, 3, 24), time(15, 30, 0, 0)).await;
    test.stands(MAX, Standing::Paused).await;
    let back = at("2026-03-23T15:00:00Z");
    test.pass(back.duration_since(test.now)).await;
    test.stands(MAX, Standing::Active).await;
    test.pass(days(3)).await;
    assert_eq!(test.of_kind(Kind::MeetingSoon).await, 1);
    test.everybody_was_left_in_peace(&settings()).await;
}
