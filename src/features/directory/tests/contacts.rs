//! Owners hear of each support contact who is gone.

use super::{person, slack_says};
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
