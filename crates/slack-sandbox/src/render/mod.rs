//! Block Kit as a person reads it, in plain text: what snapshots and transcripts show.

mod fields;
mod text;

use super::blocks::{Values, string, text_of};
use super::state::{State, View};
use jiff::Timestamp;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt::Write;
use text::{Viewer, image, object, plain, words};

/// Block id → what the app says is wrong with it.
type Errors = BTreeMap<String, String>;

/// A message (`text`, `blocks`) as plain text, without a workspace: what [`Message::render`](crate::Message::render) shows,
/// but mentions, links and dates stay as they were written, because they read differently to different people.
pub fn render_message(message: &Json) -> String {
    body_text(&Viewer::Nobody, message)
}

/// A view (`views.open`, `views.publish`) as plain text, without a workspace: what
/// [`Rendered::render`](crate::Rendered::render) shows before anybody has filled in anything, with mentions, links and dates as
/// they were written.
pub fn render_view(view: &Json) -> String {
    view_text(&Viewer::Nobody, view, &Values::new(), &BTreeMap::new())
}

/// A message body (`text`, `blocks`) as `user` reads it.
pub(super) fn message(state: &State, user: &str, body: &Json, now: Timestamp) -> String {
    body_text(&Viewer::new(state, user, now), body)
}

/// Text with mentions, links and dates the way `user` reads them.
pub(super) fn line(state: &State, user: &str, text: &str, now: Timestamp) -> String {
    words(&Viewer::new(state, user, now), text)
}

/// A modal or a Home tab as `user` sees it.
pub(super) fn view(state: &State, user: &str, view: &View, now: Timestamp) -> String {
    let viewer = Viewer::new(state, user, now);
    view_text(&viewer, &view.json(), &view.values, &view.errors)
}

/// The blocks of a message, or without any its text; then its files.
fn body_text(viewer: &Viewer, body: &Json) -> String {
    let mut shown = match body["blocks"].as_array() {
        Some(list) if !list.is_empty() => blocks(viewer, list, &Values::new(), &BTreeMap::new()),
        _ => words(viewer, string(body, "text")),
    };
    for file in body["files"].as_array().into_iter().flatten() {
        let between = if shown.is_empty() { "" } else { "\n" };
        let (title, name) = (string(file, "title"), string(file, "name"));
        let _ = write!(shown, "{between}[file: {} ({name})]", plain(title));
    }
    shown
}

/// A modal has a frame, a title and buttons at its end; a Home tab has not.
fn view_text(viewer: &Viewer, view: &Json, values: &Values, errors: &Errors) -> String {
    let list = view["blocks"].as_array().map_or(&[][..], Vec::as_slice);
    let inside = blocks(viewer, list, values, errors);
    if view["type"] == "home" {
        return inside;
    }
    let mut out = format!("┌ {}\n", plain(text_of(view, "title")));
    for line in inside.lines() {
        let _ = writeln!(out, "{}", format!("│ {line}").trim_end());
    }
    let close = match text_of(view, "close") {
        "" => "Close",
        words => words,
    };
    let _ = write!(out, "└ [ {} ]", plain(close));
    let submit = text_of(view, "submit");
    if !submit.is_empty() {
        let _ = write!(out, "  [ {} ]", plain(submit));
    }
    out
}

fn blocks(viewer: &Viewer, list: &[Json], values: &Values, errors: &Errors) -> String {
    let mut out = String::new();
    for block in list {
        let shown = block_text(viewer, block, values);
        if shown.is_empty() {
            continue;
        }
        out.push_str(&shown);
        out.push('\n');
        if let Some(error) = errors.get(string(block, "block_id")) {
            let _ = writeln!(out, "  ! {}", plain(error));
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn block_text(viewer: &Viewer, block: &Json, values: &Values) -> String {
    match string(block, "type") {
        "header" => format!("# {}", plain(text_of(block, "text"))),
        "divider" => "----".to_owned(),
        "section" => section(viewer, block, values),
        "context" => context(viewer, block),
        "actions" => actions(viewer, block, values),
        "input" => fields::input(viewer, block, values),
        "image" => image(block),
        "markdown" => string(block, "text").to_owned(),
        "rich_text" => rich_text(viewer, &block["elements"]),
        other => format!("({other})"),
    }
}

fn section(viewer: &Viewer, block: &Json, values: &Values) -> String {
    let mut lines = Vec::new();
    if block["text"].is_object() {
        lines.push(object(viewer, &block["text"]));
    }
    for field in block["fields"].as_array().into_iter().flatten() {
        lines.push(format!("| {}", object(viewer, field).replace('\n', " ")));
    }
    let accessory = &block["accessory"];
    if accessory.is_object() {
        lines.push(fields::element(viewer, block, accessory, values));
    }
    lines.join("\n")
}

fn context(viewer: &Viewer, block: &Json) -> String {
    let elements = block["elements"].as_array().into_iter().flatten();
    let parts: Vec<_> = elements
        .map(|element| {
            if element["type"] == "image" {
                image(element)
            } else {
                object(viewer, element)
            }
        })
        .collect();
    format!("· {}", parts.join(" · "))
}

/// Buttons stand in a row; what opens below them follows.
fn actions(viewer: &Viewer, block: &Json, values: &Values) -> String {
    let mut row = Vec::new();
    let mut below = Vec::new();
    for element in block["elements"].as_array().into_iter().flatten() {
        let shown = fields::element(viewer, block, element, values);
        let (first, rest) = shown.split_once('\n').unwrap_or((&shown, ""));
        row.push(first.to_owned());
        if !rest.is_empty() {
            below.push(rest.to_owned());
        }
    }
    below.insert(0, row.join("  "));
    below.join("\n")
}

/// The words of rich text; its structure matters little here.
fn rich_text(viewer: &Viewer, elements: &Json) -> String {
    let mut out = String::new();
    for element in elements.as_array().into_iter().flatten() {
        match string(element, "type") {
            "text" => out.push_str(string(element, "text")),
            "user" => {
                let mention = format!("<@{}>", string(element, "user_id"));
                out.push_str(&words(viewer, &mention));
            }
            "link" => out.push_str(string(element, "url")),
            "emoji" => {
                let _ = write!(out, ":{}:", string(element, "name"));
            }
            _ => {
                out.push_str(&rich_text(viewer, &element["elements"]));
                out.push('\n');
            }
        }
    }
    out.trim_end().to_owned()
}
