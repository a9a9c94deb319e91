//! Blocks as HTML.

use super::html::{Html, address};
use super::surface::{Surface, Viewer};
use super::{elements, image, list, mrkdwn, string, text, words};
use serde_json::Value as Json;

/// The block types that are rendered; a test compares them with those the bot can send.
#[cfg(test)]
pub const BLOCKS: &[&str] = &[
    "actions",
    "context",
    "divider",
    "header",
    "image",
    "input",
    "markdown",
    "rich_text",
    "section",
];

/// All blocks, in order.
pub fn blocks(viewer: &Viewer, surface: &Surface, blocks: &[Json]) -> Html {
    let mut out = Html::default();
    for one in blocks {
        out.push(&block(viewer, surface, one));
    }
    out
}

fn block(viewer: &Viewer, surface: &Surface, block: &Json) -> Html {
    let mut out = Html::default();
    match string(block, "type") {
        "header" => {
            // Its level is below the page's own headings and a modal's title.
            out.tag("<h3 class=\"b-header\">");
            out.push(&text(viewer, &block["text"]));
            out.tag("</h3>");
        }
        "divider" => out.tag("<hr>"),
        "section" => section(viewer, surface, block, &mut out),
        "context" => context(viewer, block, &mut out),
        "actions" => {
            out.tag("<div class=\"b-actions\">");
            for element in list(block, "elements") {
                out.push(&elements::element(viewer, surface, block, element));
            }
            out.tag("</div>");
        }
        "input" => out.push(&elements::input(viewer, surface, block)),
        "image" => {
            out.tag("<figure class=\"b-image\">");
            let title = words(block, "title");
            if !title.is_empty() {
                out.tag("<figcaption>");
                out.text(&title);
                out.tag("</figcaption>");
            }
            out.push(&image(block));
            out.tag("</figure>");
        }
        "markdown" => {
            out.tag("<p class=\"b-text\">");
            out.push(&mrkdwn::html(viewer, string(block, "text")));
            out.tag("</p>");
        }
        "rich_text" => {
            for part in list(block, "elements") {
                rich(viewer, part, &mut out);
            }
        }
        other => {
            out.tag("<p class=\"b-unknown\">");
            out.text(&format!(
                "(a block of type {other}, which this page doesn't show)"
            ));
            out.tag("</p>");
        }
    }
    out
}

fn section(viewer: &Viewer, surface: &Surface, block: &Json, out: &mut Html) {
    out.tag("<div class=\"b-section\"><div class=\"b-words\">");
    if block["text"].is_object() {
        out.tag("<div class=\"b-text\">");
        out.push(&text(viewer, &block["text"]));
        out.tag("</div>");
    }
    let fields = list(block, "fields");
    if !fields.is_empty() {
        out.tag("<div class=\"b-fields\">");
        for field in fields {
            out.tag("<div>");
            out.push(&text(viewer, field));
            out.tag("</div>");
        }
        out.tag("</div>");
    }
    out.tag("</div>");
    let accessory = &block["accessory"];
    if accessory["type"] == "image" {
        out.push(&image(accessory));
    } else if accessory.is_object() {
        out.push(&elements::element(viewer, surface, block, accessory));
    }
    out.tag("</div>");
}

fn context(viewer: &Viewer, block: &Json, out: &mut Html) {
    out.tag("<div class=\"b-context\">");
    for element in list(block, "elements") {
        if element["type"] == "image" {
            out.push(&image(element));
        } else {
            out.tag("<span>");
            out.push(&text(viewer, element));
            out.tag("</span>");
        }
    }
    out.tag("</div>");
}

fn rich(viewer: &Viewer, part: &Json, out: &mut Html) {
    let wrap = |tag: &str, out: &mut Html| {
        out.tag(&format!("<{tag}>"));
        for inner in list(part, "elements") {
            rich(viewer, inner, out);
        }
        out.tag(&format!("</{tag}>"));
    };
    match string(part, "type") {
        "rich_text_section" => wrap("p", out),
        "rich_text_quote" => wrap("blockquote", out),
        "rich_text_preformatted" => wrap("pre", out),
        "rich_text_list" => {
            let tag = if part["style"] == "ordered" {
                "ol"
            } else {
                "ul"
            };
            out.tag(&format!("<{tag}>"));
            for item in list(part, "elements") {
                out.tag("<li>");
                for inner in list(item, "elements") {
                    rich(viewer, inner, out);
                }
                out.tag("</li>");
            }
            out.tag(&format!("</{tag}>"));
        }
        "text" => styled(string(part, "text"), &part["style"], out),
        "user" => out.push(&mrkdwn::html(
            viewer,
            &format!("<@{}>", string(part, "user_id")),
        )),
        "channel" => out.push(&mrkdwn::html(
            viewer,
            &format!("<#{}>", string(part, "channel_id")),
        )),
        "emoji" => out.text(&format!(":{}:", string(part, "name"))),
        "link" => {
            let url = string(part, "url");
            let label = match string(part, "text") {
                "" => url,
                label => label,
            };
            match address(url) {
                Some(url) => {
                    out.tag("<a rel=\"noopener noreferrer\" target=\"_blank\"");
                    out.attribute("href", url);
                    out.tag(">");
                    out.text(label);
                    out.tag("</a>");
                }
                None => out.text(label),
            }
        }
        _ => {}
    }
}

fn styled(words: &str, style: &Json, out: &mut Html) {
    let tags = [
        ("bold", "strong"),
        ("italic", "em"),
        ("strike", "s"),
        ("code", "code"),
    ];
    let tags: Vec<&str> = tags
        .iter()
        .filter(|(name, _)| style[*name] == true)
        .map(|(_, tag)| *tag)
        .collect();
    for tag in &tags {
        out.tag(&format!("<{tag}>"));
    }
    out.text(words);
    for tag in tags.iter().rev() {
        out.tag(&format!("</{tag}>"));
    }
}
