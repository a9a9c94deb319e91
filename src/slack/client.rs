//! Our calls to Slack, with errors that say what to do.

mod error;
mod files;

use super::connector::{self, Broken, Connector};
pub use super::http::BadUrl;
use super::http::Http;
use super::{inbound, origin};
use crate::domain::ids::{TeamId, UserId};
pub use error::CallError;
use secrecy::{ExposeSecret, SecretString};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use slack_morphism::errors::SlackClientError;
use slack_morphism::{SlackApiToken, SlackClient};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The wait, in seconds, after a 429 that does not name one.
const DEFAULT_WAIT_SECONDS: u64 = 30;
/// Slack asks for a minute at most. A proxy that asks for a day must not block a method for that long.
const LONGEST_WAIT_SECONDS: u64 = 300;

/// Calls Slack's Web API with one token. Cheap to clone; clients made from each other share their connections.
#[derive(Clone)]
pub struct Client {
    slack: Arc<Connection>,
    token: Arc<SlackApiToken>,
    /// The workspace that calls are about, where the token may be an organization's.
    team: Option<TeamId>,
    /// Whether what is sent says of which workspace it is.
    marks: bool,
}

/// Methods of ours that an organization's token has to name the workspace to; a workspace's token may. Slack: "Using APIs with
/// organization-wide apps".
const NAME_THE_TEAM: [&str; 1] = ["users.list"];

/// The result of [`Client::probe`].
pub struct Probe {
    pub team: String,
    pub team_id: String,
    /// None when a stand-in does not list them.
    pub scopes: Option<Vec<String>>,
    /// The HTTP date of the answer.
    pub date: Option<String>,
}

struct Connection {
    base: Url,
    client: SlackClient<Connector>,
    http: Http,
}

