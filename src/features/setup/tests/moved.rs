//! Renamed and removed stages, topics and departments ask where their people go.

use super::*;
use crate::domain::organization::{Entry, List, Listed, Reports};
use crate::domain::participant::{Profile, Standing};
use crate::features::organization::{remembered_stages, review, take_over};
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

/// The file of a company in which these people are designers, and directors.
async fn comes_in(test: &FeatureTest, people: &[&str]) -> usize {
    let listed = |user: &&str| Listed {
        line: Some(2),
        entry: Entry {
            name: (*user).to_owned(),
            stage: Some("Director".to_owned()),
            department: Some("Design".to_owned()),
            ..Entry::default()
        },
        slack: Some((*user).into()),
        reports: Reports::Unknown,
    };
    let mut list = List {
        people: people.iter().map(listed).collect(),
        ..List::default()
    };
    let stages = program(test).await.unwrap().stages;
    let mut tx = test.tx().await;
    // As the file is read: a word that is no stage is the one that it was.
    let known = remembered_stages(&mut tx, &stages).await.unwrap();
    for one in &mut list.people {
        let word = one.entry.stage.take().unwrap();
        let stage = known.iter().find(|(known, _)| *known == word);
        let stage = stage.filter(|_| !stages.contains(&word));
        one.entry.stage_word = stage.map(|_| word.clone());
        one.entry.stage = Some(stage.map_or(word, |(_, stage)| stage.clone()));
    }
    let nobody = BTreeMap::new();
    let review = review(&mut tx, &list, &nobody, true)
        .await
        .unwrap()
        .unwrap();
    take_over(&mut tx, &review.placed, &"U1".into())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    review.difference.changed + review.difference.added
}

/// What people have from the owners' list moves with them: no edit, nobody who joins, and no list that comes again brings it back.
#[tokio::test]
async fn what_the_owners_list_says_moves_too_and_stays() {
    let test = set().await;
    comes_in(&test, &["UANN", "UNEW"]).await;
    let edits = async |user: &str| {
        let form = test.command(user, "join").await.unwrap();
        let form = form.modal.expect("a form").view();
        let reply = test.submits(user, Form::Join, fill(&form)).await.unwrap();
        assert_eq!(reply.errors, []);
        let now = profile(&test, user).await;
        (now.stage, now.department)
    };
    let (stages, departments) = (Settings::default().stages, Settings::default().departments);
    let stages = with(&stages, "Director", &["Head"]);
    let renamed = with(&departments, "Design", &["Craft"]);
    let mut answers = edited(&test, "stages", &stages).await;
    answers.insert("departments".into(), Answer::Text(renamed.join("\n")));
    answers.insert("stage was Director".into(), Answer::One("Head".into()));
    answers.insert("department was Design".into(), Answer::One("Craft".into()));
    submit(&test, "U1", answers).await;

    let now = ("Head".to_owned(), Some("Craft".to_owned()));
    assert_eq!(edits("UANN").await, now, "an edit");
    assert_eq!(edits("UNEW").await, now, "somebody who joins");
    assert_eq!(comes_in(&test, &["UANN", "UNEW"]).await, 0, "the same list");
    assert_eq!(comes_in(&test, &["UANN", "UNEW", "UBOB"]).await, 1);
    for user in ["UANN", "UNEW", "UBOB"] {
        assert_eq!(edits(user).await, now, "{user}, after the list");
    }

    // Taken out altogether: it is asked for, and the list says nothing of it.
    let none = with(&renamed, "Craft", &[]);
    let mut answers = edited(&test, "departments", &none).await;
    answers.insert(
        "department was Craft".into(),
        Answer::One("(nothing)".into()),
    );
    submit(&test, "U1", answers).await;
    comes_in(&test, &["UANN"]).await;
    assert_eq!(profile(&test, "UANN").await.department, None);
    // Listed again, the file's word counts again.
    let answers = edited(&test, "departments", &departments).await;
    submit(&test, "U1", answers).await;
    comes_in(&test, &["UANN"]).await;
    assert_eq!(edits("UANN").await.1.as_deref(), Some("Design"));
}

/// Nobody has joined with it yet, but the owners' list has people who would.
#[tokio::test]
async fn people_of_the_owners_list_who_have_not_joined_are_asked_about() {
    let test = FeatureTest::program(settings()).await;
    let mut tx = test.tx().await;
    let owned = Settings {
        owners: vec!["U1".into()],
        ..settings()
    };
    programs::save(&mut tx, &owned, false).await.unwrap();
    tx.commit().await.unwrap();
    seen(&test, false).await;
    comes_in(&test, &["UNEW"]).await;
    let departments = with(&Settings::default().departments, "Design", &["Craft"]);
    let answers = edited(&test, "departments", &departments).await;
    let asked = shown(&submit(&test, "U1", answers).await);
    assert!(
        asked.contains("A few people have the department “Design”"),
        "{asked}"
    );
}

/// A hundred topics fill a menu (Slack's limit), and the way out is beside them.
#[tokio::test]
async fn the_question_fits_with_a_hundred_topics() {
    let test = set().await;
    let topics: Vec<String> = (0..100).map(|number| format!("Topic {number}")).collect();
    let answers = edited(&test, "topics", &topics).await;
    let question = submit(&test, "U1", answers).await.modal.unwrap();
    let view = question.view();
    let field = view["blocks"].as_array().unwrap().iter();
    let mut field = field.filter(|block| block["block_id"] == "topic was AI tools");
    let groups = field.next().unwrap()["element"]["option_groups"].clone();
    let groups = groups.as_array().unwrap();
    let shown: Vec<usize> = groups
        .iter()
        .map(|group| group["options"].as_array().unwrap().len())
        .collect();
    assert_eq!(shown, [100, 1]);
    assert_eq!(
        fill(&view)["topic was AI tools"],
        Answer::One("Topic 0".into())
    );
}
