//! Incoming requests: signatures, odd payloads, retries. Slack turns off apps that answer with errors, so we never do.

use crate::both;
use crate::support::{Back, Engine, FORM, JSON, execute, harness, number, post, post_at, tables};
use crate::twins::Harness;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::PathBuf;

#[tokio::test]
async fn only_slack_gets_in() {
    let harness = harness(Engine::Sqlite, "").await;
    let now = harness.clock.now().as_second();
    let body = "command=%2Freverse-mentor&text=help&user_id=U1&team_id=T0SANDBOX";
    assert_eq!(
        post(&harness, "/slack/commands", FORM, body).await.status,
        200
    );
    for stale in [now - 301, now + 301] {
        let back = post_at(&harness, "/slack/commands", FORM, body.into(), stale).await;
        assert_eq!(
            (back.status, back.body.as_str()),
            (401, ""),
            "no detail for strangers"
        );
    }
    let http = reqwest::Client::new();
    let url = format!("{}/slack/commands", harness.address);
    let unsigned = http
        .post(&url)
        .header("content-type", FORM)
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(unsigned.status().as_u16(), 401);
    let forged = http
        .post(&url)
        .header("x-slack-request-timestamp", now.to_string())
        .header("x-slack-signature", format!("v0={}", "0".repeat(64)))
        .body(body);
    assert_eq!(forged.send().await.unwrap().status().as_u16(), 401);
    let huge = vec![b'a'; (1 << 20) + 1];
    assert_eq!(
        post(&harness, "/slack/events", JSON, huge).await.status,
        413
    );
}

#[tokio::test]
async fn slacks_own_checks_are_answered() {
    let harness = harness(Engine::Sqlite, "").await;
    let unsigned = reqwest::Client::new()
        .post(format!("{}/slack/commands", harness.address))
        .header("content-type", FORM)
        .body("token=abc&ssl_check=1");
    assert_eq!(unsigned.send().await.unwrap().status().as_u16(), 200);
    let body =
        json!({"type": "url_verification", "challenge": "say this", "token": "x"}).to_string();
    let back = post(&harness, "/slack/events", JSON, body).await;
    assert_eq!(back.json()["challenge"], "say this");
    for path in ["/healthz", "/readyz", "/metrics"] {
        let back = reqwest::get(format!("{}{path}", harness.address))
            .await
            .unwrap();
        assert!(back.status().is_success() || path == "/readyz", "{path}");
    }
}

/// `/slack/events` accepts commands and interactions, too, because an app may have one URL for all.
#[tokio::test]
async fn one_address_takes_everything() {
    let harness = harness(Engine::Sqlite, "").await;
    let body = "command=%2Freverse-mentor&text=help&user_id=U1&team_id=T0SANDBOX";
    let back = post(&harness, "/slack/events", FORM, body).await;
    assert_eq!(back.json()["response_type"], "ephemeral");
}

both! {
    /// Slack retries requests that it considers lost. A handled one is not handled again; an unhandled one is.
    async fn a_retry_changes_nothing(engine: Engine) {
        let harness = harness(engine, "").await;
        let event = json!({
            "type": "event_callback", "team_id": crate::twins::team(), "event_id": "Ev1", "event_time": 1,
            "event": {"type": "team_join", "user": {"id": "U9", "tz": "Europe/Berlin", "is_admin": true}},
        });
        for _ in 0..3 {
            assert_eq!(post(&harness, "/slack/events", JSON, event.to_string()).await.status, 200);
        }
        assert_eq!(number(&harness, "select count(*) from people where user_id = 'U9'").await, 1);
        let noted = format!("select count(*) from inbox where dedupe_key like 'event/{}%'", crate::twins::team());
        assert_eq!(number(&harness, &noted).await, 1);
    }
}

both! {
    alone "it breaks the database by itself";
    /// A person whose own row is unreadable is told so, and affects nobody else: the database is not left locked.
    async fn an_unreadable_profile_is_one_persons_trouble(engine: Engine) {
        let harness = harness(engine, "").await;
        let columns = "team_id, user_id, standing, profile_sealed, joined_at, updated_at";
        let spoilt = format!("insert into participants ({columns}) values ('T0SANDBOX', 'U9', 'active', 'x', 0, 0) returning 1");
        number(&harness, &spoilt).await;
        let submission = json!({
            "type": "view_submission", "team": {"id": "T0SANDBOX"}, "user": {"id": "U9"},
            "view": {"callback_id": "join", "private_metadata": "\"join\"", "state": {"values": {}}},
        });
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("payload", &submission.to_string())
            .finish();
        let back = post(&harness, "/slack/interactions", FORM, body).await;
        assert!(back.status == 200 && back.body.contains("went wrong on our side"), "{}", back.body);
        let mended = "update participants set standing = 'left' where user_id = 'U9' returning 1";
        assert_eq!(number(&harness, mended).await, 1);
    }
}

