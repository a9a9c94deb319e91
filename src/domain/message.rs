//! A finished message: what Slack shows, and the sentence a screen reader reads.

use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Reads well aloud and stands alone: screen readers and notifications show only this.
    pub text: String,
    /// Block Kit blocks, checked when built (see `slack::blocks`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Value>,
}

/// A text file that goes with a message, in a conversation where the message already is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// With its ending: `meeting.ics`.
    pub name: String,
    pub title: String,
    /// What it is for, in a sentence that reads well aloud: said above the file.
    pub comment: String,
    pub content: String,
}
