//! The company's list is about to be forgotten.

use super::busy::WEEK;
use super::companion::program;
use crate::domain::organization::{Entry, People};
use crate::store::organization;
use crate::testing::feature_test::FeatureTest;
use jiff::SignedDuration;

/// A list that nobody has brought in for a year would end without a word.
#[tokio::test]
async fn owners_read_in_time_that_the_list_is_about_to_be_forgotten() {
    let mut test = FeatureTest::new(program()).await;
    let people = People::from([("U01".into(), Entry::default())]);
    let mut tx = test.tx().await;
    organization::replace(&mut tx, &People::new(), &people)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.now += SignedDuration::from_hours(24 * 320);
    test.learner(1, &[]).await;
    test.pass(WEEK).await;
    let told = async |test: &FeatureTest| test.count("UOWNER", "Your company's list").await;
    assert_eq!(told(&test).await, 0);
    test.pass(WEEK * 3).await;
    assert_eq!(told(&test).await, 1);
    let note = test.last("UOWNER", "Your company's list").await.unwrap();
    assert!(note.contains("`/reverse-mentor import`"), "{note}");
}
