//! The answers in a check-in's form.

use crate::store::checkins::Checkin;
use serde::{Deserialize, Serialize};

/// The longest answer, in characters.
pub const ANSWER: usize = 1000;

/// The answers in a check-in's form. Sealed in the database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Written {
    /// Midpoint: is it worth the time?
    pub worth: Option<String>,
    /// Midpoint: one thing to change. Closing: what changed.
    pub text: Option<String>,
    /// Closing: the confidence at the start, if no reflection recorded it.
    pub then: Option<u8>,
}

impl Written {
    pub fn of(checkin: &Checkin) -> Self {
        let text = checkin.answer.as_deref().unwrap_or("{}");
        serde_json::from_str(text).unwrap_or_default()
    }

    pub fn encode(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
