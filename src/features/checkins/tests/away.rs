//! Breaks: nobody waits for a partner without knowing how things stand.

use super::private::at_the_closing;
use super::*;
use crate::domain::happening::Happening;
use crate::domain::overview::Care;
use crate::store::outbox::What;
use crate::store::{candidates, rounds};

/// How often somebody, or the group (`pair/`), has this in front of them, or on its way.
async fn reads(test: &FeatureTest, lane: &str, words: &str) -> usize {
    let queued = test.queued().await;
    let theirs = queued
        .iter()
        .filter(|row| row.lane.starts_with(lane) && !row.waits);
    theirs
        .filter(|row| match &row.what {
            What::Post { message, .. } => render(message).contains(words),
            _ => false,
        })
        .count()
}

async fn group_says(test: &FeatureTest, words: &str) -> bool {
    reads(test, "pair/", words).await > 0
}

/// The group's thank-you waits for the break's end, which may never come.
#[tokio::test]
async fn whoever_is_there_reads_that_the_pair_is_complete_though_the_partner_is_away() {
    for (ana, max) in [
        (None, Some(NextStep::Finish)),
        (None, Some(NextStep::Rematch)),
        (Some(NextStep::Continue), None),
        (Some(NextStep::Finish), Some(NextStep::Continue)),
    ] {
        let (mut test, pair) = at_the_closing().await;
        if let Some(max) = max {
            choose(&test, pair, MAX, max).await;
        }
        test.stands(MAX, Standing::Paused).await;
        let told = if ana == Some(NextStep::Continue) {
            "Thank you for wanting to keep going"
        } else {
            "Your pair with <@UMAX> has come to an end"
        };
        let mut read_at_once = 0;
        if let Some(ana) = ana {
            let reply = choose(&test, pair, ANA, ana).await;
            read_at_once = usize::from(max.is_some() && reply.contains(told));
        }
        test.pass(days(100)).await;
        assert_eq!(state(&test, pair).await.state, pair::State::Closed);
        let read = reads(&test, ANA, told).await + read_at_once;
        assert_eq!(read, 1, "{ana:?} {max:?}");
        let his = async |test: &FeatureTest| {
            reads(test, MAX, "has come to an end").await
                + reads(test, MAX, "for wanting to keep going").await
        };
        let before = his(&test).await;
        assert!(!group_says(&test, "A thank-you to keep").await);
        test.stands(MAX, Standing::Active).await;
        test.pass(days(5)).await;
        assert_eq!((before, his(&test).await), (0, 1), "{ana:?} {max:?}");
        assert!(group_says(&test, "A thank-you to keep").await);
        test.everybody_was_left_in_peace(&settings()).await;
    }
}

/// Nobody is away: the group's thank-you is enough.
#[tokio::test]
async fn two_who_are_there_read_of_the_end_in_their_group_alone() {
    let (mut test, pair) = at_the_closing().await;
    choose(&test, pair, MAX, NextStep::Finish).await;
    test.pass(days(20)).await;
    assert!(group_says(&test, "A thank-you to keep").await);
    for user in [ANA, MAX] {
        assert_eq!(test.count(user, "has come to an end").await, 0);
    }
}

/// Ana is away without a date, and Max takes a short break of his own in between.
#[tokio::test]
async fn whoever_was_on_a_break_themselves_reads_that_they_need_not_wait() {
    for weeks in [1, 4, 13] {
        let (mut test, _) = FeatureTest::signed(settings()).await;
        test.pass(days(2)).await;
        test.pauses(ANA, "open").await;
        test.pass(days(40)).await;
        let back = test.now + days(7 * weeks);
        let back = back.to_zoned(jiff::tz::TimeZone::UTC).date();
        test.command(MAX, &format!("pause until {back}"))
            .await
            .unwrap();
        test.pass(days(7 * weeks - 1)).await;
        assert_eq!(test.count(MAX, "still on a break").await, 0);
        test.pass(days(50)).await;
        assert_eq!(test.count(MAX, "still on a break").await, 1, "{weeks}");
        test.everybody_was_left_in_peace(&settings()).await;
    }
}

