//! `files.*`: an address to upload to, the upload, and its completion.

use super::super::Inner;
use super::super::messages::Draft;
use super::super::state::File;
use super::{Call, Outcome, args, refuse};
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value as Json, json};
use std::sync::Arc;

pub(super) fn upload_url(call: &mut Call) -> Outcome {
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
    };
    call.state.files.insert(id.clone(), file);
    let url = call.inner.url(&format!("/upload/{id}"));
    Ok(json!({"upload_url": url, "file_id": id}))
}

pub(super) async fn upload(
    Shared(inner): Shared<Arc<Inner>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let mut state = inner.state();
    let Some(file) = state.files.get_mut(&id) else {
        return (StatusCode::NOT_FOUND, "not found").into_response();
    };
    if body.len() != file.length {
        return (StatusCode::BAD_REQUEST, "length does not match").into_response();
    }
    file.bytes = body.to_vec();
    format!("OK - {}", body.len()).into_response()
}

pub(super) async fn download(
    Shared(inner): Shared<Arc<Inner>>,
    Path(id): Path<String>,
) -> Response {
    let state = inner.state();
    match state.files.get(&id) {
        Some(file) => file.bytes.clone().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

pub(super) fn complete(call: &mut Call) -> Outcome {
    let list = call.args.json("files")?;
    let list = list.ok_or_else(|| args::missing("files"))?;
    let mut done = Vec::new();
    for wanted in list.as_array().into_iter().flatten() {
        let id = wanted["id"].as_str().unwrap_or_default();
        let file = call.state.files.get_mut(id);
        let file = file.ok_or_else(|| refuse("file_not_found"))?;
        if file.bytes.len() != file.length {
            return Err(refuse("file_not_found"));
        }
        file.complete = true;
        if let Some(title) = wanted["title"].as_str() {
            title.clone_into(&mut file.title);
        }
        done.push(json!({"id": id, "title": file.title, "name": file.name}));
    }
    if done.is_empty() {
        return Err(args::missing("files"));
    }
    if let Some(channel) = call.args.text("channel_id") {
        share(call, &channel, &done)?;
    }
    Ok(json!({"files": done}))
}

/// A completed upload with a channel is a message there.
fn share(call: &mut Call, channel: &str, files: &[Json]) -> Result<(), super::Refusal> {
    let found = call.state.conversation(channel);
    let (place, conversation) = found.ok_or_else(|| refuse("channel_not_found"))?;
    if !conversation.bot_is_member {
        return Err(refuse("not_in_channel"));
    }
    let titles: Vec<_> = files.iter().map(|file| file["title"].as_str()).collect();
    let titles = titles.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let comment = call.args.text("initial_comment").unwrap_or_default();
    let draft = Draft {
        text: format!("{comment}\n[file: {titles}]").trim().to_owned(),
        ..Draft::default()
    };
    call.state.post(place, draft, call.now);
    Ok(())
}
