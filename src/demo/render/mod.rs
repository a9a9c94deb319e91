//! Slack's pages as HTML: text is escaped first, then Block Kit is rendered.

pub mod blocks;
pub mod elements;
pub mod html;
mod menus;
pub mod mrkdwn;
pub mod surface;

#[cfg(test)]
mod tests;

use html::Html;
use serde_json::Value as Json;
use surface::Viewer;

fn string<'a>(value: &'a Json, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// The text of the text object under `key`, unescaped.
fn words(value: &Json, key: &str) -> String {
    mrkdwn::unescaped(value[key]["text"].as_str().unwrap_or_default())
}

/// A text object.
fn text(viewer: &Viewer, object: &Json) -> Html {
    let text = string(object, "text");
    if object["type"] == "mrkdwn" {
        mrkdwn::html(viewer, text)
    } else {
        mrkdwn::plain(text)
    }
}

fn list<'a>(value: &'a Json, key: &str) -> &'a [Json] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// A picture from the workspace's own files. Others would load from outside, so their text is shown instead.
fn image(image: &Json) -> Html {
    let mut out = Html::default();
    let file = &image["slack_file"];
    let id = match string(file, "id") {
        "" => string(file, "url").rsplit('/').next().unwrap_or_default(),
        id => id,
    };
    if id.is_empty() {
        out.tag("<span class=\"b-alt\">");
        out.text(string(image, "alt_text"));
        out.tag("</span>");
    } else {
        out.tag("<img");
        out.attribute("src", &format!("/file/{id}"));
        out.attribute("alt", &mrkdwn::unescaped(string(image, "alt_text")));
        out.tag(">");
    }
    out
}