/// Ana is away without a date, and Max for some weeks: the note that he need not wait comes when he is back.
async fn both_away() -> (FeatureTest, PairId) {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.pass(days(2)).await;
    test.pauses(ANA, "open").await;
    test.command(MAX, "pause until 2026-04-24").await.unwrap();
    test.happens(Happening::AwayForLong(ANA.into())).await;
    (test, pair)
}

/// A date says nothing to the partner: he reads the same words as without one, and no card says that she is back.
#[tokio::test]
async fn a_date_that_was_set_meanwhile_is_hers_to_tell() {
    let (mut test, pair) = both_away().await;
    test.pass(days(1)).await;
    test.command(ANA, "pause until 2026-06-30").await.unwrap();
    test.pass(days(60)).await;
    assert_eq!(test.count(MAX, "still on a break").await, 1);
    test.command(ANA, "pause until 2026-07-15").await.unwrap();
    let note = of(&test, pair, MAX, About::PartnerAway).await.id;
    let mut tx = test.tx().await;
    let card = crate::features::checkins::card(&mut tx, note).await;
    assert_eq!(card.unwrap(), None, "it does not say that she is back");
}

/// Nobody looks for another partner for the days until the first one is back.
#[tokio::test]
async fn a_partner_who_is_back_within_days_is_waited_for() {
    let (mut test, _) = both_away().await;
    test.pass(days(45)).await;
    test.command(ANA, "pause until 2026-05-05").await.unwrap();
    test.pass(days(60)).await;
    assert_eq!(test.count(MAX, "still on a break").await, 0);
}

/// Both choose to go on during a break: their months begin after it, and the group reads that once.
#[tokio::test]
async fn going_on_during_a_break_promises_no_month_in_the_next_days() {
    let (test, pair) = at_the_closing().await;
    choose(&test, pair, MAX, NextStep::Continue).await;
    test.stands(MAX, Standing::Paused).await;
    choose(&test, pair, ANA, NextStep::Continue).await;
    assert!(group_says(&test, "You both chose to keep going").await);
    assert!(group_says(&test, "your months continue when it's over").await);
    assert!(!group_says(&test, "next few days").await);
}

/// Two weeks are what a card promises only where they are.
#[tokio::test]
async fn the_closing_says_that_a_break_makes_the_time_to_choose_longer() {
    let (test, pair) = at_the_closing().await;
    let asked = test.last_of_kind(Kind::Checkin).await;
    assert!(asked.contains("A break makes that longer"), "{asked}");
    for next in [NextStep::Rematch, NextStep::Finish] {
        let chosen = choose(&test, pair, ANA, next).await;
        assert!(chosen.contains("A break makes that longer"), "{chosen}");
    }
}

/// She sets a date after he has read that he need not wait: what he was promised holds, and nothing tells him of her date.
#[tokio::test]
async fn a_date_of_hers_takes_back_no_place_that_was_promised() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.pass(days(2)).await;
    test.pauses(ANA, "open").await;
    test.pass(days(50)).await;
    assert_eq!(test.count(MAX, "still on a break").await, 1);
    let taken = async |test: &FeatureTest| {
        let mut tx = test.tx().await;
        let places = candidates::places(&mut tx, &MAX.into()).await.unwrap();
        places.mentoring
    };
    assert_eq!(taken(&test).await, 0);
    let until = (test.now + days(90)).to_zoned(jiff::tz::TimeZone::UTC);
    let until = format!("pause until {}", until.date());
    test.command(ANA, &until).await.unwrap();
    assert_eq!(taken(&test).await, 0);
    let said = test.press(MAX, Action::FindPartner).await.unwrap();
    let said = said.say.map(|said| said.text).unwrap_or_default();
    assert!(!said.contains("as many partners"), "{said}");
    let mut tx = test.tx().await;
    let (program, rolling) = (settings(), rounds::Origin::Rolling);
    let pool = candidates::waiting(&mut tx, &program, rolling, 1).await;
    let people = pool.unwrap().people;
    let max = people.iter().find(|one| one.id == MAX.into()).unwrap();
    assert_eq!(max.mentoring, 0, "both ways of counting agree");
    drop(tx);
    // She is back: the pair goes on, and takes up its place.
    test.command(ANA, "resume").await.unwrap();
    assert_eq!(taken(&test).await, 1);
    assert_eq!(state(&test, pair).await.state, pair::State::Active);
}

