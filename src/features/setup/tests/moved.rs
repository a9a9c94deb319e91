//! Renamed and removed stages, topics and departments ask where their people go.

use super::*;
use crate::domain::participant::{Profile, Standing};
use crate::store::participants;
use crate::testing::people::{mentor, settings};
use jiff::SignedDuration;

/// `U1` owns the program; two people are "Director", one of whom has left, and two share "AI tools".
async fn set() -> FeatureTest {
    let owned = Settings {
        owners: vec!["U1".into()],
        ..settings()
    };
    let test = FeatureTest::program(owned.clone()).await;
    // Edited in Slack, not declared by a file.
    let mut tx = test.tx().await;
    programs::save(&mut tx, &owned, false).await.unwrap();
    tx.commit().await.unwrap();
    seen(&test, false).await;
    let profile = |stage: &str, share: &[&str]| Profile {
        stage: stage.into(),
        department: Some("Design".into()),
        ..mentor(share, &["Strategy"])
    };
    test.takes_part("UANN", profile("Director", &["AI tools"]))
        .await;
    test.takes_part(
        "UBOB",
        profile("Lead or manager", &["AI tools", "Juggling"]),
    )
    .await;
    test.takes_part("ULEFT", profile("Director", &[])).await;
    test.standing("ULEFT", Standing::Left).await;
    let mut tx = test.tx().await;
    participants::set_waiting(&mut tx, &"UANN".into(), None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test
}

async fn profile(test: &FeatureTest, user: &str) -> Profile {
    let mut tx = test.tx().await;
    let found = participants::find(&mut tx, &user.into()).await.unwrap();
    tx.rollback().await;
    found.unwrap().profile
}

/// The form with one list edited.
async fn edited(test: &FeatureTest, field: &str, list: &[String]) -> BTreeMap<String, Answer> {
    let mut answers = form(test, "U1").await;
    answers.insert(field.into(), Answer::Text(list.join("\n")));
    answers
}

fn with(list: &[String], from: &str, to: &[&str]) -> Vec<String> {
    let change = |name: &String| -> Vec<String> {
        if name == from {
            to.iter().map(|&new| new.to_owned()).collect()
        } else {
            vec![name.clone()]
        }
    };
    list.iter().flat_map(change).collect()
}

#[tokio::test]
async fn a_stage_renamed_in_place_takes_its_people_along() {
    let mut test = set().await;
    let gone = async |test: &FeatureTest| {
        let mut tx = test.tx().await;
        participants::gone_since(&mut tx).await.unwrap()
    };
    let left = gone(&test).await;
    test.now += SignedDuration::from_hours(24 * 30);
    let before = program(&test).await;
    let stages = with(&Settings::default().stages, "Director", &["Head"]);
    let answers = edited(&test, "stages", &stages).await;
    let question = submit(&test, "U1", answers).await;
    let asked = shown(&question);
    assert!(
        asked.contains("A few people have the stage “Director”. Which is it now?"),
        "{asked}"
    );
    assert_eq!(program(&test).await, before, "nothing before the answer");
    assert_eq!(profile(&test, "UANN").await.stage, "Director");

    // What was typed is still there, and the new name is picked.
    let answers = fill(&question.modal.unwrap().view());
    assert_eq!(answers["stage was Director"], Answer::One("Head".into()));
    assert_eq!(answers["stages"], Answer::Text(stages.join("\n")));
    let sent = test.queued().await.len();
    let mut answers = answers;
    for empty in ["holidays", "sites", "least_people"] {
        answers.insert(empty.into(), Answer::Text(String::new()));
    }
    let saved = shown(&submit(&test, "U1", answers).await);
    assert!(saved.contains("*Saved.*"), "{saved}");
    assert_eq!(program(&test).await.unwrap().stages, stages);
    for user in ["UANN", "ULEFT"] {
        assert_eq!(profile(&test, user).await.stage, "Head", "{user}");
    }
    assert_eq!(gone(&test).await, left, "since when somebody is gone stays");
    assert_eq!(profile(&test, "UBOB").await.stage, "Lead or manager");
    assert!(!test.waits("UANN").await, "nobody is enlisted");
    assert_eq!(test.queued().await.len(), sent, "nobody is asked anew");
}

#[tokio::test]
async fn anything_else_is_asked_and_an_answer_must_be_in_the_list() {
    let test = set().await;
    // Two at once: which became which is not known.
    let stages = with(&Settings::default().stages, "Director", &["Head"]);
    let stages = with(&stages, "Lead or manager", &["Lead"]);
    let mut answers = edited(&test, "stages", &stages).await;
    let asked = shown(&submit(&test, "U1", answers.clone()).await);
    assert!(
        asked.contains("“Director”") && asked.contains("“Lead or manager”"),
        "{asked}"
    );
    answers.insert("stage was Director".into(), Answer::One("Head".into()));
    for wrong in ["Lead or manager", "(nothing)", ""] {
        answers.insert(
            "stage was Lead or manager".into(),
            Answer::One(wrong.into()),
        );
        let asked = shown(&submit(&test, "U1", answers.clone()).await);
        assert!(
            asked.contains("Where do these people go?"),
            "{wrong}: {asked}"
        );
        assert_eq!(profile(&test, "UANN").await.stage, "Director");
    }
    answers.insert(
        "stage was Lead or manager".into(),
        Answer::One("Head".into()),
    );
    submit(&test, "U1", answers).await;
    assert_eq!(profile(&test, "UBOB").await.stage, "Head");
}

#[tokio::test]
async fn topics_and_departments_may_be_dropped_and_own_words_stay() {
    let test = set().await;
    let topics = with(&Settings::default().topics, "AI tools", &[]);
    let mut answers = edited(&test, "topics", &topics).await;
    let departments = with(&Settings::default().departments, "Design", &[]);
    answers.insert("departments".into(), Answer::Text(departments.join("\n")));
    let asked = shown(&submit(&test, "U1", answers.clone()).await);
    assert!(
        asked.contains("A few people have the topic “AI tools”"),
        "{asked}"
    );
    assert!(
        asked.contains("A few people have the department “Design”"),
        "{asked}"
    );
    for field in ["topic was AI tools", "department was Design"] {
        answers.insert(field.into(), Answer::One("(nothing)".into()));
    }
    submit(&test, "U1", answers).await;
    let bob = profile(&test, "UBOB").await;
    assert_eq!(
        (bob.share, bob.department),
        (vec!["Juggling".to_owned()], None)
    );
    assert_eq!(profile(&test, "UANN").await.share, [""; 0]);
}

#[tokio::test]
async fn a_topic_merged_into_another_stands_once() {
    let test = set().await;
    let topics = with(&Settings::default().topics, "AI tools", &["Juggling"]);
    let mut answers = edited(&test, "topics", &topics).await;
    answers.insert("topic was AI tools".into(), Answer::One("Juggling".into()));
    submit(&test, "U1", answers).await;
    assert_eq!(profile(&test, "UBOB").await.share, ["Juggling"]);
}

#[tokio::test]
async fn what_nobody_has_and_a_new_order_are_not_asked_about() {
    let test = set().await;
    let mut stages = with(
        &Settings::default().stages,
        "Executive",
        &["Board", "Chair"],
    );
    stages.swap(0, 1);
    let answers = edited(&test, "stages", &stages).await;
    let saved = shown(&submit(&test, "U1", answers).await);
    assert!(saved.contains("*Saved.*"), "{saved}");
    assert_eq!(program(&test).await.unwrap().stages, stages);
}
