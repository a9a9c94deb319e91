//! Slack's Web API, as strict as the real one.

mod apps;
mod args;
mod call;
mod chat;
mod conversations;
mod files;
mod invite;
mod methods;
mod oauth;
mod refusal;
mod reply;
mod respond;
mod trouble;
mod users;
mod views;

pub(super) use respond::apply;
pub(super) use views::{check, replace, show};

use super::handle::Inner;
use super::limits::Tier;
use super::listener::Wire;
use super::site::Site;
use super::state::State;
use args::Args;
use axum::body::Bytes;
use axum::extract::WebSocketUpgrade;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, RawQuery, State as Shared};
use axum::http::{HeaderMap, HeaderValue, Method as Verb, StatusCode, header};
use axum::middleware::map_response_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, routing::any};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use call::Call;
use jiff::fmt::rfc2822;
use methods::Needs;
use refusal::{Refusal, refuse};
use reply::Reply;
use serde_json::json;
use std::sync::Arc;

pub(super) fn routes(site: Arc<Site>) -> IntoMakeServiceWithConnectInfo<Router, Wire> {
    let router = Router::new();
    #[cfg(feature = "server")]
    let has_control = |first: Arc<Inner>| first.state().options.control;
    #[cfg(feature = "server")]
    let router = if site.first().is_some_and(has_control) {
        router.merge(crate::control::routes(&site))
    } else {
        router
    };
    router
        .route("/api/{method}", any(call))
        .route("/response/{*id}", post(respond::respond))
        .route("/link/", get(link))
        .route("/upload/{team}/{id}", post(files::upload))
        .route("/files-pri/{id}/download/{name}", get(files::private))
        .merge(crate::consent::routes())
        .layer(DefaultBodyLimit::max(20_000_000))
        .layer(map_response_with_state(site.clone(), dated))
        .with_state(site)
        .into_make_service_with_connect_info::<Wire>()
}

/// Adds Slack's time to every answer.
async fn dated(Shared(site): Shared<Arc<Site>>, mut response: Response) -> Response {
    let date = rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&site.slacks_now());
    if let Some(date) = date.ok().and_then(|date| HeaderValue::from_str(&date).ok()) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

/// A Socket Mode connection begins.
async fn link(
    Shared(site): Shared<Arc<Site>>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response {
    let query = query.unwrap_or_default();
    let mut fields = form_urlencoded::parse(query.as_bytes());
    let ticket = fields.find(|(name, _)| name == "ticket");
    let ticket = ticket.map_or_else(String::new, |(_, ticket)| ticket.into_owned());
    let Some(first) = site.first() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    upgrade.on_upgrade(move |socket| first.serve_socket(socket, ticket))
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let bytes = BASE64.decode(given.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

async fn call(
    Shared(site): Shared<Arc<Site>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    Path(name): Path<String>,
    verb: Verb,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let started = std::time::Instant::now();
    let Some(inner) = workspace_of(&site, &headers, &body) else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
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
    if reply.outcome == "ok" && name == "apps.uninstall" {
        oauth::tell_of_removal(inner.clone());
    }
    trouble::after(&inner, &wire, reply, fault).await
}

/// The workspace that a call is for: its token says, or else the code of a consent. Other calls are of the workspace in which
/// the app was made. `None` while Slack stops.
fn workspace_of(site: &Site, headers: &HeaderMap, body: &[u8]) -> Option<Arc<Inner>> {
    let field = |wanted: &str| {
        let mut fields = form_urlencoded::parse(body);
        let found = fields.find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.into_owned())
    };
    let token = bearer(headers).map(str::to_owned);
    let by_token = token.or_else(|| field("token"));
    let by_token = by_token.and_then(|token| site.of_token(&token));
    // A refresh token says, too.
    let by_token = by_token.or_else(|| site.of_token(&field("refresh_token")?));
    let by_code = || {
        let team = site.codes().team(&field("code")?)?.to_owned();
        site.workspace(&team)
    };
    by_token.or_else(by_code).or_else(|| site.first())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    given.strip_prefix("Bearer ")
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
    let args = Args::read(method.json, query, headers, body);
    let in_form = args.as_ref().ok().and_then(Args::token);
    if let Err(error) = check_token(&state, headers, in_form, method.token, inner.now()) {
        return Reply::refused(refuse(error));
    }
    let args = match args {
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
    let ms = inner.limits_now(state.options.app_clock);
    let is_history = method.name == "conversations.history";
    let tier = if is_history && state.options.distributed {
        Tier::One
    } else {
        method.tier
    };
    if let Err(seconds) = state.limits.call(method.name, tier, ms) {
        return too_many(&mut state, name, seconds);
    }
    let mut call = Call {
        inner,
        state: &mut state,
        args,
        basic: basic(headers),
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

/// Counts and explains refusals that an app can avoid.
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

/// The token stands in the `Authorization` header, or as `token` in a form's body.
fn check_token(
    state: &State,
    headers: &HeaderMap,
    in_form: Option<&str>,
    needs: Needs,
    now: jiff::Timestamp,
) -> Result<(), &'static str> {
    // An app-level token is taken from the header alone.
    let in_form = in_form.filter(|_| needs == Needs::Bot);
    if needs == Needs::Nothing {
        return Ok(());
    }
    let given = bearer(headers).or(in_form).ok_or("not_authed")?;
    let is_app_token = given == state.options.app_token;
    match needs {
        Needs::App if is_app_token => Ok(()),
        Needs::App if state.knows_token(given) => Err("not_allowed_token_type"),
        Needs::App => Err("invalid_auth"),
        Needs::Bot | Needs::Nothing if is_app_token => Err("not_allowed_token_type"),
        Needs::Bot | Needs::Nothing => state.judge_token_at(given, now),
    }
}
