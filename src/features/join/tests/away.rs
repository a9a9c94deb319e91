//! People who are on a break.

use super::*;
use crate::store::digests;
use jiff::SignedDuration;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// An edit is no new break: its pair stays on the owners' list.
#[tokio::test]
async fn a_profile_edited_on_a_break_leaves_its_beginning() {
    let mut test = FeatureTest::program(crate::testing::people::settings()).await;
    test.introduced().await;
    test.pauses("UMIA", "open").await;
    let paused = test.now;
    test.now += HOUR * 24 * 30;
    let form = test.command("UMIA", "profile").await.unwrap();
    let answers = fill(&form.modal.unwrap().view());
    assert_eq!(submit(&test, "UMIA", answers).await.errors, []);
    let mut tx = test.tx().await;
    assert_eq!(digests::away(&mut tx, paused).await.unwrap().len(), 1);
}
