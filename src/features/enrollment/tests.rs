mod breaks;

use crate::domain::open_thing;
use crate::domain::program::{Matching, Program, Settings};
use crate::domain::timer::Timer;
use crate::features::{Error, setup};
use crate::shared::open_things;
use crate::slack::event::Action;
use crate::store::{programs, rounds, timers};
use crate::testing::feature_test::{FeatureTest, render, render_view};
use crate::testing::months::{ANA, OWEN, settings};
use crate::testing::people::{junior, senior};
use jiff::SignedDuration;
use jiff::civil::date;

const DAY: SignedDuration = SignedDuration::from_hours(24);
const TOM: &str = "UTOM";

fn windowed() -> Settings {
    Settings {
        join_until: Some(date(2026, 3, 20)),
        first_match: Some(date(2026, 3, 23)),
        least_people: Some(3),
        round_schedule: "0 0 10 * * Mon".into(),
        digest_schedule: "0 0 10 * * Mon".into(),
        ..settings()
    }
}

/// It is Monday, March 2.
async fn opened(settings: Settings) -> FeatureTest {
    let test = FeatureTest::new(settings).await;
    test.seen(OWEN, "UTC").await;
    test.takes_part("UMIA", junior()).await;
    test.takes_part("USAM", senior()).await;
    test.run_due().await;
    test
}

async fn program(test: &FeatureTest) -> Program {
    let mut tx = test.tx().await;
    let found = programs::find(&mut tx).await.unwrap();
    tx.rollback().await;
    found.unwrap()
}

async fn next(test: &FeatureTest) -> String {
    let mut tx = test.tx().await;
    let due = timers::due(&mut tx, &Timer::Round).await.unwrap();
    tx.rollback().await;
    due.unwrap().to_string()
}

async fn made(test: &FeatureTest) -> usize {
    let mut tx = test.tx().await;
    let proposed = rounds::proposed(&mut tx).await.unwrap();
    tx.rollback().await;
    proposed.len()
}

async fn stalls(test: &FeatureTest) -> bool {
    let mut tx = test.tx().await;
    let stalled = open_things::stalled(&mut tx).await.unwrap();
    tx.rollback().await;
    let kinds = [open_thing::Kind::FirstMatch, open_thing::Kind::Waiting];
    stalled.iter().any(|one| kinds.contains(&one.kind))
}

async fn pass(test: &mut FeatureTest, days: i32) {
    for _ in 0..days {
        test.pass(DAY).await;
        assert!(!stalls(test).await, "on {}", test.now);
    }
}

/// The owners' card, as it is now.
async fn the_question(test: &FeatureTest) -> String {
    let until = program(test).await.enrollment.decide_by.unwrap();
    let mut tx = test.tx().await;
    let card = super::card(&mut tx, until.as_millisecond()).await.unwrap();
    tx.rollback().await;
    render(&card.unwrap()).trim_end().to_owned()
}

async fn home(test: &FeatureTest, user: &str) -> String {
    let mut tx = test.tx().await;
    let view = crate::router::home(&mut tx, &test.actor(user)).await;
    tx.rollback().await;
    render_view(&serde_json::json!(view.unwrap()))
}

