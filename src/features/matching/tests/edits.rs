//! What owners ask of a round, and the round solved anew.

use super::*;

pub fn ask(round: RoundId, edit: Edit, one: &str, other: &str) -> Action {
    Action::Edit(round, edit, one.into(), other.into())
}

/// A round that is asked for and proposed.
async fn found(scene: &Scene) -> (RoundId, Vec<(String, String)>) {
    scene.run_due().await;
    let round = open_round(scene).await.id;
    let pairs = proposals(scene, round).await;
    let ends = |pair: Proposal| (pair.mentor.0, pair.mentee.0);
    (round, pairs.into_iter().map(ends).collect())
}

pub async fn two_each() -> Scene {
    let scene = Scene::program(settings()).await;
    for user in ["UMIA", "UNIK"] {
        scene.takes_part(user, junior()).await;
    }
    for user in ["USAM", "USUE"] {
        scene.takes_part(user, senior()).await;
    }
    scene.command("UANA", "round").await.unwrap();
    scene
}

async fn audited(scene: &Scene, verb: &str) -> i64 {
    let mut tx = scene.tx().await;
    let (count,): (i64,) = sqlx::query_as("select count(*) from audit where verb = $1")
        .bind(verb)
        .fetch_one(tx.conn())
        .await
        .unwrap();
    tx.rollback().await;
    count
}

#[tokio::test]
async fn a_pair_ruled_out_is_solved_around_and_a_kept_one_stays() {
    let scene = two_each().await;
    let (round, pairs) = found(&scene).await;
    let (mentor, mentee) = pairs[0].clone();
    // Everybody suits everybody: keeping the other two of a cross is as good.
    let keep = ask(round, Edit::Keep, &mentor, &mentee);
    for owner in ["UANA", "UBEN"] {
        let card = text(&scene.press(owner, keep.clone()).await.unwrap());
        assert!(card.contains("_Kept: an owner wants this pair._"), "{card}");
        assert!(card.contains("[ Look again ]"), "{card}");
    }
    assert_eq!(
        audited(&scene, "pair_kept").await,
        1,
        "asked twice is asked once"
    );
    scene
        .press("UANA", Action::LookAgain { round })
        .await
        .unwrap();
    let (next, again) = found(&scene).await;
    assert_ne!(next, round);
    assert_eq!(again, pairs, "another seed alone moves nobody");
    let card = scene.last("UANA", "Compared with").await.unwrap();
    let same = "Compared with the round before: just as good. 2 of 2 pairs as they were.";
    assert!(card.contains(same), "{card}");
    // Now the other way round: not this pair, so the cross it is.
    scene
        .press("UANA", ask(next, Edit::LetGo, &mentor, &mentee))
        .await
        .unwrap();
    let card = text(
        &scene
            .press("UANA", ask(next, Edit::Drop, &mentor, &mentee))
            .await
            .unwrap(),
    );
    assert!(card.contains("Left out: "), "{card}");
    scene
        .press("UANA", Action::LookAgain { round: next })
        .await
        .unwrap();
    let (_, crossed) = found(&scene).await;
    assert_eq!(crossed.len(), 2);
    assert!(
        crossed.iter().all(|pair| !pairs.contains(pair)),
        "{crossed:?}"
    );
}

#[tokio::test]
async fn whoever_is_set_aside_has_no_partner_and_hears_nothing_hurtful() {
    let scene = two_each().await;
    let (round, _) = found(&scene).await;
    let card = text(
        &scene
            .press("UANA", ask(round, Edit::Aside, "UMIA", ""))
            .await
            .unwrap(),
    );
    assert!(card.contains("Set aside this time: <@UMIA>."), "{card}");
    assert!(card.contains("Bring the mentor back"), "{card}");
    let words = refused(scene.press("UBEN", Action::ApproveRound { round }).await);
    assert!(words.contains("Look again"), "{words}");
    scene
        .press("UBEN", Action::LookAgain { round })
        .await
        .unwrap();
    let (next, pairs) = found(&scene).await;
    assert_eq!(pairs.len(), 1);
    assert_eq!(pairs[0].0, "UNIK");
    let card = scene.last("UBEN", "Compared with").await.unwrap();
    assert!(card.contains("Set aside this time. <@UMIA>"), "{card}");
    assert!(card.contains("one pair fewer; "), "{card}");
    scene
        .press("UBEN", Action::ApproveRound { round: next })
        .await
        .unwrap();
    scene.run_due().await;
    let told = scene.last("UMIA", "did not find").await.unwrap();
    assert!(
        told.contains("Nobody who fits was free this time."),
        "{told}"
    );
    assert!(!told.contains("aside"), "{told}");
    assert!(scene.waits("UMIA").await, "the place is kept");
    // The next round knows nothing of it.
    scene.command("UANA", "round").await.unwrap();
    let (_, pairs) = found(&scene).await;
    assert_eq!(pairs.len(), 1);
    assert_eq!(pairs[0].0, "UMIA");
}

