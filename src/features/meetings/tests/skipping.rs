//! A month with a planned meeting can be skipped, too.

use super::*;

#[tokio::test]
async fn a_planned_month_is_skipped_from_the_plan_or_the_reminder() {
    let (mut test, pair, month) = planned().await;
    let plan = render(test.messages("pair/").await.last().unwrap());
    assert!(plan.contains("[ Move it ]  [ Skip this month ]"), "{plan}");
    test.pass(at("2026-03-05T18:00:00Z").duration_since(test.now))
        .await;
    let reminder = test.last_of_kind(Kind::MeetingSoon).await;
    assert!(
        reminder.contains("[ Move it ]  [ Skip this month ]"),
        "{reminder}"
    );
    let cycle = month.id;
    let form = test.press(MAX, Action::OpenSkip { cycle }).await.unwrap();
    insta::assert_snapshot!(shown(&form), @"
    ┌ Skip this month
    │ That's all right, no reasons needed. <@UANA> gets a kind line in your group message.
    │ The meeting planned for <!date^1772807400^{date_long_pretty} at {time}|Friday, March 6 at 3:30 PM (Europe/Berlin)> will be off, and I won't remind you of it.
    │ A note to your partner (optional)
    │   [ ____ ]
    │   · Shown to your partner, word for word. Nobody else sees it.
    └ [ Cancel ]  [ Skip this month ]
    ");
    let form = Form::Skip { cycle, plans: None };
    test.submit(MAX, form, &[]).await.unwrap();
    let told = test.messages("pair/").await;
    insta::assert_snapshot!(render(told.last().unwrap()), @"
    *The meeting is off:* <@UMAX> has called it off. That happens, and it says nothing about the two of you. The next month begins around Friday, April 3.
    The meeting planned for <!date^1772807400^{date_long_pretty} at {time}|Friday, March 6 at 3:30 PM (Europe/Berlin)> is off. If it's in your calendar, delete it there, or open the file that follows.
    ");
    assert!(told.last().unwrap().text.contains("is off"), "read aloud");

    // The reminder had not been sent yet, and is not sent now.
    assert!(queued_reminder(&test).await.unsent);
    for kind in ["meeting_soon", "meeting_over"] {
        assert!(test.timers(kind).await.is_empty(), "{kind}");
    }
    let now = test.month(pair).await;
    assert_eq!((now.state, now.meets_at), (State::Skipped, None));
    test.pass(days(10)).await;
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 0);
}

/// A cancelled plan stays cancelled, even if they turn out to have met before.
#[tokio::test]
async fn a_yes_to_a_skipped_month_revives_no_plan() {
    let (mut test, pair, month) = planned().await;
    let form = Form::Skip {
        cycle: month.id,
        plans: None,
    };
    test.submit(MAX, form, &[]).await.unwrap();
    log(&test, ANA, date(2026, 3, 3)).await;
    assert_eq!(test.month(pair).await.state, State::Held);
    test.pass(days(10)).await;
    assert_eq!(test.of_kind(Kind::MeetingSoon).await, 0);
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 0);
}

/// A form that is shown again, because the meeting moved meanwhile, says nothing of what the other has answered.
#[tokio::test]
async fn the_form_shown_again_does_not_tell_that_the_other_says_they_met() {
    let mut forms = Vec::new();
    for says_so in [false, true] {
        let (test, pair, month) = planned().await;
        let seen = test.month(pair).await.plans;
        if says_so {
            log(&test, ANA, date(2026, 3, 2)).await;
        }
        other_time(&test, &month, date(2026, 3, 10), time(15, 30, 0, 0)).await;
        let form = Form::Skip {
            cycle: month.id,
            plans: Some(seen),
        };
        let again = test.submit(MAX, form, &[]).await.unwrap();
        forms.push(shown(&again));
    }
    assert_eq!(forms[0], forms[1]);
    assert!(forms[0].contains("Skip this month"), "{}", forms[0]);
}
