//! Block Kit as a person reads it, in plain text: what snapshots and transcripts show.

mod fields;
mod text;

use super::blocks::{Values, string, text_of};
use super::state::{State, View};
use jiff::Timestamp;
use serde_json::Value as Json;
use std::fmt::Write;
use text::{Viewer, image, object, plain, words};

/// A message body (`text`, `blocks`): its blocks, or without any its text.
pub(super) fn message(state: &State, user: &str, body: &Json, now: Timestamp) -> String {
    let viewer = Viewer::new(state, user, now);
    let mut shown = match body["blocks"].as_array() {
        Some(list) if !list.is_empty() => blocks(&viewer, list, &Values::new(), None),
        _ => words(&viewer, string(body, "text")),
    };
    for file in body["files"].as_array().into_iter().flatten() {
        let between = if shown.is_empty() { "" } else { "\n" };
        let (title, name) = (string(file, "title"), string(file, "name"));
        let _ = write!(shown, "{between}[file: {} ({name})]", plain(title));
    }
    shown
}

/// Text with mentions, links and dates the way `user` reads them.
pub(super) fn line(state: &State, user: &str, text: &str, now: Timestamp) -> String {
    words(&Viewer::new(state, user, now), text)
}

pub(super) fn modal(state: &State, user: &str, view: &View, now: Timestamp) -> String {
    let viewer = Viewer::new(state, user, now);
    let body = view.json();
    let mut out = format!("┌ {}\n", plain(text_of(&body, "title")));
    let list = body["blocks"].as_array().map_or(&[][..], Vec::as_slice);
    for line in blocks(&viewer, list, &view.values, Some(view)).lines() {
        let _ = writeln!(out, "{}", format!("│ {line}").trim_end());
    }
    let close = match text_of(&body, "close") {
        "" => "Close",
        words => words,
    };
    let _ = write!(out, "└ [ {} ]", plain(close));
    let submit = text_of(&body, "submit");
    if !submit.is_empty() {
        let _ = write!(out, "  [ {} ]", plain(submit));
    }
    out
}

pub(super) fn home(state: &State, user: &str, view: &View, now: Timestamp) -> String {
    let viewer = Viewer::new(state, user, now);
    let body = view.json();
    let list = body["blocks"].as_array().map_or(&[][..], Vec::as_slice);
    blocks(&viewer, list, &view.values, Some(view))
}

fn blocks(viewer: &Viewer, list: &[Json], values: &Values, view: Option<&View>) -> String {
    let mut out = String::new();
    for block in list {
        let shown = block_text(viewer, block, values);
        if shown.is_empty() {
            continue;
        }
        out.push_str(&shown);
        out.push('\n');
        let id = string(block, "block_id");
        if let Some(error) = view.and_then(|view| view.errors.get(id)) {
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
