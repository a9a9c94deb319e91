//! People without a partner: when they are told, and how.

use super::{approve, proposed};
use crate::domain::happening::Happening;
use crate::domain::ids::RoundId;
use crate::domain::matching::Binding;
use crate::domain::participant::{Profile, Standing};
use crate::domain::workday::DayHours;
use crate::store::{nudged, pairs, rounds};
use crate::testing::feature_test::FeatureTest;
use crate::testing::people::{junior, mentor, senior, settings};
use jiff::SignedDuration;

#[tokio::test]
async fn those_left_over_hear_kindly_and_not_again_within_the_month() {
    let mut test = FeatureTest::program(settings()).await;
    test.takes_part("UMAX", mentor(&["Design"], &[])).await;
    let round = proposed(&test).await;
    assert!(
        test.messages("UMAX").await.is_empty(),
        "nothing before it is approved"
    );
    approve(&test, round).await;
    let note = test.last("UMAX", "didn't find").await.unwrap();
    insta::assert_snapshot!(note, @"
    I've just matched people, and I didn't find you a partner this time. Nobody's topics were close enough to yours this time, and a poor match is worse than waiting. Adding a topic or two may help. You keep your place for the next match. Next match: <!date^1772445600^{date_long_pretty} at {time}|Monday, March 2 at 10:00 AM (UTC)>.
    [ Look at my profile ]
    · Only you can see this.
    ");
    test.takes_part("UMEG", senior()).await;
    for (days, told) in [(7, 1), (7, 1), (21, 2)] {
        test.pass(SignedDuration::from_hours(24 * days)).await;
        test.command("UANA", "round").await.unwrap();
        test.run_due().await;
        let mut tx = test.tx().await;
        let open = rounds::proposed(&mut tx).await.unwrap();
        tx.rollback().await;
        for round in open {
            approve(&test, round.id).await;
        }
        assert_eq!(
            test.count("UMAX", "didn't find").await,
            told,
            "after {days} days"
        );
    }
}

/// The news waits for working hours, over a weekend too, and then goes only to people who still wait.
#[tokio::test]
async fn those_left_over_hear_in_their_own_working_hours() {
    let mut test = FeatureTest::program(settings()).await;
    test.takes_part("UMAX", mentor(&["Design"], &[])).await;
    test.takes_part("UKIM", mentor(&["Design"], &[])).await;
    test.takes_part("ULEA", mentor(&["Design"], &[])).await;
    // 9:00 in London is 4:00 in New York and 22:00 in Auckland.
    test.seen("UMAX", "Europe/London").await;
    test.seen("UKIM", "America/New_York").await;
    test.seen("ULEA", "Pacific/Auckland").await;
    let round = proposed(&test).await;
    approve(&test, round).await;
    let told = async |test: &FeatureTest| {
        let mut told = Vec::new();
        for user in ["UMAX", "UKIM", "ULEA"] {
            told.push(test.count(user, "didn't find").await);
        }
        told
    };
    assert_eq!(told(&test).await, [1, 0, 0]);
    test.pass(SignedDuration::from_mins(4 * 60 + 59)).await;
    assert_eq!(told(&test).await, [1, 0, 0]);
    test.pass(SignedDuration::from_mins(1)).await;
    assert_eq!(told(&test).await, [1, 1, 0]);
    // A person who leaves before their morning is not told.
    test.standing("ULEA", Standing::Left).await;
    test.pass(SignedDuration::from_hours(24)).await;
    assert_eq!(told(&test).await, [1, 1, 0]);
}

/// They work in one zone, at hours that hardly meet.
#[tokio::test]
async fn those_whose_hours_dont_meet_hear_what_they_can_check() {
    let mut test = FeatureTest::program(settings()).await;
    let at_work = |hours: [u16; 2], profile: Profile| Profile {
        hours: DayHours::new(hours[0] * 60, hours[1] * 60),
        ..profile
    };
    test.takes_part("UMIA", at_work([6, 14], junior())).await;
    test.takes_part("USAM", at_work([13, 21], senior())).await;
    test.command("UANA", "round").await.unwrap();
    test.run_due().await;
    let why = "Nobody who would fit shares two working hours a day with you this time. Please check that Slack has your time zone \
               right, and your working hours in `/reverse-mentor profile`.";
    assert_eq!(test.count("UMIA", why).await, 1);
    let noon = SignedDuration::from_hours(3);
    test.pass(noon).await;
    assert_eq!(test.messages("USAM").await.len(), 0);
    test.pass(SignedDuration::from_hours(1)).await;
    assert_eq!(test.count("USAM", why).await, 1);
}

#[tokio::test]
async fn a_round_decided_on_friday_evening_is_told_on_monday() {
    let mut test = FeatureTest::program(settings()).await;
    test.takes_part("UMAX", mentor(&["Design"], &[])).await;
    let round = proposed(&test).await;
    test.pass(SignedDuration::from_hours(4 * 24 + 9)).await;
    approve(&test, round).await;
    test.pass(SignedDuration::from_hours(2 * 24)).await;
    assert_eq!(test.count("UMAX", "didn't find").await, 0);
    test.pass(SignedDuration::from_hours(15)).await;
    assert_eq!(test.count("UMAX", "didn't find").await, 1);
}

/// A round that found nobody for `UMAX`, with the reason.
async fn left_over(test: &FeatureTest, why: Binding) {
    let mut tx = test.tx().await;
    let round = RoundId(tx.new_id());
    let (origin, state) = (rounds::Origin::Scheduled, rounds::State::Empty);
    rounds::conclude(&mut tx, round, origin, state, None, 0)
        .await
        .unwrap();
    rounds::add_unmatched(&mut tx, round, &"UMAX".into(), &why)
        .await
        .unwrap();
    tx.happens(Happening::RoundApproved(round));
    crate::router::happenings(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    test.run_due().await;
}

#[tokio::test]
async fn of_two_rounds_over_a_weekend_the_later_is_told() {
    let mut test = FeatureTest::program(settings()).await;
    test.takes_part("UMAX", junior()).await;
    test.pass(SignedDuration::from_hours(5 * 24)).await;
    left_over(&test, Binding::NoSharedLanguage).await;
    left_over(&test, Binding::TopicsTooFar).await;
    test.pass(SignedDuration::from_hours(3 * 24)).await;
    assert_eq!(test.count("UMAX", "didn't find").await, 1);
    assert_eq!(test.count("UMAX", "topics were close enough").await, 1);
}

/// A person set aside after nobody had been free would notice if the same words came again.
#[tokio::test]
async fn the_same_words_are_not_said_twice_whatever_is_behind_them() {
    for both in [
        [Binding::NobodyFree, Binding::SetAside],
        [Binding::SetAside, Binding::NobodyFree],
    ] {
        let mut test = FeatureTest::program(settings()).await;
        test.takes_part("UMAX", junior()).await;
        for why in both {
            left_over(&test, why).await;
            test.pass(SignedDuration::from_hours(7 * 24)).await;
        }
        assert_eq!(test.count("UMAX", "didn't find").await, 1);
    }
}

/// Their day may already have its one nudge, and Slack may be down.
#[tokio::test]
async fn the_news_takes_the_one_place_of_a_day_and_waits_for_it() {
    let mut test = FeatureTest::program(settings()).await;
    test.takes_part("UMAX", junior()).await;
    let mut tx = test.tx().await;
    let today = jiff::civil::date(2026, 3, 2);
    nudged::note(&mut tx, &"UMAX".into(), today).await.unwrap();
    tx.commit().await.unwrap();
    left_over(&test, Binding::TopicsTooFar).await;
    test.pass(SignedDuration::from_hours(20)).await;
    assert_eq!(test.count("UMAX", "didn't find").await, 0);
    test.pass_without_slack(18).await;
    let told = async |test: &FeatureTest| test.count("UMAX", "didn't find").await;
    assert_eq!(told(&test).await, 1, "tried on Tuesday");
    test.pass(SignedDuration::from_hours(24)).await;
    assert_eq!(told(&test).await, 2, "tried again on Wednesday");
    test.pass(SignedDuration::from_hours(24)).await;
    assert_eq!(told(&test).await, 2, "and not again");
    let mut tx = test.tx().await;
    let wednesday = jiff::civil::date(2026, 3, 4);
    let taken = nudged::on(&mut tx, &"UMAX".into(), wednesday).await;
    assert!(taken.unwrap());
}

/// A person with a partner is told at most once in ninety days that there is no further one, for any reason.
#[tokio::test]
async fn whoever_has_a_partner_is_told_once_that_there_is_no_other() {
    let mut test = FeatureTest::program(settings()).await;
    let two = crate::domain::participant::Profile {
        mentor_capacity: 2,
        ..junior()
    };
    test.takes_part("UMAX", two).await;
    test.takes_part("UANN", senior()).await;
    let mut tx = test.tx().await;
    let both = (&"UMAX".into(), &"UANN".into());
    pairs::create(&mut tx, RoundId(1), both, &[], 6)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let reasons = [
        Binding::TopicsTooFar,
        Binding::NobodyFree,
        Binding::NoSharedLanguage,
        Binding::TopicsTooFar,
    ];
    for (why, told) in reasons.into_iter().zip([1; 4]) {
        left_over(&test, why).await;
        assert_eq!(test.count("UMAX", "room for another").await, told);
        test.pass(SignedDuration::from_hours(31 * 24)).await;
    }
}

/// Where no owner ever decides, each round replaces the last one.
#[tokio::test]
async fn whoever_is_left_over_hears_so_although_no_owner_decides() {
    let mut test = FeatureTest::program(settings()).await;
    test.takes_part("UMIA", junior()).await;
    test.takes_part("UMAX", junior()).await;
    test.takes_part("USAM", senior()).await;
    let mut tx = test.tx().await;
    crate::features::matching::scheduled(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    test.run_due().await;
    let mut tx = test.tx().await;
    let round = rounds::proposed(&mut tx).await.unwrap().remove(0).id;
    let left = rounds::unmatched(&mut tx, round).await.unwrap().remove(0);
    tx.rollback().await;
    let left = left.user.as_str();
    assert_eq!(test.count(left, "didn't find you").await, 0);
    for _ in 0..3 {
        test.pass(SignedDuration::from_hours(24 * 7)).await;
    }
    let told = test.last(left, "didn't find you").await.unwrap();
    assert!(
        told.starts_with("When I last looked, I didn't find you a partner."),
        "{told}"
    );
    for user in ["UMIA", "UMAX", "USAM"] {
        let times = test.count(user, "didn't find you").await;
        assert_eq!(times, usize::from(user == left), "{user}");
    }
}