/// A break without an end in sight: whoever waits reads every twelve weeks that they need not.
#[tokio::test]
async fn whoever_need_not_wait_reads_so_again_after_a_long_time() {
    let (mut test, _) = FeatureTest::signed(settings()).await;
    test.pass(days(2)).await;
    test.pauses(ANA, "open").await;
    for (pass, told) in [(50, 1), (70, 1), (15, 2), (75, 2), (15, 3)] {
        test.pass(days(pass)).await;
        assert_eq!(test.count(MAX, "still on a break").await, told, "{pass}");
    }
    test.command(ANA, "resume").await.unwrap();
    test.pass(days(100)).await;
    assert_eq!(test.count(MAX, "still on a break").await, 3);
    test.everybody_was_left_in_peace(&settings()).await;
}

/// A break of many weeks keeps nobody waiting without a word, whether it has a date or not; the words are the same.
#[tokio::test]
async fn the_partner_of_a_long_break_with_a_date_reads_that_they_need_not_wait() {
    for (weeks, told) in [(5, 0), (7, 0), (12, 1), (40, 1)] {
        let (mut test, _) = FeatureTest::signed(settings()).await;
        test.pass(days(2)).await;
        let until = (test.now + days(7 * weeks)).to_zoned(jiff::tz::TimeZone::UTC);
        let until = format!("pause until {}", until.date());
        test.command(ANA, &until).await.unwrap();
        test.pass(days(40)).await;
        assert_eq!(test.count(MAX, "still on a break").await, 0);
        test.pass(days(7 * weeks - 41)).await;
        assert_eq!(test.count(MAX, "still on a break").await, told, "{weeks}");
        test.everybody_was_left_in_peace(&settings()).await;
    }
}

/// A break that ends within the fortnight takes nothing of the time to choose.
#[tokio::test]
async fn time_to_choose_is_two_weeks_from_the_end_of_a_break() {
    let (mut test, pair) = at_the_closing().await;
    choose(&test, pair, MAX, NextStep::Continue).await;
    test.stands(ANA, Standing::Paused).await;
    test.pass(days(12)).await;
    test.command(ANA, "resume").await.unwrap();
    test.pass(days(10)).await;
    assert_eq!(state(&test, pair).await.state, pair::State::Closing);
    choose(&test, pair, ANA, NextStep::Continue).await;
    assert_eq!(state(&test, pair).await.state, pair::State::Active);
}

/// The whole program rests for most of the fortnight.
#[tokio::test]
async fn a_break_of_the_program_takes_nothing_of_the_time_to_choose() {
    let (mut test, pair) = at_the_closing().await;
    let until = (test.now + days(12))
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    let until = [("date", Answer::Date(until))];
    test.submit(OWEN, Form::ProgramBreak, &until).await.unwrap();
    test.pass(days(22)).await;
    assert_eq!(state(&test, pair).await.state, pair::State::Closing);
    test.pass(days(10)).await;
    assert_eq!(state(&test, pair).await.state, pair::State::Closed);
}

/// An owner is told where nobody would be asked, and may ask later.
#[tokio::test]
async fn nobody_is_asked_how_it_goes_during_a_break_and_owners_read_so() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.pass(days(2)).await;
    test.pauses(ANA, "open").await;
    let asked = test
        .submit(
            OWEN,
            Form::Care {
                pair,
                care: Care::Ask,
            },
            &[],
        )
        .await;
    let said = asked.unwrap_err().to_string();
    assert!(said.contains("on a break"), "{said}");
    test.command(ANA, "resume").await.unwrap();
    test.submit(
        OWEN,
        Form::Care {
            pair,
            care: Care::Ask,
        },
        &[],
    )
    .await
    .unwrap();
    let again = test
        .submit(
            OWEN,
            Form::Care {
                pair,
                care: Care::Ask,
            },
            &[],
        )
        .await;
    assert!(again.unwrap_err().to_string().contains("this month"));
    // A long break comes between, and the question waits for its end.
    test.pauses(ANA, "open").await;
    test.stands(MAX, Standing::Paused).await;
    test.pass(days(20)).await;
    assert_eq!(test.count(ANA, "How is it going").await, 0);
    test.command(ANA, "resume").await.unwrap();
    test.stands(MAX, Standing::Active).await;
    test.pass(days(5)).await;
    assert_eq!(test.count(ANA, "How is it going").await, 1);
}

