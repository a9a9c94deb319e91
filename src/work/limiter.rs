//! Slack's rate limits, as documented ("Rate limits"): per method and workspace, and one message a second per channel.

use crate::domain::ids::TeamId;
use crate::store::limits::{Allowance, scope};

const MINUTE: i64 = 60_000;

/// Calls a minute Slack allows of `method` in one workspace. chat.postMessage: "several hundred", of which we take three.
fn per_minute(method: &str) -> i64 {
    match method {
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
        _ => 50,
    }
}

/// What one call of `method` takes; `channel` where a message is posted.
pub fn allowances(team: &TeamId, method: &str, channel: Option<&str>) -> Vec<Allowance> {
    let mut all = vec![Allowance {
        scope: scope(team, method),
        calls: per_minute(method),
        span: MINUTE,
    }];
    if let Some(channel) = channel {
        all.push(Allowance {
            scope: format!("{team}:#{channel}"),
            calls: 1,
            span: 1_000,
        });
    }
    all
}
