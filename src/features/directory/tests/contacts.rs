//! Owners hear of each support contact who is gone.

use super::{person, slack_says};
use crate::domain::participant::PersonInSlack;
use crate::domain::program::Settings;
use crate::features::setup;
use crate::router;
use crate::testing::feature_test::FeatureTest;
use jiff::SignedDuration;

fn with_contact(contact: &str) -> Settings {
    Settings {
        owners: vec!["UOWEN".into()],
        support_contact: Some(contact.into()),
        ..Settings::default()
    }
}

#[tokio::test]
async fn owners_hear_of_the_second_contact_who_goes_within_a_month() {
    let mut test = FeatureTest::program(with_contact("USUE")).await;
    test.seen("UOWEN", "Europe/Berlin").await;
    for contact in ["USUE", "USAL"] {
        let mut tx = test.tx().await;
        setup::declared(&mut tx, with_contact(contact))
            .await
            .unwrap();
        router::happenings(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        slack_says(&test, person(contact, true, false)).await;
        test.pass(SignedDuration::from_hours(24)).await;
        slack_says(&test, person(contact, false, true)).await;
        test.pass(SignedDuration::from_hours(24 * 6)).await;
        let words = format!("The program's support contact, <@{contact}>");
        assert_eq!(test.count("UOWEN", &words).await, 1, "{contact}");
    }
    test.pass(SignedDuration::from_hours(24 * 14)).await;
    assert_eq!(
        test.count("UOWEN", "The program's support contact").await,
        2
    );
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn read(test: &FeatureTest, user: &str, words: &str) -> usize {
    let read = test.reached(user).await;
    read.iter().filter(|one| one.contains(words)).count()
}

/// It is evening where the owner is.
#[tokio::test]
async fn a_contact_who_is_back_before_owners_read_of_it_was_never_gone() {
    let words = "The program's support contact, <@USUE>";
    let mut test = FeatureTest::program(with_contact("USUE")).await;
    test.seen("UOWEN", "Asia/Tokyo").await;
    slack_says(&test, person("USUE", true, false)).await;
    slack_says(&test, person("USUE", false, true)).await;
    test.run_due().await;
    assert_eq!(test.count("UOWEN", words).await, 1, "it waits");
    slack_says(&test, person("USUE", true, false)).await;
    test.pass(DAY * 2).await;
    assert_eq!(read(&test, "UOWEN", words).await, 0);
    slack_says(&test, person("USUE", false, true)).await;
    test.pass(DAY * 3).await;
    assert_eq!(read(&test, "UOWEN", words).await, 1, "the next time");
}

/// The same where the admin is, who stands in for a minute.
#[tokio::test]
async fn admins_who_have_not_read_that_there_is_no_owner_do_not_once_there_is_one() {
    let words = "owners is in this workspace anymore";
    let mut test = FeatureTest::program(with_contact("USUE")).await;
    let admin = PersonInSlack {
        admin: true,
        ..crate::testing::people::person("UADA", Some("Asia/Tokyo"))
    };
    slack_says(&test, admin).await;
    slack_says(&test, person("UOWEN", true, false)).await;
    slack_says(&test, person("UOWEN", false, true)).await;
    test.run_due().await;
    assert_eq!(test.count("UADA", words).await, 1, "it waits");
    slack_says(&test, person("UOWEN", true, false)).await;
    test.pass(DAY * 2).await;
    assert_eq!(read(&test, "UADA", words).await, 0);
    slack_says(&test, person("UOWEN", false, true)).await;
    test.pass(DAY * 3).await;
    assert_eq!(read(&test, "UADA", words).await, 1, "the next time");
}
