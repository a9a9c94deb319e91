//! Somebody who is no longer an owner, and what was meant for owners.

use super::*;
use crate::domain::outgoing::Lane;
use crate::features::setup;
use crate::router;
use crate::store::participants;
use crate::testing::outgoing;

const OUT: &str = "This is for the program's owners";
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The settings name these owners from now on.
async fn owned_by(test: &FeatureTest, owners: &[&str]) {
    let mut tx = test.tx().await;
    let settings = Settings {
        owners: owners.iter().map(|&owner| owner.into()).collect(),
        ..settings()
    };
    setup::declared(&mut tx, settings).await.unwrap();
    router::happenings(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

fn with(user: &str) -> Lane {
    Lane::Person(user.into())
}

/// The round's card stands with both owners.
async fn stands(test: &FeatureTest, round: RoundId) {
    let mut tx = test.tx().await;
    for user in ["UANA", "UBEN"] {
        outgoing::card_stands(&mut tx, Card::Round(round), &with(user)).await;
    }
    tx.commit().await.unwrap();
}

/// The copy with somebody, as it is sent now.
async fn copy(test: &FeatureTest, round: RoundId, user: &str) -> String {
    let mut tx = test.tx().await;
    let place = with(user);
    let changed = router::changed_card(&mut tx, Card::Round(round), &place, None);
    let (_, message) = changed.await.unwrap().unwrap();
    tx.rollback().await;
    render(&message)
}

/// Changes of the round's copy with somebody that are on their way; `to_a_line`: it stands for nothing from then on.
async fn changes(test: &FeatureTest, of: RoundId, user: &str, to_a_line: bool) -> usize {
    let is_one = |what: &What| {
        matches!(what, What::Card { card, place, superseded } if *card == Card::Round(of)
            && *place == with(user) && superseded.is_some() == to_a_line)
    };
    let queued = test.queued().await;
    queued.iter().filter(|row| is_one(&row.what)).count()
}

#[tokio::test]
async fn who_is_taken_out_no_longer_reads_an_open_round_and_does_once_they_are_back() {
    let test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    stands(&test, round).await;
    assert!(copy(&test, round, "UBEN").await.contains("[ Approve ]"));
    owned_by(&test, &["UANA"]).await;
    assert_eq!(changes(&test, round, "UBEN", false).await, 1, "at once");
    insta::assert_snapshot!(copy(&test, round, "UBEN").await, @"_This is for the program's owners, so there's nothing left for you to do here._");
    assert!(copy(&test, round, "UANA").await.contains("[ Approve ]"));
    owned_by(&test, &["UANA", "UBEN"]).await;
    assert!(copy(&test, round, "UBEN").await.contains("[ Approve ]"));
}

#[tokio::test]
async fn a_round_that_was_decided_is_a_line_for_who_is_taken_out() {
    let test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    test.approves("UANA", round).await.unwrap();
    stands(&test, round).await;
    owned_by(&test, &["UANA"]).await;
    assert_eq!(changes(&test, round, "UBEN", true).await, 1);
    assert_eq!(changes(&test, round, "UANA", true).await, 0);
    let mut tx = test.tx().await;
    let place = with("UBEN");
    let old = crate::domain::card::Posted {
        channel: "D1".into(),
        ts: "1.0".into(),
    };
    let line = router::changed_card(&mut tx, Card::Round(round), &place, Some(&old));
    let (_, line) = line.await.unwrap().unwrap();
    assert!(line.text.contains(OUT), "{}", line.text);
    tx.rollback().await;
}

#[tokio::test]
async fn an_admin_who_stood_in_no_longer_reads_it_once_there_is_an_owner() {
    let test = FeatureTest::program(Settings {
        owners: Vec::new(),
        ..settings()
    })
    .await;
    let admin = crate::domain::participant::PersonInSlack {
        admin: true,
        ..crate::testing::people::person("UBEN", Some("UTC"))
    };
    test.slack_answers(admin).await;
    test.takes_part("UMIA", junior()).await;
    test.takes_part("USAM", senior()).await;
    test.command("UBEN", "round").await.unwrap();
    test.run_due().await;
    let round = open_round(&test).await.id;
    stands(&test, round).await;
    assert!(copy(&test, round, "UBEN").await.contains("[ Approve ]"));
    owned_by(&test, &["UANA"]).await;
    assert!(copy(&test, round, "UBEN").await.contains(OUT));
}

#[tokio::test]
async fn what_waits_for_who_is_taken_out_is_dropped_and_they_hear_that_they_are_out() {
    let mut test = FeatureTest::program(settings()).await;
    test.seen("UBEN", "Asia/Tokyo").await;
    proposed(&test).await;
    assert_eq!(test.count("UBEN", "look over").await, 1, "in the morning");
    owned_by(&test, &["UANA"]).await;
    test.pass(DAY * 3).await;
    let read = test.reached("UBEN").await;
    assert_eq!(read.len(), 1, "{read:?}");
    assert!(read[0].contains("<@UBEN> removed"), "{read:?}");
}

#[tokio::test]
async fn a_round_that_waits_for_an_owners_morning_is_made_right_when_it_comes() {
    let mut test = FeatureTest::program(settings()).await;
    test.seen("UBEN", "Asia/Tokyo").await;
    test.takes_part("UNIK", junior()).await;
    test.takes_part("USUE", senior()).await;
    let round = proposed(&test).await;
    let gone = proposals(&test, round).await.remove(0);
    test.stands(gone.mentee.as_str(), Standing::Left).await;
    assert_eq!(changes(&test, round, "UBEN", false).await, 0, "it waits");
    test.pass(DAY).await;
    assert_eq!(changes(&test, round, "UBEN", false).await, 1, "behind it");
    assert_eq!(
        changes(&test, round, "UANA", false).await,
        1,
        "she had it when that happened"
    );
}

/// However somebody in a round stops looking for a partner, or looks for one again, owners read it.
#[tokio::test]
async fn copies_follow_whoever_stops_looking_or_looks_again() {
    let test = FeatureTest::program(settings()).await;
    let round = proposed(&test).await;
    stands(&test, round).await;
    let mia = "UMIA".into();
    for (before, looks) in [false, true, false, true].into_iter().enumerate() {
        let mut tx = test.tx().await;
        // Nothing follows from what stays as it is.
        for _ in 0..2 {
            if looks {
                participants::wants_partner(&mut tx, &mia).await.unwrap();
            } else {
                participants::set_waiting(&mut tx, &mia, None)
                    .await
                    .unwrap();
            }
        }
        assert_eq!(tx.happened.len(), 1);
        router::happenings(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(changes(&test, round, "UANA", false).await, before + 1);
        let shows = copy(&test, round, "UANA").await;
        assert_ne!(shows.contains("<@UMIA> _isn't looking now_"), looks);
        let mut tx = test.tx().await;
        outgoing::sent(&mut tx, |head| {
            matches!(head.delivery.what, What::Card { .. })
        })
        .await;
        tx.commit().await.unwrap();
    }
}
