//! Bodies and queries of requests, and refusals.

use crate::site::Site;
use crate::{MessageRef, Sandbox, Screen};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::sync::Arc;

/// Why a request is not done, and what to do about it.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    /// One word for programs.
    error: &'static str,
    /// For people.
    message: String,
}

impl Refused {
    pub fn new(status: StatusCode, error: &'static str, message: String) -> Self {
        Self {
            status,
            error,
            message,
        }
    }

    /// The request itself is wrong.
    pub fn bad(message: String) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    /// A person in front of this screen could not do it.
    pub fn impossible(message: String) -> Self {
        Self::new(StatusCode::CONFLICT, "impossible", message)
    }

    /// The app was asked and did not answer as it should.
    pub fn app(message: String) -> Self {
        Self::new(StatusCode::BAD_GATEWAY, "app_failed", message)
    }

    pub fn message(&self) -> &str {
        &self.message
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = json!({"ok": false, "error": self.error, "message": self.message});
        (self.status, Json(body)).into_response()
    }
}

/// A JSON body; an empty one counts as `{}`. Its content type does not matter: `curl -d` sends a form's.
pub(super) struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|error| Refused::bad(error.body_text()))?;
        let bytes = if bytes.is_empty() {
            Bytes::from_static(b"{}")
        } else {
            bytes
        };
        let body = Json::<T>::from_bytes(&bytes);
        body.map(|Json(body)| Self(body))
            .map_err(|error| Refused::bad(error.body_text()))
    }
}

/// The query of an address.
pub(super) struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query
            .map(|Query(query)| Self(query))
            .map_err(|error| Refused::bad(error.body_text()))
    }
}

/// The workspace that a request is about: `?team=`, an id or a name, or the only one that there is.
pub(super) struct Slack(pub Sandbox);

impl FromRequestParts<Arc<Site>> for Slack {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Refused> {
        let query = parts.uri.query().unwrap_or_default();
        let mut fields = form_urlencoded::parse(query.as_bytes());
        let named = fields.find(|(name, _)| name == "team");
        let all = site.handles();
        let is_named = |one: &Sandbox, word: &str| one.team_id() == word || one.team_name() == word;
        let found = match &named {
            Some((_, word)) => all.iter().find(|one| is_named(one, word)),
            None => all.first().filter(|_| all.len() == 1),
        };
        let found = found.map(|one| Self(one.clone()));
        found.ok_or_else(|| {
            let ids = all.iter().map(Sandbox::team_id);
            let ids = ids.collect::<Vec<_>>().join(", ");
            match named {
                Some((_, word)) => {
                    let message = format!("no workspace '{word}'; there are: {ids}");
                    Refused::new(StatusCode::NOT_FOUND, "team_not_found", message)
                }
                None => Refused::bad(format!("say which workspace with ?team=; there are: {ids}")),
            }
        })
    }
}

/// The id of a person named by id or handle.
pub(super) fn person(slack: &Sandbox, word: &str) -> Result<String, Refused> {
    slack.user_id(word).ok_or_else(|| {
        let names: Vec<String> = slack.users().into_iter().map(|user| user.name).collect();
        let message = format!("no user '{word}'; there are: {}", names.join(", "));
        Refused::new(StatusCode::NOT_FOUND, "user_not_found", message)
    })
}

/// The id of a conversation named by id or by a channel's name.
pub(super) fn channel(slack: &Sandbox, word: &str) -> Result<String, Refused> {
    slack.channel_id(word).ok_or_else(|| {
        let names: Vec<String> = slack.channels().into_iter().map(|one| one.name).collect();
        let message = format!("no channel '{word}'; there are: {}", names.join(", "));
        Refused::new(StatusCode::NOT_FOUND, "channel_not_found", message)
    })
}

/// The screen of a button or a field, if a request names one.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum On {
    Home,
    Modal,
}

/// The message of a button or a field, if a request names one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    channel: String,
    ts: String,
}

/// The screen that a request names; `None` means that it is looked for.
pub(super) fn screen(on: Option<On>, message: Option<Named>) -> Result<Option<Screen>, Refused> {
    match (on, message) {
        (Some(_), Some(_)) => Err(Refused::bad("give either on or message".to_owned())),
        (Some(On::Home), None) => Ok(Some(Screen::Home)),
        (Some(On::Modal), None) => Ok(Some(Screen::Modal)),
        (None, Some(Named { channel, ts })) => {
            Ok(Some(Screen::Message(MessageRef { channel, ts })))
        }
        (None, None) => Ok(None),
    }
}
