//! What somebody was about to read of their part is withdrawn when they leave.

use super::{person, slack_says};
use crate::domain::program::Settings;
use crate::slack::event::Form;
use crate::testing::feature_test::FeatureTest;
use crate::testing::outgoing::Queued;
use jiff::SignedDuration;

/// They come back in the night, and leave before the morning.
#[tokio::test]
async fn who_leaves_again_reads_no_welcome() {
    let mut test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    slack_says(&test, person("U1", false, false)).await;
    test.pass(SignedDuration::from_hours(24 + 14)).await;
    slack_says(&test, person("U1", true, false)).await;
    test.submit("U1", Form::Leave, &[]).await.unwrap();
    test.pass(SignedDuration::from_hours(24 * 4)).await;
    let told = test.queued().await;
    let welcomes = |row: &&Queued| format!("{:?}", row.what).contains("Welcome back");
    let unsent: Vec<bool> = told.iter().filter(welcomes).map(|row| row.unsent).collect();
    assert_eq!(
        unsent,
        [true],
        "it waited for the morning, and was withdrawn"
    );
}

/// A guest in the evening, by mistake, and a member again in the night.
#[tokio::test]
async fn who_is_back_before_they_read_that_they_were_out_reads_only_the_welcome() {
    let mut test = FeatureTest::new(Settings::default()).await;
    test.joins("U1", "mentor", "Early career").await;
    slack_says(&test, person("U1", true, false)).await;
    test.pass(SignedDuration::from_hours(12)).await;
    slack_says(&test, person("U1", false, false)).await;
    test.pass(SignedDuration::from_hours(3)).await;
    slack_says(&test, person("U1", true, false)).await;
    test.pass(SignedDuration::from_hours(24 * 4)).await;
    let read = test.reached("U1").await;
    let says = |words: &str| read.iter().filter(|one| one.contains(words)).count();
    assert_eq!((says("guest account"), says("Welcome back")), (0, 1));
}
