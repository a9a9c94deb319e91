//! One address for several workspaces.

use crate::support::http;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::any;
use slack_sandbox::Sandbox;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// One address for the Web API of several workspaces, as Slack has: a token says which.
#[derive(Clone, Default)]
pub struct Slack(Arc<Mutex<Vec<Workspace>>>);

#[derive(Clone)]
pub struct Workspace {
    slack: Sandbox,
    token: String,
}

impl Slack {
    pub async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new()
            .route("/api/{method}", any(forward))
            .with_state(self.clone());
        tokio::spawn(async { axum::serve(listener, routes).await });
        format!("http://{address}/api")
    }

    fn find(&self, is_it: impl Fn(&Workspace) -> bool) -> Option<Workspace> {
        self.0
            .lock()
            .unwrap()
            .iter()
            .find(|workspace| is_it(workspace))
            .cloned()
    }

    pub fn add(&self, slack: &Sandbox, token: &str) {
        slack.reinstall(Some(token));
        let mut all = self.0.lock().unwrap();
        all.retain(|workspace| workspace.slack.api_url() != slack.api_url());
        all.push(Workspace {
            slack: slack.clone(),
            token: token.to_owned(),
        });
    }
}

/// Somebody agrees on the consent page of this workspace. All workspaces count their codes from the same start, so its port
/// goes before.
pub fn consent(slack: &Sandbox) -> String {
    format!("{}{}", mark(slack), slack.consent())
}

fn mark(slack: &Sandbox) -> String {
    let port: String = slack
        .api_url()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    format!("at{port}.")
}

async fn forward(
    State(slack): State<Slack>,
    Path(method): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, HeaderMap, Bytes) {
    let header = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let text = String::from_utf8_lossy(&body).into_owned();
    let bearer = header("authorization");
    let by_token = slack.find(|workspace| bearer == format!("Bearer {}", workspace.token));
    let by_code = || slack.find(|workspace| text.contains(&mark(&workspace.slack)));
    let target = by_token
        .or_else(by_code)
        .or_else(|| slack.find(|_| method == "api.test"));
    let Some(target) = target else {
        return (
            StatusCode::OK,
            HeaderMap::new(),
            "{\"ok\":false,\"error\":\"invalid_auth\"}".into(),
        );
    };
    let mut request = http()
        .post(format!("{}/{method}", target.slack.api_url()))
        .header("content-type", header("content-type"));
    if !bearer.is_empty() {
        request = request.header("authorization", bearer);
    }
    let answer = request
        .body(text.replace(&mark(&target.slack), ""))
        .send()
        .await
        .unwrap();
    let status = StatusCode::from_u16(answer.status().as_u16()).unwrap();
    let mut kept = HeaderMap::new();
    for name in ["retry-after", "date", "x-oauth-scopes", "content-type"] {
        if let Some(value) = answer.headers().get(name) {
            kept.insert(name, value.clone());
        }
    }
    (status, kept, answer.bytes().await.unwrap())
}
