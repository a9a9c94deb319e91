//! An answer belongs to the meeting it was asked about.

use super::*;

/// Ana: "not this time", and a new time on March 18. Max has not answered about March 6 yet.
async fn planned_anew() -> (Scene, PairId, Cycle) {
    let (scene, pair, month) = asked().await;
    said(&scene, ANA, &month, MetAnswer::No).await;
    other_time(&scene, &month, date(2026, 3, 18), time(15, 0, 0, 0)).await;
    (scene, pair, month)
}

#[tokio::test]
async fn a_late_yes_leaves_the_meeting_to_come_as_it_is() {
    let (mut scene, pair, month) = planned_anew().await;
    let reply = said(&scene, MAX, &month, MetAnswer::Yes).await;
    assert!(reply.starts_with("Good to hear"), "{reply}");
    let now = scene.month(pair).await;
    assert_eq!(now.state, State::Held, "the first yes, however late");
    assert!(now.is_ahead(scene.now));
    assert_eq!(kept(&scene, pair, 1, ANA).await.as_deref(), Some("no"));
    assert_eq!(kept(&scene, pair, 1, MAX).await.as_deref(), Some("yes"));

    // It can be moved, on a form and not a notice.
    let cycle = month.id;
    let form = scene.press(ANA, Action::OtherTime { cycle }).await.unwrap();
    assert_eq!(form.modal.unwrap().form, Form::OtherTime { cycle });
    other_time(&scene, &month, date(2026, 3, 19), time(15, 0, 0, 0)).await;
    let now = scene.month(pair).await;
    assert_eq!((now.state, now.plans), (State::Held, 3));
    let status = scene.command(ANA, "status").await.unwrap().say.unwrap();
    assert!(render(&status).contains("*Next meeting:*"));

    // It has its reminder, its file and its question.
    let (reminders, files) = (
        scene.of_kind(Kind::MeetingSoon).await,
        scene.files().await.len(),
    );
    scene.pass(days(12)).await;
    assert_eq!(scene.of_kind(Kind::MeetingSoon).await, reminders + 1);
    assert_eq!(scene.files().await.len(), files + 1);
    assert_eq!(scene.of_kind(Kind::DidYouMeet).await, 4);
    let question = scene.last_of_kind(Kind::DidYouMeet).await;
    assert!(question.contains("on Thursday, March 19?"), "{question}");
    said_of(&scene, ANA, &month, 3, MetAnswer::Yes).await;
    assert_eq!(kept(&scene, pair, 1, ANA).await.as_deref(), Some("no"));
    assert_eq!(kept(&scene, pair, 3, ANA).await.as_deref(), Some("yes"));
    assert_eq!(scene.of_kind(Kind::Reflection).await, 2, "one a month each");
    scene.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn a_meeting_logged_beside_a_planned_one_leaves_it() {
    let (mut scene, pair, month) = planned().await;
    log(&scene, MAX, date(2026, 3, 3)).await;
    let now = scene.month(pair).await;
    assert_eq!(now.state, State::Held);
    assert!(now.is_ahead(scene.now));
    let old_card = Action::PickSlot {
        cycle: month.id,
        at: 0,
    };
    let stands = shown(&scene.press(ANA, old_card).await.unwrap());
    assert!(stands.starts_with("*Time chosen:*"), "{stands}");
    scene.pass(days(6)).await;
    assert_eq!(scene.of_kind(Kind::MeetingSoon).await, 1);
    assert_eq!(scene.of_kind(Kind::DidYouMeet).await, 2);
    let no = said(&scene, ANA, &month, MetAnswer::No).await;
    assert!(no.starts_with("Noted"), "{no}");
    assert_eq!(scene.month(pair).await.state, State::Held);
    scene.everybody_was_left_in_peace(&settings()).await;
}

/// They met earlier that day than planned, and log it: nobody asks the one who said so.
#[tokio::test]
async fn a_meeting_logged_on_the_day_of_the_plan_is_that_meeting() {
    let (mut scene, pair, month) = planned().await;
    scene.now = at("2026-03-06T13:00:00Z");
    log(&scene, MAX, date(2026, 3, 6)).await;
    assert_eq!(kept(&scene, pair, 1, MAX).await.as_deref(), Some("yes"));
    scene.pass(days(5)).await;
    assert_eq!(scene.of_kind(Kind::DidYouMeet).await, 1, "Ana alone");
    said(&scene, ANA, &month, MetAnswer::Yes).await;
    assert_eq!(scene.of_kind(Kind::Reflection).await, 2);
}

#[tokio::test]
async fn a_meeting_beside_another_is_called_off_and_the_month_stays_held() {
    let (mut scene, pair, month) = planned_anew().await;
    said(&scene, MAX, &month, MetAnswer::Yes).await;
    let cycle = month.id;
    let form = scene.press(MAX, Action::OpenSkip { cycle }).await.unwrap();
    assert!(
        form.modal
            .unwrap()
            .view()
            .to_string()
            .contains("Call it off")
    );
    for _ in 0..2 {
        let form = Form::Skip { cycle };
        scene.submit(MAX, form, &[]).await.unwrap();
    }
    let told = scene.messages("pair/").await;
    insta::assert_snapshot!(render(told.last().unwrap()), @"
    *No further meeting this month:* <@UMAX> has called it off. You have met already, so nothing is missing.
    The meeting planned for <!date^1773842400^{date_long_pretty} at {time}|Wednesday, March 18 at 3:00 PM (Europe/Berlin)> is off. If it is in your calendar, please delete it there.
    ");
    let now = scene.month(pair).await;
    assert_eq!((now.state, now.meets_at), (State::Held, None));
    let asked = scene.of_kind(Kind::DidYouMeet).await;
    scene.pass(days(12)).await;
    assert_eq!(
        scene.of_kind(Kind::MeetingSoon).await,
        1,
        "of the first plan"
    );
    assert_eq!(scene.of_kind(Kind::DidYouMeet).await, asked);
}
