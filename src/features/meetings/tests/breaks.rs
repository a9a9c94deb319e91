//! Breaks: the months wait and continue, and the messages about that are true.

use super::*;
use crate::store::outbox::{Lane, What};
use crate::testing::months::OWEN;
use crate::testing::people;

/// The last message in the group.
async fn last_word(test: &FeatureTest) -> String {
    render(test.messages("pair/").await.last().unwrap())
}

#[tokio::test]
async fn a_month_that_goes_on_begins_with_a_card_and_is_not_quiet() {
    let (mut test, pair, _) = opened().await;
    test.pass(days(1)).await;
    test.stands(MAX, Standing::Paused).await;
    test.pass(days(16)).await;
    assert_eq!(test.of_kind(Kind::NudgeWeek).await, 0);
    // Friday, March 20.
    test.stands(MAX, Standing::Active).await;
    test.pass(days(5)).await;
    assert_eq!(test.of_kind(Kind::CycleOpens).await, 2);
    let card = test.last_of_kind(Kind::CycleOpens).await;
    assert!(card.starts_with("*Time for your first meeting"), "{card}");
    assert!(card.contains("March 2"), "times to come: {card}");
    // A week later both are asked, and then the month ends.
    test.pass(days(8)).await;
    assert_eq!(test.of_kind(Kind::NudgeWeek).await, 1);
    test.pass(days(42)).await;
    let states: Vec<State> = test.months(pair).await.iter().map(|m| m.state).collect();
    assert_eq!(states, [State::OnBreak, State::Unknown, State::Open]);
    assert_eq!(test.of_kind(Kind::Checkin).await, 0, "one quiet month");
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn what_they_sorted_out_is_asked_afresh() {
    let (mut test, pair, month) = opened().await;
    let cycle = month.id;
    test.press(ANA, Action::SortOut { cycle }).await.unwrap();
    test.stands(MAX, Standing::Paused).await;
    test.pass(days(10)).await;
    test.stands(MAX, Standing::Active).await;
    assert_eq!(test.month(pair).await.state, State::Open);
    test.pass(days(4)).await;
    assert_eq!(test.of_kind(Kind::CycleOpens).await, 2);
}

#[tokio::test]
async fn a_plan_after_the_break_makes_silence_silence_again() {
    let (mut test, pair, month) = opened().await;
    test.stands(MAX, Standing::Paused).await;
    test.pass(days(10)).await;
    test.stands(MAX, Standing::Active).await;
    other_time(&test, &month, date(2026, 3, 24), time(15, 30, 0, 0)).await;
    test.pass(days(30)).await;
    assert_eq!(test.months(pair).await[0].state, State::Unknown);
    assert_eq!(test.of_kind(Kind::CycleOpens).await, 2, "and of month two");
}

#[tokio::test]
async fn a_meeting_during_the_break_is_asked_about_afterwards() {
    let (mut test, pair, month) = planned().await;
    test.stands(MAX, Standing::Paused).await;
    test.pass(days(10)).await;
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 0);
    test.stands(MAX, Standing::Active).await;
    test.pass(days(5)).await;
    assert_eq!(test.of_kind(Kind::DidYouMeet).await, 2);
    said(&test, ANA, &month, MetAnswer::Yes).await;
    assert_eq!(test.month(pair).await.state, State::Held);
}

/// They are asked as if they had met yesterday, however long the break was and whatever became of the month.
#[tokio::test]
async fn a_meeting_before_a_long_break_is_asked_about_when_it_is_over() {
    for weeks in [2, 3, 4, 5, 12] {
        let (mut test, pair, month) = planned().await;
        // It has just begun, on a Friday.
        let begun = month.meets_at.unwrap() + SignedDuration::from_mins(5);
        test.pass(begun.duration_since(test.now)).await;
        test.stands(MAX, Standing::Paused).await;
        test.pass(days(7 * weeks)).await;
        assert_eq!(test.of_kind(Kind::DidYouMeet).await, 0);
        test.stands(MAX, Standing::Active).await;
        test.pass(days(7)).await;
        assert_eq!(test.of_kind(Kind::DidYouMeet).await, 2, "{weeks} weeks");
        said(&test, ANA, &month, MetAnswer::Yes).await;
        assert_eq!(test.months(pair).await[0].state, State::Held, "{weeks}");
        test.everybody_was_left_in_peace(&settings()).await;
    }
}