#[tokio::test]
async fn somebody_brought_back_is_matched_after_all() {
    let scene = two_each().await;
    let (round, _) = found(&scene).await;
    for edit in [Edit::Aside, Edit::Back] {
        scene
            .press("UANA", ask(round, edit, "UMIA", ""))
            .await
            .unwrap();
    }
    assert_eq!(audited(&scene, "set_aside").await, 1);
    assert_eq!(audited(&scene, "brought_back").await, 1);
    scene
        .press("UANA", Action::ApproveRound { round })
        .await
        .unwrap();
    assert_eq!(scene.pairs().await.len(), 2);
}

#[tokio::test]
async fn a_kept_pair_that_cannot_be_any_more_is_told_without_a_reason() {
    let scene = two_each().await;
    let (round, pairs) = found(&scene).await;
    let (mentor, mentee) = pairs[0].clone();
    scene
        .press("UANA", ask(round, Edit::Keep, &mentor, &mentee))
        .await
        .unwrap();
    let unwilling = Profile {
        rather_not: vec![mentee.as_str().into()],
        ..junior()
    };
    scene.takes_part(&mentor, unwilling).await;
    scene
        .press("UANA", Action::LookAgain { round })
        .await
        .unwrap();
    let (_, again) = found(&scene).await;
    assert!(!again.contains(&(mentor.clone(), mentee.clone())));
    let card = scene.last("UANA", "Cannot be paired").await.unwrap();
    let note = format!("Cannot be paired right now: <@{mentor}> with <@{mentee}>.");
    assert!(card.contains(&note), "{card}");
}

#[tokio::test]
async fn an_old_card_answers_with_what_holds_now() {
    let scene = two_each().await;
    let (round, _) = found(&scene).await;
    scene
        .press("UANA", Action::RejectRound { round })
        .await
        .unwrap();
    for action in [
        ask(round, Edit::Keep, "UMIA", "USAM"),
        ask(round, Edit::Aside, "UMIA", ""),
        Action::LookAgain { round },
    ] {
        let words = text(&scene.press("UBEN", action).await.unwrap());
        assert!(words.contains("<@UANA> declined"), "{words}");
    }
    assert_eq!(audited(&scene, "pair_kept").await, 0);
}

#[tokio::test]
async fn what_was_asked_outlives_a_scheduled_or_rolling_round() {
    for settings in [settings(), rolling(true)] {
        let scene = Scene::program(settings).await;
        for (mentor, mentee) in [("UMIA", "USAM"), ("UNIK", "USUE"), ("UOLE", "UTOM")] {
            scene.takes_part(mentor, junior()).await;
            scene.takes_part(mentee, senior()).await;
        }
        scene.command("UANA", "round").await.unwrap();
        let (round, pairs) = found(&scene).await;
        let ((mentor, mentee), aside) = (&pairs[0], &pairs[1].0);
        scene
            .press("UANA", ask(round, Edit::Keep, mentor, mentee))
            .await
            .unwrap();
        scene
            .press("UANA", ask(round, Edit::Aside, aside, ""))
            .await
            .unwrap();
        // Its day comes, or somebody joins: nobody pressed "Look again".
        scene.takes_part("UUNA", junior()).await;
        let mut tx = scene.tx().await;
        scheduled(&mut tx).await.unwrap();
        look_again(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let (next, again) = found(&scene).await;
        assert_ne!(next, round);
        assert!(again.contains(&pairs[0]), "{again:?}");
        assert!(again.iter().all(|pair| pair.0 != *aside), "{again:?}");
        let card = scene.last("UBEN", "takes the place").await.unwrap();
        let note = format!("Set aside this time: <@{aside}>.");
        assert!(
            card.contains(&note) && card.contains("_Kept: an owner"),
            "{card}"
        );
        assert!(!card.contains("Cannot be paired"), "{card}");
    }
}

#[tokio::test]
async fn what_owners_have_before_them_is_no_news_whoever_asked_for_it() {
    let scene = Scene::program(rolling(true)).await;
    let round = proposed(&scene).await;
    scene.match_now().await;
    assert_eq!(open_round(&scene).await.id, round);
}
