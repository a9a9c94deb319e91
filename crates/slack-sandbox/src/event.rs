//! An event on its way to the app.

use jiff::Timestamp;
use serde_json::Value as Json;

/// Sent until the app takes it or it is given up.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub id: String,
    /// The workspace it is about.
    pub team: String,
    /// When it happened, however late it comes.
    pub at: Timestamp,
    pub content: Json,
    pub without_team: bool,
    /// How often it was sent and failed.
    pub retry: usize,
    pub reason: Option<&'static str>,
}

impl Event {
    pub fn new(id: String, team: String, at: Timestamp, event: Json) -> Self {
        Self {
            id,
            team,
            at,
            content: event,
            without_team: false,
            retry: 0,
            reason: None,
        }
    }

    pub fn without_team(mut self) -> Self {
        self.without_team = true;
        self
    }
}
