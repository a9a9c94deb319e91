//! A break of the program that passes over the first match.

use super::*;
use crate::slack::event::{Answer, Form};
use jiff::civil::Date;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

async fn breaks_until(test: &FeatureTest, day: Date) {
    let until = [("date", Answer::Date(day))];
    let reply = test.submit(OWEN, Form::ProgramBreak, &until).await.unwrap();
    assert_eq!(reply.errors, []);
    test.run_due().await;
}

async fn planned_for(test: &FeatureTest, day: Date) {
    let mut tx = test.tx().await;
    let later = Settings {
        first_match: Some(day),
        ..windowed()
    };
    setup::declared(&mut tx, later).await.unwrap();
    crate::router::happenings(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    test.run_due().await;
}

/// What Mia read of the first match.
async fn heard(test: &FeatureTest) -> Vec<String> {
    // What is in Slack is withdrawn no more.
    test.slack_takes().await;
    let mut heard = test.reached("UMIA").await;
    heard.retain(|one| one.contains("first match"));
    heard
}

#[tokio::test]
async fn owners_who_are_asked_read_a_day_after_it_and_cannot_move_it_meanwhile() {
    let mut test = opened(windowed()).await;
    pass(&mut test, 22).await;
    let form = test.press(OWEN, Action::OpenProgramBreak).await.unwrap();
    let form = render_view(&form.modal.unwrap().view());
    assert!(
        form.contains("Everyone who waits for it reads so in their working hours."),
        "{form}"
    );
    breaks_until(&test, date(2026, 4, 20)).await;
    let card = the_question(&test).await;
    let then = "Without an answer by Monday, April 20, it moves to Monday, April 27.";
    assert!(card.contains(then), "{card}");
    let week = test.press(OWEN, Action::OneMoreWeek).await;
    assert!(
        matches!(week, Err(Error::User(_))),
        "nobody is matched then"
    );
    let of_break = "The whole program takes a break until Monday, April 20, and the first match comes after it. You're in, and there's \
                    nothing to do.";
    assert_eq!(heard(&test).await, [of_break]);
    pass(&mut test, 29).await;
    assert_eq!(
        program(&test).await.enrollment.moved_to,
        Some(date(2026, 4, 27))
    );
    let heard = heard(&test).await;
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert!(
        heard[1].starts_with("The first match is now on Monday, April 27."),
        "{heard:?}"
    );
    test.everybody_was_left_in_peace(&windowed()).await;
}

#[tokio::test]
async fn those_who_wait_hear_of_it_once_at_work_and_again_when_it_moves_or_ends() {
    let mut test = opened(windowed()).await;
    // Friday, 21:00.
    test.pass(DAY * 4 + HOUR * 12).await;
    breaks_until(&test, date(2026, 3, 20)).await;
    pass(&mut test, 4).await;
    assert_eq!(
        heard(&test).await,
        Vec::<String>::new(),
        "it is over by then"
    );
    breaks_until(&test, date(2026, 4, 20)).await;
    assert_eq!(heard(&test).await, Vec::<String>::new(), "at night");
    pass(&mut test, 2).await;
    let of_break = heard(&test).await;
    assert_eq!(of_break.len(), 1, "{of_break:?}");
    assert!(
        of_break[0].contains("until Monday, April 20"),
        "{of_break:?}"
    );
    let status = render(&test.command("UMIA", "status").await.unwrap().say.unwrap());
    assert!(status.contains("lasts until Monday, April 20"), "{status}");
    breaks_until(&test, date(2026, 4, 27)).await;
    pass(&mut test, 2).await;
    let moved = heard(&test).await;
    assert!(
        moved.last().unwrap().contains("until Monday, April 27"),
        "{moved:?}"
    );
    assert_eq!(moved.len(), 2, "{moved:?}");
    test.press(OWEN, Action::EndProgramBreak).await.unwrap();
    pass(&mut test, 2).await;
    let ended = heard(&test).await;
    assert!(
        ended
            .last()
            .unwrap()
            .starts_with("The first match is now on Monday, March 23."),
        "{ended:?}"
    );
    assert_eq!(ended.len(), 3, "{ended:?}");
    test.everybody_was_left_in_peace(&windowed()).await;
}

#[tokio::test]
async fn nobody_reads_after_it_of_a_day_before() {
    let mut test = opened(windowed()).await;
    test.pass(DAY * 4 + HOUR * 12).await;
    planned_for(&test, date(2026, 3, 30)).await;
    breaks_until(&test, date(2026, 4, 20)).await;
    // Another day after the break is told at its end, as it is then.
    pass(&mut test, 7).await;
    let of_break = heard(&test).await;
    assert_eq!(of_break.len(), 1, "{of_break:?}");
    assert!(
        of_break[0].contains("until Monday, April 20"),
        "{of_break:?}"
    );
    for day in [date(2026, 5, 4), date(2026, 5, 11)] {
        planned_for(&test, day).await;
    }
    pass(&mut test, 40).await;
    // What she read first is no longer kept.
    let heard = heard(&test).await;
    assert_eq!(heard.len(), 1, "{heard:?}");
    let now = "The first match is now on Monday, May 11.";
    assert!(heard[0].starts_with(now), "{heard:?}");
    test.everybody_was_left_in_peace(&windowed()).await;
}

/// The break ends in the very moment of the first match, or of a round: it is over first.
#[tokio::test]
async fn what_is_due_as_the_break_ends_is_not_lost() {
    for first_match in [Some(date(2026, 3, 23)), None] {
        let at_nine = Settings {
            join_until: None,
            first_match,
            least_people: first_match.map(|_| 2),
            round_schedule: "0 0 9 * * Mon".into(),
            ..windowed()
        };
        let mut test = opened(at_nine.clone()).await;
        breaks_until(&test, date(2026, 3, 23)).await;
        pass(&mut test, 20).await;
        assert_eq!(made(&test).await, 0, "{first_match:?}");
        pass(&mut test, 2).await;
        assert_eq!(made(&test).await, 1, "{first_match:?}");
        test.everybody_was_left_in_peace(&at_nine).await;
    }
}

/// The program moves west during the break: nothing begins at its old hour.
#[tokio::test]
async fn the_break_ends_in_the_morning_of_the_new_zone() {
    let mut test = opened(windowed()).await;
    breaks_until(&test, date(2026, 4, 20)).await;
    let west = Settings {
        time_zone: "America/Los_Angeles".into(),
        ..windowed()
    };
    let mut tx = test.tx().await;
    setup::declared(&mut tx, west).await.unwrap();
    crate::router::happenings(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    test.run_due().await;
    let until = program(&test).await.break_until.unwrap();
    assert_eq!(until.to_string(), "2026-04-20T16:00:00Z");
    pass(&mut test, 51).await;
    assert_eq!(program(&test).await.break_until, None);
}
