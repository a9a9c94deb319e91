//! Slack's documented rate limits ("Rate limits"): per method and workspace, and one message a second per channel.

use crate::domain::ids::TeamId;
use crate::store::limits::{Allowance, scope};

const MINUTE: i64 = 60_000;

/// Calls per minute that Slack allows of `method` in one workspace; none for unknown methods. chat.postMessage allows
/// "several hundred", of which we use three.
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

/// The allowance that calls of `method` count against; none for unknown methods.
pub fn allowance(team: &TeamId, method: &str) -> Option<Allowance> {
    Some(Allowance {
        scope: scope(team, method),
        calls: per_minute(method)?,
        span: MINUTE,
    })
}

/// The allowance that messages to one place count against.
pub fn pace(team: &TeamId, place: &str) -> Allowance {
    Allowance {
        scope: format!("{team}:#{place}"),
        calls: 1,
        span: 1_000,
    }
}
