//! Calls to Slack: how they travel, and what strange answers do.

use crate::support::{Engine, stage};
use jiff::SignedDuration;
use reverse_mentor::sandbox::User;

/// Every answer of Slack's says what time it is there.
#[tokio::test]
async fn slacks_answers_tell_how_wrong_our_clock_is() {
    let stage = stage(Engine::Sqlite, "").await;
    let client = &stage.bot.sender.client;
    let second = SignedDuration::from_secs(1);
    let at_first = client.skew().expect("auth.test was answered");
    assert!(at_first.abs() <= second, "{at_first}");
    // Slack's clock is right, and ours four minutes behind.
    stage.slack.set_clock_ahead(SignedDuration::from_mins(4));
    stage.clock.set(stage.clock.now() + second);
    stage.slack.add_user(User::new("U1", "Ana"));
    stage.slack.command("U1", "join").await;
    stage.run_due().await.unwrap();
    let later = client.skew().unwrap();
    assert!(
        (later + SignedDuration::from_mins(4)).abs() <= second,
        "{later}"
    );
}