both! {
    alone "it breaks the database by itself";
    /// A failure is not reported as success: Slack sends an event again, and a form stays open with everything typed.
    async fn what_fails_can_be_done_again(engine: Engine) {
        let harness = harness(engine, "").await;
        let event = json!({
            "type": "event_callback", "team_id": "T0SANDBOX", "event_id": "Ev1", "event_time": 1,
            "event": {"type": "app_uninstalled"},
        })
        .to_string();
        let form = json!({
            "type": "view_submission", "team": {"id": "T0SANDBOX"}, "user": {"id": "U9"},
            "view": {"callback_id": "join", "private_metadata": "\"join\"", "state": {"values": {
                "role": {"role": {"selected_option": {"value": "mentor"}}},
            }}},
        });
        let form = form_urlencoded::Serializer::new(String::new()).append_pair("payload", &form.to_string()).finish();
        let (broken, mended) = match engine {
            Engine::Sqlite => (
                "create trigger broken before insert on inbox begin select raise(abort, 'broken'); end",
                "drop trigger broken",
            ),
            Engine::Postgres => ("alter table inbox rename to elsewhere", "alter table elsewhere rename to inbox"),
        };
        execute(&harness, broken).await;
        assert_eq!(post(&harness, "/slack/events", JSON, event.clone()).await.status, 503);
        let back = post(&harness, "/slack/interactions", FORM, form).await;
        assert_eq!((back.status, back.json()["response_action"].as_str()), (200, Some("errors")));
        assert!(back.json()["errors"]["role"].as_str().unwrap().contains("still here"));
        execute(&harness, mended).await;
        assert_eq!(post(&harness, "/slack/events", JSON, event).await.status, 200);
        let asked = "select count(*) from outbox where lane = 'token'";
        assert_eq!(number(&harness, asked).await, 1);
    }
}

/// Real payloads from Slack's own test suites, if the folder is there.
#[tokio::test]
async fn slacks_own_payloads_do_no_harm() {
    let Some(shared) = std::env::var_os("REVERSE_MENTOR_SHARED").map(PathBuf::from) else {
        println!("skipped: REVERSE_MENTOR_SHARED is not set");
        return;
    };
    let harness = harness(Engine::Sqlite, "").await;
    let before = tables(&harness).await;
    let mut seen = 0;
    for entry in std::fs::read_dir(shared.join("slack-payloads")).unwrap() {
        let path = entry.unwrap().path();
        let payload: Value =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for address in [
            "/slack/events",
            "/slack/interactions",
            "/slack/commands",
            "/slack/options",
        ] {
            let back = send(&harness, address, &payload).await;
            assert_eq!(back.status, 200, "{}", path.display());
        }
        seen += 1;
    }
    harness.run_due().await.unwrap();
    assert!(seen > 50, "only {seen} payloads");
    // Only a check of our token may have been queued.
    let after = tables(&harness).await;
    let without_outbox = |counts: &[(&'static str, i64)]| counts[..counts.len() - 1].to_vec();
    assert_eq!(without_outbox(&before), without_outbox(&after));
    assert_eq!(
        number(
            &harness,
            "select count(*) from workspaces where state = 'installed'"
        )
        .await,
        1
    );
    assert_eq!(harness.slack.tally().messages.total(), 0);
}

/// Sends a payload as Slack sends its kind.
async fn send(harness: &Harness, address: &str, payload: &Value) -> Back {
    if let Some(form) = payload["urlencoded"].as_str() {
        return post(harness, address, FORM, form).await;
    }
    if payload.get("command").is_some() {
        let fields = payload.as_object().unwrap().iter();
        let pairs =
            fields.map(|(key, value)| (key.clone(), value.as_str().unwrap_or("").to_owned()));
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        return post(harness, address, FORM, form).await;
    }
    if matches!(
        payload["type"].as_str(),
        Some("event_callback" | "url_verification")
    ) {
        return post(harness, address, JSON, payload.to_string()).await;
    }
    let text = payload.to_string();
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("payload", &text)
        .finish();
    post(harness, address, FORM, form).await
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("type"),
        Just("event_callback"),
        Just("block_actions"),
        Just("view_submission"),
        Just("team"),
        Just("user"),
        Just("id"),
        Just("view"),
        Just("state"),
        Just("values"),
        Just("actions"),
        Just("value"),
        Just("action_id"),
        Just("event"),
        Just("user_change"),
        Just("team_join"),
        Just("app_home_opened"),
        Just("tz"),
        Just("private_metadata"),
        Just("\"join\""),
        Just("\"setup\""),
        Just("join"),
        Just("T0SANDBOX"),
        Just("U1"),
        Just("block_suggestion"),
        Just("selected_option"),
        Just("selected_options"),
        Just("{\"sign\":{\"pair\":1,\"version\":1}}"),
    ]
    .prop_map(str::to_owned)
}

pub fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(word(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Any signed request is answered without an error, and nothing panics.
#[test]
fn nothing_signed_is_ever_an_error() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let harness = runtime.block_on(harness(Engine::Sqlite, ""));
    let config = ProptestConfig {
        cases: 150,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(value in any_json(), bytes in prop::collection::vec(any::<u8>(), 0..200))| {
        runtime.block_on(async {
            let text = value.to_string();
            let form = form_urlencoded::Serializer::new(String::new()).append_pair("payload", &text).finish();
            for (kind, body) in [(JSON, text.into_bytes()), (FORM, form.into_bytes()), (JSON, bytes)] {
                let back = post(&harness, "/slack/events", kind, body).await;
                assert!(back.status < 300, "{}", back.status);
            }
        });
    });
    let metrics = runtime.block_on(async {
        reqwest::get(format!("{}/metrics", harness.address))
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    });
    let requests = metrics
        .lines()
        .filter(|line| line.starts_with("reverse_mentor_inbound_total"));
    let mut panicked = requests.filter(|line| line.contains("panicked"));
    assert_eq!(panicked.next(), None);
}