/// A planned meeting is theirs to keep: coming back late in the month, or after its end, does not cancel it.
#[tokio::test]
async fn a_meeting_to_come_outlives_the_break() {
    for back_on in ["2026-03-30T09:00:00Z", "2026-04-06T09:00:00Z"] {
        let (mut test, pair, month) = opened().await;
        other_time(&test, &month, date(2026, 4, 9), time(15, 30, 0, 0)).await;
        test.stands(MAX, Standing::Paused).await;
        let away = at(back_on).duration_since(test.now);
        test.pass(away).await;
        test.stands(MAX, Standing::Active).await;
        test.pass(days(4)).await;
        assert_eq!(test.months(pair).await.len(), 1, "{back_on}");
        let until = at("2026-04-20T09:00:00Z").duration_since(test.now);
        test.pass(until).await;
        assert_eq!(test.of_kind(Kind::MeetingSoon).await, 1, "{back_on}");
        assert_eq!(test.of_kind(Kind::DidYouMeet).await, 2, "{back_on}");
        let states: Vec<State> = test.months(pair).await.iter().map(|m| m.state).collect();
        assert_eq!(states, [State::Unknown, State::Open], "{back_on}");
    }
}

#[tokio::test]
async fn the_last_word_is_true_however_often_somebody_changes_their_mind() {
    let (test, _, _) = opened().await;
    for _ in 0..2 {
        test.stands(ANA, Standing::Paused).await;
        let word = last_word(&test).await;
        assert!(word.starts_with("<@UANA> is taking a break"), "{word}");
        test.stands(ANA, Standing::Active).await;
        let word = last_word(&test).await;
        assert!(word.starts_with("<@UANA> is back"), "{word}");
    }
    test.stands(ANA, Standing::Paused).await;
    let word = last_word(&test).await;
    assert!(word.starts_with("<@UANA> is taking a break"), "{word}");
    assert_eq!(test.messages("pair/").await.len(), 5);
}

#[tokio::test]
async fn a_break_right_after_the_introduction_delays_the_first_meeting() {
    let mut test = FeatureTest::program(people::settings()).await;
    let pair = test.introduced().await;
    test.pauses("USAM", "open").await;
    assert!(
        last_word(&test)
            .await
            .starts_with("<@USAM> is taking a break")
    );
    for user in ["USAM", "UMIA"] {
        let status = test.command(user, "status").await.unwrap().say.unwrap();
        let status = render(&status);
        assert!(status.contains("*On a break:*"), "{status}");
    }
    test.pass(days(20)).await;
    assert_eq!(
        test.of_kind(Kind::CycleOpens).await,
        1,
        "the one at the introduction"
    );
    test.command("USAM", "resume").await.unwrap();
    assert!(last_word(&test).await.starts_with("<@USAM> is back"));
    test.pass(days(4)).await;
    assert_eq!(test.month(pair).await.number, 1);
    assert_eq!(test.of_kind(Kind::CycleOpens).await, 2);
}

/// Both are away while the last month ends: the message promises no further month.
#[tokio::test]
async fn coming_back_after_the_last_month_promises_no_other() {
    let one_month = crate::domain::program::Settings {
        cycles: 1,
        ..settings()
    };
    let (mut test, pair) = FeatureTest::signed(one_month).await;
    test.pass(days(2)).await;
    test.stands(MAX, Standing::Paused).await;
    test.pass(days(40)).await;
    test.stands(MAX, Standing::Active).await;
    assert_eq!(
        last_word(&test).await,
        "<@UMAX> is back. The last of your months ended in the meantime."
    );
    assert_eq!(test.month(pair).await.state, State::OnBreak);
}

