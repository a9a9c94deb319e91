//! `conversations.invite`.

use super::super::conversation::Conversation;
use super::super::tally::Kind;
use super::call::Call;
use super::conversations::{describe, find};
use super::refusal::{Outcome, refuse};
use serde_json::{Value as Json, json};

/// The most people in one call.
const MOST: usize = 100;

/// Adds people to a channel that the app is in. One who cannot be added keeps out everybody, unless `force` is set.
pub(super) fn invite(call: &mut Call) -> Outcome {
    let id = call.args.needed("channel")?;
    let users = call.args.text("users").unwrap_or_default();
    let users: Vec<&str> = users.split(',').map(str::trim).collect();
    let users: Vec<&str> = users.into_iter().filter(|user| !user.is_empty()).collect();
    if users.is_empty() {
        return Err(refuse("no_user"));
    }
    if users.len() > MOST {
        return Err(refuse("too_many_users"));
    }
    let (place, channel) = find(call, &id)?;
    if channel.kind != Kind::Channel {
        return Err(refuse("method_not_supported_for_channel_type"));
    }
    call.need(if channel.private {
        &["groups:write.invites", "groups:write"]
    } else {
        &["channels:write.invites", "channels:manage"]
    })?;
    if !channel.bot_is_member {
        return Err(refuse("not_in_channel"));
    }
    if channel.archived {
        return Err(refuse("is_archived"));
    }
    let verdicts = users.iter().map(|user| (*user, bar(call, channel, user)));
    let (fine, barred): (Vec<_>, Vec<_>) = verdicts.partition(|(_, bar)| bar.is_none());
    let errors = barred
        .iter()
        .map(|(user, bar)| json!({"user": user, "ok": false, "error": bar}));
    let errors: Vec<Json> = errors.collect();
    if let Some((_, Some(first))) = barred.first()
        && (fine.is_empty() || !call.args.flag("force"))
    {
        return Err(refuse(*first).with("errors", errors));
    }
    let added = fine.iter().map(|(user, _)| (*user).to_owned());
    let added: Vec<String> = added.collect();
    call.state.conversations[place as usize]
        .members
        .extend(added);
    let mut body = json!({"channel": describe(call.state.at(place))});
    if !errors.is_empty() {
        body["errors"] = json!(errors);
    }
    Ok(body)
}

/// Why somebody cannot be added.
fn bar(call: &Call, channel: &Conversation, id: &str) -> Option<&'static str> {
    if id == call.state.options.bot_user_id {
        return Some("cant_invite_self");
    }
    let Some(user) = call.state.users.get(id).filter(|user| !user.is_stranger) else {
        return Some("user_not_found");
    };
    if channel.members.contains(id) {
        Some("already_in_channel")
    } else if user.is_ultra_restricted {
        Some("ura_max_channels")
    } else if user.deleted {
        Some("cant_invite")
    } else {
        None
    }
}
