//! Socket Mode, as strict as Slack's.

use super::*;
use futures_util::{SinkExt, StreamExt};
use reqwest_websocket::{Message, Upgrade, WebSocket};

fn http() -> reqwest::Client {
    super::super::inbound::http_client().unwrap()
}

async fn stage() -> Sandbox {
    let options = Options {
        socket_mode: true,
        settle: Duration::from_millis(20),
        ..Options::default()
    };
    workspace_with(options).await.0
}

async fn open(slack: &Sandbox, token: &str) -> Json {
    let url = format!("{}/apps.connections.open", slack.api_url());
    let sent = http().post(url).bearer_auth(token).send().await.unwrap();
    let text = sent.text().await.unwrap();
    serde_json::from_str(&text).unwrap()
}

async fn dial(url: &str) -> WebSocket {
    let sent = http().get(url).upgrade().send().await.unwrap();
    sent.into_websocket().await.unwrap()
}

async fn connect(slack: &Sandbox) -> WebSocket {
    let answer = open(slack, &Options::default().app_token).await;
    dial(answer["url"].as_str().unwrap()).await
}

/// The next frame with words; none when the connection has ended.
async fn next(socket: &mut WebSocket) -> Option<Json> {
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Text(text) => return serde_json::from_str(&text).ok(),
            Message::Close { .. } => return None,
            Message::Ping(_) | Message::Pong(_) | Message::Binary(_) => {}
        }
    }
    None
}

async fn say(socket: &mut WebSocket, words: Json) {
    socket.send(Message::Text(words.to_string())).await.unwrap();
}

#[tokio::test]
async fn an_address_takes_the_right_token_and_is_good_once() {
    let slack = stage().await;
    let options = Options::default();
    for (token, error) in [
        ("xapp-other", "invalid_auth"),
        (options.bot_token.as_str(), "not_allowed_token_type"),
    ] {
        assert_eq!(open(&slack, token).await["error"], error);
    }
    let answer = open(&slack, &options.app_token).await;
    let url = answer["url"].as_str().unwrap();
    let mut first = dial(url).await;
    assert_eq!(next(&mut first).await.unwrap()["type"], "hello");
    assert_eq!(
        next(&mut dial(url).await).await,
        None,
        "a ticket is good once"
    );
    let mut open = vec![first];
    while open.len() < 10 {
        let mut socket = connect(&slack).await;
        let hello = next(&mut socket).await.unwrap();
        open.push(socket);
        assert_eq!(hello["num_connections"], open.len());
    }
    let refused = next(&mut connect(&slack).await).await.unwrap();
    assert_eq!(refused["reason"], "too_many_websockets");
    slack.set_socket_mode(false);
    let told = next(&mut open[3]).await.unwrap();
    assert_eq!(
        (&told["type"], &told["reason"]),
        (&json!("disconnect"), &json!("link_disabled"))
    );
    assert_eq!(next(&mut open[3]).await, None);
    let refused = next(&mut connect(&slack).await).await.unwrap();
    assert_eq!(refused["reason"], "link_disabled");
}

#[tokio::test]
async fn envelopes_are_acknowledged_by_their_ids() {
    let slack = stage().await;
    let nobody = slack.command("UANA", "help").await;
    assert!(nobody.has_app_failed(), "no connection is open: {nobody:?}");
    let mut socket = connect(&slack).await;
    next(&mut socket).await;
    let app = tokio::spawn(async move {
        let command = next(&mut socket).await.unwrap();
        assert_eq!(
            (&command["type"], &command["payload"]["text"]),
            (&json!("slash_commands"), &json!("help"))
        );
        assert_eq!(command["accepts_response_payload"], true);
        let id = &command["envelope_id"];
        say(
            &mut socket,
            json!({"envelope_id": id, "payload": {"text": "Hello"}}),
        )
        .await;
        let event = next(&mut socket).await.unwrap();
        assert_eq!(
            (&event["type"], &event["retry_attempt"]),
            (&json!("events_api"), &json!(0))
        );
        assert_eq!(event["payload"]["event"]["type"], "app_home_opened");
        say(
            &mut socket,
            json!({"envelope_id": event["envelope_id"], "payload": {"text": "no"}}),
        )
        .await;
        say(&mut socket, json!({"envelope_id": "another"})).await;
        say(&mut socket, json!("hi")).await;
        socket
    });
    let answer = slack.command("UANA", "help").await;
    assert_eq!(answer.ephemeral.as_deref(), Some("Hello"));
    slack.open_home("UANA").await;
    let _open = app.await.unwrap();
    let bad = async {
        while slack.tally().ack_bad < 4 {
            tokio::task::yield_now().await;
        }
    };
    let bad = tokio::time::timeout(Duration::from_secs(5), bad).await;
    assert!(bad.is_ok(), "{:#?}", slack.tally().remarks);
}
