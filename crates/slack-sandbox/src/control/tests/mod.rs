//! The control API against an app of a few lines.

mod around;
mod people;

use crate::{AppClock, Clock as _, ManualClock, Options, Paths, PeopleFile, Sandbox, WallClock};
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::{Value as Json, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const START: &str = "2026-03-02T09:00:00Z";

/// The requests that the app got: headers and body.
type Heard = Arc<Mutex<Vec<(HeaderMap, String)>>>;

/// Sends challenges back and remembers everything else.
async fn hear(State(heard): State<Heard>, headers: HeaderMap, body: String) -> String {
    let asked: Json = serde_json::from_str(&body).unwrap_or_default();
    if let Some(challenge) = asked["challenge"].as_str() {
        return challenge.to_owned();
    }
    heard.lock().unwrap().push((headers, body));
    String::new()
}

/// A workspace of three, started as the program starts it, on a clock that stands still.
struct Stage {
    slack: Sandbox,
    heard: Heard,
}

impl Stage {
    async fn set() -> Self {
        let options = Options {
            control: true,
            app_clock: AppClock::Machine,
            burst: 5,
            command: String::new(),
            paths: Paths::all("/slack/events"),
            settle: Duration::from_millis(20),
            ..Options::default()
        };
        let clock = ManualClock::new(START.parse().unwrap());
        let slack = Sandbox::start(clock, options).await.unwrap();
        slack.add_people(&PeopleFile::three_people());
        let heard = Heard::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        slack.connect(&format!("http://{}", listener.local_addr().unwrap()));
        let app = axum::Router::new().fallback(hear).with_state(heard.clone());
        tokio::spawn(async { axum::serve(listener, app).await });
        Self { slack, heard }
    }

    fn url(&self, path: &str) -> String {
        self.slack.inner.url(&format!("/control{path}"))
    }

    async fn ask(&self, verb: &str, path: &str, body: &Json) -> (u16, Json) {
        let verb = verb.parse().unwrap();
        let request = self.slack.inner.http.request(verb, self.url(path));
        let answer = request.json(body).send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        let json = serde_json::from_str(&text);
        (status, json.unwrap_or_else(|_| panic!("{path}: {text}")))
    }

    async fn post(&self, path: &str, body: Json) -> Json {
        let (status, answer) = self.ask("POST", path, &body).await;
        assert_eq!((status, &answer["ok"]), (200, &json!(true)), "{answer}");
        answer
    }

    async fn refused(&self, path: &str, body: Json) -> (u16, String) {
        let (status, answer) = self.ask("POST", path, &body).await;
        assert_eq!(answer["ok"], false, "{answer}");
        (status, answer["message"].as_str().unwrap().to_owned())
    }

    async fn text(&self, path: &str) -> String {
        let request = self.slack.inner.http.get(self.url(path));
        let answer = request.header("accept", "text/plain").send();
        answer.await.unwrap().text().await.unwrap()
    }

    /// A call of the app's.
    async fn call(&self, method: &str, body: Json) -> Json {
        let url = format!("{}/{method}", self.slack.api_url());
        let request = self.slack.inner.http.post(url);
        let request = request.bearer_auth("xoxb-sandbox-token").json(&body);
        request.send().await.unwrap().json().await.unwrap()
    }
}

fn buttons() -> Json {
    let button = |label: &str| json!({"type": "button", "action_id": label.to_lowercase(), "text": {"type": "plain_text", "text": label}});
    json!([{"type": "actions", "elements": [button("Sign"), button("Later")]}])
}

#[tokio::test]
async fn the_readme_and_the_index_list_every_endpoint() {
    let readme = include_str!("../../../README.md");
    for row in crate::control::endpoints() {
        let line = format!("| {} | `/control{}` | {} |", row.verb, row.path, row.what);
        assert!(readme.contains(&line), "the README lacks:\n{line}");
    }
    let rows = readme.lines().filter(|line| line.contains("| `/control"));
    assert_eq!(
        rows.count(),
        crate::control::endpoints().len(),
        "and has no other"
    );
    let stage = Stage::set().await;
    for path in ["", "/"] {
        assert!(
            stage
                .text(path)
                .await
                .contains("/control/users/{user}/press")
        );
    }
}
