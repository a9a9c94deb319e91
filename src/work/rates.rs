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

/// Who installs the app, which decides how much of a conversation it may read ("Rate limit changes for non-Marketplace apps").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Installed {
    /// A company's own app, in its own workspace.
    ByItsMaker,
    /// An app that others install, too.
    ByMany,
}

impl Installed {
    /// The most messages that one look into a conversation shows.
    pub fn history(self) -> u64 {
        match self {
            // More than the bot sends one person in a day.
            Installed::ByItsMaker => 100,
            Installed::ByMany => 15,
        }
    }
}

/// The allowance that calls of `method` count against; none for unknown methods.
pub fn allowance(team: &TeamId, method: &str, installed: Installed) -> Option<Allowance> {
    let calls = match (method, installed) {
        ("conversations.history", Installed::ByMany) => 1,
        _ => per_minute(method)?,
    };
    Some(Allowance {
        scope: scope(team, method),
        calls,
        span: MINUTE,
    })
}

/// The allowance that messages to one place count against. An organization's workspaces share people's conversations.
pub fn pace(installation: &TeamId, place: &str) -> Allowance {
    Allowance {
        scope: format!("{installation}:#{place}"),
        calls: 1,
        span: 1_000,
    }
}
