//! Those without a partner: when they hear, and in which words.

use super::{approve, proposed};
use crate::domain::happening::Happening;
use crate::domain::ids::RoundId;
use crate::domain::matching::Binding;
use crate::domain::participant::Standing;
use crate::features::cast::{junior, mentor, senior, settings};
use crate::features::scene::Scene;
use crate::store::rounds;
use jiff::SignedDuration;

#[tokio::test]
async fn those_left_over_hear_kindly_and_not_again_within_the_month() {
    let mut scene = Scene::program(settings()).await;
    scene.takes_part("UMAX", mentor(&["Design"], &[])).await;
    let round = proposed(&scene).await;
    assert!(
        scene.messages("UMAX").await.is_empty(),
        "nothing before it is approved"
    );
    approve(&scene, round).await;
    let note = scene.last("UMAX", "did not find").await.unwrap();
    insta::assert_snapshot!(note, @r"
    I have just matched people, and I did not find you a partner this time. Nobody's topics were close enough to yours this time, and a poor match is worse than waiting. Adding a topic or two may help. You keep your place for the next match. Next match: <!date^1772445600^{date_long_pretty} at {time}|Monday, March 2 at 10:00 AM (UTC)>.
    [ Look at my profile ]
    Only you see this.
    ");
    scene.takes_part("UMEG", senior()).await;
    for (days, told) in [(7, 1), (7, 1), (21, 2)] {
        scene.pass(SignedDuration::from_hours(24 * days)).await;
        scene.command("UANA", "round").await.unwrap();
        scene.run_due().await;
        let mut tx = scene.tx().await;
        let open = rounds::proposed(&mut tx).await.unwrap();
        tx.rollback().await;
        for round in open {
            approve(&scene, round.id).await;
        }
        assert_eq!(
            scene.count("UMAX", "did not find").await,
            told,
            "after {days} days"
        );
    }
}

/// News that nobody waits for at night waits itself, over a weekend too, and finds whoever still looks.
#[tokio::test]
async fn those_left_over_hear_in_their_own_working_hours() {
    let mut scene = Scene::program(settings()).await;
    scene.takes_part("UMAX", mentor(&["Design"], &[])).await;
    scene.takes_part("UKIM", mentor(&["Design"], &[])).await;
    scene.takes_part("ULEA", mentor(&["Design"], &[])).await;
    // 9:00 in London is 4:00 in New York and 22:00 in Auckland.
    scene.seen("UMAX", "Europe/London").await;
    scene.seen("UKIM", "America/New_York").await;
    scene.seen("ULEA", "Pacific/Auckland").await;
    let round = proposed(&scene).await;
    approve(&scene, round).await;
    let told = async |scene: &Scene| {
        let mut told = Vec::new();
        for user in ["UMAX", "UKIM", "ULEA"] {
            told.push(scene.count(user, "did not find").await);
        }
        told
    };
    assert_eq!(told(&scene).await, [1, 0, 0]);
    scene.pass(SignedDuration::from_mins(4 * 60 + 59)).await;
    assert_eq!(told(&scene).await, [1, 0, 0]);
    scene.pass(SignedDuration::from_mins(1)).await;
    assert_eq!(told(&scene).await, [1, 1, 0]);
    // Somebody who leaves before their morning hears nothing any more.
    scene.standing("ULEA", Standing::Left).await;
    scene.pass(SignedDuration::from_hours(24)).await;
    assert_eq!(told(&scene).await, [1, 1, 0]);
}

#[tokio::test]
async fn a_round_decided_on_friday_evening_is_told_on_monday() {
    let mut scene = Scene::program(settings()).await;
    scene.takes_part("UMAX", mentor(&["Design"], &[])).await;
    let round = proposed(&scene).await;
    scene.pass(SignedDuration::from_hours(4 * 24 + 9)).await;
    approve(&scene, round).await;
    scene.pass(SignedDuration::from_hours(2 * 24)).await;
    assert_eq!(scene.count("UMAX", "did not find").await, 0);
    scene.pass(SignedDuration::from_hours(15)).await;
    assert_eq!(scene.count("UMAX", "did not find").await, 1);
}

/// A round that found nobody for `UMAX`, and why.
async fn left_over(scene: &Scene, why: Binding) {
    let mut tx = scene.tx().await;
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
    scene.run_due().await;
}

#[tokio::test]
async fn of_two_rounds_over_a_weekend_the_later_is_told() {
    let mut scene = Scene::program(settings()).await;
    scene.takes_part("UMAX", junior()).await;
    scene.pass(SignedDuration::from_hours(5 * 24)).await;
    left_over(&scene, Binding::NoSharedLanguage).await;
    left_over(&scene, Binding::TopicsTooFar).await;
    scene.pass(SignedDuration::from_hours(3 * 24)).await;
    assert_eq!(scene.count("UMAX", "did not find").await, 1);
    assert_eq!(scene.count("UMAX", "topics were close enough").await, 1);
}

/// Whoever was set aside after nobody had been free would know, if the same words came again.
#[tokio::test]
async fn the_same_words_are_not_said_twice_whatever_is_behind_them() {
    for both in [
        [Binding::NobodyFree, Binding::SetAside],
        [Binding::SetAside, Binding::NobodyFree],
    ] {
        let mut scene = Scene::program(settings()).await;
        scene.takes_part("UMAX", junior()).await;
        for why in both {
            left_over(&scene, why).await;
            scene.pass(SignedDuration::from_hours(7 * 24)).await;
        }
        assert_eq!(scene.count("UMAX", "did not find").await, 1);
    }
}