/// She is back, and takes another break: that is news of its own, and what was said of the first one stays true.
#[tokio::test]
async fn a_second_long_break_is_told_as_the_first_one_was() {
    let (mut test, _) = FeatureTest::signed(settings()).await;
    test.pass(days(2)).await;
    for told in 1..=2 {
        test.pauses(ANA, "open").await;
        test.pass(days(50)).await;
        assert_eq!(test.count(MAX, "still on a break").await, told);
        test.command(ANA, "resume").await.unwrap();
    }
    test.everybody_was_left_in_peace(&settings()).await;
}

/// A break that was to be long ends early: whoever is back has a fortnight, and their partner waits no longer than that.
#[tokio::test]
async fn a_break_that_ends_early_keeps_nobody_waiting_for_its_old_end() {
    let (mut test, pair) = at_the_closing().await;
    choose(&test, pair, MAX, NextStep::Rematch).await;
    let until = [("date", Answer::Date(jiff::civil::date(2026, 8, 3)))];
    test.submit(OWEN, Form::ProgramBreak, &until).await.unwrap();
    test.pass(days(20)).await;
    test.press(OWEN, Action::EndProgramBreak).await.unwrap();
    test.pass(days(13)).await;
    assert_eq!(state(&test, pair).await.state, pair::State::Closing);
    test.pass(days(5)).await;
    assert_eq!(state(&test, pair).await.state, pair::State::Closed);
}

/// A break whose end moves is one break: its partner reads after six weeks of it.
#[tokio::test]
async fn a_break_that_is_made_longer_again_and_again_is_told_after_six_weeks() {
    let (mut test, _) = FeatureTest::signed(settings()).await;
    test.pass(days(2)).await;
    for _ in 0..5 {
        test.command(ANA, "pause 3 weeks").await.unwrap();
        test.pass(days(13)).await;
    }
    assert_eq!(test.count(MAX, "still on a break").await, 1);
    test.everybody_was_left_in_peace(&settings()).await;
}

/// Somebody who is away at the closing goes on with their partner, and stays away: the partner need not wait for ever.
#[tokio::test]
async fn a_break_from_before_they_went_on_is_told_after_six_weeks_of_it() {
    let (mut test, pair) = at_the_closing().await;
    test.pauses(ANA, "open").await;
    for user in [ANA, MAX] {
        choose(&test, pair, user, NextStep::Continue).await;
    }
    test.pass(days(50)).await;
    assert_eq!(test.count(MAX, "still on a break").await, 1);
}

/// A few days that become an open end: six weeks are counted from the first of them.
#[tokio::test]
async fn a_break_that_loses_its_end_is_told_after_six_weeks_of_it() {
    let (mut test, _) = FeatureTest::signed(settings()).await;
    test.pass(days(2)).await;
    test.command(ANA, "pause 5 weeks").await.unwrap();
    test.pass(days(33)).await;
    test.pauses(ANA, "open").await;
    test.pass(days(14)).await;
    assert_eq!(test.count(MAX, "still on a break").await, 1);
}

/// The same where it loses its end after the six weeks: with the old end near, nobody had been told.
#[tokio::test]
async fn a_break_that_loses_its_end_late_is_told_then() {
    let (mut test, _) = FeatureTest::signed(settings()).await;
    test.pass(days(2)).await;
    test.command(ANA, "pause 7 weeks").await.unwrap();
    test.pass(days(45)).await;
    assert_eq!(test.count(MAX, "still on a break").await, 0);
    test.pauses(ANA, "open").await;
    test.pass(days(4)).await;
    assert_eq!(test.count(MAX, "still on a break").await, 1);
}
