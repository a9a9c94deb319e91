//! Slack's Web API, as strict as the real one.

mod args;
mod chat;
mod conversations;
mod files;
mod methods;
mod oauth;
mod respond;
mod trouble;
mod users;
mod views;

pub(super) use respond::apply;
pub(super) use views::{check, replace, show};

use super::listener::Wire;
use super::state::{State, Token};
use super::{Inner, blocks};
use args::Args;
use axum::body::Bytes;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, RawQuery, State as Shared};
use axum::http::{HeaderMap, HeaderValue, Method as Verb, StatusCode, header};
use axum::middleware::map_response_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, routing::any};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde_json::{Map, Value as Json, json};
use std::borrow::Cow;
use std::sync::Arc;

pub(super) fn routes(inner: Arc<Inner>) -> IntoMakeServiceWithConnectInfo<Router, Wire> {
    Router::new()
        .route("/api/{method}", any(call))
        .route("/response/{*id}", post(respond::respond))
        .route("/upload/{id}", post(files::upload))
        .route("/files/{id}", get(files::download))
        .layer(DefaultBodyLimit::max(20_000_000))
        .layer(map_response_with_state(inner.clone(), dated))
        .with_state(inner)
        .into_make_service_with_connect_info::<Wire>()
}

/// Every answer says what time it is at Slack.
async fn dated(Shared(inner): Shared<Arc<Inner>>, mut response: Response) -> Response {
    let date = rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&inner.slacks_now());
    if let Some(date) = date.ok().and_then(|date| HeaderValue::from_str(&date).ok()) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

/// What a method answers: the fields beside `"ok": true`.
type Outcome = Result<Json, Refusal>;

/// `"ok": false`, and why.
#[derive(Debug)]
pub(super) struct Refusal {
    error: Cow<'static, str>,
    more: Map<String, Json>,
    /// Right, but too soon: no mistake of the bot's.
    early: bool,
}

impl Refusal {
    fn with(mut self, key: &str, value: impl Into<Json>) -> Self {
        self.more.insert(key.to_owned(), value.into());
        self
    }

    fn early(mut self) -> Self {
        self.early = true;
        self
    }
}

fn refuse(error: impl Into<Cow<'static, str>>) -> Refusal {
    Refusal {
        error: error.into(),
        more: Map::new(),
        early: false,
    }
}

impl From<blocks::Invalid> for Refusal {
    fn from(invalid: blocks::Invalid) -> Self {
        refuse(invalid.error)
            .with("errors", invalid.messages.clone())
            .with("response_metadata", json!({"messages": invalid.messages}))
    }
}

/// One call of a method, under the lock.
struct Call<'a> {
    inner: &'a Inner,
    state: &'a mut State,
    args: Args,
    now: Timestamp,
}

impl Call<'_> {
    fn has_scope(&self, scope: &str) -> bool {
        self.state.options.scopes.contains(scope)
    }

    /// Refuses like Slack when the token has none of these.
    fn need(&self, any: &[&'static str]) -> Result<(), Refusal> {
        if any.is_empty() || any.iter().any(|scope| self.has_scope(scope)) {
            return Ok(());
        }
        let provided: Vec<_> = self
            .state
            .options
            .scopes
            .iter()
            .map(String::as_str)
            .collect();
        Err(refuse("missing_scope")
            .with("needed", any.join(","))
            .with("provided", provided.join(",")))
    }
}

/// An answer before it is written on the wire.
struct Reply {
    status: StatusCode,
    body: Json,
    retry_after: Option<i64>,
    outcome: Cow<'static, str>,
}

impl Reply {
    fn refused(refusal: Refusal) -> Self {
        let mut body = refusal.more;
        body.insert("ok".into(), json!(false));
        body.insert("error".into(), json!(refusal.error));
        Self {
            status: StatusCode::OK,
            body: Json::Object(body),
            retry_after: None,
            outcome: refusal.error,
        }
    }

    fn too_many(seconds: i64) -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            retry_after: Some(seconds),
            ..Self::refused(refuse("ratelimited"))
        }
    }
}

async fn call(
    Shared(inner): Shared<Arc<Inner>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    Path(name): Path<String>,
    verb: Verb,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let started = std::time::Instant::now();
    let fault = match trouble::before(&inner, &wire, &name).await {
        Ok(after) => after,
        Err((response, outcome)) => {
            let answer = (response.status(), String::new(), outcome.as_str());
            inner.note_call((&name, &headers, &body), answer, started);
            return response;
        }
    };
    let reply = perform(&inner, &name, &verb, query.as_deref(), &headers, &body);
    if reply.outcome == "ok" {
        inner.tell();
    }
    let outcome = match &fault {
        Some(fault) => fault.name(),
        None => &*reply.outcome,
    };
    inner.state().tally.outcome(&name, outcome);
    let answer = (reply.status, reply.body.to_string(), outcome);
    inner.note_call((&name, &headers, &body), answer, started);
    trouble::after(&inner, &wire, reply, fault).await
}

