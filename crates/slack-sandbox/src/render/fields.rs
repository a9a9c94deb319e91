//! Buttons, menus and fields as text, with what is filled in.

use super::super::blocks::{Values, initial, options, string, text_of};
use super::text::{Viewer, image, object, plain, words};
use serde_json::Value as Json;
use std::fmt::Write;

/// Menus show this many of their options.
const OPTIONS: usize = 8;
/// Longer addresses are cut: calendar links are paragraphs.
const ADDRESS: usize = 60;

/// An input block: label, field, hint.
pub(super) fn input(viewer: &Viewer, block: &Json, values: &Values) -> String {
    let mut label = plain(text_of(block, "label"));
    if block["optional"] == true {
        label.push_str(" (optional)");
    }
    let mut lines = vec![label];
    let field = element(viewer, block, &block["element"], values);
    lines.extend(field.lines().map(|line| format!("  {line}")));
    let hint = text_of(block, "hint");
    if !hint.is_empty() {
        lines.extend(plain(hint).lines().map(|line| format!("  · {line}")));
    }
    lines.join("\n")
}

pub(super) fn element(viewer: &Viewer, block: &Json, element: &Json, values: &Values) -> String {
    let mut shown = match string(element, "type") {
        "button" => button(element),
        "image" => image(element),
        "overflow" => {
            let options = options(element);
            let labels: Vec<_> = options.iter().map(|o| plain(text_of(o, "text"))).collect();
            format!("[ ⋯ ] ({})", labels.join(", "))
        }
        "radio_buttons" => choices(viewer, block, element, values, ["(•)", "( )"]),
        "checkboxes" => choices(viewer, block, element, values, ["[x]", "[ ]"]),
        kind => field(viewer, block, element, values, kind),
    };
    let confirm = &element["confirm"];
    if confirm.is_object() {
        let title = plain(text_of(confirm, "title"));
        let text = object(viewer, &confirm["text"]).replace('\n', " ");
        let yes = plain(text_of(confirm, "confirm"));
        let no = plain(text_of(confirm, "deny"));
        let _ = write!(shown, "\n  asks \"{title}: {text}\" [ {no} ]  [ {yes} ]");
    }
    shown
}

fn button(element: &Json) -> String {
    let label = plain(text_of(element, "text"));
    match string(element, "url") {
        "" => format!("[ {label} ]"),
        url if url.chars().count() > ADDRESS => {
            let start: String = url.chars().take(ADDRESS).collect();
            format!("[ {label} ↗ {start}… ]")
        }
        url => format!("[ {label} ↗ {url} ]"),
    }
}

fn value(block: &Json, element: &Json, values: &Values) -> Option<Json> {
    let filled = values
        .get(string(block, "block_id"))
        .and_then(|block| block.get(string(element, "action_id")));
    filled.cloned().or_else(|| initial(element))
}

/// Radio buttons and check boxes: one line each.
fn choices(
    viewer: &Viewer,
    block: &Json,
    element: &Json,
    values: &Values,
    [on, off]: [&str; 2],
) -> String {
    let value = value(block, element, values).unwrap_or_default();
    let several = value["selected_options"].as_array().into_iter().flatten();
    let chosen: Vec<&str> = several
        .chain([&value["selected_option"]])
        .map(|option| string(option, "value"))
        .collect();
    let mut lines = Vec::new();
    for option in options(element) {
        let mark = if chosen.contains(&string(option, "value")) {
            on
        } else {
            off
        };
        let mut line = format!("{mark} {}", object(viewer, &option["text"]));
        if option["description"].is_object() {
            let _ = write!(line, ": {}", object(viewer, &option["description"]));
        }
        lines.push(line);
    }
    lines.join("\n")
}

fn field(viewer: &Viewer, block: &Json, element: &Json, values: &Values, kind: &str) -> String {
    let value = value(block, element, values).unwrap_or_default();
    let filled = filled(viewer, &value);
    let placeholder = plain(text_of(element, "placeholder"));
    if kind.ends_with("_input") {
        return match (filled.is_empty(), placeholder.is_empty()) {
            (false, _) => format!("[ {} ]", filled.replace('\n', " / ")),
            (true, false) => format!("[ {placeholder} ____ ]"),
            (true, true) => "[ ____ ]".to_owned(),
        };
    }
    let shown = match (filled.is_empty(), placeholder.is_empty()) {
        (false, _) => filled,
        (true, false) => placeholder,
        (true, true) => "Choose".to_owned(),
    };
    let all = options(element);
    if all.is_empty() {
        return format!("[ {shown} ▾ ]");
    }
    let few = all.iter().take(OPTIONS);
    let few: Vec<_> = few.map(|option| plain(text_of(option, "text"))).collect();
    let more = match all.len().saturating_sub(OPTIONS) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    format!("[ {shown} ▾ ] ({}{more})", few.join(", "))
}

/// The chosen or typed value, in words.
fn filled(viewer: &Viewer, value: &Json) -> String {
    let Some(value) = value.as_object() else {
        return String::new();
    };
    let mut parts = Vec::new();
    for (key, value) in value.iter().filter(|(key, _)| *key != "type") {
        let several = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        for one in several {
            let shown = match one {
                Json::Null => continue,
                Json::String(id) if key.contains("user") => words(viewer, &format!("<@{id}>")),
                Json::String(id) if key.contains("channel") || key.contains("conversation") => {
                    words(viewer, &format!("<#{id}>"))
                }
                Json::String(text) => text.clone(),
                Json::Object(_) => plain(text_of(one, "text")),
                other => other.to_string(),
            };
            parts.push(shown);
        }
    }
    parts.join(", ")
}
