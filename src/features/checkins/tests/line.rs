//! Who is in line for another partner once a pair is over: whoever asked for it, and nobody else.

use super::private::at_the_closing;
use super::*;

/// Both have long had room for a further partner, and wait for one.
async fn both_wait(test: &FeatureTest) {
    let mut tx = test.tx().await;
    for user in [ANA, MAX] {
        participants::wants_partner(&mut tx, &user.into())
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn whoever_finishes_is_in_line_for_nobody() {
    let (test, pair) = at_the_closing().await;
    both_wait(&test).await;
    let said = choose(&test, pair, ANA, NextStep::Finish).await;
    assert!(said.contains("I won't look for another partner"), "{said}");
    assert!(!test.waits(ANA).await);
    choose(&test, pair, MAX, NextStep::Rematch).await;
    assert_eq!(state(&test, pair).await.state, pair::State::Closed);
    assert!(!test.waits(ANA).await);
    assert!(test.waits(MAX).await);
}

/// She finishes, and asks for another partner after all, before or while the pair ends: what was said last holds.
#[tokio::test]
async fn whoever_asks_for_another_after_finishing_is_in_line() {
    for with_the_form in [true, false] {
        let (mut test, pair) = at_the_closing().await;
        choose(&test, pair, ANA, NextStep::Finish).await;
        if with_the_form {
            let again = [("again", Answer::Many(vec!["yes".into()]))];
            test.submit(ANA, Form::End { pair }, &again).await.unwrap();
        } else {
            let mut tx = test.tx().await;
            participants::wants_partner(&mut tx, &ANA.into())
                .await
                .unwrap();
            tx.commit().await.unwrap();
            test.pass(days(20)).await;
        }
        assert_eq!(state(&test, pair).await.state, pair::State::Closed);
        assert!(test.waits(ANA).await, "{with_the_form}");
    }
}

/// Whether the partner's break has a date does not show on Home or in the status.
#[tokio::test]
async fn room_for_another_partner_tells_nothing_of_a_break() {
    let (mut test, _) = FeatureTest::signed(settings()).await;
    test.pass(days(2)).await;
    let mut tx = test.tx().await;
    participants::set_waiting(&mut tx, &MAX.into(), None)
        .await
        .unwrap();
    let me = participants::find(&mut tx, &MAX.into()).await.unwrap();
    let mut profile = me.unwrap().profile;
    (profile.mentor_capacity, profile.mentee_capacity) = (1, 0);
    participants::set_profile(&mut tx, &MAX.into(), &profile)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let until = (test.now + days(20)).to_zoned(jiff::tz::TimeZone::UTC);
    let mut seen = Vec::new();
    for open in [false, true] {
        if open {
            test.pauses(ANA, "open").await;
        } else {
            let until = format!("pause until {}", until.date());
            test.command(ANA, &until).await.unwrap();
        }
        let status = test.command(MAX, "status").await.unwrap();
        seen.push(render(status.say.as_ref().unwrap()));
    }
    assert_eq!(seen[0], seen[1]);
    assert!(!seen[0].contains("room for another"), "{}", seen[0]);
}

/// The box is ticked for somebody who waits anyway; unticked, it means no.
#[tokio::test]
async fn whoever_unticks_it_at_the_end_is_in_line_no_longer_and_the_partner_reads_that_they_are() {
    let (mut test, pair) = FeatureTest::signed(settings()).await;
    test.pass(days(2)).await;
    both_wait(&test).await;
    let form = test.press(ANA, Action::OpenEnd { pair }).await.unwrap();
    let form = modal(&form);
    assert!(form.contains("[x] Look for a new partner"), "{form}");
    test.submit(ANA, Form::End { pair }, &[]).await.unwrap();
    assert!(!test.waits(ANA).await);
    test.pass(days(3)).await;
    assert_eq!(
        test.count(MAX, "you're in line, and there's nothing you need to do")
            .await,
        1
    );
    assert_eq!(test.count(MAX, "Would you like to be in").await, 0);
    assert!(test.waits(MAX).await);
}

/// He has as many partners as he asked for, apart from this pair: nothing is promised that cannot come.
#[tokio::test]
async fn another_partner_is_promised_to_nobody_without_room() {
    let (test, pair) = at_the_closing().await;
    let mut tx = test.tx().await;
    participants::set_waiting(&mut tx, &MAX.into(), None)
        .await
        .unwrap();
    let mut profile = participants::find(&mut tx, &MAX.into())
        .await
        .unwrap()
        .unwrap()
        .profile;
    (profile.mentor_capacity, profile.mentee_capacity) = (0, 0);
    participants::set_profile(&mut tx, &MAX.into(), &profile)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let noted = choose(&test, pair, MAX, NextStep::Rematch).await;
    assert!(
        noted.contains("still have as many as you asked for"),
        "{noted}"
    );
    let form = test.press(MAX, Action::OpenEnd { pair }).await.unwrap();
    assert!(!modal(&form).contains("another partner"));
    choose(&test, pair, ANA, NextStep::Finish).await;
    assert!(!test.waits(MAX).await);
}

/// The closing of the first term was answered: at the end of the second, its card refuses nobody.
#[tokio::test]
async fn the_card_of_an_earlier_closing_turns_into_no_refusal() {
    let (mut test, pair) = at_the_closing().await;
    let first = of(&test, pair, ANA, About::Closing).await.id;
    for user in [ANA, MAX] {
        choose(&test, pair, user, NextStep::Continue).await;
    }
    test.pass(days(3)).await;
    test.submit(ANA, Form::End { pair }, &[]).await.unwrap();
    let mut tx = test.tx().await;
    let card = crate::features::checkins::card(&mut tx, first).await;
    let card = render(&card.unwrap().unwrap());
    assert!(card.contains("has come to an end"), "{card}");
    assert!(!card.contains("Thank you for wanting"), "{card}");
}

/// Both have just chosen to go on when their cohort ends: they have another month, and are asked after it.
#[tokio::test]
async fn a_cohort_that_ends_between_two_terms_asks_after_the_next_month() {
    let (mut test, pair) = at_the_closing().await;
    for user in [ANA, MAX] {
        choose(&test, pair, user, NextStep::Continue).await;
    }
    test.submit(OWEN, Form::EndCohort, &[]).await.unwrap();
    test.pass(days(1)).await;
    assert_eq!(state(&test, pair).await.state, pair::State::Active);
    test.pass(days(10)).await;
    assert_eq!(test.months(pair).await.len(), 2);
    assert_eq!(state(&test, pair).await.cycles, 2);
    for _ in 0..50 {
        test.pass(days(1)).await;
    }
    assert_eq!(of(&test, pair, MAX, About::Closing).await.number, 2);
    test.everybody_was_left_in_peace(&settings()).await;
}
