//! What people hear about their account, and owners about deliveries that failed.

use crate::domain::ids::{ChannelId, PairId, UserId};
use crate::domain::message::Message;
use crate::md;
use crate::slack::blocks::{Blocks, button};
use crate::slack::event::Action;
use crate::slack::words::Md;
use crate::store::outbox::Failed;

/// The most lines of one note.
const LINES: usize = 15;

pub(super) fn lost() -> Md {
    md!(
        "Slack tells me that your account is a guest now. The reverse mentoring program is for full members, so you are \
         out of it for the time being. Thank you for having been part of it. Should your account change again, you \
         are back without doing anything. `/reverse-mentor support` shows whom you can talk to."
    )
}

pub(super) fn back() -> Message {
    let text = md!(
        "Welcome back: Slack tells me that you are a full member again, so you take part in reverse mentoring again \
         with the profile you had. If it no longer fits, or you would rather not, that is fine too."
    );
    Blocks::new()
        .section(text.clone())
        .buttons([
            button("Look at my profile", &Action::OpenJoin).primary(),
            button("Leave", &Action::OpenLeave),
        ])
        .context("Only you can see this.")
        .message(text)
}

/// Questions asked again anyway, and Home tabs shown afresh at the next visit, are nobody's worry.
pub(super) fn is_worth_telling(lane: &str) -> bool {
    !lane.starts_with("home/") && !lane.starts_with("lookup")
}

/// The private note to owners: whom it concerns, what kind of message, why, and how to mend it.
pub(super) fn undelivered(failed: &[Failed]) -> Message {
    let mut lines: Vec<Md> = Vec::new();
    for failed in failed {
        let line = md!(
            "{}, {}: {}",
            recipient(&failed.lane),
            kind(&failed.kind),
            reason(&failed.error)
        );
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let more = lines.len().saturating_sub(LINES);
    lines.truncate(LINES);
    let text = md!("Some messages could not be delivered.");
    let mut blocks = Blocks::new()
        .section(md!(
            "*{}* What was in them stays private; this is whom it concerns:",
            text
        ))
        .section(Md::bullets(lines));
    if more > 0 {
        blocks = blocks.context(md!("And {} more.", more));
    }
    blocks
        .context("Only the program's owners see this, once a day at most.")
        .message(text)
}

fn recipient(lane: &str) -> Md {
    if let Some(pair) = lane.strip_prefix("pair/") {
        let pair = PairId(pair.parse().unwrap_or_default());
        return md!("a pair's group message ({})", pair.to_string());
    }
    match lane.chars().next() {
        Some('U' | 'W') => md!("{}", UserId::from(lane)),
        Some('C' | 'G') => md!("{}", ChannelId::from(lane)),
        _ => md!("{}", lane),
    }
}

fn kind(kind: &str) -> Md {
    match kind {
        "answer" => md!("an answer"),
        "introduction" => md!("the introduction"),
        "agreement" => md!("the agreement"),
        "digest" => md!("the digest"),
        "companion" => md!("a note to an owner"),
        "reflection" => md!("a reflection question"),
        "checkin" => md!("a check-in"),
        "notice" => md!("a notice"),
        _ => md!("a nudge"),
    }
}

/// Slack's code in plain words, with what mends it.
fn reason(error: &str) -> Md {
    match error {
        "is_archived" => md!(
            "the channel is archived. Unarchive it, or pick another in `/reverse-mentor setup`."
        ),
        "not_in_channel" => md!("I am not in the channel. Invite me there with `/invite`."),
        "channel_not_found" => md!(
            "I cannot see it. If it is a private channel, invite me there; if it is gone, pick another in \
             `/reverse-mentor setup`."
        ),
        "restricted_action" | "restricted_action_read_only_channel" => md!(
            "posting there is restricted. Ask a workspace admin to let apps post, or pick another channel."
        ),
        "user_disabled" | "account_inactive" | "user_not_found" | "user_not_visible" => md!(
            "the account is deactivated or not visible to me. I have asked Slack about it; nothing to do for you."
        ),
        "cannot_dm_bot" | "messages_tab_disabled" => md!(
            "direct messages with me are turned off. Whoever manages the app can turn on its Messages tab."
        ),
        "missing_scope" | "no_permission" | "not_allowed_token_type" => md!(
            "I lack a permission. Whoever manages the app can install it again with the current manifest."
        ),
        "invalid_auth" | "token_revoked" | "token_expired" | "not_authed" => md!(
            "Slack does not accept my token any more. Whoever runs the server has to set a new one."
        ),
        "unreadable" => md!(
            "I could not read it any more. Whoever runs the server should check that all its keys are set."
        ),
        other => md!(
            "Slack says “{}”. Whoever runs the server finds more in its log.",
            other
        ),
    }
}
