//! The sandbox itself, against a bot of a few lines.
#![expect(
    clippy::needless_pass_by_value,
    reason = "literals read better without a borrow"
)]

mod accounting;
mod api;
mod blocks;
mod inviting;
mod organizations;
mod people;
mod rendering;
mod socket_mode;
mod strict;
mod tokens;
mod trouble;
mod workspaces;

use super::{Options, Sandbox, User};
use crate::{Clock as _, ManualClock};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request that the stub got.
#[derive(Clone, Debug)]
struct Heard {
    path: String,
    headers: HeaderMap,
    form: HashMap<String, String>,
    json: Json,
    raw: String,
}

type Reaction = Box<dyn Fn(&Heard) -> (u16, String, Duration) + Send>;

/// A bot that answers as it is told and remembers what it heard.
#[derive(Clone)]
struct Stub {
    heard: Arc<Mutex<Vec<Heard>>>,
    reaction: Arc<Mutex<Reaction>>,
    /// It answers challenges rightly, without remembering them.
    verifies: Arc<AtomicBool>,
}

impl Stub {
    async fn start(sandbox: &Sandbox) -> Self {
        let stub = Self {
            heard: Arc::default(),
            verifies: Arc::new(AtomicBool::new(true)),
            reaction: Arc::new(Mutex::new(Box::new(|_| {
                (200, String::new(), Duration::ZERO)
            }))),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        sandbox.connect(&format!("http://{}", listener.local_addr().unwrap()));
        let app = axum::Router::new().fallback(hear).with_state(stub.clone());
        tokio::spawn(async { axum::serve(listener, app).await });
        stub
    }

    /// From now on every request is answered like this.
    fn answers(&self, status: u16, body: &str) {
        let body = body.to_owned();
        self.reacts(move |_| (status, body.clone(), Duration::ZERO));
    }

    fn reacts(&self, reaction: impl Fn(&Heard) -> (u16, String, Duration) + Send + 'static) {
        *self.reaction.lock().unwrap() = Box::new(reaction);
    }

    fn last(&self) -> Heard {
        let heard = self.heard.lock().unwrap();
        heard.last().cloned().expect("the stub heard something")
    }

    fn count(&self) -> usize {
        self.heard.lock().unwrap().len()
    }
}

async fn hear(State(stub): State<Stub>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let raw = String::from_utf8(body.to_vec()).unwrap();
    let form: HashMap<String, String> = form_urlencoded::parse(raw.as_bytes())
        .into_owned()
        .collect();
    let payload = form.get("payload").map_or(&raw, |payload| payload);
    let heard = Heard {
        path: uri.path().to_owned(),
        headers,
        json: serde_json::from_str(payload).unwrap_or_default(),
        form,
        raw: raw.clone(),
    };
    if heard.json["type"] == "url_verification" && stub.verifies.load(Ordering::SeqCst) {
        return heard.json["challenge"]
            .as_str()
            .unwrap()
            .to_owned()
            .into_response();
    }
    let (status, body, wait) = {
        let reaction = stub.reaction.lock().unwrap();
        reaction(&heard)
    };
    stub.heard.lock().unwrap().push(heard);
    tokio::time::sleep(wait).await;
    (StatusCode::from_u16(status).unwrap(), body).into_response()
}

/// Tuesday, 4 August 2026, 10:00 UTC.
const START: &str = "2026-08-04T10:00:00Z";

fn clock() -> ManualClock {
    ManualClock::new(START.parse().unwrap())
}

fn forward(clock: &ManualClock, seconds: i64) {
    clock.set(clock.now() + jiff::SignedDuration::from_secs(seconds));
}

/// A workspace with Ana, Ben and a deactivated Dan.
async fn workspace() -> (Sandbox, ManualClock) {
    workspace_with(Options {
        unasked: ["nudge".to_owned()].into(),
        repeat_mark: Some("in case it did not arrive".to_owned()),
        settle: Duration::from_millis(20),
        ..Options::default()
    })
    .await
}

async fn workspace_with(options: Options) -> (Sandbox, ManualClock) {
    let clock = clock();
    let sandbox = Sandbox::start(clock.clone(), options).await.unwrap();
    sandbox.add_user(User::new("UANA", "Ana Ito").tz("Europe/Berlin"));
    sandbox.add_user(User::new("UBEN", "Ben Roy").tz("America/New_York"));
    sandbox.add_user(User {
        deleted: true,
        ..User::new("UDAN", "Dan Gone")
    });
    (sandbox, clock)
}

/// One call as the app makes it.
async fn call(sandbox: &Sandbox, method: &str, body: Json) -> Json {
    let (_, body) = call_raw(sandbox, method, &body).await;
    body
}

async fn call_raw(sandbox: &Sandbox, method: &str, body: &Json) -> (reqwest::Response, Json) {
    let url = format!("{}/{method}", sandbox.api_url());
    let request = sandbox
        .inner
        .http
        .post(url)
        .bearer_auth("xoxb-sandbox-token");
    let response = request.json(body).send().await.unwrap();
    let headers = response.headers().clone();
    let status = response.status();
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Json::String(text));
    let mut empty = axum::http::Response::new(String::new());
    *empty.status_mut() = status;
    *empty.headers_mut() = headers;
    (empty.into(), body)
}

/// A call with a form, as methods that read want it.
async fn read(sandbox: &Sandbox, method: &str, form: &[(&str, &str)]) -> Json {
    let url = format!("{}/{method}", sandbox.api_url());
    let request = sandbox
        .inner
        .http
        .post(url)
        .bearer_auth("xoxb-sandbox-token");
    request
        .form(form)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap()
}

async fn post(sandbox: &Sandbox, channel: &str, text: &str) -> Json {
    call(
        sandbox,
        "chat.postMessage",
        json!({"channel": channel, "text": text}),
    )
    .await
}

fn button(label: &str, action_id: &str) -> Json {
    json!({
        "type": "button",
        "action_id": action_id,
        "value": "7",
        "text": {"type": "plain_text", "text": label},
    })
}

fn section(text: &str) -> Json {
    json!({"type": "section", "text": {"type": "mrkdwn", "text": text}})
}

fn modal(blocks: Json) -> Json {
    json!({
        "type": "modal",
        "callback_id": "join",
        "title": {"type": "plain_text", "text": "Join"},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": blocks,
    })
}

fn input(label: &str, element: Json) -> Json {
    json!({
        "type": "input",
        "block_id": label.to_lowercase(),
        "label": {"type": "plain_text", "text": label},
        "element": element,
    })
}
