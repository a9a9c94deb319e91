//! An answer belongs to the meeting it was asked about.

use super::*;

/// Ana answered "not this time", with a new time on March 18. Max has not answered about March 6 yet.
async fn planned_anew() -> (FeatureTest, PairId, Cycle) {
    let (test, pair, month) = asked().await;
    said(&test, ANA, &month, MetAnswer::No).await;
    other_time(&test, &month, date(2026, 3, 18), time(15, 0, 0, 0)).await;
    (test, pair, month)
}

#[tokio::test]
async fn a_late_yes_leaves_the_meeting_to_come_as_it_is() {
    let (mut test, pair, month) = planned_anew().await;
    let reply = said(&test, MAX, &month, MetAnswer::Yes).await;
    assert!(reply.starts_with("Good to hear"), "{reply}");
    let now = test.month(pair).await;
    assert_eq!(now.state, State::Held, "the first yes, however late");
    assert!(now.is_ahead(test.now));
    assert_eq!(kept(&test, pair, 1, ANA).await.as_deref(), Some("no"));
    assert_eq!(kept(&test, pair, 1, MAX).await.as_deref(), Some("yes"));

    // It can be moved, with a form instead of a notice.
    let cycle = month.id;
    let form = test.press(ANA, Action::OtherTime { cycle }).await.unwrap();
    assert_eq!(
        form.modal.unwrap().form,
        Form::OtherTime {
            cycle,
            plans: Some(2)
        }
    );
    other_time(&test, &month, date(2026, 3, 19), time(15, 0, 0, 0)).await;
    let now = test.month(pair).await;
    assert_eq!((now.state, now.plans), (State::Held, 3));
    let status = test.command(ANA, "status").await.unwrap().say.unwrap();
    assert!(render(&status).contains("*Next meeting:*"));

    // It has its file, its reminder and its question.
    assert_eq!(test.files().await.len(), 3);
    let reminders = test.of_kind(Kind::MeetingSoon).await;
    test.pass(days(12)).await;
    assert_eq!(test.of_kind(Kind::MeetingSoon).await, reminders + 1);
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 4);
    let question = test.last_of_kind(Kind::DidYouMeet).await;
    assert!(question.contains("on Thursday, March 19?"), "{question}");
    said_of(&test, ANA, &month, 3, MetAnswer::Yes).await;
    assert_eq!(kept(&test, pair, 1, ANA).await.as_deref(), Some("no"));
    assert_eq!(kept(&test, pair, 3, ANA).await.as_deref(), Some("yes"));
    assert_eq!(test.of_kind(Kind::Reflection).await, 2, "one a month each");
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn a_meeting_logged_beside_a_planned_one_leaves_it() {
    let (mut test, pair, month) = planned().await;
    log(&test, MAX, date(2026, 3, 3)).await;
    let now = test.month(pair).await;
    assert_eq!(now.state, State::Held);
    assert!(now.is_ahead(test.now));
    let old_card = Action::PickSlot {
        cycle: month.id,
        at: 0,
    };
    let stands = shown(&test.press(ANA, old_card).await.unwrap());
    assert!(stands.starts_with("*Time chosen:*"), "{stands}");
    test.pass(days(6)).await;
    assert_eq!(test.of_kind(Kind::MeetingSoon).await, 1);
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 2);
    let no = said(&test, ANA, &month, MetAnswer::No).await;
    assert!(no.starts_with("Noted"), "{no}");
    assert_eq!(test.month(pair).await.state, State::Held);
    test.everybody_was_left_in_peace(&settings()).await;
}

/// They met earlier that day than planned, and log it: the one who logged it is not asked.
#[tokio::test]
async fn a_meeting_logged_on_the_day_of_the_plan_is_that_meeting() {
    let (mut test, pair, month) = planned().await;
    test.now = at("2026-03-06T13:00:00Z");
    log(&test, MAX, date(2026, 3, 6)).await;
    assert_eq!(kept(&test, pair, 1, MAX).await.as_deref(), Some("yes"));
    test.pass(days(5)).await;
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 1, "Ana alone");
    said(&test, ANA, &month, MetAnswer::Yes).await;
    assert_eq!(test.of_kind(Kind::Reflection).await, 2);
}