const JSON: &str = "application/json; charset=utf-8";

fn write(reply: &Reply, scopes: Option<&str>) -> Response {
    let mut response = (
        reply.status,
        [(header::CONTENT_TYPE, JSON)],
        reply.body.to_string(),
    )
        .into_response();
    let headers = response.headers_mut();
    if let Some(seconds) = reply.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(scopes) = scopes.and_then(|scopes| HeaderValue::from_str(scopes).ok()) {
        headers.insert("x-oauth-scopes", scopes);
    }
    response
}

/// Token, method, limits, arguments, scope: in this order; then the method itself.
fn perform(
    inner: &Inner,
    name: &str,
    verb: &Verb,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &[u8],
) -> Reply {
    let mut state = inner.state();
    let Some(method) = methods::find(name) else {
        return Reply::refused(refuse("unknown_method").with("req_method", name));
    };
    if !(verb == Verb::POST || verb == Verb::GET && !method.json) {
        return Reply::refused(refuse("invalid_http_method"));
    }
    if method.token
        && let Err(error) = check_token(&state, headers)
    {
        return Reply::refused(refuse(error));
    }
    let args = match Args::read(method, query, headers, body) {
        Ok(args) => args,
        Err(refusal) => return Reply::refused(refusal),
    };
    let now = inner.now();
    for unknown in args.unknown(method.args) {
        let count = state
            .tally
            .unknown_arguments
            .entry(format!("{name}.{unknown}"));
        *count.or_default() += 1;
    }
    let ms = now.as_millisecond();
    if let Err(seconds) = state.limits.call(method.name, method.tier, ms) {
        return too_many(&mut state, name, seconds);
    }
    let mut call = Call {
        inner,
        state: &mut state,
        args,
        now,
    };
    let outcome = call
        .need(method.scopes)
        .and_then(|()| (method.run)(&mut call));
    match outcome {
        Ok(mut body) => {
            body["ok"] = json!(true);
            Reply {
                status: StatusCode::OK,
                body,
                retry_after: None,
                outcome: "ok".into(),
            }
        }
        Err(refusal) if refusal.error == "ratelimited" => {
            let seconds = refusal.more["seconds"].as_i64().unwrap_or(1);
            too_many(&mut state, name, seconds)
        }
        Err(refusal) => {
            count(&mut state, name, &refusal);
            Reply::refused(refusal)
        }
    }
}

fn too_many(state: &mut State, name: &str, seconds: i64) -> Reply {
    state.tally.rate_limited += 1;
    state
        .tally
        .remark(|| format!("{name} over its limit, {seconds} s too early"));
    Reply::too_many(seconds)
}

/// Refusals that a bot can avoid are worth a word.
fn count(state: &mut State, name: &str, refusal: &Refusal) {
    let tally = &mut state.tally;
    let why = refusal.more.get("response_metadata");
    let why = why
        .map(|why| why["messages"].to_string())
        .unwrap_or_default();
    match &*refusal.error {
        _ if refusal.early => tally.files_too_early += 1,
        "invalid_blocks" | "msg_blocks_too_long" | "view_too_large" | "invalid_blocks_format" => {
            tally.block_errors += 1;
            tally.remark(|| format!("{name}: {} {why}", refusal.error));
        }
        "invalid_arguments" => {
            tally.block_errors += u64::from(name.starts_with("views."));
            tally.remark(|| format!("{name}: {} {why}", refusal.error));
        }
        "missing_scope" => tally.missing_scope += 1,
        "expired_trigger_id" | "exchanged_trigger_id" | "invalid_trigger_id" => {
            tally.expired_triggers += 1;
            tally.remark(|| format!("{name}: {}", refusal.error));
        }
        _ => {}
    }
}

fn check_token(state: &State, headers: &HeaderMap) -> Result<(), &'static str> {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or("not_authed")?;
    if given != state.options.bot_token {
        return Err("invalid_auth");
    }
    match state.token {
        Token::Valid => Ok(()),
        Token::Revoked => Err("token_revoked"),
        Token::Uninstalled => Err("account_inactive"),
    }
}
