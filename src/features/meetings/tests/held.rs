//! What people say of a meeting, in time, late, and of their own accord.

use super::*;
use crate::domain::card::Card;
use crate::domain::outgoing::{Lane, What};
use crate::store::outbox;
use crate::testing::outgoing;

#[tokio::test]
async fn either_yes_counts_and_both_answers_are_kept() {
    use MetAnswer::{Moved, No, Yes};
    for (ana, max, state) in [
        (Some(Yes), Some(Yes), State::Held),
        (Some(Yes), Some(No), State::Held),
        (Some(No), Some(Yes), State::Held),
        (Some(Moved), Some(Yes), State::Held),
        (Some(Yes), None, State::Held),
        (Some(No), Some(No), State::Planned),
        (Some(Moved), None, State::Planned),
        (None, None, State::Planned),
    ] {
        let (test, pair, month) = asked().await;
        for (user, answer) in [(ANA, ana), (MAX, max)] {
            if let Some(answer) = answer {
                let first = self::said(&test, user, &month, answer).await;
                let second = self::said(&test, user, &month, answer).await;
                // The question is asked and announced only once.
                assert!(first.starts_with(&second), "{first}\n{second}");
                assert_eq!(answer == Yes, first.contains("question") && first != second);
            }
        }
        let month = test.month(pair).await;
        assert_eq!(month.state, state, "{ana:?} {max:?}");
        for (user, answer) in [(ANA, ana), (MAX, max)] {
            let kept = kept(&test, pair, 1, user).await;
            assert_eq!(kept.as_deref(), answer.map(MetAnswer::as_str));
        }
        let yes = [ana, max].into_iter().filter(|said| *said == Some(Yes));
        assert_eq!(test.of_kind(Kind::Reflection).await, yes.count());
    }
}

