//! Reads our own texts that contain slashes: a timer's subject, the key of a message.

use super::ids::UserId;
use std::str::{FromStr, Split};

/// The parts of a text, from the left.
pub(super) struct Parts<'a>(Split<'a, char>);

impl<'a> Parts<'a> {
    pub fn of(text: &'a str) -> Self {
        Self(text.split('/'))
    }

    /// Parses the next part; none when it is missing or does not parse.
    pub fn next<T: FromStr>(&mut self) -> Option<T> {
        self.0.next()?.parse().ok()
    }

    /// The same, but leaves a part that does not parse in place.
    pub fn next_if<T: FromStr>(&mut self) -> Option<T> {
        let next = self.0.clone().next()?.parse().ok()?;
        self.0.next();
        Some(next)
    }

    /// Skips `word` if it comes next. Returns whether it did.
    pub fn skip(&mut self, word: &str) -> bool {
        let is_next = self.0.clone().next() == Some(word);
        if is_next {
            self.0.next();
        }
        is_next
    }

    pub fn user(&mut self) -> Option<UserId> {
        self.text().map(UserId::from)
    }

    pub fn text(&mut self) -> Option<&'a str> {
        self.0.next().filter(|part| !part.is_empty())
    }

    /// Whether no parts are left.
    pub fn is_over(&self) -> bool {
        self.0.clone().next().is_none()
    }
}
