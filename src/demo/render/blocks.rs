//! Blocks as HTML.

use super::html::{Html, address};
use super::surface::{Eyes, Surface};
use super::{elements, image, list, mrkdwn, string, text, words};
use serde_json::Value as Json;

/// The types of block that are shown; a test compares them with what the bot can send.
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

/// All of them, in order.
pub fn blocks(eyes: &Eyes, surface: &Surface, blocks: &[Json]) -> Html {
    let mut out = Html::default();
    for one in blocks {
        out.push(&block(eyes, surface, one));
    }
    out
}

fn block(eyes: &Eyes, surface: &Surface, block: &Json) -> Html {
    let mut out = Html::default();
    match string(block, "type") {
        "header" => {
            // Below the page's own headings, and below a modal's title.
            out.tag("<h3 class=\"b-header\">");
            out.push(&text(eyes, &block["text"]));
            out.tag("</h3>");
        }
        "divider" => out.tag("<hr>"),
        "section" => section(eyes, surface, block, &mut out),
        "context" => context(eyes, block, &mut out),
        "actions" => {
            out.tag("<div class=\"b-actions\">");
            for element in list(block, "elements") {
                out.push(&elements::element(eyes, surface, block, element));
            }
            out.tag("</div>");
        }
        "input" => out.push(&elements::input(eyes, surface, block)),
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
            out.push(&mrkdwn::html(eyes, string(block, "text")));
            out.tag("</p>");
        }
        "rich_text" => {
            for part in list(block, "elements") {
                rich(eyes, part, &mut out);
            }
        }
        other => {
            out.tag("<p class=\"b-unknown\">");
            out.text(&format!(
                "(a block of type {other}, which this page does not show)"
            ));
            out.tag("</p>");
        }
    }
    out
}

fn section(eyes: &Eyes, surface: &Surface, block: &Json, out: &mut Html) {
    out.tag("<div class=\"b-section\"><div class=\"b-words\">");
    if block["text"].is_object() {
        out.tag("<div class=\"b-text\">");
        out.push(&text(eyes, &block["text"]));
        out.tag("</div>");
    }
    let fields = list(block, "fields");
    if !fields.is_empty() {
        out.tag("<div class=\"b-fields\">");
        for field in fields {
            out.tag("<div>");
            out.push(&text(eyes, field));
            out.tag("</div>");
        }
        out.tag("</div>");
    }
    out.tag("</div>");
    let accessory = &block["accessory"];
    if accessory["type"] == "image" {
        out.push(&image(accessory));
    } else if accessory.is_object() {
        out.push(&elements::element(eyes, surface, block, accessory));
    }
    out.tag("</div>");
}

fn context(eyes: &Eyes, block: &Json, out: &mut Html) {
    out.tag("<div class=\"b-context\">");
    for element in list(block, "elements") {
        if element["type"] == "image" {
            out.push(&image(element));
        } else {
            out.tag("<span>");
            out.push(&text(eyes, element));
            out.tag("</span>");
        }
    }
    out.tag("</div>");
}

fn rich(eyes: &Eyes, part: &Json, out: &mut Html) {
    let wrap = |tag: &str, out: &mut Html| {
        out.tag(&format!("<{tag}>"));
        for inner in list(part, "elements") {
            rich(eyes, inner, out);
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
                    rich(eyes, inner, out);
                }
                out.tag("</li>");
            }
            out.tag(&format!("</{tag}>"));
        }
        "text" => styled(string(part, "text"), &part["style"], out),
        "user" => out.push(&mrkdwn::html(
            eyes,
            &format!("<@{}>", string(part, "user_id")),
        )),
        "channel" => out.push(&mrkdwn::html(
            eyes,
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