/// Whoever comes back reads the same as their group, by their own word or on the day they named.
#[tokio::test]
async fn whoever_comes_back_reads_what_their_group_reads() {
    for (length, cycles, over) in [(40, 1, true), (10, 1, false), (40, 2, false)] {
        for resumes in [true, false] {
            let some_months = crate::domain::program::Settings {
                cycles,
                ..settings()
            };
            let (mut test, _) = FeatureTest::signed(some_months).await;
            test.pass(days(2)).await;
            let back = local(test.now + days(length), &TimeZone::UTC).date();
            let pause = if resumes {
                "2026-12-01".to_owned()
            } else {
                back.to_string()
            };
            test.command(MAX, &format!("pause until {pause}"))
                .await
                .unwrap();
            test.pass(days(length + i64::from(!resumes))).await;
            let alone = if resumes {
                let said = test.command(MAX, "resume").await.unwrap();
                render(&said.say.unwrap())
            } else {
                test.pass(days(3)).await;
                test.last(MAX, "Your break is over").await.unwrap()
            };
            test.pass(days(4)).await;
            let told = test.messages("pair/").await;
            let group: Vec<String> = told.iter().map(render).collect();
            let group = group.iter().rfind(|text| text.contains("is back")).unwrap();
            let case = format!("{length} {cycles} {resumes}: {alone}\n{group}");
            assert_eq!(group.contains("The last of your months"), over, "{case}");
            let months_over = "Your months with <@UANA> are over, and each of you is asked";
            assert_eq!(alone.contains(months_over), over, "{case}");
            assert_eq!(alone.contains("pick up where"), !over, "{case}");
        }
    }
}

/// Times to pick would only be refused.
#[tokio::test]
async fn cards_offer_no_times_during_a_break() {
    let (mut test, pair, month) = opened().await;
    let card = async |test: &FeatureTest| {
        let mut tx = test.tx().await;
        let card = crate::features::meetings::card(&mut tx, month.id, &Lane::Pair(pair)).await;
        render(&card.unwrap().unwrap())
    };
    test.stands(MAX, Standing::Paused).await;
    let seen = card(&test).await;
    assert!(
        seen.contains("on hold for a break") && !seen.contains("[ "),
        "{seen}"
    );
    test.pass(days(2)).await;
    test.stands(MAX, Standing::Active).await;
    let seen = card(&test).await;
    assert!(seen.contains("this month is still open"), "{seen}");
    for way in ["[ Pick a time ]", "[ Skip this month ]"] {
        assert!(seen.contains(way), "{seen}");
    }
}

#[tokio::test]
async fn a_meeting_that_moved_into_a_break_is_not_planned_yet() {
    let (mut test, _, month) = asked().await;
    test.stands(MAX, Standing::Paused).await;
    test.pass(days(1)).await;
    let card = said(&test, ANA, &month, MetAnswer::Moved).await;
    assert!(
        card.contains("on hold for a break") && !card.contains("[ "),
        "{card}"
    );
}

/// During a break nobody is asked about it, but nothing offers to move what has passed.
#[tokio::test]
async fn the_card_of_a_plan_that_passes_during_a_break_follows() {
    let (mut test, _, month) = opened().await;
    other_time(&test, &month, date(2026, 3, 9), time(15, 30, 0, 0)).await;
    test.stands(MAX, Standing::Paused).await;
    test.pass(days(1)).await;
    other_time(&test, &month, date(2026, 3, 10), time(15, 30, 0, 0)).await;
    let place = &test.pairs().await[0].lanes()[0];
    let mut tx = test.tx().await;
    let card = crate::domain::card::Card::Month(month.id);
    crate::testing::outgoing::card_stands(&mut tx, card, place).await;
    tx.commit().await.unwrap();
    test.slack_takes().await;
    let before = test.queued().await.len();
    test.pass(days(10)).await;
    let queued = test.queued().await;
    let changes = queued[before..].iter();
    let changes =
        changes.filter(|row| matches!(&row.what, What::Card { card: of, .. } if *of == card));
    assert_eq!(changes.count(), 1);
}

/// Whether the group has this in front of it, or on its way.
async fn group_reads(test: &FeatureTest, words: &str) -> usize {
    let queued = test.queued().await.into_iter();
    queued
        .filter(|row| row.lane.starts_with("pair/") && !row.waits && !row.unsent)
        .filter(|row| match &row.what {
            What::Post { message, .. } => render(message).contains(words),
            _ => false,
        })
        .count()
}

