//! People who cannot be matched read why where they look: in `status`, on Home and after joining, in the same words.

use crate::domain::participant::{Profile, Role};
use crate::domain::program::Settings;
use crate::slack::event::{Answer, Form};
use crate::testing::feature_test::{FeatureTest, fill, render_view};
use crate::testing::people::{junior, mentor, person, profile, senior, settings};

/// What they read in all places where they look.
async fn reads(test: &FeatureTest, user: &str) -> [String; 2] {
    let seen = test.all_that_sees(user).await;
    [seen[0].clone(), seen[1].clone()]
}

async fn everywhere(test: &FeatureTest, user: &str, words: &str) -> bool {
    let found = reads(test, user).await.map(|text| text.contains(words));
    assert_eq!(found[0], found[1], "Home and status contradict each other");
    found[0]
}

#[tokio::test]
async fn a_mentor_without_anybody_above_reads_so_at_once() {
    let test = FeatureTest::program(settings()).await;
    let top = Settings::default().stages.pop().unwrap();
    let view = test
        .command("UVP", "join")
        .await
        .unwrap()
        .modal
        .unwrap()
        .view();
    let mut answers = fill(&view);
    answers.insert("role".into(), Answer::One("mentor".into()));
    answers.insert("stage".into(), Answer::One(top));
    let reply = test.submits("UVP", Form::Join, answers).await.unwrap();
    let joined = render_view(&reply.modal.unwrap().view());
    let words = "far enough above yours for you to mentor anyone. Offer to be a mentee";
    assert!(joined.contains(words), "{joined}");
    assert!(everywhere(&test, "UVP", words).await);
}

#[tokio::test]
async fn somebody_without_a_time_zone_reads_where_to_set_it() {
    let test = FeatureTest::program(settings()).await;
    test.takes_part("UANY", senior()).await;
    let words = "Slack doesn't tell me your time zone";
    assert!(!everywhere(&test, "UANY", words).await);
    let mut tx = test.tx().await;
    crate::store::people::save(&mut tx, &person("UANY", None))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(everywhere(&test, "UANY", words).await);
}

/// Others are behind it, so it is said only where there are enough of them.
#[tokio::test]
async fn what_is_about_others_is_said_where_enough_wait() {
    let alone = Profile {
        languages: vec!["German".into()],
        ..senior()
    };
    let words = "shares a language with you";
    let test = FeatureTest::program(settings()).await;
    test.takes_part("UEVA", alone).await;
    for number in 1..=5 {
        assert!(
            !everywhere(&test, "UEVA", words).await,
            "with {number} others"
        );
        test.takes_part(&format!("UJ{number}"), junior()).await;
    }
    assert!(everywhere(&test, "UEVA", words).await);
    test.takes_part(
        "UEVI",
        Profile {
            languages: vec!["German".into()],
            ..junior()
        },
    )
    .await;
    assert!(!everywhere(&test, "UEVA", words).await, "somebody fits now");
}

/// Exclusions, managers and declined invitations change nothing of it.
#[tokio::test]
async fn nothing_private_shows() {
    let mut views = Vec::new();
    for rather_not in [Vec::new(), vec!["UEVA".into()]] {
        let test = FeatureTest::program(settings()).await;
        test.takes_part("UEVA", senior()).await;
        for number in 1..=6 {
            let person = Profile {
                rather_not: rather_not.clone(),
                ..junior()
            };
            test.takes_part(&format!("UJ{number}"), person).await;
        }
        views.push(reads(&test, "UEVA").await);
    }
    assert_eq!(views[0], views[1]);
}

/// A round says the same as Home and status, about what is one's own.
#[tokio::test]
async fn the_note_after_a_round_says_the_same() {
    let test = FeatureTest::program(settings()).await;
    let top = Settings::default().stages.pop().unwrap();
    test.takes_part("UVP", profile(Role::Mentor, &top, &["Design"], &[]))
        .await;
    test.takes_part("UMIA", junior()).await;
    test.takes_part("USAM", senior()).await;
    test.takes_part("UMAX", mentor(&["Design"], &[])).await;
    test.command("UANA", "round").await.unwrap();
    test.run_due().await;
    let mut tx = test.tx().await;
    let open = crate::store::rounds::proposed(&mut tx).await.unwrap();
    tx.rollback().await;
    let round = open[0].id;
    test.approves("UANA", round).await.unwrap();
    test.run_due().await;
    let note = test.last("UVP", "didn't find").await.unwrap();
    let words = "far enough above yours for you to mentor anyone";
    assert!(note.contains(words), "{note}");
    assert!(everywhere(&test, "UVP", words).await);
}