#[tokio::test]
async fn nobody_is_matched_before_the_first_match_and_everyone_reads_when_it_is() {
    for matching in [Matching::Rounds, Matching::Rolling] {
        let settings = Settings {
            least_people: None,
            matching,
            ..windowed()
        };
        let mut test = opened(settings).await;
        assert_eq!(next(&test).await, "2026-03-23T10:00:00Z");
        let status = test.command("UMIA", "status").await.unwrap().say.unwrap();
        let status = render(&status);
        assert!(
            status.contains("The first match is on Monday, March 23."),
            "{status}"
        );
        let join = test.command(ANA, "join").await.unwrap().modal.unwrap();
        let join = render_view(&join.view());
        let says = "Join until Friday, March 20. The first match is on Monday, March 23.";
        assert!(
            join.contains(&format!("*When is the first match?* {says}")),
            "{join}"
        );
        let help = render(&test.command(ANA, "help").await.unwrap().say.unwrap());
        assert!(help.contains(says), "{help}");
        let early = test.command(OWEN, "round").await.unwrap().say.unwrap();
        insta::allow_duplicates! {
            insta::assert_snapshot!(render(&early), @r#"
            The first match is on Monday, March 23, and people can join until Friday, March 20. So far, 2 people have joined.
            [ Match them now ]
              asks "Match them now?: I look for pairs among everyone who has joined. People who join later are matched in the rounds after it." [ Not yet ]  [ Match them now ]
            "#);
        }
        pass(&mut test, 20).await;
        assert_eq!(made(&test).await, 0, "{matching:?}");
        let join = test.command(ANA, "join").await.unwrap().modal.unwrap();
        let join = render_view(&join.view());
        assert!(
            join.contains("*When is the first match?* The first match"),
            "{join}"
        );
        pass(&mut test, 2).await;
        assert_eq!(made(&test).await, 1, "{matching:?}");
        assert!(program(&test).await.enrollment.over);
        assert_eq!(next(&test).await, "2026-03-30T10:00:00Z");
    }
}

#[tokio::test]
async fn with_too_few_people_owners_choose_and_silence_moves_it_three_times() {
    let mut test = opened(windowed()).await;
    let at_home = home(&test, OWEN).await;
    assert!(
        at_home.contains("2 of at least 3 people have joined"),
        "{at_home}"
    );
    pass(&mut test, 22).await;
    assert_eq!(made(&test).await, 0);
    let asked = test.messages(OWEN).await;
    insta::assert_snapshot!(render(asked.last().unwrap()), @r#"
    The first match was planned for Monday, March 23, and 2 of at least 3 people have joined. What would you like?
    [ Match them now ]  [ One more week ]
      asks "Match them now?: I look for pairs among everyone who has joined. People who join later are matched in the rounds after it." [ Not yet ]  [ Match them now ]
    · Without an answer by Wednesday, March 25, it moves to Monday, March 30. It moves three times at most; then I match everyone who's there. People who wait hear the new day.
    "#);
    let status = render(&test.command("UMIA", "status").await.unwrap().say.unwrap());
    assert!(status.contains("its day is being set"), "{status}");
    assert_eq!(next(&test).await, "2026-03-25T10:00:00Z");
    let (mut days, mut said) = (Vec::new(), Vec::new());
    for _ in 0..40 {
        let since = test.now;
        pass(&mut test, 1).await;
        let sent = test.sent().await.into_iter();
        let new =
            sent.filter(|one| one.at > since && one.text.contains("first match") && !one.unsent);
        said.extend(new.map(|one| format!("{} {:?}: {}", one.at.strftime("%F"), one.to, one.text)));
        test.slack_takes().await;
        let program = program(&test).await;
        days.extend(program.enrollment.moved_to);
    }
    days.dedup();
    assert_eq!(
        days,
        [date(2026, 3, 30), date(2026, 4, 6), date(2026, 4, 13)]
    );
    assert_eq!(made(&test).await, 1, "whoever is there is matched");
    insta::assert_snapshot!(said.join("\n"), @r#"
    2026-03-25 Person(UserId("UMIA")): The first match is now on Monday, March 30. That leaves more colleagues time to join, and you a wider choice of partners. You're in, and there's nothing to do.
    2026-03-25 Person(UserId("USAM")): The first match is now on Monday, March 30. That leaves more colleagues time to join, and you a wider choice of partners. You're in, and there's nothing to do.
    2026-03-30 Person(UserId("UOWEN")): The first match was planned for Monday, March 30, and 2 of at least 3 people have joined. What would you like?
    [ Match them now ]  [ One more week ]
      asks "Match them now?: I look for pairs among everyone who has joined. People who join later are matched in the rounds after it." [ Not yet ]  [ Match them now ]
    · Without an answer by Wednesday, April 1, it moves to Monday, April 6. It moves three times at most; then I match everyone who's there. People who wait hear the new day.
    2026-04-01 Person(UserId("UMIA")): The first match is now on Monday, April 6. That leaves more colleagues time to join, and you a wider choice of partners. You're in, and there's nothing to do.
    2026-04-01 Person(UserId("USAM")): The first match is now on Monday, April 6. That leaves more colleagues time to join, and you a wider choice of partners. You're in, and there's nothing to do.
    2026-04-06 Person(UserId("UOWEN")): The first match was planned for Monday, April 6, and 2 of at least 3 people have joined. What would you like?
    [ Match them now ]  [ One more week ]
      asks "Match them now?: I look for pairs among everyone who has joined. People who join later are matched in the rounds after it." [ Not yet ]  [ Match them now ]
    · Without an answer by Wednesday, April 8, it moves to Monday, April 13. It moves three times at most; then I match everyone who's there. People who wait hear the new day.
    2026-04-08 Person(UserId("UMIA")): The first match is now on Monday, April 13. That leaves more colleagues time to join, and you a wider choice of partners. You're in, and there's nothing to do.
    2026-04-08 Person(UserId("USAM")): The first match is now on Monday, April 13. That leaves more colleagues time to join, and you a wider choice of partners. You're in, and there's nothing to do.
    "#);
    test.everybody_was_left_in_peace(&windowed()).await;
}

#[tokio::test]
async fn an_owner_has_them_matched_now_or_waits_a_week() {
    let mut test = opened(windowed()).await;
    assert!(matches!(
        test.press(ANA, Action::MatchNow).await,
        Err(Error::User(_))
    ));
    pass(&mut test, 22).await;
    let moved = test.press(OWEN, Action::OneMoreWeek).await.unwrap();
    insta::assert_snapshot!(render(&moved.say.unwrap()), @"Done: the first match is on Monday, March 30. Everyone who waits for it hears so.");
    assert_eq!(next(&test).await, "2026-03-30T10:00:00Z");
    let again = test.press(OWEN, Action::OneMoreWeek).await.unwrap();
    insta::assert_snapshot!(render(&again.say.unwrap()), @"The first match is on Monday, March 30.");
    test.press(OWEN, Action::MatchNow).await.unwrap();
    test.run_due().await;
    assert_eq!(made(&test).await, 1);
    assert_eq!(next(&test).await, "2026-03-30T10:00:00Z", "as rounds go on");
    assert!(matches!(
        test.press(OWEN, Action::MatchNow).await,
        Err(Error::User(_))
    ));
}

#[tokio::test]
async fn those_who_join_later_are_enough_on_the_next_day() {
    let mut test = opened(windowed()).await;
    pass(&mut test, 22).await;
    test.takes_part(TOM, junior()).await;
    let card = the_question(&test).await;
    let says = "3 of at least 3 people have joined. What would you like?";
    assert!(card.contains(says), "{card}");
    let then = "Without an answer by Wednesday, March 25, I match everyone who's there.";
    assert!(card.ends_with(then), "{card}");
    pass(&mut test, 2).await;
    assert_eq!(made(&test).await, 1, "when the owners' time is over");
    assert_eq!(program(&test).await.enrollment.moved_to, None);
}

#[tokio::test]
async fn another_day_in_the_settings_is_told_to_those_who_wait() {
    let mut test = opened(windowed()).await;
    let mut tx = test.tx().await;
    let later = Settings {
        first_match: Some(date(2026, 3, 31)),
        ..windowed()
    };
    setup::declared(&mut tx, later).await.unwrap();
    crate::router::happenings(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    pass(&mut test, 1).await;
    assert_eq!(next(&test).await, "2026-03-31T10:00:00Z");
    let told = test.messages("UMIA").await;
    insta::assert_snapshot!(render(told.last().unwrap()), @"The first match is now on Tuesday, March 31. You're in, and there's nothing to do.");
}

#[tokio::test]
async fn a_day_that_was_taken_away_is_told_to_those_who_wait() {
    let mut test = opened(windowed()).await;
    let mut tx = test.tx().await;
    let without = Settings {
        join_until: None,
        first_match: None,
        least_people: None,
        ..windowed()
    };
    setup::declared(&mut tx, without).await.unwrap();
    crate::router::happenings(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    pass(&mut test, 1).await;
    let told = test.messages("UMIA").await;
    let told: Vec<String> = told.iter().map(render).collect();
    let words = "People are now matched without waiting for a first day. Next match: ";
    assert!(told.iter().any(|one| one.starts_with(words)), "{told:?}");
}

/// It is the evening of the first match's day where the second owner is, so the question waits for their morning.
#[tokio::test]
async fn a_question_about_a_day_that_is_another_one_by_now_is_not_asked() {
    const TOKYO: &str = "UTOKYO";
    let owners = vec![OWEN.into(), TOKYO.into()];
    let both = Settings {
        owners,
        ..windowed()
    };
    let mut test = opened(both.clone()).await;
    test.seen(TOKYO, "Asia/Tokyo").await;
    test.pass(DAY * 21 + SignedDuration::from_hours(2)).await;
    let asked = "was planned for";
    assert_eq!(test.count(OWEN, asked).await, 1);
    assert_eq!(test.count(TOKYO, asked).await, 1);
    let mut tx = test.tx().await;
    let later = Settings {
        first_match: Some(date(2026, 4, 13)),
        ..both
    };
    setup::declared(&mut tx, later).await.unwrap();
    crate::router::happenings(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    test.pass(DAY * 3).await;
    let read = test.reached(TOKYO).await;
    assert!(!read.iter().any(|one| one.contains(asked)), "{read:?}");
}
