//! Failed deliveries in words: recipient, kind of message, reason, and fix.

use super::{Result, circle, owners};
use crate::domain::cadence;
use crate::domain::ids::UserId;
use crate::domain::key::Key;
use crate::domain::outgoing::{Kind as Outgoing, Lane};
use crate::md;
use crate::slack::words::Md;
use crate::store::holds::Hold;
use crate::store::outbox::Failed;
use crate::store::{Reading, checkins, pairs};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Slack's code while the app's Messages tab is off.
pub const MESSAGES_TAB_OFF: &str = "messages_tab_disabled";

/// How long messages are kept that failed, and with them what can be told of a pair that is over.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Whether owners should hear of a failure. Questions are asked again, and a Home is shown again at the next visit.
pub fn is_worth_telling(lane: &Lane) -> bool {
    match lane {
        Lane::Person(_) | Lane::Pair(_) | Lane::Channel(_) | Lane::Token | Lane::Circle(_) => true,
        Lane::LookUp(_) | Lane::Directory | Lane::Home(_) | Lane::Import(_) | Lane::Cards(_) => {
            false
        }
    }
}

/// Whether a failure is worth telling, and still stands: somebody may have got into the mentor circle since.
pub async fn stands(tx: &mut Reading, failed: &Failed) -> Result<bool> {
    match &failed.lane {
        Lane::Circle(user) => circle::was_refused(tx, user).await,
        lane => Ok(is_worth_telling(lane)),
    }
}

/// Those that an owner may read of: nothing of their own pairs, since what their partner is asked in private, or a call for help to
/// another owner, says what the partner answered. What was to go to their shared conversation stays if nobody else acts for the program.
pub async fn for_reader(
    tx: &mut Reading,
    failed: Vec<Failed>,
    reader: &UserId,
) -> Result<Vec<Failed>> {
    let mut own = pairs::of(tx, reader).await?;
    let lately = tx.now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
    own.retain(|pair| pair.closed.is_none_or(|(at, _)| at >= lately));
    let mut own_calls = Vec::new();
    for one in &failed {
        if let Some(Key::Checkin(note)) = &one.key
            && let Some(note) = checkins::find(tx, *note).await?
            && own.iter().any(|pair| pair.id == note.pair)
        {
            own_calls.push(one.id);
        }
    }
    let acting = owners::acting(tx).await?.people;
    let others_act = acting.iter().any(|one| one != reader);
    let may_read = |failed: &Failed| match &failed.lane {
        Lane::Person(_) if own_calls.contains(&failed.id) => false,
        Lane::Person(user) => !own.iter().any(|pair| pair.partner_of(reader) == user),
        Lane::Pair(pair) => !(others_act && own.iter().any(|one| one.id == *pair)),
        Lane::Channel(_)
        | Lane::LookUp(_)
        | Lane::Directory
        | Lane::Home(_)
        | Lane::Token
        | Lane::Import(_)
        | Lane::Circle(_)
        | Lane::Cards(_) => true,
    };
    Ok(failed.into_iter().filter(may_read).collect())
}

