//! A finished message: the blocks that Slack shows, and the sentence a screen reader reads.

use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Reads well aloud and on its own: screen readers and notifications show only this.
    pub text: String,
    /// Block Kit blocks, checked when they are built (see `slack::blocks`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Value>,
}

/// A text file that goes with a message, in the same conversation as the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// With its extension: `meeting.ics`.
    pub name: String,
    pub title: String,
    /// The sentence above the file: its purpose, in words that read well aloud.
    pub comment: String,
    pub content: String,
}
