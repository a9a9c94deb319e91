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
