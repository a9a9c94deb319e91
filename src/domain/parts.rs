//! Reading our own texts with slashes in them: a timer's subject, the key of a message.

use super::ids::UserId;
use std::str::{FromStr, Split};

/// The parts of a text, from the left.
pub(super) struct Parts<'a>(Split<'a, char>);

impl<'a> Parts<'a> {
    pub fn of(text: &'a str) -> Self {
        Self(text.split('/'))
    }

    /// The next part as whatever it should be; none when it is missing or is not that.
    pub fn next<T: FromStr>(&mut self) -> Option<T> {
        self.0.next()?.parse().ok()
    }

    /// The same, where the part may be something else: it is left alone then.
    pub fn next_if<T: FromStr>(&mut self) -> Option<T> {
        let next = self.0.clone().next()?.parse().ok()?;
        self.0.next();
        Some(next)
    }

    /// Goes past `word`; false, and nowhere, when something else comes next.
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

    /// Whether nothing follows.
    pub fn is_over(&self) -> bool {
        self.0.clone().next().is_none()
    }
}