/// An answer without the parts that Slack only repeats to us. A view can be long, and a strange echo is no error.
#[derive(Deserialize)]
struct Told {
    #[serde(rename = "view")]
    _view: Option<IgnoredAny>,
    #[serde(rename = "message")]
    _message: Option<IgnoredAny>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl Client {
    /// `base` is `https://slack.com/api` or a stand-in; `timeout` bounds a whole call.
    pub fn new(base: &str, token: &SecretString, timeout: Duration) -> Result<Self, BadUrl> {
        let mut base = Url::parse(base).map_err(|error| BadUrl::Unreadable(error.to_string()))?;
        let http = Http::new(&base, timeout)?;
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        let connector = Connector::new(http.client.clone(), base.clone());
        let slack = Connection {
            client: SlackClient::new(connector),
            base,
            http,
        };
        Ok(Self {
            slack: Arc::new(slack),
            token: Arc::new(api_token(token)),
            team: None,
            marks: false,
        })
    }

    /// The same with another token.
    #[must_use]
    pub fn with_token(&self, token: &SecretString) -> Self {
        Self {
            slack: self.slack.clone(),
            token: Arc::new(api_token(token)),
            team: None,
            marks: false,
        }
    }

    /// The same, for calls about this workspace.
    #[must_use]
    pub fn in_workspace(self, team: &TeamId) -> Self {
        Self {
            team: Some(team.clone()),
            ..self
        }
    }

    /// The same, where one bot serves several workspaces: what it sends says of which it is.
    #[must_use]
    pub fn marking(self) -> Self {
        Self {
            marks: true,
            ..self
        }
    }

    /// The arguments with the workspace's id, where it belongs to them.
    fn with_team(&self, method: &str, arguments: &impl Serialize) -> Option<Value> {
        let team = self.team.as_ref()?;
        if !NAME_THE_TEAM.contains(&method) {
            let marked = self
                .marks
                .then(|| origin::in_arguments(method, arguments, team));
            return marked.flatten();
        }
        let mut arguments = serde_json::to_value(arguments).ok()?;
        arguments
            .as_object_mut()?
            .insert("team_id".to_owned(), json!(team));
        Some(arguments)
    }

    /// Whether both call with the same token.
    pub fn has_token_of(&self, other: &Self) -> bool {
        self.token.token_value.0 == other.token.token_value.0
    }

    /// Calls a Web API method. The answer has `ok: true`.
    pub async fn call(
        &self,
        method: &'static str,
        arguments: &(impl Serialize + Send + Sync),
    ) -> Result<Value, CallError> {
        let session = self.slack.client.open_session(&self.token);
        let api = session.http_session_api;
        let answer: Result<Told, SlackClientError> = match self.with_team(method, arguments) {
            Some(arguments) => api.http_post(method, &arguments, None).await,
            None => api.http_post(method, arguments, None).await,
        };
        let answer = answer
            .map(|told| Value::Object(told.rest))
            .map_err(|error| call_error(&error));
        let outcome = answer.as_ref().map_or_else(CallError::label, |_| "ok");
        metrics::counter!("reverse_mentor_slack_calls_total", "method" => method, "outcome" => outcome)
            .increment(1);
        answer
    }

    /// The address of a new Socket Mode connection, for an app-level token.
    pub async fn socket_url(&self) -> Result<Url, CallError> {
        let answer = self.call("apps.connections.open", &json!({})).await?;
        let url = answer.get("url").and_then(Value::as_str);
        let url = url.and_then(|url| Url::parse(url).ok());
        let mut url = url.ok_or(CallError::InDoubt("garbled answer"))?;
        // A WebSocket begins as a request over HTTP.
        let scheme = if url.scheme() == "ws" {
            "http"
        } else {
            "https"
        };
        let is_socket = matches!(url.scheme(), "ws" | "wss") && url.set_scheme(scheme).is_ok();
        if !(is_socket && self.slack.http.may_call(&url)) {
            return Err(CallError::Refused("unsafe_socket_url".into(), Vec::new()));
        }
        Ok(url)
    }

    pub(super) fn base(&self) -> &Url {
        &self.slack.base
    }

    pub(super) fn http(&self) -> &reqwest::Client {
        &self.slack.http.client
    }

    /// Asks Slack who we are, and also returns facts from the headers: the token's scopes and Slack's time.
    pub async fn probe(&self) -> Result<Probe, CallError> {
        self.probe_with("auth.test").await
    }

    /// Asks Slack for the time alone, which takes no token.
    pub async fn ask_the_time(&self) -> Result<Probe, CallError> {
        self.probe_with("api.test").await
    }

    async fn probe_with(&self, method: &str) -> Result<Probe, CallError> {
        let url = self
            .slack
            .base
            .join(method)
            .map_err(|_| CallError::Unreached)?;
        let request = self.slack.http.client.post(url);
        let request = match self.token.token_value.0.as_str() {
            "" => request,
            token => request.bearer_auth(token),
        };
        let response = request.send().await.map_err(|error| {
            if error.is_connect() {
                CallError::Unreached
            } else {
                CallError::InDoubt("no answer")
            }
        })?;
        match response.status().as_u16() {
            429 => return Err(CallError::RateLimited(DEFAULT_WAIT_SECONDS)),
            500.. => return Err(CallError::InDoubt("5xx")),
            _ => {}
        }
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let (scopes, date) = (header("x-oauth-scopes"), header("date"));
        let garbled = CallError::InDoubt("garbled answer");
        let body = connector::read(response).await;
        let answer: Value = body
            .ok()
            .and_then(|body| serde_json::from_slice(&body).ok())
            .ok_or(garbled)?;
        let field = |name: &str| {
            let text = answer.get(name).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        if answer.get("ok").and_then(Value::as_bool) != Some(true) {
            return Err(CallError::Refused(field("error"), Vec::new()));
        }
        Ok(Probe {
            team: field("team"),
            team_id: field("team_id"),
            scopes: scopes.map(|list| {
                list.split(',')
                    .map(|scope| scope.trim().to_owned())
                    .collect()
            }),
            date,
        })
    }

    /// Answers where a person acted, through the `response_url` of their request.
    pub async fn respond(
        &self,
        url: &str,
        body: &(impl Serialize + Sync),
    ) -> Result<(), CallError> {
        let url = Url::parse(url).map_err(|_| CallError::Unreached)?;
        if !self.slack.http.may_call(&url) {
            return Err(CallError::Unreached);
        }
        let sent = self.slack.http.client.post(url).json(body).send().await;
        let outcome = match sent {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) => Err(CallError::Refused(
                response.status().as_u16().to_string(),
                Vec::new(),
            )),
            Err(error) if error.is_connect() => Err(CallError::Unreached),
            Err(_) => Err(CallError::InDoubt("response_url")),
        };
        let label = outcome.as_ref().map_or_else(CallError::label, |()| "ok");
        metrics::counter!("reverse_mentor_slack_calls_total", "method" => "response_url", "outcome" => label)
            .increment(1);
        outcome
    }

    /// A page of everybody's email addresses, and the cursor of the next one.
    pub async fn emails(
        &self,
        cursor: Option<&str>,
    ) -> Result<(Vec<(String, UserId)>, Option<String>), CallError> {
        let answer = self.call("users.list", &page_of_users(cursor)).await?;
        let next = answer
            .pointer("/response_metadata/next_cursor")
            .and_then(Value::as_str)
            .filter(|next| !next.is_empty())
            .map(str::to_owned);
        Ok((inbound::emails(&answer), next))
    }

    /// Our identity: the workspace's id and the bot's user id.
    pub async fn who_am_i(&self) -> Result<(String, String), CallError> {
        let answer = self.call("auth.test", &json!({})).await?;
        let id = |name: &str| {
            let id = answer.get(name).and_then(Value::as_str);
            id.filter(|id| !id.is_empty()).map(str::to_owned)
        };
        id("team_id")
            .zip(id("user_id"))
            .ok_or(CallError::InDoubt("garbled answer"))
    }
}

fn api_token(token: &SecretString) -> SlackApiToken {
    SlackApiToken::new(token.expose_secret().trim().into())
}

/// The arguments of `users.list`, at the size that Slack advises.
pub fn page_of_users(cursor: Option<&str>) -> Value {
    match cursor {
        Some(cursor) => json!({"limit": "200", "cursor": cursor}),
        None => json!({"limit": "200"}),
    }
}

/// Keeps only what we act on, because slack-morphism's errors contain bodies.
fn call_error(error: &SlackClientError) -> CallError {
    match error {
        SlackClientError::ApiError(error) => {
            CallError::Refused(error.code.clone(), error.errors.clone().unwrap_or_default())
        }
        SlackClientError::RateLimitError(error) => {
            let wait = error
                .retry_after
                .map_or(DEFAULT_WAIT_SECONDS, |wait| wait.as_secs());
            CallError::RateLimited(wait.clamp(1, LONGEST_WAIT_SECONDS))
        }
        SlackClientError::HttpError(error) => match error.status_code.as_u16() {
            500.. => CallError::InDoubt("5xx"),
            // Sending it again would not help.
            status @ (400 | 413) => CallError::Refused(status.to_string(), Vec::new()),
            // Slack's own refusals come with 200, so this is a proxy, a portal or a wrong address.
            _ => CallError::Unreached,
        },
        SlackClientError::HttpProtocolError(error) => {
            let broken = error
                .cause
                .as_ref()
                .and_then(|cause| cause.downcast_ref::<Broken>());
            match broken {
                Some(Broken::Unreached) => CallError::Unreached,
                Some(Broken::Midway) => CallError::InDoubt("broken connection"),
                Some(Broken::Garbled) | None => CallError::InDoubt("garbled answer"),
            }
        }
        _ => CallError::InDoubt("unclear"),
    }
}
