//! Buttons, menus and fields as HTML. Names: `press` for a button, `f.ACTION` for an element with a value.

use super::html::{Html, address};
use super::menus::{boxes, menu, overflow};
use super::surface::{Place, Surface, Viewer};
use super::{image, list, mrkdwn, string, text, words};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value as Json;
use slack_sandbox::Sandbox;

/// The element types that are rendered; a test compares them with those the bot can send.
#[cfg(test)]
pub const ELEMENTS: &[&str] = &[
    "button",
    "channels_select",
    "checkboxes",
    "conversations_select",
    "datepicker",
    "datetimepicker",
    "email_text_input",
    "external_select",
    "image",
    "multi_channels_select",
    "multi_conversations_select",
    "multi_external_select",
    "multi_static_select",
    "multi_users_select",
    "number_input",
    "overflow",
    "plain_text_input",
    "radio_buttons",
    "rich_text_input",
    "static_select",
    "timepicker",
    "url_text_input",
    "users_select",
];

/// An input block: label, field, hint, and error.
pub fn input(viewer: &Viewer, surface: &Surface, block: &Json) -> Html {
    let mut out = Html::default();
    let field = &block["element"];
    let (block_id, kind) = (string(block, "block_id"), string(field, "type"));
    let id = surface.id(block_id, string(field, "action_id"));
    let several = kind == "radio_buttons" || kind == "checkboxes" || kind.starts_with("multi_");
    let error = surface.errors.get(block_id);
    let hint = words(block, "hint");
    let parts = [(!hint.is_empty(), "hint"), (error.is_some(), "error")];
    let parts = parts.into_iter().filter(|(there, _)| *there);
    let parts: Vec<String> = parts.map(|(_, name)| format!("{id}-{name}")).collect();
    let about = parts.join(" ");
    let (open, label, close) = if several {
        ("<fieldset class=\"field", "legend", "</fieldset>")
    } else {
        ("<div class=\"field", "label", "</div>")
    };
    out.tag(open);
    out.tag(if error.is_some() { " wrong\"" } else { "\"" });
    if several && !about.is_empty() {
        out.attribute("aria-describedby", &about);
    }
    out.tag(&format!("><{label}"));
    if !several {
        out.attribute("for", &id);
    }
    out.tag(">");
    out.text(&words(block, "label"));
    if block["optional"] == true {
        out.tag(" <span class=\"optional\">optional</span>");
    }
    out.tag(&format!("</{label}>"));
    let about = if several { "" } else { &about };
    out.push(&field_html(
        viewer,
        surface,
        block,
        field,
        &About {
            id: &id,
            described_by: about,
            wrong: error.is_some(),
        },
    ));
    if block["dispatch_action"] == true {
        choose(surface, field, &words(block, "label"), &mut out);
    }
    if !hint.is_empty() {
        out.tag("<p class=\"hint\"");
        out.attribute("id", &format!("{id}-hint"));
        out.tag(">");
        out.text(&hint);
        out.tag("</p>");
    }
    if let Some(error) = error {
        out.tag("<p class=\"error\"");
        out.attribute("id", &format!("{id}-error"));
        out.tag(">");
        out.text(&mrkdwn::unescaped(error));
        out.tag("</p>");
    }
    out.tag(close);
    out
}

/// An element of a section or an actions block.
pub fn element(viewer: &Viewer, surface: &Surface, block: &Json, element: &Json) -> Html {
    let id = surface.id(string(block, "block_id"), string(element, "action_id"));
    match string(element, "type") {
        "button" => button(viewer, surface, element, &id),
        "image" => image(element),
        "overflow" => overflow(viewer, surface, block, element, &id),
        _ => {
            let mut out = Html::default();
            out.tag("<div class=\"b-choice\">");
            let about = About {
                id: &id,
                described_by: "",
                wrong: false,
            };
            out.push(&field_html(viewer, surface, block, element, &about));
            choose(surface, element, &words(element, "placeholder"), &mut out);
            out.tag("</div>");
            out
        }
    }
}

