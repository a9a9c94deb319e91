//! The stage itself.

use reverse_mentor::rehearse::stage::{Setting, Stage};
use reverse_mentor::sandbox::User;

#[tokio::test]
async fn somebody_asks_for_help() {
    let stage = Stage::set(Setting::default()).await.unwrap();
    stage
        .slack
        .add_user(User::new("U1", "Ana Ivanova").tz("Europe/Berlin"));
    let answer = stage.slack.command("U1", "help").await;
    assert!(answer.is_ok(), "{answer:?}");
    stage.run_due().await.unwrap();
    assert_eq!(stage.slack.tally().ack_bad, 0);
}
