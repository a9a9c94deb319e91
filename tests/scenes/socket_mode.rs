//! Socket Mode: the bot opens the connections, so it needs no public address.

use crate::both;
use crate::health::serve;
use crate::support::{Engine, number, on};
use crate::twins::Harness;
use reverse_mentor::rehearse::harness::HarnessOptions;
use slack_sandbox::{Answers, EventFault, Options, Submitted, User};
use std::path::PathBuf;

async fn harness(engine: Engine) -> Harness {
    let setting = HarnessOptions {
        sandbox: Options {
            socket_mode: true,
            ..Options::default()
        },
        program: Some("support_contact = \"USUE\"".to_owned()),
        ..HarnessOptions::default()
    };
    let harness = Harness::start(on(engine, setting).await).await.unwrap();
    harness.slack.add_user(User::new("UANA", "Ana"));
    harness.slack.add_user(User::new("USUE", "Sue"));
    harness.run_due().await.unwrap();
    harness
}

/// What the command says, and whether Slack had its answer in time.
async fn says(harness: &Harness, text: &str) -> String {
    let answer = harness.slack.command("UANA", text).await;
    assert!(answer.is_ok(), "{answer:?}");
    answer.ephemeral.unwrap_or_default()
}

both! {
    alone "many workspaces install it over https";
    /// Commands, forms with errors, buttons, the Home, events and direct messages.
    async fn everything_comes_over_the_connections(engine: Engine) {
        let harness = harness(engine).await;
        assert!(says(&harness, "help").await.contains("/reverse-mentor join"));
        says(&harness, "support").await;
        let shown = harness.slack.dm("UANA").last().unwrap().reference();
        assert!(harness.slack.click("UANA", &shown, "write_to_contact").await.is_ok());
        let words = Answers::new().with("words", "Could we talk?");
        let preview = harness.slack.submit("UANA", &words).await;
        assert!(matches!(preview, Submitted::Updated), "{preview:?}");
        harness.slack.close_modal("UANA").await;
        harness.slack.open_home("UANA").await;
        harness.run_due().await.unwrap();
        assert!(harness.slack.home("UANA").is_some());
        harness.slack.say("UANA", "what is this?").await;
        harness.run_due().await.unwrap();
        let answer = harness.slack.dm("UANA").last().unwrap().render();
        assert!(answer.contains("/reverse-mentor join"), "{answer}");
        let events = "select count(*) from inbox where dedupe_key like 'event/%'";
        let before = number(&harness, events).await;
        harness.slack.fail_next_event(EventFault::Twice);
        harness.slack.join_workspace(User::new("UNEW", "New")).await;
        assert_eq!(number(&harness, events).await, before + 1, "one event, however often it comes");
        let first = "select count(*) from facts where name = 'first_event/T0SANDBOX'";
        assert_eq!(number(&harness, first).await, 1);
        assert_eq!(harness.slack.tally().violations(), 0);
    }
}

/// Slack replaces connections after some hours: no request falls between the old one and the new one.
#[tokio::test]
async fn a_new_connection_takes_over_from_an_old_one() {
    let harness = harness(Engine::Sqlite).await;
    for reason in ["warning", "refresh_requested", "a new reason"] {
        harness.slack.refresh_sockets(reason);
        while !harness.slack.sockets_open(4).await {}
        says(&harness, "help").await;
        harness.slack.close_leaving_sockets();
        says(&harness, "help").await;
        // Old and new together are never more than Slack allows.
        while harness.slack.open_sockets() > 2 {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(harness.slack.tally().violations(), 0);
}

/// A network drops connections without a word, and Slack's settings end them with one.
#[tokio::test]
async fn connections_come_back() {
    let harness = harness(Engine::Sqlite).await;
    let serving = serve(&harness.config, harness.clock.clone()).await;
    assert!(harness.slack.sockets_open(4).await);
    serving.becomes(200, "socket mode: 2 open").await;
    harness.slack.cut_sockets();
    while harness.slack.open_sockets() > 0 {
        tokio::task::yield_now().await;
    }
    assert!(harness.slack.sockets_open(4).await);
    serving.becomes(200, "socket mode: 2 open").await;
    harness.slack.set_socket_mode(false);
    serving
        .becomes(
            200,
            "none open (Slack ended the connection (link_disabled))",
        )
        .await;
    harness.slack.set_socket_mode(true);
    serving.becomes(200, "socket mode: 2 open").await;
    harness
        .slack
        .fail_with("apps.connections.open", "invalid_auth");
    harness.slack.cut_sockets();
    serving
        .becomes(200, "none open (Slack refused: invalid_auth)")
        .await;
}

/// Whatever Slack sends is acknowledged.
#[tokio::test]
async fn slacks_own_payloads_are_acknowledged() {
    let Some(shared) = std::env::var_os("REVERSE_MENTOR_SHARED").map(PathBuf::from) else {
        println!("skipped: REVERSE_MENTOR_SHARED is not set");
        return;
    };
    let harness = harness(Engine::Sqlite).await;
    for entry in std::fs::read_dir(shared.join("slack-payloads")).unwrap() {
        let path = entry.unwrap().path();
        let payload = std::fs::read_to_string(&path).unwrap();
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("payload", &payload)
            .finish();
        for (kind, body) in [
            ("application/json", &payload),
            (crate::support::FORM, &form),
        ] {
            let status = harness.slack.send_raw("/slack/events", kind, body).await;
            assert_eq!(status, 200, "{}", path.display());
        }
    }
}
