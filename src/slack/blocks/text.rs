//! Texts within blocks, cut to Slack's limits.

use crate::slack::words::Md;
use serde::Serialize;

/// Text without markup.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename = "plain_text")]
pub(super) struct Plain {
    pub(super) text: String,
}

impl Plain {
    pub(super) fn new(text: &str, most: usize) -> Self {
        let text = text.trim();
        // Slack refuses empty text objects.
        Self {
            text: cut(if text.is_empty() { "…" } else { text }, most),
        }
    }
}

/// Text with markup.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename = "mrkdwn")]
pub(super) struct Mrkdwn {
    text: String,
}

impl Mrkdwn {
    pub(super) fn new(text: Md, most: usize) -> Self {
        let text = match text.into_string() {
            empty if empty.is_empty() => "…".to_owned(),
            long if long.len() > most => cut(&long, most),
            text => text,
        };
        Self { text }
    }
}

/// At most `most` characters, with an ellipsis for what is left out. Never ends inside an escape or a mention.
pub fn cut(text: &str, most: usize) -> String {
    if text.len() <= most || text.chars().count() <= most {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(most.saturating_sub(1)).collect();
    for (open, close) in [('&', ';'), ('<', '>')] {
        if let Some(at) = kept.rfind(open)
            && !kept[at..].contains(close)
        {
            kept.truncate(at);
        }
    }
    kept.push('…');
    kept
}
