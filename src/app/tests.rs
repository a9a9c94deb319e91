use super::*;
use crate::rehearse::harness::{Harness, HarnessOptions};

/// Serves with any set of loops.
async fn serve_with(loops: Loops) -> anyhow::Result<()> {
    let harness = Harness::start(HarnessOptions::default()).await.unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let doors = Doors {
        slack: listener,
        admin: None,
    };
    let bot = App::new(&harness.config, harness.clock.clone())
        .await
        .unwrap();
    let stop = CancellationToken::new();
    bot.serve_with(doors, stop, loops).await
}

#[tokio::test]
async fn a_loop_that_panics_or_ends_ends_the_process_with_an_error() {
    let mut loops = Loops::default();
    loops.spawn("a loop", async { panic!("on purpose") });
    let error = serve_with(loops).await.unwrap_err();
    assert!(error.to_string().starts_with("a loop has panicked"));
    let mut loops = Loops::default();
    loops.spawn("another", async {});
    let error = serve_with(loops).await.unwrap_err();
    assert!(error.to_string().starts_with("another has ended"));
}

/// A heartbeat that began before the app was introduced says nothing about the app.
#[test]
fn an_introduction_is_not_undone_by_what_was_read_before_it() {
    let health = Health::new(SignedDuration::from_secs(15), false);
    let before = health.introductions();
    health.introduce();
    health.installed(false, before);
    assert!(
        health.details().contains("app: installed"),
        "{}",
        health.details()
    );
    health.installed(false, health.introductions());
    assert!(health.details().contains("app: not installed"));
}
