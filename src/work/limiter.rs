//! Slack's rate limits, as documented ("Rate limits"): per method and workspace, and one message a second per channel.

use crate::domain::ids::TeamId;
use crate::store::limits::{Allowance, scope};

const MINUTE: i64 = 60_000;

/// Calls a minute Slack allows of `method` in one workspace; none of what is no method. chat.postMessage: "several
/// hundred", of which we take three.
fn per_minute(method: &str) -> Option<i64> {
    Some(match method {
        "users.list" | "conversations.list" => 20,
        "chat.postMessage" => 300,
        "users.info"
        | "views.publish"
        | "views.open"
        | "views.push"
        | "views.update"
        | "conversations.members"
        | "auth.test"
        | "files.getUploadURLExternal"
        | "files.completeUploadExternal" => 100,
        method if method.contains('.') => 50,
        _ => return None,
    })
}

/// What calls of `method` are counted by; none of what is no method.
pub fn allowance(team: &TeamId, method: &str) -> Option<Allowance> {
    Some(Allowance {
        scope: scope(team, method),
        calls: per_minute(method)?,
        span: MINUTE,
    })
}

/// What messages to one place are counted by.
pub fn pace(team: &TeamId, place: &str) -> Allowance {
    Allowance {
        scope: format!("{team}:#{place}"),
        calls: 1,
        span: 1_000,
    }
}