/// A button that sends the choice. Choosing alone sends nothing, because the keyboard passes other options on the way.
fn choose(surface: &Surface, element: &Json, about: &str, out: &mut Html) {
    let action = string(element, "action_id");
    out.tag("<button class=\"button\" name=\"choose\" formaction=\"/act\"");
    if surface.place == Place::Modal {
        out.tag(" formnovalidate");
    }
    out.attribute("id", &format!("{}-choose", surface.id("", action)));
    out.attribute("value", action);
    out.tag(">Choose");
    if !about.is_empty() {
        out.tag("<span class=\"away\">: ");
        out.text(about);
        out.tag("</span>");
    }
    out.tag("</button>");
}

fn button(viewer: &Viewer, surface: &Surface, element: &Json, id: &str) -> Html {
    let mut out = Html::default();
    let label = words(element, "text");
    let class = match string(element, "style") {
        "primary" => "button primary",
        "danger" => "button danger",
        _ => "button",
    };
    let url = string(element, "url");
    if !url.is_empty() {
        if let Some(url) = address(url) {
            out.tag("<a rel=\"noopener noreferrer\" target=\"_blank\"");
            out.attribute("class", class);
            out.attribute("href", url);
            // Slack opens the link, and tells the app that it was pressed.
            out.attribute("data-press", string(element, "action_id"));
            out.tag(">");
            out.text(&label);
            out.tag("</a>");
        }
        return out;
    }
    let confirm = &element["confirm"];
    let press = |out: &mut Html, label: &str, class: &str, extra: &[(&str, &str)]| {
        out.tag("<button name=\"press\" formaction=\"/act\"");
        if surface.place == Place::Modal {
            out.tag(" formnovalidate");
        }
        out.attribute("class", class);
        out.attribute("value", string(element, "action_id"));
        for (name, value) in extra {
            out.attribute(name, value);
        }
        out.tag(">");
        out.text(label);
        out.tag("</button>");
    };
    let dialog = format!("{id}-confirm");
    if confirm.is_object() {
        let asks = [("id", id), ("data-confirm", dialog.as_str())];
        press(&mut out, &label, class, &asks);
        out.tag("<dialog class=\"confirm\"");
        out.attribute("id", &dialog);
        out.attribute("aria-labelledby", &format!("{dialog}-title"));
        out.tag("><h2");
        out.attribute("id", &format!("{dialog}-title"));
        out.tag(">");
        out.text(&words(confirm, "title"));
        out.tag("</h2><p>");
        out.push(&text(viewer, &confirm["text"]));
        out.tag("</p><div class=\"row\"><button type=\"button\" class=\"button\" data-dismiss>");
        out.text(&words(confirm, "deny"));
        out.tag("</button>");
        let style = if confirm["style"] == "danger" || class == "button danger" {
            "button danger"
        } else {
            "button primary"
        };
        press(
            &mut out,
            &words(confirm, "confirm"),
            style,
            &[("data-confirmed", "yes")],
        );
        out.tag("</div></dialog>");
    } else {
        press(&mut out, &label, class, &[("id", id)]);
    }
    out
}

/// A field's attributes for screen readers.
struct About<'a> {
    id: &'a str,
    described_by: &'a str,
    wrong: bool,
}

fn field_html(
    viewer: &Viewer,
    surface: &Surface,
    block: &Json,
    element: &Json,
    about: &About,
) -> Html {
    let kind = string(element, "type");
    let name = format!("f.{}", string(element, "action_id"));
    let value = value(surface, block, element);
    let mut attributes = Html::default();
    attributes.attribute("id", about.id);
    attributes.attribute("name", &name);
    if !about.described_by.is_empty() {
        attributes.attribute("aria-describedby", about.described_by);
    }
    if about.wrong {
        attributes.tag(" aria-invalid=\"true\"");
    }
    let is_input = block["type"] == "input";
    if !is_input {
        let label = match words(element, "placeholder") {
            empty if empty.is_empty() => "Choose".to_owned(),
            label => label,
        };
        attributes.attribute("aria-label", &label);
    }
    let mut out = Html::default();
    match kind {
        "plain_text_input" | "rich_text_input" => {
            words_field(element, &value, &attributes, &mut out);
        }
        "email_text_input"
        | "url_text_input"
        | "number_input"
        | "datepicker"
        | "timepicker"
        | "external_select"
        | "multi_external_select" => {
            line(kind, element, &value, &attributes, &mut out);
        }
        "datetimepicker" => moment(viewer, &value, &attributes, &mut out),
        "file_input" => {
            out.tag("<textarea rows=\"8\"");
            out.push(&attributes);
            out.attribute(
                "placeholder",
                "In Slack, a file is added here. Paste the lines of a CSV file instead.",
            );
            out.tag("></textarea>");
        }
        "radio_buttons"
        | "checkboxes"
        | "multi_static_select"
        | "multi_users_select"
        | "multi_channels_select"
        | "multi_conversations_select" => {
            boxes(viewer, &name, element, &value, about.id, &mut out);
        }
        "static_select" | "users_select" | "channels_select" | "conversations_select" => {
            menu(viewer, element, &value, &attributes, &mut out);
        }
        other => {
            out.tag("<p class=\"b-unknown\">");
            out.text(&format!(
                "(a field of type {other}, which this page doesn't show)"
            ));
            out.tag("</p>");
        }
    }
    out
}

