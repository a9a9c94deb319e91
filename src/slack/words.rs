//! Text in Slack's `mrkdwn`, in which people's own words are escaped exactly once.
//!
//! [`md!`](crate::md) takes a literal and arguments: people's text goes in as `&str` or `String` and is escaped,
//! existing markup goes in as [`Md`], people go in as [`UserId`] and become mentions.

use crate::domain::ids::{ChannelId, UserId};
use jiff::Timestamp;
use std::fmt;

/// Markup that is safe to send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Md(String);

/// `md!("*{}* wants to learn {}", person, topic)`: every argument is escaped unless it is markup already.
/// Only `{}` placeholders: inline names would skip the escaping, and `concat!` makes the compiler refuse them.
///
/// ```compile_fail
/// let name = "*Ana*";
/// reverse_mentor::md!("Hello {name}");
/// ```
#[macro_export]
macro_rules! md {
    ($text:literal $(, $part:expr)* $(,)?) => {
        $crate::slack::words::Md::already_safe(format!(concat!($text) $(, $crate::slack::words::ToMd::to_md(&$part))*))
    };
}

impl Md {
    #[doc(hidden)]
    pub fn already_safe(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Joins parts with markup between them.
    pub fn join(parts: impl IntoIterator<Item = Md>, between: &str) -> Self {
        Self(
            parts
                .into_iter()
                .map(Md::into_string)
                .collect::<Vec<_>>()
                .join(between),
        )
    }

    /// One bulleted item per line.
    pub fn bullets<T: ToMd>(items: impl IntoIterator<Item = T>) -> Self {
        Self(
            items
                .into_iter()
                .map(|item| format!("• {}", item.to_md()))
                .collect::<Vec<_>>()
                .join("\n"),
        )
    }
}

impl fmt::Display for Md {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&'static str> for Md {
    /// A literal of ours, which is markup as it is.
    fn from(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

/// A value that can be part of a text.
pub trait ToMd {
    fn to_md(&self) -> Md;
}

impl ToMd for Md {
    fn to_md(&self) -> Md {
        self.clone()
    }
}

impl ToMd for str {
    fn to_md(&self) -> Md {
        Md(escape(self))
    }
}

impl ToMd for String {
    fn to_md(&self) -> Md {
        Md(escape(self))
    }
}

impl<T: ToMd + ?Sized> ToMd for &T {
    fn to_md(&self) -> Md {
        (**self).to_md()
    }
}

impl ToMd for UserId {
    fn to_md(&self) -> Md {
        Md(format!("<@{}>", only_id(self.as_str())))
    }
}

impl ToMd for ChannelId {
    fn to_md(&self) -> Md {
        Md(format!("<#{}>", only_id(self.as_str())))
    }
}

macro_rules! numbers {
    ($($kind:ty),*) => {$(
        impl ToMd for $kind {
            fn to_md(&self) -> Md {
                Md(self.to_string())
            }
        }
    )*};
}
numbers!(u8, u16, u32, u64, usize, i16, i32, i64);

/// Escapes Slack's three control characters; nothing else needs escaping, and nothing is escaped twice.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out
}

/// People's text as a quotation: every line marked, and emphasis characters disarmed.
pub fn quote(text: &str) -> Md {
    Md(text
        .trim()
        .lines()
        .map(|line| format!("> {}", escape(line)))
        .collect::<Vec<_>>()
        .join("\n"))
}

/// A link with our own text. The address must be ours or a checked https URL.
pub fn link(url: &url::Url, text: &str) -> Md {
    let url = url
        .as_str()
        .replace('&', "&amp;")
        .replace('|', "%7C")
        .replace('>', "%3E")
        .replace('<', "%3C");
    Md(format!("<{url}|{}>", escape(&text.replace('|', "/"))))
}

/// An instant in each reader's own time zone; `fallback` is for old clients and screen readers.
/// Slack: "Formatting text for app surfaces", date formatting.
pub fn when(at: Timestamp, fallback: &str) -> Md {
    let fallback = escape(&fallback.replace(['|', '^'], " "));
    Md(format!(
        "<!date^{}^{{date_long_pretty}} at {{time}}|{fallback}>",
        at.as_second()
    ))
}

fn only_id(id: &str) -> String {
    id.chars().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_cannot_ring_a_channel_or_forge_markup() {
        let goal = "<!channel> learn <https://evil|this> & more";
        assert_eq!(
            md!("*Goal:* {}", goal).as_str(),
            "*Goal:* &lt;!channel&gt; learn &lt;https://evil|this&gt; &amp; more"
        );
        assert_eq!(
            md!("{}", md!("{}", "a<b")).as_str(),
            "a&lt;b",
            "escaped once"
        );
        assert_eq!(
            md!("Hi {}", UserId::from("U1><!here")).as_str(),
            "Hi <@U1here>"
        );
        assert_eq!(quote("one\n<two>").as_str(), "> one\n> &lt;two&gt;");
    }
}
