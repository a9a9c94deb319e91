//! A program.toml takes out what people have.

use super::*;
use crate::domain::participant::Profile;
use crate::features::setup;
use crate::store::participants;
use crate::testing::people::{mentor, settings};

async fn declares(test: &FeatureTest, settings: &Settings) {
    let mut tx = test.tx().await;
    setup::declared(&mut tx, settings.clone()).await.unwrap();
    crate::router::happenings(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

async fn stage(test: &FeatureTest, user: &str) -> String {
    let mut tx = test.tx().await;
    let found = participants::find(&mut tx, &user.into()).await.unwrap();
    tx.rollback().await;
    found.unwrap().profile.stage
}

/// Nobody can be asked while a file is read: what is renamed takes its people along, and nobody becomes unmatchable in silence.
#[tokio::test]
async fn what_a_file_takes_out_is_told_to_its_people_and_to_owners() {
    let owned = Settings {
        owners: vec!["U1".into()],
        ..settings()
    };
    let mut test = FeatureTest::program(owned.clone()).await;
    seen(&test, false).await;
    for (user, stage, language) in [
        ("UANN", "Director", "English"),
        ("UBOB", "Lead or manager", "English"),
        ("UCHI", "Senior", "Chinese"),
    ] {
        let profile = Profile {
            stage: stage.into(),
            languages: vec![language.into()],
            ..mentor(&["AI tools"], &["Strategy"])
        };
        test.takes_part(user, profile).await;
    }
    let mut after = owned;
    for name in &mut after.stages {
        if name == "Director" {
            "Head".clone_into(name);
        }
    }
    declares(&test, &after).await;
    assert_eq!(stage(&test, "UANN").await, "Head");
    assert!(
        test.messages("UANN").await.is_empty(),
        "nobody is asked anew"
    );

    test.pass(jiff::SignedDuration::from_hours(1)).await;
    after.stages.retain(|stage| stage != "Lead or manager");
    after.languages.retain(|language| language != "Chinese");
    // Each start reads the file again.
    for _start in 0..2 {
        declares(&test, &after).await;
        test.pass(jiff::SignedDuration::from_hours(100)).await;
    }
    for (user, told) in [
        (
            "UBOB",
            "Please pick another one in your profile: I can't match you",
        ),
        (
            "UCHI",
            "Please pick one from it in your profile: I can't match you",
        ),
    ] {
        assert_eq!(test.count(user, told).await, 1, "{user}");
        assert_eq!(test.count("UANN", told).await, 0, "{user}");
    }
    for told in [
        "A few people have “Head” in place of the stage “Director”",
        "A few people have a stage that isn't on the list anymore",
        "A few people have a language that isn't on the list anymore",
    ] {
        assert_eq!(test.count("U1", told).await, 1, "{told}");
    }
}

/// A file that is put right before anybody reads of it asks nobody; one that takes out more asks once, for all of it.
#[tokio::test]
async fn who_must_pick_anew_reads_what_is_so_by_then() {
    let owned = Settings {
        owners: vec!["U1".into()],
        ..settings()
    };
    for put_back in ["all", "the stage", "nothing"] {
        let mut test = FeatureTest::program(owned.clone()).await;
        let profile = Profile {
            stage: "Lead or manager".into(),
            languages: vec!["Chinese".into()],
            ..mentor(&["AI tools"], &["Strategy"])
        };
        test.seen("UBOB", "Europe/Berlin").await;
        test.takes_part("UBOB", profile).await;
        // The evening, when nobody is told.
        test.pass(jiff::SignedDuration::from_hours(10)).await;
        let mut after = owned.clone();
        after.stages.retain(|stage| stage != "Lead or manager");
        if put_back == "the stage" {
            after.languages.retain(|language| language != "Chinese");
        }
        declares(&test, &after).await;
        match put_back {
            "all" => after = owned.clone(),
            "the stage" => after.stages.clone_from(&owned.stages),
            _ => after.languages.retain(|language| language != "Chinese"),
        }
        test.pass(jiff::SignedDuration::from_mins(5)).await;
        declares(&test, &after).await;
        test.pass(jiff::SignedDuration::from_hours(100)).await;
        let told = test.reached("UBOB").await;
        let begins = |one: &String| one.split(". ").next().unwrap_or_default().to_owned();
        let told: Vec<String> = told.iter().map(begins).collect();
        let expected: &[&str] = match put_back {
            "all" => &[],
            "the stage" => &["None of your languages is on the program's list anymore"],
            _ => &["Your career stage and your languages are no longer on the program's lists"],
        };
        assert_eq!(told, expected, "{put_back}");
    }
}

/// A program that began in Slack gets a file with two lines, or ran without its file for a while: what the file doesn't name stays
/// as owners had it.
#[tokio::test]
async fn a_file_without_marks_takes_nothing_that_it_does_not_name() {
    let owned = Settings {
        owners: vec!["U1".into()],
        support_contact: Some("USUE".into()),
        cycles: 4,
        ..settings()
    };
    let test = FeatureTest::program(owned.clone()).await;
    let file = "name = \"Two ways\"\ncycles = 5\neditable = true\n";
    let file = crate::domain::declared::Declared::parse(file).unwrap();
    for released in [false, true] {
        let mut tx = test.tx().await;
        if released {
            setup::released(&mut tx).await.unwrap();
        }
        setup::from_file(&mut tx, &file).await.unwrap();
        crate::router::happenings(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let expected = Settings {
            name: "Two ways".into(),
            cycles: 5,
            ..owned.clone()
        };
        assert_eq!(program(&test).await.unwrap(), expected);
    }
}
