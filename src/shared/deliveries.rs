//! Failed deliveries in words: recipient, kind of message, reason, and fix.

use crate::domain::outgoing::{Kind, Lane};
use crate::md;
use crate::slack::words::Md;
use crate::store::outbox::Failed;

/// Slack's code while the app's Messages tab is off.
pub const MESSAGES_TAB_OFF: &str = "messages_tab_disabled";

/// Whether owners should hear of a failure. Questions are asked again, and a Home is shown again at the next visit.
pub fn is_worth_telling(lane: &Lane) -> bool {
    match lane {
        Lane::Person(_) | Lane::Pair(_) | Lane::Channel(_) | Lane::Token => true,
        Lane::LookUp(_) | Lane::Directory | Lane::Home(_) => false,
    }
}

/// One line per failure, without repeats. The contents of messages stay private.
pub fn lines(failed: &[Failed]) -> Vec<Md> {
    let mut lines: Vec<Md> = Vec::new();
    for failed in failed {
        let line = md!(
            "{}, {}: {}",
            recipient(&failed.lane),
            kind(failed.kind),
            reason(&failed.error)
        );
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn recipient(lane: &Lane) -> Md {
    match lane {
        Lane::Pair(pair) => md!("a pair's group message ({})", pair.to_string()),
        Lane::Person(user) | Lane::LookUp(user) | Lane::Home(user) => md!("{}", user.clone()),
        Lane::Channel(channel) => md!("{}", channel.clone()),
        Lane::Directory | Lane::Token => md!("a question to Slack"),
    }
}

fn kind(kind: Kind) -> Md {
    match kind {
        Kind::Answer => md!("an answer"),
        Kind::Introduction => md!("the introduction"),
        Kind::Agreement => md!("the agreement"),
        Kind::Digest => md!("the digest"),
        Kind::Companion => md!("a note to an owner"),
        Kind::Reflection => md!("a reflection question"),
        Kind::Checkin => md!("a check-in"),
        Kind::Notice => md!("a notice"),
        Kind::CycleOpens
        | Kind::NudgeWeek
        | Kind::NudgeFortnight
        | Kind::MeetingSoon
        | Kind::CalendarFile
        | Kind::DidYouMeet
        | Kind::Unsigned => md!("a nudge"),
        Kind::Lookup => md!("a question"),
        Kind::DataFile => md!("a file"),
    }
}

/// Slack's code in plain words, with its fix.
fn reason(error: &str) -> Md {
    match error {
        "is_archived" => md!(
            "the channel is archived. Unarchive it, or pick another in `/reverse-mentor setup`."
        ),
        "not_in_channel" => md!("I'm not in the channel. Invite me there with `/invite`."),
        "channel_not_found" => md!(
            "I can't see it. If it's a private channel, invite me there; if it's gone, pick another in \
             `/reverse-mentor setup`."
        ),
        "restricted_action"
        | "restricted_action_read_only_channel"
        | "restricted_action_thread_only_channel"
        | "posting_to_channel_denied" => md!(
            "posting there is restricted. Ask a workspace admin to let apps post, or pick another channel."
        ),
        "user_disabled" | "account_inactive" | "user_not_found" | "user_not_visible" => md!(
            "the account is deactivated or not visible to me. I've asked Slack about it; there's nothing you need to do."
        ),
        "channel_is_limited_access" => md!(
            "the channel belongs to a record that I have no access to. Pick another in `/reverse-mentor setup`."
        ),
        "cannot_dm_bot" | MESSAGES_TAB_OFF => md!(
            "direct messages with me are turned off. The person who manages the app can turn on its Messages tab."
        ),
        "missing_scope" | "no_permission" | "not_allowed_token_type" => md!(
            "I'm missing a permission. The person who manages the app can reinstall it with the current manifest."
        ),
        "invalid_auth" | "token_revoked" | "token_expired" | "not_authed" => md!(
            "Slack no longer accepts my token. The person who runs the server has to set a new one."
        ),
        "unreadable" => md!(
            "I can no longer read it. The person who runs the server should check that all its keys are set."
        ),
        other => md!(
            "Slack says “{}”. The person who runs the server will find more in its log.",
            other
        ),
    }
}
