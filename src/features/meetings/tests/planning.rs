//! A time is found, moved, or sorted out elsewhere.

use super::*;
use crate::domain::card::Card;
use crate::domain::outgoing::Lane;
use crate::testing::outgoing;

#[tokio::test]
async fn a_slot_pressed_twice_or_by_the_other_plans_once() {
    let (test, pair, month) = opened().await;
    let slots = slots(&test).await;
    let pick = |at| Action::PickSlot {
        cycle: month.id,
        at,
    };
    let first = shown(&test.press(ANA, pick(slots[0])).await.unwrap());
    let again = shown(&test.press(ANA, pick(slots[0])).await.unwrap());
    let other = shown(&test.press(MAX, pick(slots[1])).await.unwrap());
    assert_eq!(first, again);
    assert_eq!(first, other, "what holds now");
    assert!(
        first.starts_with("*Time chosen:* <@UANA> and <@UMAX> meet"),
        "{first}"
    );
    assert!(
        !first.contains('['),
        "the plan itself stands elsewhere: {first}"
    );
    let month = test.month(pair).await;
    assert_eq!((month.state, month.plans), (State::Planned, 1));
    assert_eq!(month.meets_at.unwrap().as_millisecond(), slots[0]);
    assert_eq!(test.messages("pair/").await.len(), 1);
}

#[tokio::test]
async fn a_slot_that_is_past_gives_way_to_fresh_ones() {
    let (mut test, pair, month) = opened().await;
    let first = slots(&test).await[0];
    test.now = at("2026-03-30T12:00:00Z");
    let pick = Action::PickSlot {
        cycle: month.id,
        at: first,
    };
    let reply = shown(&test.press(ANA, pick).await.unwrap());
    assert!(
        reply.starts_with("That time for <@UANA> and <@UMAX> has passed."),
        "{reply}"
    );
    assert!(reply.contains("[ Pick time 3 ]"), "{reply}");
    assert_eq!(test.month(pair).await.state, State::Open);
}