/// At nine in Berlin it is night in New York.
#[tokio::test]
async fn the_end_of_a_break_is_read_by_day_and_only_if_it_holds() {
    for again in [false, true] {
        let (mut test, pair, _) = opened().await;
        test.command(ANA, "pause until 2026-03-16").await.unwrap();
        let nine = at("2026-03-16T09:00:00Z").duration_since(test.now);
        test.pass(nine).await;
        assert_eq!(group_reads(&test, "is back").await, 0);
        if again {
            test.command(ANA, "pause until 2026-03-20").await.unwrap();
        }
        test.pass(SignedDuration::from_hours(5)).await;
        assert_eq!(
            group_reads(&test, "is back").await,
            usize::from(!again),
            "in New York's morning"
        );
        test.pass(days(7)).await;
        assert_eq!(group_reads(&test, "is back").await, 1);
        let word = last_word(&test).await;
        assert!(word.contains("is back"), "{word}");
        assert_eq!(test.month(pair).await.state, State::Open);
    }
}

/// The program's break ends at night, when only cards follow; before the morning, somebody's own break begins.
#[tokio::test]
async fn a_break_right_after_the_programs_shows_on_the_months_card() {
    let (mut test, pair, month) = opened().await;
    let until = [("date", Answer::Date(date(2026, 4, 20)))];
    test.submit(OWEN, Form::ProgramBreak, &until).await.unwrap();
    test.pass(days(3)).await;
    test.now = at("2026-03-14T22:00:00Z");
    test.press(OWEN, Action::EndProgramBreak).await.unwrap();
    test.run_due().await;
    let mut tx = test.tx().await;
    let (card, group) = (crate::domain::card::Card::Month(month.id), Lane::Pair(pair));
    crate::testing::outgoing::card_stands(&mut tx, card, &group).await;
    tx.commit().await.unwrap();
    test.slack_takes().await;
    let changes = async |test: &FeatureTest| {
        let queued = test.queued().await.into_iter();
        queued
            .filter(|row| matches!(&row.what, What::Card { card: of, .. } if *of == card))
            .count()
    };
    let before = changes(&test).await;
    test.stands(MAX, Standing::Paused).await;
    assert_eq!(changes(&test).await, before + 1);
}

/// Somebody moves to another time zone while the program's break begins or ends: nobody reads that they are away, or back.
#[tokio::test]
async fn who_moves_is_neither_away_nor_back() {
    let (mut test, _, _) = opened().await;
    let until = [("date", Answer::Date(date(2026, 4, 20)))];
    test.now = at("2026-03-13T22:00:00Z");
    test.submit(OWEN, Form::ProgramBreak, &until).await.unwrap();
    test.run_due().await;
    test.seen(MAX, "America/Chicago").await;
    test.pass(days(10)).await;
    test.now = at("2026-03-27T22:00:00Z");
    test.press(OWEN, Action::EndProgramBreak).await.unwrap();
    test.run_due().await;
    test.seen(MAX, "America/New_York").await;
    test.pass(days(5)).await;
    for words in ["is taking a break", "is back"] {
        assert_eq!(test.count("pair/", words).await, 0, "{words}");
    }
    assert_eq!(
        test.count("pair/", "The whole program takes a break").await,
        1
    );
}

/// A break that ends with the program's is nobody's news.
#[tokio::test]
async fn who_is_back_on_the_programs_day_is_not_named() {
    let (mut test, _, _) = opened().await;
    let until = [("date", Answer::Date(date(2026, 4, 20)))];
    test.submit(OWEN, Form::ProgramBreak, &until).await.unwrap();
    test.pass(days(2)).await;
    test.command(ANA, "pause until 2026-04-20").await.unwrap();
    test.pass(days(60)).await;
    assert_eq!(test.count("pair/", "is back").await, 0);
}

/// Its next month begins after the break, not on its old day.
#[tokio::test]
async fn a_meeting_called_off_during_a_break_names_no_day() {
    let (mut test, _, month) = opened().await;
    other_time(&test, &month, date(2026, 3, 20), time(15, 30, 0, 0)).await;
    test.stands(MAX, Standing::Paused).await;
    test.pass(days(1)).await;
    let form = Form::Skip {
        cycle: month.id,
        plans: None,
    };
    test.submit(ANA, form, &[]).await.unwrap();
    let told = test.last("pair/", "The meeting is off").await;
    assert_eq!(test.count("pair/", "begins around").await, 0, "{told:?}");
}
