//! Slack's mrkdwn as HTML: mentions, links, dates, emphasis, code, quotes.

use super::html::{Html, address, escape};
use super::surface::Viewer;
use std::fmt::Write;
use std::ops::RangeInclusive;

/// Characters that nobody types: each stands for finished markup during the search for emphasis.
const HELD: RangeInclusive<char> = '\u{E000}'..='\u{F8FF}';

/// mrkdwn as this viewer sees it.
pub fn html(viewer: &Viewer, text: &str) -> Html {
    let mut held = Vec::new();
    let text: String = text.chars().filter(|c| !HELD.contains(c)).collect();
    let text = hold_specials(viewer, &text, &mut held);
    let text = hold_code(&text, &mut held);
    let mut out = String::new();
    let mut quoted = false;
    for (at, line) in text.split('\n').enumerate() {
        let quote = line
            .strip_prefix('>')
            .map(|rest| rest.trim_start_matches(' '));
        match (quoted, quote.is_some()) {
            (false, true) => out.push_str("<blockquote>"),
            (true, false) => out.push_str("</blockquote>"),
            _ if at > 0 => out.push_str("<br>"),
            _ => {}
        }
        quoted = quote.is_some();
        out.push_str(&emphasis(&escape(quote.unwrap_or(line))));
    }
    if quoted {
        out.push_str("</blockquote>");
    }
    release(&out, &held)
}

/// A plain text object has no markup except Slack's three escapes.
pub fn plain(text: &str) -> Html {
    Html::words(&unescaped(text))
}

pub fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// Takes out everything in angle brackets and unescapes the text between.
fn hold_specials(viewer: &Viewer, text: &str, held: &mut Vec<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(&unescaped(before));
        match after.split_once('>') {
            Some((inside, after)) if !inside.contains(['\n', '<']) => {
                hold(special(viewer, inside), &mut out, held);
                rest = after;
            }
            _ => {
                out.push('<');
                rest = after;
            }
        }
    }
    out.push_str(&unescaped(rest));
    out
}

fn hold(markup: String, out: &mut String, held: &mut Vec<String>) {
    let index = u32::try_from(held.len()).unwrap_or(u32::MAX);
    let mark = index
        .checked_add(u32::from(*HELD.start()))
        .and_then(char::from_u32);
    // Slack's text limits allow far fewer marks than there are characters.
    if let Some(mark) = mark.filter(|mark| HELD.contains(mark)) {
        out.push(mark);
        held.push(markup);
    }
}

fn special(viewer: &Viewer, inside: &str) -> String {
    let whole = format!("<{inside}>");
    let said = |class: &str| {
        format!(
            "<span class=\"{class}\">{}</span>",
            escape(&viewer.aloud(&whole))
        )
    };
    if inside.starts_with("!date^") {
        return format!("<time>{}</time>", escape(&viewer.aloud(&whole)));
    }
    if inside.starts_with(['@', '#', '!']) {
        return said("mention");
    }
    let (target, label) = inside.split_once('|').unwrap_or((inside, inside));
    let (target, label) = (unescaped(target), unescaped(label));
    match address(&target) {
        Some(url) => format!(
            "<a href=\"{}\" rel=\"noopener noreferrer\" target=\"_blank\">{}</a>",
            escape(url),
            escape(label.strip_prefix("mailto:").unwrap_or(&label))
        ),
        None => escape(&label),
    }
}

/// Takes out code, because code contains no other markup.
fn hold_code(text: &str, held: &mut Vec<String>) -> String {
    let text = hold_between(text, "```", "pre", held);
    hold_between(&text, "`", "code", held)
}

fn hold_between(text: &str, fence: &str, tag: &str, held: &mut Vec<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(fence) {
        out.push_str(before);
        match after.split_once(fence) {
            Some((code, after)) if !code.is_empty() && !code.contains(|c| HELD.contains(&c)) => {
                hold(
                    format!("<{tag}>{}</{tag}>", escape(code.trim_matches('\n'))),
                    &mut out,
                    held,
                );
                rest = after;
            }
            _ => {
                out.push_str(fence);
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// `*bold*`, `_italic_`, `~struck~` in a line that is already escaped.
fn emphasis(line: &str) -> String {
    let bold = paired(line, '*', "strong");
    let italic = paired(&bold, '_', "em");
    paired(&italic, '~', "s")
}

/// A pair of marks counts only if it touches the words inside it and none outside.
fn paired(line: &str, mark: char, tag: &str) -> String {
    let chars: Vec<char> = line.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or(' ');
    let before = |index: usize| if index == 0 { ' ' } else { at(index - 1) };
    let outside = |c: char| !c.is_alphanumeric() && c != mark;
    let opens = |i: usize| at(i) == mark && outside(before(i)) && !at(i + 1).is_whitespace();
    let closes = |i: usize| at(i) == mark && outside(at(i + 1)) && !before(i).is_whitespace();
    let mut out = String::new();
    let mut index = 0;
    while index < chars.len() {
        let end = (index + 2..chars.len()).find(|end| closes(*end));
        if let (true, Some(end)) = (opens(index), end) {
            let inside: String = chars[index + 1..end].iter().collect();
            let _ = write!(out, "<{tag}>{inside}</{tag}>");
            index = end + 1;
        } else {
            out.push(chars[index]);
            index += 1;
        }
    }
    out
}

fn release(text: &str, held: &[String]) -> Html {
    let mut out = String::new();
    for c in text.chars() {
        if HELD.contains(&c) {
            let index = u32::from(c) - u32::from(*HELD.start());
            let markup = usize::try_from(index).ok().and_then(|at| held.get(at));
            out.push_str(markup.map_or("", String::as_str));
        } else {
            out.push(c);
        }
    }
    Html::markup(out)
}
