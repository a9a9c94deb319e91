//! HTML in which text is escaped exactly once.

use std::fmt::{self, Display, Write};

/// Markup that is safe to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// Our own markup, never text from people or the bot.
    pub fn markup(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Text, escaped.
    pub fn words(text: &str) -> Self {
        Self(escape(text))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn push(&mut self, more: &Html) {
        self.0.push_str(&more.0);
    }

    /// Adds our own markup.
    pub fn tag(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// Adds an attribute whose value is text, escaped.
    pub fn attribute(&mut self, name: &str, value: &str) {
        let _ = write!(self.0, " {name}=\"{}\"", escape(value));
    }

    /// Adds text, escaped.
    pub fn text(&mut self, words: &str) {
        self.0.push_str(&escape(words));
    }
}

impl Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Html {}

/// Escapes text for use between tags and within quotes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// The address if a link may have it: a page, never a script.
pub fn address(url: &str) -> Option<&str> {
    let known = ["https://", "http://", "mailto:"];
    let low = url.to_ascii_lowercase();
    known
        .iter()
        .any(|start| low.starts_with(start))
        .then_some(url)
}