/// One line per failure, without repeats. It names people, never ids; the contents of messages stay private.
pub async fn lines(tx: &mut Reading, failed: &[Failed]) -> Result<Vec<Md>> {
    let mut lines: Vec<Md> = Vec::new();
    for failed in failed {
        let why = match &failed.lane {
            Lane::Circle(_) => not_added(&failed.error),
            _ => reason(&failed.error),
        };
        let line = md!("{}: {}", message(tx, failed).await?, why);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    Ok(lines)
}

/// The kind of message, and who it was for: "the introduction of @Ana and @Max".
pub async fn message(tx: &mut Reading, failed: &Failed) -> Result<Md> {
    let kind = kind(failed.kind);
    let recipient = match &failed.lane {
        Lane::Pair(pair) => match pairs::find(tx, *pair).await? {
            Some(pair) if failed.kind == Outgoing::Introduction => {
                return Ok(md!("{} of {} and {}", kind, pair.mentor, pair.mentee));
            }
            Some(pair) => md!("{} and {}", pair.mentor, pair.mentee),
            None => md!("a pair that is no longer there"),
        },
        Lane::Person(user) | Lane::LookUp(user) | Lane::Home(user) => md!("{}", user.clone()),
        Lane::Channel(channel) => md!("{}", channel.clone()),
        // Who would like to be there is nobody else's business.
        Lane::Circle(_) => return Ok(kind),
        Lane::Directory | Lane::Token | Lane::Import(_) | Lane::Cards(_) => md!("Slack"),
    };
    Ok(md!("{} for {}", kind, recipient))
}

fn kind(kind: Outgoing) -> Md {
    match kind {
        Outgoing::Answer => md!("an answer"),
        Outgoing::Introduction => md!("the introduction"),
        Outgoing::Agreement => md!("the agreement"),
        Outgoing::Digest => md!("the digest"),
        Outgoing::Companion => md!("a note to an owner"),
        // Which question it is would say what they answered before.
        Outgoing::Reflection | Outgoing::Checkin | Outgoing::Lookup => md!("a question"),
        Outgoing::Notice => md!("a notice"),
        Outgoing::CycleOpens
        | Outgoing::NudgeWeek
        | Outgoing::NudgeFortnight
        | Outgoing::MeetingSoon
        | Outgoing::CalendarFile
        | Outgoing::DidYouMeet
        | Outgoing::Unsigned => md!("a nudge"),
        Outgoing::Circle => md!("a mentor's way into the mentor circle"),
        Outgoing::DataFile | Outgoing::ProgramFile => md!("a file"),
        Outgoing::Card => md!("a change of a message"),
    }
}

/// Slack's code in plain words, with its fix.
pub fn reason(error: &str) -> Md {
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
        "missing_scope" | "no_permission" | "not_allowed_token_type" | "access_denied" => md!(
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

/// The same for somebody who was to be added to the mentor circle. Other codes are of the channel, as for a message there.
fn not_added(error: &str) -> Md {
    match error {
        "missing_scope" => md!(
            "I'm missing a permission: `groups:write.invites` if the channel is private, `channels:write.invites` if it's public. \
             The person who manages the app can add it under *OAuth & Permissions* and reinstall the app."
        ),
        "cant_invite"
        | "restricted_action"
        | "no_permission"
        | "access_denied"
        | "invitee_cant_see_channel"
        | "ura_max_channels"
        | "user_is_restricted" => md!(
            "Slack doesn't let me add people there. A workspace admin can allow it for this app, or a member can add them."
        ),
        "method_not_supported_for_channel_type" => {
            md!("nobody can be added there. Pick another channel in `/reverse-mentor setup`.")
        }
        other => reason(other),
    }
}

/// What Slack refuses to the workspace, since when, and how it is mended.
pub fn refused(hold: &Hold, zone: &TimeZone, now: Timestamp) -> Md {
    md!(
        "I can't {}, since {}: {}",
        ability(&hold.method),
        cadence::say_when_and_where(hold.since, zone, now),
        mend(hold)
    )
}

/// What Slack refused for a while, and takes again.
pub fn taken_again(hold: &Hold, zone: &TimeZone, now: Timestamp) -> Md {
    md!(
        "I can {} again. I couldn't since {}.",
        ability(&hold.method),
        cadence::say_when_and_where(hold.since, zone, now)
    )
}

fn ability(method: &str) -> Md {
    match method {
        "conversations.open" => md!("open group conversations"),
        "chat.postMessage" => md!("send messages"),
        "users.info" | "users.list" => md!("look people up"),
        "views.publish" => md!("update Home tabs"),
        "oauth.v2.access" => md!("renew my access to this workspace"),
        other => md!("use Slack's `{}`", other),
    }
}

fn mend(hold: &Hold) -> Md {
    match hold.code.as_str() {
        "missing_scope" => {
            let scope = hold.scope.as_deref();
            let scope = scope.map_or(md!("a permission"), |scope| {
                md!("the permission `{}`", scope)
            });
            md!(
                "I'm missing {}. The person who manages the app can add it under *OAuth & Permissions* and reinstall \
                 the app.",
                scope
            )
        }
        "not_allowed_token_type" => md!(
            "Slack wants another kind of token. The person who runs the server should set the bot token, which starts \
             with `xoxb-`."
        ),
        "invalid_refresh_token" => md!(
            "a workspace admin can install me again, at `/slack/install` on the address where the bot runs. Otherwise I fall \
             silent within two hours."
        ),
        "invalid_client_id" | "bad_client_secret" => md!(
            "the person who runs the server should check the app's client id and secret. Otherwise I fall silent within the \
             hour."
        ),
        "ekm_access_denied" => md!(
            "your organization has suspended access to its encryption keys. Its admins can restore it."
        ),
        "team_added_to_org" | "org_login_required" => md!(
            "the workspace is being moved into an organization. If that takes longer than a day, an organization admin \
             can approve the app there."
        ),
        "message_limit_exceeded" | "accesslimited" => md!(
            "the workspace has reached a limit of its plan. A workspace admin can look at the plan."
        ),
        "two_factor_setup_required" => {
            md!("Slack wants two-factor authentication first. A workspace admin can set it up.")
        }
        "method_deprecated" | "deprecated_endpoint" => {
            md!("Slack no longer offers it. The person who runs the server should update me.")
        }
        "restricted_action"
        | "access_denied"
        | "no_permission"
        | "enterprise_is_restricted"
        | "team_access_not_granted" => {
            md!("a rule of the workspace forbids it. A workspace admin can allow it for this app.")
        }
        other => md!(
            "Slack says “{}”. The person who runs the server will find more in its log.",
            other
        ),
    }
}