/// The value filled in, or the initial one.
fn value(surface: &Surface, block: &Json, element: &Json) -> Json {
    let filled = &surface.values[string(block, "block_id")][string(element, "action_id")];
    if filled.is_object() {
        return filled.clone();
    }
    let mut first = serde_json::Map::new();
    for (key, value) in element.as_object().into_iter().flatten() {
        if let Some(name) = key.strip_prefix("initial_") {
            let name = if name == "value" {
                name.to_owned()
            } else {
                format!("selected_{name}")
            };
            first.insert(name, value.clone());
        }
    }
    Json::Object(first)
}

fn words_field(element: &Json, value: &Json, attributes: &Html, out: &mut Html) {
    let multiline = element["multiline"] == true || element["type"] == "rich_text_input";
    out.tag(if multiline {
        "<textarea rows=\"4\""
    } else {
        "<input type=\"text\" autocomplete=\"off\""
    });
    out.push(attributes);
    if let Some(most) = element["max_length"].as_u64() {
        out.attribute("maxlength", &most.to_string());
    }
    out.attribute("placeholder", &words(element, "placeholder"));
    if multiline {
        out.tag(">");
        out.text(string(value, "value"));
        out.tag("</textarea>");
    } else {
        out.attribute("value", string(value, "value"));
        out.tag(">");
    }
}

fn line(kind: &str, element: &Json, value: &Json, attributes: &Html, out: &mut Html) {
    let (input, shown) = match kind {
        "email_text_input" => ("email", string(value, "value").to_owned()),
        "url_text_input" => ("url", string(value, "value").to_owned()),
        "number_input" => ("number", string(value, "value").to_owned()),
        "datepicker" => ("date", string(value, "selected_date").to_owned()),
        "timepicker" => ("time", string(value, "selected_time").to_owned()),
        _ => {
            let picked = list(value, "selected_options").iter();
            let picked = picked.chain([&value["selected_option"]]);
            let picked: Vec<String> = picked.map(|one| words(one, "text")).collect();
            ("text", picked.join(""))
        }
    };
    out.tag("<input autocomplete=\"off\"");
    out.attribute("type", input);
    out.push(attributes);
    out.attribute("placeholder", &words(element, "placeholder"));
    out.attribute("value", &shown);
    if kind.contains("external") {
        let list = format!("list-{}", string(element, "action_id"));
        out.attribute("list", &list);
        out.attribute("data-search", string(element, "action_id"));
        out.tag("><datalist");
        out.attribute("id", &list);
        out.tag("></datalist>");
    } else {
        out.tag(">");
    }
}

/// A date and a time, in the zone of the person who sees them.
fn moment(viewer: &Viewer, value: &Json, attributes: &Html, out: &mut Html) {
    let zone = zone_of(viewer.slack, viewer.user);
    let at = value["selected_date_time"].as_i64();
    let at = at.and_then(|seconds| Timestamp::from_second(seconds).ok());
    let shown = at.map(|at| at.to_zoned(zone).strftime(MOMENT).to_string());
    out.tag("<input type=\"datetime-local\"");
    out.push(attributes);
    out.attribute("value", &shown.unwrap_or_default());
    out.tag(">");
}

/// The format in which browsers send a date and a time.
pub const MOMENT: &str = "%Y-%m-%dT%H:%M";

/// A person's time zone.
pub fn zone_of(slack: &Sandbox, user: &str) -> TimeZone {
    let zone = slack
        .user(user)
        .and_then(|user| TimeZone::get(&user.tz?).ok());
    zone.unwrap_or(TimeZone::UTC)
}
