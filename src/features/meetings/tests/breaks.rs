//! Breaks: the months wait, go on, and say so truly.

use super::*;
use crate::testing::cast;

/// Who wrote last in the group, and what.
async fn last_word(scene: &Scene) -> String {
    render(scene.messages("pair/").await.last().unwrap())
}

#[tokio::test]
async fn a_month_that_goes_on_begins_with_a_card_and_is_not_quiet() {
    let (mut scene, pair, _) = opened().await;
    scene.pass(days(1)).await;
    scene.stands(MAX, Standing::Paused).await;
    scene.pass(days(16)).await;
    assert_eq!(scene.of_kind(Kind::NudgeWeek).await, 0);
    // Friday, March 20.
    scene.stands(MAX, Standing::Active).await;
    scene.pass(days(5)).await;
    assert_eq!(scene.of_kind(Kind::CycleOpens).await, 2);
    let card = scene.last_of_kind(Kind::CycleOpens).await;
    assert!(card.starts_with("*Time for your first meeting"), "{card}");
    assert!(card.contains("March 2"), "times to come: {card}");
    // A week later both are asked, and then the month is over.
    scene.pass(days(8)).await;
    assert_eq!(scene.of_kind(Kind::NudgeWeek).await, 1);
    scene.pass(days(42)).await;
    let states: Vec<State> = scene.months(pair).await.iter().map(|m| m.state).collect();
    assert_eq!(states, [State::OnBreak, State::Unknown, State::Open]);
    assert_eq!(scene.of_kind(Kind::Checkin).await, 0, "one quiet month");
    scene.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn what_they_sorted_out_is_asked_afresh() {
    let (mut scene, pair, month) = opened().await;
    let cycle = month.id;
    scene.press(ANA, Action::SortOut { cycle }).await.unwrap();
    scene.stands(MAX, Standing::Paused).await;
    scene.pass(days(10)).await;
    scene.stands(MAX, Standing::Active).await;
    assert_eq!(scene.month(pair).await.state, State::Open);
    scene.pass(days(4)).await;
    assert_eq!(scene.of_kind(Kind::CycleOpens).await, 2);
}

#[tokio::test]
async fn a_plan_after_the_break_makes_silence_silence_again() {
    let (mut scene, pair, month) = opened().await;
    scene.stands(MAX, Standing::Paused).await;
    scene.pass(days(10)).await;
    scene.stands(MAX, Standing::Active).await;
    other_time(&scene, &month, date(2026, 3, 24), time(15, 30, 0, 0)).await;
    scene.pass(days(30)).await;
    assert_eq!(scene.months(pair).await[0].state, State::Unknown);
    assert_eq!(scene.of_kind(Kind::CycleOpens).await, 2, "and of month two");
}

#[tokio::test]
async fn a_meeting_during_the_break_is_asked_about_afterwards() {
    let (mut scene, pair, month) = planned().await;
    scene.stands(MAX, Standing::Paused).await;
    scene.pass(days(10)).await;
    assert_eq!(scene.of_kind(Kind::DidYouMeet).await, 0);
    scene.stands(MAX, Standing::Active).await;
    scene.pass(days(5)).await;
    assert_eq!(scene.of_kind(Kind::DidYouMeet).await, 2);
    said(&scene, ANA, &month, MetAnswer::Yes).await;
    assert_eq!(scene.month(pair).await.state, State::Held);
}

/// It was theirs to keep: coming back late in the month, or after its end, does not cancel it.
#[tokio::test]
async fn a_meeting_to_come_outlives_the_break() {
    for back_on in ["2026-03-30T09:00:00Z", "2026-04-06T09:00:00Z"] {
        let (mut scene, pair, month) = opened().await;
        other_time(&scene, &month, date(2026, 4, 9), time(15, 30, 0, 0)).await;
        scene.stands(MAX, Standing::Paused).await;
        let away = at(back_on).duration_since(scene.now);
        scene.pass(away).await;
        scene.stands(MAX, Standing::Active).await;
        scene.pass(days(4)).await;
        assert_eq!(scene.months(pair).await.len(), 1, "{back_on}");
        let until = at("2026-04-20T09:00:00Z").duration_since(scene.now);
        scene.pass(until).await;
        assert_eq!(scene.of_kind(Kind::MeetingSoon).await, 1, "{back_on}");
        assert_eq!(scene.of_kind(Kind::DidYouMeet).await, 2, "{back_on}");
        let states: Vec<State> = scene.months(pair).await.iter().map(|m| m.state).collect();
        assert_eq!(states, [State::Unknown, State::Open], "{back_on}");
    }
}

#[tokio::test]
async fn the_last_word_is_true_however_often_somebody_changes_their_mind() {
    let (scene, _, _) = opened().await;
    for _ in 0..2 {
        scene.stands(ANA, Standing::Paused).await;
        let word = last_word(&scene).await;
        assert!(word.starts_with("<@UANA> is taking a break"), "{word}");
        scene.stands(ANA, Standing::Active).await;
        let word = last_word(&scene).await;
        assert!(word.starts_with("<@UANA> is back"), "{word}");
    }
    scene.stands(ANA, Standing::Paused).await;
    let word = last_word(&scene).await;
    assert!(word.starts_with("<@UANA> is taking a break"), "{word}");
    assert_eq!(scene.messages("pair/").await.len(), 5);
}

#[tokio::test]
async fn a_pair_that_signs_during_a_break_reads_so_and_begins_after_it() {
    let mut scene = Scene::program(cast::settings()).await;
    let pair = scene.introduced().await;
    scene.command("USAM", "pause").await.unwrap();
    for user in ["USAM", "UMIA"] {
        let press = Action::Sign { pair, version: 1 };
        scene.press(user, press).await.unwrap();
    }
    insta::assert_snapshot!(last_word(&scene).await, @"<@USAM> is taking a break from the program, so your first month begins when it is over. Until then there is nothing to do.");
    for user in ["USAM", "UMIA"] {
        let status = scene.command(user, "status").await.unwrap().say.unwrap();
        let status = render(&status);
        assert!(!status.contains("about to begin"), "{status}");
        assert!(status.contains("*On a break:*"), "{status}");
    }
    scene.pass(days(20)).await;
    assert_eq!(scene.of_kind(Kind::CycleOpens).await, 0);
    scene.command("USAM", "resume").await.unwrap();
    assert!(last_word(&scene).await.starts_with("<@USAM> is back"));
    scene.pass(days(4)).await;
    assert_eq!(scene.month(pair).await.number, 1);
    assert_eq!(scene.of_kind(Kind::CycleOpens).await, 1);
}

/// Both are away, and the last month runs out meanwhile: nobody is promised another.
#[tokio::test]
async fn coming_back_after_the_last_month_promises_no_other() {
    let one_month = crate::domain::program::Settings {
        cycles: 1,
        ..settings()
    };
    let (mut scene, pair) = Scene::signed(one_month).await;
    scene.pass(days(2)).await;
    scene.stands(MAX, Standing::Paused).await;
    scene.pass(days(40)).await;
    scene.stands(MAX, Standing::Active).await;
    assert_eq!(
        last_word(&scene).await,
        "<@UMAX> is back. The last of your months ended meanwhile."
    );
    assert_eq!(scene.month(pair).await.state, State::OnBreak);
}