#[tokio::test]
async fn a_meeting_beside_another_is_called_off_and_the_month_stays_held() {
    let (mut test, pair, month) = planned_anew().await;
    said(&test, MAX, &month, MetAnswer::Yes).await;
    let cycle = month.id;
    let form = test.press(MAX, Action::OpenSkip { cycle }).await.unwrap();
    assert!(
        form.modal
            .unwrap()
            .view()
            .to_string()
            .contains("Call it off")
    );
    for _ in 0..2 {
        let form = Form::Skip { cycle, plans: None };
        test.submit(MAX, form, &[]).await.unwrap();
    }
    let told = test.messages("pair/").await;
    insta::assert_snapshot!(render(told.last().unwrap()), @"
    *The meeting is off:* <@UMAX> has called it off. That happens, and it says nothing about the two of you. The next month begins around Friday, April 3.
    The meeting planned for <!date^1773842400^{date_long_pretty} at {time}|Wednesday, March 18 at 3:00 PM (Europe/Berlin)> is off. If it's in your calendar, delete it there, or open the file that follows.
    ");
    let now = test.month(pair).await;
    assert_eq!((now.state, now.meets_at), (State::Held, None));
    let asked = test.of_kind(Kind::DidYouMeet).await;
    test.pass(days(12)).await;
    assert_eq!(
        test.of_kind(Kind::MeetingSoon).await,
        1,
        "of the first plan"
    );
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, asked);
}

/// What Max answers changes nothing of what Ana sees, before her own answer and after any but a yes.
#[tokio::test]
async fn nobody_can_tell_what_the_partner_answered() {
    use MetAnswer::{Moved, No, Yes};
    for own in [None, Some(No), Some(Moved)] {
        let mut views = Vec::new();
        for partners in [None, Some(Yes), Some(No), Some(Moved)] {
            let (test, pair, month) = asked().await;
            if let Some(answer) = partners {
                said(&test, MAX, &month, answer).await;
            }
            let mut seen = test.all_that_sees(ANA).await;
            if let Some(answer) = own {
                seen.push(said(&test, ANA, &month, answer).await);
                seen.extend(test.all_that_sees(ANA).await);
                // She looks for another time, by a proposed one or by the form.
                let cycle = month.id;
                let form = test.press(ANA, Action::OtherTime { cycle }).await.unwrap();
                seen.push(shown(&form));
                let at = test.month(pair).await.proposed[0].as_millisecond();
                let picked = test.press(ANA, Action::PickSlot { cycle, at }).await;
                seen.push(shown(&picked.unwrap()));
                seen.extend(test.all_that_sees(ANA).await);
                let expected = partners == Some(Yes);
                assert_eq!(test.month(pair).await.state == State::Held, expected);
            }
            views.push(seen);
        }
        for (nth, view) in views.iter().enumerate() {
            assert_eq!(*view, views[0], "{own:?}, answer {nth} of the partner");
        }
    }
}

/// Only a yes of one's own shows that they met.
#[tokio::test]
async fn a_yes_is_seen_by_who_said_it() {
    let (test, _, month) = asked().await;
    said(&test, MAX, &month, MetAnswer::Yes).await;
    let seen = test.all_that_sees(ANA).await;
    assert!(
        !seen[0].contains("*This month:* you met") && !seen[0].contains("so far"),
        "{}",
        seen[0]
    );
    said(&test, ANA, &month, MetAnswer::Yes).await;
    let seen = test.all_that_sees(ANA).await;
    assert!(
        seen[0].contains("*This month:* you met") && seen[0].contains("1 meeting so far"),
        "{}",
        seen[0]
    );
}
