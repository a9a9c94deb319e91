//! People's views, as text or JSON, now or as soon as they contain some words.

use super::endpoints;
use super::request::{Asked, Refused, Slack, channel, person};
use super::shapes::{self, Shown};
use crate::Sandbox;
use crate::site::Site;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

type Outcome = Result<Response, Refused>;

/// How long to look for something by default, and at most, in real milliseconds.
const WITHIN_MS: u64 = 3_000;
const WITHIN_MS_AT_MOST: u64 = 60_000;

/// The query of an endpoint that shows something.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(rename = "as")]
    format: Option<Format>,
    /// Waits until the text contains this.
    until: Option<String>,
    within_ms: Option<u64>,
    #[serde(rename = "team")]
    _team: Option<String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Format {
    Text,
    Json,
}

/// The wanted form of the answer.
pub(super) struct Look {
    text: bool,
    until: Option<String>,
    within: Duration,
}

impl<S: Send + Sync> FromRequestParts<S> for Look {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let Asked(asked) = Asked::<Wanted>::from_request_parts(parts, state).await?;
        let accept = parts.headers.get(header::ACCEPT);
        let accept = accept.and_then(|value| value.to_str().ok());
        let plain = accept.is_some_and(|accept| accept.contains("text/plain"));
        let within = asked.within_ms.unwrap_or(WITHIN_MS).min(WITHIN_MS_AT_MOST);
        Ok(Self {
            text: asked.format.map_or(plain, |format| format == Format::Text),
            until: asked.until,
            within: Duration::from_millis(within),
        })
    }
}

impl Look {
    pub fn answer(&self, shown: Shown) -> Response {
        if self.text {
            return format!("{}\n", shown.text).into_response();
        }
        axum::Json(shown.json).into_response()
    }

    /// Reads until the text contains the wanted words.
    async fn at(
        &self,
        slack: &Sandbox,
        read: impl Fn() -> Result<Shown, Refused> + Send,
    ) -> Outcome {
        let Some(words) = &self.until else {
            return read().map(|shown| self.answer(shown));
        };
        let mut changes = slack.inner.changed.subscribe();
        let end = Instant::now() + self.within;
        loop {
            let seen = match read() {
                Ok(shown) if shown.text.contains(words) => return Ok(self.answer(shown)),
                Ok(shown) => format!("it says:\n{}", shown.text),
                Err(refused) => refused.message().to_owned(),
            };
            if timeout_at(end, changes.changed()).await.is_err() {
                let message = format!("no '{words}' within {:?}; {seen}", self.within);
                return Err(Refused::new(StatusCode::CONFLICT, "not_seen", message));
            }
        }
    }
}

pub(super) async fn index(look: Look) -> Response {
    let rows = endpoints();
    let line = |row: &super::Endpoint| format!("{:6} /control{}  {}", row.verb, row.path, row.what);
    let lines: Vec<String> = rows.iter().map(line).collect();
    let list = rows.iter().map(|row| {
        let path = format!("/control{}", row.path);
        json!({"method": row.verb, "path": path, "what": row.what})
    });
    look.answer(Shown {
        json: json!({"ok": true, "endpoints": list.collect::<Vec<_>>()}),
        text: lines.join("\n"),
    })
}

pub(super) async fn workspaces(State(site): State<Arc<Site>>, look: Look) -> Response {
    let all = site.handles().into_iter();
    look.answer(shapes::workspaces(all))
}

pub(super) async fn users(Slack(slack): Slack, look: Look) -> Outcome {
    look.at(&slack, || Ok(shapes::users(&slack))).await
}

pub(super) async fn channels(Slack(slack): Slack, look: Look) -> Outcome {
    look.at(&slack, || Ok(shapes::channels(&slack))).await
}

pub(super) async fn conversations(
    Slack(slack): Slack,
    Path(user): Path<String>,
    look: Look,
) -> Outcome {
    let user = person(&slack, &user)?;
    look.at(&slack, || Ok(shapes::conversations(&slack, &user)))
        .await
}

pub(super) async fn conversation(
    Slack(slack): Slack,
    Path((user, place)): Path<(String, String)>,
    look: Look,
) -> Outcome {
    let user = person(&slack, &user)?;
    let place = channel(&slack, &place)?;
    look.at(&slack, || {
        let messages = slack.conversation(&user, &place);
        let messages = messages.map_err(Refused::impossible)?;
        Ok(shapes::messages(&slack, &user, &messages))
    })
    .await
}

pub(super) async fn dm(Slack(slack): Slack, Path(user): Path<String>, look: Look) -> Outcome {
    let user = person(&slack, &user)?;
    look.at(&slack, || {
        Ok(shapes::messages(&slack, &user, &slack.dm(&user)))
    })
    .await
}

pub(super) async fn home(Slack(slack): Slack, Path(user): Path<String>, look: Look) -> Outcome {
    let user = person(&slack, &user)?;
    look.at(&slack, || {
        let home = slack.home(&user).ok_or_else(|| {
            let message = format!("the app has published no Home for {user}; open it first");
            Refused::new(StatusCode::NOT_FOUND, "no_home", message)
        })?;
        Ok(shapes::view(&slack, &user, &home))
    })
    .await
}

pub(super) async fn modal(Slack(slack): Slack, Path(user): Path<String>, look: Look) -> Outcome {
    let user = person(&slack, &user)?;
    look.at(&slack, || {
        let modal = slack.modal(&user).ok_or_else(|| {
            let message = format!("{user} has no modal open");
            Refused::new(StatusCode::NOT_FOUND, "no_modal", message)
        })?;
        Ok(shapes::view(&slack, &user, &modal))
    })
    .await
}

pub(super) async fn transcript(
    Slack(slack): Slack,
    Path(user): Path<String>,
    look: Look,
) -> Outcome {
    let user = person(&slack, &user)?;
    look.at(&slack, || Ok(shapes::transcript(&slack, &user)))
        .await
}