#[tokio::test]
async fn a_meeting_that_moved_gets_a_new_time_and_a_new_question() {
    let (mut test, pair, month) = asked().await;
    insta::assert_snapshot!(said(&test, ANA, &month, MetAnswer::Moved).await, @"
    Noted: it moved. If you and <@UMAX> already have the new time, add it with “Pick another time”.
    1. <!date^1773234000^{date_long_pretty} at {time}|Wednesday, March 11 at 2:00 PM (Europe/Berlin)>
    2. <!date^1773410400^{date_long_pretty} at {time}|Friday, March 13 at 3:00 PM (Europe/Berlin)>
    3. <!date^1773754200^{date_long_pretty} at {time}|Tuesday, March 17 at 2:30 PM (Europe/Berlin)>
    [ Pick time 1 ]  [ Pick time 2 ]  [ Pick time 3 ]
    [ Pick another time ]  [ We'll sort it out ]  [ Skip this month ]
    · Everyone sees times in their own time zone.
    ");
    let day = local(test.now, &berlin()).date().saturating_add(days(5));
    other_time(&test, &month, day, time(15, 30, 0, 0)).await;
    let late = said_of(&test, MAX, &month, 1, MetAnswer::No).await;
    assert!(
        late.starts_with("*Time chosen:*"),
        "the old card shows what holds: {late}"
    );
    assert_eq!(kept(&test, pair, 1, MAX).await.as_deref(), Some("no"));
    assert_eq!(kept(&test, pair, 1, ANA).await.as_deref(), Some("moved"));
    test.pass(days(8)).await;
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 4);
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn a_yes_counts_however_late() {
    let (mut test, pair, month) = asked().await;
    test.pass(days(40)).await;
    let first = || async { test.months(pair).await[0].clone() };
    assert_eq!(first().await.state, State::Unknown);
    let no = said(&test, MAX, &month, MetAnswer::No).await;
    assert_eq!(
        no,
        "Noted, thank you. Nothing more to do for that month with <@UANA>."
    );
    assert_eq!(first().await.state, State::Unknown);
    said(&test, ANA, &month, MetAnswer::Yes).await;
    assert_eq!(first().await.state, State::Held);
    assert_eq!(test.of_kind(Kind::Reflection).await, 1);
}

/// The button stands on one pair's card: that partner is picked already, and not another.
#[tokio::test]
async fn the_partner_of_the_card_is_picked_already() {
    let (test, _, _) = opened().await;
    let mut tx = test.tx().await;
    let two = (&"UZOE".into(), &ANA.into());
    let other = pairs::create(&mut tx, crate::domain::ids::RoundId(2), two, &[], 6).await;
    let other = other.unwrap().unwrap();
    let anchor = crate::domain::cycle::Anchor {
        at: test.now,
        number: 1,
    };
    cycles::create(&mut tx, other, 1, anchor, test.now + days(28))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for pair in test.pairs().await {
        let form = test
            .press(ANA, Action::LogMeetingOf(pair.id))
            .await
            .unwrap();
        let partner = pair.partner_of(&ANA.into());
        let picked = form.modal.unwrap().view()["blocks"][0]["element"]["initial_user"].clone();
        assert_eq!(picked, partner.as_str());
    }
}

#[tokio::test]
async fn a_meeting_can_be_logged_by_either() {
    let (mut test, pair, _) = opened().await;
    test.pass(days(3)).await;
    let actor = test.actor(MAX);
    let form = test.event(Event::LogMeeting { actor }).await.unwrap();
    insta::assert_snapshot!(shown(&form), @"
    ┌ Log a meeting
    │ Your meeting with <@UANA>.
    │ On which day?
    │   [ 2026-03-07 ▾ ]
    │ · It counts for that month, whichever of you logs it. I don't ask what you talked about.
    └ [ Cancel ]  [ Log it ]
    ");
    let tomorrow = log(&test, MAX, date(2026, 3, 8)).await;
    assert_eq!(tomorrow.errors[0].0, "date");
    insta::assert_snapshot!(shown(&log(&test, MAX, date(2026, 3, 6)).await), @"
    ┌ Logged
    │ Your meeting with <@UANA> on Friday, March 6 is on record. One short question follows, just for you.
    └ [ Close ]
    ");
    let month = test.month(pair).await;
    assert_eq!(month.state, State::Held);
    assert_eq!(kept(&test, pair, 0, MAX).await.as_deref(), Some("yes"));
    let again = shown(&log(&test, MAX, date(2026, 3, 6)).await);
    assert!(
        again.contains("is on record.\n"),
        "no second question: {again}"
    );
    assert_eq!(test.of_kind(Kind::Reflection).await, 1);

    let actor = test.actor("UEVE");
    let stranger = test.event(Event::LogMeeting { actor }).await.unwrap();
    assert!(shown(&stranger).contains("│ You don't have a pair"));
    let logged = log(&test, "UEVE", date(2026, 3, 5)).await;
    assert!(shown(&logged).contains("│ You don't have a pair"));
}

#[tokio::test]
async fn a_logged_meeting_counts_for_the_month_of_its_day() {
    let (mut test, pair, _) = opened().await;
    test.pass(days(40)).await;
    log(&test, ANA, date(2026, 3, 20)).await;
    let states: Vec<State> = test.months(pair).await.iter().map(|m| m.state).collect();
    assert_eq!(states, [State::Held, State::Open]);
}

/// The message that would have been the card's new copy never arrives: the copy that stands there says what is true.
#[tokio::test]
async fn a_card_follows_though_its_next_copy_cannot_be_delivered() {
    let (test, pair, month) = planned().await;
    let place = Lane::Pair(pair);
    let mut tx = test.tx().await;
    outgoing::sent(&mut tx, |_| true).await;
    outgoing::card_stands(&mut tx, Card::Month(month.id), &place).await;
    tx.commit().await.unwrap();
    other_time(&test, &month, date(2026, 3, 11), time(15, 30, 0, 0)).await;
    let mut tx = test.tx().await;
    let is_its_copy = |head: &outbox::Head| {
        matches!(&head.delivery.what, What::Post { .. }) && head.delivery.what.lane() == place
    };
    outgoing::given_up(&mut tx, is_its_copy, "msg_too_long").await;
    let waiting = outgoing::waiting(&mut tx).await;
    let follows = |what: &&What| matches!(what, What::Card { place: at, .. } if *at == place);
    assert_eq!(waiting.iter().filter(follows).count(), 1, "{waiting:?}");
}

/// The meeting is on the last day before three weeks off.
#[tokio::test]
async fn days_off_make_no_question_stale_and_downtime_does() {
    for downtime in [false, true] {
        let first = jiff::civil::date(2026, 3, 7);
        let off = (0..21).map(|day| first.saturating_add(jiff::Span::new().days(day)));
        let settings = crate::domain::program::Settings {
            holidays: if downtime { Vec::new() } else { off.collect() },
            ..settings()
        };
        let (mut test, pair) = FeatureTest::signed(settings).await;
        test.pass(days(2)).await;
        let month = test.month(pair).await;
        other_time(
            &test,
            &month,
            jiff::civil::date(2026, 3, 6),
            time(16, 0, 0, 0),
        )
        .await;
        if downtime {
            test.pass(days(2)).await;
            test.now += days(19);
        }
        test.pass(days(28)).await;
        let asked = if downtime { 0 } else { 2 };
        assert_eq!(test.of_kind(Kind::DidYouMeet).await, asked, "{downtime}");
    }
}
