//! `files.*`: an address to upload to, the upload, and its completion.

use super::super::handle::Inner;
use super::super::listener::Wire;
use super::super::messages::Draft;
use super::super::site::Site;
use super::super::state::File;
use super::call::Call;
use super::refusal::{Outcome, Refusal, refuse};
use super::{args, chat, trouble};
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;

/// The upload's name among the methods, for the tally and for faults.
const NAME: &str = "upload";

/// Slack documents the error for `files.getUploadURLExternal`. It is also given to an upload that began before uploads
/// were turned off.
fn are_allowed(call: &Call) -> Result<(), Refusal> {
    if call.state.options.file_uploads {
        return Ok(());
    }
    Err(refuse("file_uploads_disabled"))
}

pub(super) fn upload_url(call: &mut Call) -> Outcome {
    are_allowed(call)?;
    let name = call.args.needed("filename")?;
    let length = call.args.needed("length")?.parse().unwrap_or(0);
    if length == 0 {
        return Err(args::missing("length"));
    }
    let id = call.state.id("F");
    let file = File {
        title: name.clone(),
        name,
        bytes: Vec::new(),
        length,
        complete: false,
        base: call.inner.files_of(&call.state.options.team_id),
        usable: None,
    };
    call.state.files.insert(id.clone(), file);
    let team = &call.state.options.team_id;
    let url = call.inner.url(&format!("/upload/{team}/{id}"));
    Ok(json!({"upload_url": url, "file_id": id}))
}

pub(super) async fn upload(
    Shared(site): Shared<Arc<Site>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    Path((team, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(inner) = site.workspace(&team) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let fault = match trouble::before(&inner, &wire, NAME).await {
        Ok(after) => after,
        Err((response, _)) => return response,
    };
    let taken = take(&inner, &id, &headers, &body);
    if fault.is_some() {
        wire.cut();
    }
    let outcome = if taken.0 == StatusCode::OK {
        "ok"
    } else {
        "refused"
    };
    inner.state().tally.outcome(NAME, outcome);
    taken.into_response()
}

fn take(inner: &Inner, id: &str, headers: &HeaderMap, body: &Bytes) -> (StatusCode, String) {
    let mut state = inner.state();
    if headers.contains_key(header::AUTHORIZATION) {
        state.tally.leaked_tokens += 1;
        state
            .tally
            .remark(|| "the token was sent along with an upload".to_owned());
    }
    let Some(file) = state.files.get_mut(id).filter(|file| !file.complete) else {
        return (StatusCode::NOT_FOUND, "not found".to_owned());
    };
    if body.len() != file.length {
        return (StatusCode::BAD_REQUEST, "length does not match".to_owned());
    }
    file.bytes = body.to_vec();
    (StatusCode::OK, format!("OK - {}", body.len()))
}

/// As `files.info` shows it.
pub(super) fn info(call: &mut Call) -> Outcome {
    let id = call.args.needed("file")?;
    let file = call.state.files.get(&id).map(|file| file.json(&id));
    Ok(json!({"file": file.ok_or_else(|| refuse("file_not_found"))?}))
}

/// The file itself, for the app's token. Without it, Slack shows its sign-in page with a 200.
pub(super) async fn private(
    Shared(site): Shared<Arc<Site>>,
    Path((id, _name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    // The workspace and the file: `T…-F…`.
    let Some((team, id)) = id.split_once('-') else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Some(inner) = site.workspace(team) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let state = inner.state();
    let token = super::bearer(&headers);
    let is_its_token = token.is_some_and(|token| state.judge_token(token).is_ok());
    if !is_its_token || !state.options.scopes.contains("files:read") {
        return axum::response::Html("<!DOCTYPE html><title>Sign in | Slack</title>")
            .into_response();
    }
    match state.files.get(id) {
        Some(file) => file.bytes.clone().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

pub(super) fn complete(call: &mut Call) -> Outcome {
    are_allowed(call)?;
    let list = call.args.json("files")?;
    let list = list.ok_or_else(|| args::missing("files"))?;
    let mut wanted = Vec::new();
    for file in list.as_array().into_iter().flatten() {
        let id = file["id"].as_str().unwrap_or_default();
        let found = call.state.files.get(id);
        found
            .filter(|found| found.bytes.len() == found.length)
            .ok_or_else(|| refuse("file_not_found"))?;
        wanted.push((id.to_owned(), file["title"].as_str().map(str::to_owned)));
    }
    if wanted.is_empty() {
        return Err(args::missing("files"));
    }
    // The destination is checked before anything is changed.
    let channel = call.args.text("channel_id");
    let place = channel
        .map(|channel| chat::place_of(call, &channel))
        .transpose()?;
    let processing = call.state.options.processing;
    let mut done = Vec::new();
    for (id, title) in wanted {
        let Some(file) = call.state.files.get_mut(&id) else {
            continue;
        };
        file.complete = true;
        let usable = call.now.saturating_add(processing);
        file.usable = file.usable.or(usable.ok());
        if let Some(title) = title {
            file.title = title;
        }
        done.push(json!({"id": id, "title": file.title, "name": file.name}));
    }
    if let Some(place) = place {
        // A completed upload with a channel is a message there. Completing it again posts another one, because Slack does
        // not say otherwise.
        let draft = Draft {
            text: call.args.text("initial_comment").unwrap_or_default(),
            files: done.clone(),
            ..Draft::default()
        };
        call.state.post(place, draft, call.now);
    }
    Ok(json!({"files": done}))
}
