//! How a method says no.

use crate::blocks;
use serde_json::{Map, Value as Json, json};
use std::borrow::Cow;

/// A method's answer: the fields beside `"ok": true`.
pub(super) type Outcome = Result<Json, Refusal>;

/// `"ok": false`, and why.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(super) error: Cow<'static, str>,
    pub(super) more: Map<String, Json>,
    /// The call was right but too soon, which is no mistake of the app's.
    pub(super) early: bool,
}

impl Refusal {
    pub(super) fn with(mut self, key: &str, value: impl Into<Json>) -> Self {
        self.more.insert(key.to_owned(), value.into());
        self
    }

    pub(super) fn early(mut self) -> Self {
        self.early = true;
        self
    }

    pub(crate) fn words(&self) -> String {
        format!("{} {:?}", self.error, self.more)
    }
}

pub(super) fn refuse(error: impl Into<Cow<'static, str>>) -> Refusal {
    Refusal {
        error: error.into(),
        more: Map::new(),
        early: false,
    }
}

impl From<blocks::Invalid> for Refusal {
    fn from(invalid: blocks::Invalid) -> Self {
        refuse(invalid.error)
            .with("errors", invalid.messages.clone())
            .with("response_metadata", json!({"messages": invalid.messages}))
    }
}
