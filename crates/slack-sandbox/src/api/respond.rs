//! `response_url`s: five answers within half an hour, without a token.

use super::super::handle::Inner;
use super::super::listener::Wire;
use super::super::messages::Draft;
use super::super::site::Site;
use super::super::state::State;
use super::super::tickets::Target;
use super::chat::Content;
use super::refusal::{Refusal, refuse};
use super::reply::JSON;
use super::trouble;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use std::sync::Arc;

const NAME: &str = "response_url";

pub(super) async fn respond(
    Shared(site): Shared<Arc<Site>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    // The kind of action, the workspace, and a code.
    let team = id.split('/').nth(1).unwrap_or_default();
    let Some(inner) = site.workspace(team).or_else(|| site.first()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let fault = match trouble::before(&inner, &wire, NAME).await {
        Ok(after) => after,
        Err((response, _)) => return response,
    };
    let started = std::time::Instant::now();
    let outcome = answer(&inner, &id, &body);
    inner.tell();
    if fault.is_some() {
        wire.cut();
    }
    let outcome_name = match &outcome {
        Ok(()) => "ok",
        Err((_, refusal)) => &refusal.error,
    };
    inner.state().tally.outcome(NAME, outcome_name);
    let noted = (StatusCode::OK, String::new(), outcome_name);
    inner.note_call((NAME, &HeaderMap::new(), &body), noted, started);
    match outcome {
        // Slack answers with two letters, not with JSON.
        Ok(()) => ([(header::CONTENT_TYPE, "text/html")], "ok").into_response(),
        Err((status, refusal)) => {
            let body = json!({"ok": false, "error": refusal.error}).to_string();
            (status, [(header::CONTENT_TYPE, JSON)], body).into_response()
        }
    }
}

fn answer(inner: &Inner, id: &str, body: &[u8]) -> Result<(), (StatusCode, Refusal)> {
    let now = inner.now();
    let mut state = inner.state();
    let bad = |refusal| (StatusCode::BAD_REQUEST, refusal);
    let body: Json = serde_json::from_slice(body).map_err(|_| bad(refuse("invalid_payload")))?;
    let target = state.urls.exchange(id, now.as_millisecond());
    let target = target.map_err(|error| {
        state.tally.expired_urls += 1;
        (StatusCode::NOT_FOUND, refuse(error))
    })?;
    apply(&mut state, &target, &body, now).map_err(|refusal| {
        state.tally.block_errors += u64::from(refusal.error.contains("blocks"));
        let why = &refusal.more;
        state
            .tally
            .remark(|| format!("{NAME}: {} {why:?}", refusal.error));
        bad(refusal)
    })
}

/// Applies an answer sent by `response_url` or as the body of an acknowledgment.
pub(crate) fn apply(
    state: &mut State,
    target: &Target,
    body: &Json,
    now: Timestamp,
) -> Result<(), Refusal> {
    let live = |index: &u32| !state.message(*index).deleted;
    let message = target.message.filter(live);
    if body["delete_original"] == true {
        if let Some(index) = message {
            state.delete(index);
        }
        return Ok(());
    }
    let text = body["text"].as_str().map(str::to_owned);
    let blocks = body
        .get("blocks")
        .filter(|blocks| !blocks.is_null())
        .cloned();
    let content = Content::check(text, blocks, &|id| {
        state.files.get(id).is_some_and(|file| file.complete)
    })?;
    if body["replace_original"] == true
        && let Some(index) = message
    {
        state.edit(index, &content.text, content.blocks);
        return Ok(());
    }
    let ephemeral = body["response_type"] != "in_channel";
    let draft = Draft {
        text: content.text,
        blocks: content.blocks,
        ephemeral_to: ephemeral.then(|| target.user.clone()),
        ..Draft::default()
    };
    state.post(target.place, draft, now);
    Ok(())
}