/// They now live too far apart: no button offers an impossible time.
#[tokio::test]
async fn without_slots_a_time_is_picked_by_hand() {
    let (mut test, _, month) = opened().await;
    test.seen(MAX, "Asia/Tokyo").await;
    test.seen(ANA, "America/Los_Angeles").await;
    test.now = at("2026-03-30T12:00:00Z");
    let press = Action::PickSlot {
        cycle: month.id,
        at: 0,
    };
    insta::assert_snapshot!(shown(&test.press(ANA, press).await.unwrap()), @"
    That time for <@UANA> and <@UMAX> has passed.
    I couldn't find a time within working hours for both of you in the next two weeks. Is there one that suits you both anyway?
    [ Pick a time ]  [ We'll sort it out ]  [ Skip this month ]
    · Everyone sees times in their own time zone.
    ");
}

#[tokio::test]
async fn strangers_change_nothing() {
    let (test, pair, month) = opened().await;
    let cycle = month.id;
    let slot = slots(&test).await[0];
    let presses = [
        Action::PickSlot { cycle, at: slot },
        Action::OtherTime { cycle },
        Action::SortOut { cycle },
        Action::OpenSkip { cycle },
        Action::DidMeet {
            cycle,
            plan: None,
            said: MetAnswer::Yes,
        },
    ];
    for press in presses {
        let answer = test.press("UEVE", press).await;
        let Err(Error::User(refusal)) = answer else {
            panic!("{answer:?}");
        };
        assert!(
            refusal.as_str().contains("only they can answer it"),
            "{refusal}"
        );
    }
    for form in [
        Form::OtherTime { cycle, plans: None },
        Form::Skip { cycle, plans: None },
    ] {
        assert!(test.submit("UEVE", form, &[]).await.is_err());
    }
    assert_eq!(test.month(pair).await, month);
}

#[tokio::test]
async fn another_time_is_on_ones_own_clock_and_within_reason() {
    let (test, pair, month) = opened().await;
    let cycle = month.id;
    let form = test.press(ANA, Action::OtherTime { cycle }).await.unwrap();
    let view = form.modal.unwrap().view().to_string();
    assert!(view.contains("Your time zone: Europe/Berlin."), "{view}");

    let past = other_time(&test, &month, date(2026, 3, 2), time(10, 0, 0, 0)).await;
    assert_eq!(past.errors[0].0, "date");
    let earlier = other_time(&test, &month, date(2026, 3, 4), time(8, 0, 0, 0)).await;
    assert_eq!(earlier.errors[0].0, "time");
    let far = other_time(&test, &month, date(2026, 7, 1), time(10, 0, 0, 0)).await;
    assert!(
        far.errors[0]
            .1
            .contains("Pick Wednesday, April 15 or sooner")
    );
    assert_eq!(test.month(pair).await, month);

    let good = other_time(&test, &month, date(2026, 3, 12), time(15, 0, 0, 0)).await;
    assert!(!shown(&good).contains("outside"), "{}", shown(&good));
    assert_eq!(
        test.month(pair).await.meets_at,
        Some(at("2026-03-12T14:00:00Z"))
    );
}

#[tokio::test]
async fn out_of_hours_is_accepted_and_said() {
    let (test, pair, month) = opened().await;
    let reply = other_time(&test, &month, date(2026, 3, 12), time(10, 0, 0, 0)).await;
    assert!(shown(&reply).contains("outside working hours for at least one of you"));
    assert_eq!(test.month(pair).await.state, State::Planned);
}

#[tokio::test]
async fn moving_a_meeting_moves_its_timers() {
    let (mut test, pair, month) = planned().await;
    let cycle = month.id;
    let moved = other_time(&test, &month, date(2026, 3, 18), time(15, 0, 0, 0)).await;
    assert!(shown(&moved).contains("*Planned:*"));
    let soon = test.timers("meeting_soon").await;
    // 9:00 in Berlin is night in New York, so the reminder waits for 9:00 there.
    assert_eq!(soon, [(cycle.to_string(), at("2026-03-17T13:00:00Z"))]);
    let over = at("2026-03-18T16:45:00Z");
    assert_eq!(
        test.timers("meeting_over").await,
        [
            (format!("{cycle}/{ANA}"), over),
            (format!("{cycle}/{MAX}"), over)
        ]
    );
    assert!(test.timers("nudge_week").await.is_empty());
    test.pass(days(21)).await;
    assert_eq!(test.of_kind(Kind::MeetingSoon).await, 1);
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 2);
    assert_eq!(test.month(pair).await.plans, 2);
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn sorting_it_out_buys_peace_until_the_third_week() {
    let (mut test, _, month) = opened().await;
    let cycle = month.id;
    let reply = shown(&test.press(ANA, Action::SortOut { cycle }).await.unwrap());
    insta::assert_snapshot!(reply, @r"
    <@UANA> and <@UMAX>, you'll find a time to meet between you. Once you have one, tell me and I'll remind you both.
    [ We have a time ]  [ Skip this month ]
    ");
    // The month began in private: Max reads of it now.
    let told = || async { test.of_kind(Kind::Answer).await };
    assert_eq!(told().await, 1);
    assert!(
        test.last_of_kind(Kind::Answer)
            .await
            .contains("find a time to meet between you")
    );
    test.press(MAX, Action::SortOut { cycle }).await.unwrap();
    assert_eq!(told().await, 1);
    test.pass(days(10)).await;
    assert_eq!(test.of_kind(Kind::NudgeWeek).await, 0);
    test.pass(days(7)).await;
    assert!(
        test.last_of_kind(Kind::NudgeFortnight)
            .await
            .starts_with("*Have you and <@UMAX> found a time?*")
    );
    test.pass(days(7)).await;
    let asked = test.last_of_kind(Kind::DidYouMeet).await;
    assert!(asked.contains("meet in your month 1?"), "{asked}");
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 2);
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn skipping_needs_no_reason_and_carries_the_note() {
    let (mut test, pair, month) = planned().await;
    let cycle = month.id;
    let form = test.press(ANA, Action::OpenSkip { cycle }).await.unwrap();
    assert!(
        form.modal
            .unwrap()
            .view()
            .to_string()
            .contains("Shown to your partner, word for word.")
    );
    let note = [("note", Answer::Text("Quarter end <!channel>".into()))];
    let reply = test
        .submit(ANA, Form::Skip { cycle, plans: None }, &note)
        .await
        .unwrap();
    insta::assert_snapshot!(shown(&reply), @"
    ┌ This month
    │ <@UANA> and <@UMAX> are skipping this month, and that's all right. If you two meet after all, log it with the shortcut “Log a mentoring meeting” and it counts.
    └ [ Close ]
    ");
    let told = test.messages("pair/").await;
    insta::assert_snapshot!(render(told.last().unwrap()), @r"
    *The meeting is off:* <@UANA> has called it off. That happens, and it says nothing about the two of you. The next month begins around Friday, April 3.
    The meeting planned for <!date^1772807400^{date_long_pretty} at {time}|Friday, March 6 at 3:30 PM (Europe/Berlin)> is off. If it's in your calendar, delete it there, or open the file that follows.
    <@UANA> adds:
    > Quarter end &lt;!channel&gt;
    ");
    let again = test
        .submit(ANA, Form::Skip { cycle, plans: None }, &note)
        .await
        .unwrap();
    assert_eq!(shown(&again), shown(&reply));
    assert_eq!(test.messages("pair/").await.len(), 2);
    assert_eq!(test.month(pair).await.state, State::Skipped);
    let press = Action::PickSlot { cycle, at: 0 };
    let later = shown(&test.press(MAX, press).await.unwrap());
    assert!(
        later.starts_with("<@UANA> and <@UMAX> are skipping this month"),
        "{later}"
    );
    test.pass(days(20)).await;
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 0);
}

#[tokio::test]
async fn sorting_it_out_changes_the_card_that_both_can_see() {
    let (mut test, pair, month) = opened().await;
    let cycle = month.id;
    test.pass(days(7)).await;
    let mut tx = test.tx().await;
    outgoing::card_stands(&mut tx, Card::Month(cycle), &Lane::Pair(pair)).await;
    tx.commit().await.unwrap();
    test.press(ANA, Action::SortOut { cycle }).await.unwrap();
    assert_eq!(test.of_kind(Kind::Answer).await, 0);
    test.everybody_was_left_in_peace(&settings()).await;
}

/// A time that was offered before somebody moved may be in their night.
#[tokio::test]
async fn a_slot_from_before_somebody_moved_plans_nothing_at_night() {
    let (test, pair, month) = opened().await;
    let at = slots(&test).await[0];
    test.seen(MAX, "Asia/Tokyo").await;
    let pick = Action::PickSlot {
        cycle: month.id,
        at,
    };
    let reply = shown(&test.press(ANA, pick).await.unwrap());
    assert!(!reply.contains("Time chosen"), "{reply}");
    assert_eq!(test.month(pair).await.state, State::Open);
}
