//! `conversations.*`.

use super::super::conversation::{Conversation, Place};
use super::super::messages::{parse_ts, write_ts};
use super::super::payload;
use super::super::places::Posting;
use super::super::tally::Kind;
use super::args::cursor;
use super::call::Call;
use super::refusal::{Outcome, Refusal, refuse};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

pub(super) fn open(call: &mut Call) -> Outcome {
    let Some(users) = call.args.text("users").filter(|users| !users.is_empty()) else {
        let channel = call.args.text("channel");
        let channel = channel.ok_or_else(|| refuse("users_list_not_supplied"))?;
        let (place, _) = find(call, &channel)?;
        return Ok(answer(call, place, true));
    };
    let mut people: BTreeSet<String> = users.split(',').map(|id| id.trim().to_owned()).collect();
    people.remove(&call.state.options.bot_user_id);
    if people.is_empty() {
        return Err(refuse("not_enough_users"));
    }
    if people.len() > 8 {
        return Err(refuse("too_many_users"));
    }
    let group = people.len() > 1;
    call.need(&[if group { "mpim:write" } else { "im:write" }])?;
    for id in &people {
        reachable(call, id, group)?;
    }
    let (place, already) = if group {
        call.state.mpim(people)
    } else {
        let user = people.first().cloned().unwrap_or_default();
        let already = call.state.ims.contains_key(&user);
        (call.state.im(&user), already)
    };
    Ok(answer(call, place, already))
}

/// Whether a bot may open a conversation with this person.
pub(super) fn reachable(call: &Call, id: &str, group: bool) -> Result<(), Refusal> {
    let Some(user) = call.state.users.get(id) else {
        return Err(refuse("user_not_found"));
    };
    let error = if user.is_bot {
        "cannot_dm_bot"
    } else if user.deleted {
        "user_disabled"
    } else if user.is_stranger {
        "user_not_visible"
    } else if group && user.is_ultra_restricted {
        "invalid_user_combination"
    } else {
        return Ok(());
    };
    Err(refuse(error))
}

fn answer(call: &Call, place: Place, already: bool) -> Json {
    let conversation = call.state.at(place);
    let channel = if call.args.flag("return_im") {
        describe(conversation)
    } else {
        json!({"id": conversation.id})
    };
    let mut body = json!({"channel": channel});
    if already {
        body["no_op"] = json!(true);
        body["already_open"] = json!(true);
    }
    body
}

/// A conversation the app can know of.
pub(super) fn find<'a>(call: &'a Call, id: &str) -> Result<(Place, &'a Conversation), Refusal> {
    let found = call.state.conversation(id);
    found
        .filter(|(_, conversation)| {
            let public = conversation.kind == Kind::Channel && !conversation.private;
            public || conversation.bot_is_member
        })
        .ok_or_else(|| refuse("channel_not_found"))
}

/// The same, for methods that read the conversation.
fn readable<'a>(call: &'a Call, id: &str) -> Result<&'a Conversation, Refusal> {
    let (_, conversation) = find(call, id)?;
    if conversation.posting == Posting::LimitedAccess {
        return Err(refuse("channel_is_limited_access"));
    }
    Ok(conversation)
}

/// The scope that reads conversations of this kind.
fn scope(conversation: &Conversation, history: bool) -> &'static str {
    match (conversation.kind, conversation.private, history) {
        (Kind::Im, _, false) => "im:read",
        (Kind::Im, _, true) => "im:history",
        (Kind::Mpim, _, false) => "mpim:read",
        (Kind::Mpim, _, true) => "mpim:history",
        (Kind::Channel, false, false) => "channels:read",
        (Kind::Channel, false, true) => "channels:history",
        (Kind::Channel, true, false) => "groups:read",
        (Kind::Channel, true, true) => "groups:history",
    }
}

pub(super) fn describe(conversation: &Conversation) -> Json {
    let kind = conversation.kind;
    let mut body = json!({
        "id": conversation.id,
        "created": 1_754_300_000,
        "is_archived": conversation.archived,
        "is_im": kind == Kind::Im,
        "is_mpim": kind == Kind::Mpim,
        "is_channel": kind != Kind::Im && !conversation.private,
        "is_group": kind == Kind::Channel && conversation.private,
        "is_private": conversation.private,
        "context_team_id": conversation.team,
    });
    if kind == Kind::Im {
        body["user"] = json!(conversation.members.first());
        body["is_open"] = json!(true);
    } else {
        body["name"] = json!(conversation.name);
        body["name_normalized"] = json!(conversation.name);
        body["is_member"] = json!(conversation.bot_is_member);
        body["is_general"] = json!(conversation.name.as_ref() == "general");
        body["num_members"] = json!(conversation.members.len());
    }
    body
}

pub(super) fn list(call: &mut Call) -> Outcome {
    let team = call.need_team()?;
    let limit = call.args.limit(100, 999)?;
    let types = call.args.text("types");
    let types = types.unwrap_or_else(|| "public_channel".to_owned());
    for kind in types.split(',') {
        call.need(&[match kind.trim() {
            "public_channel" => "channels:read",
            "private_channel" => "groups:read",
            "im" => "im:read",
            "mpim" => "mpim:read",
            _ => return Err(refuse("invalid_types")),
        }])?;
    }
    let from = call.args.cursor()?.and_then(|from| from.parse().ok());
    let wanted = |conversation: &Conversation| {
        let kind = match (conversation.kind, conversation.private) {
            (Kind::Im, _) => "im",
            (Kind::Mpim, _) => "mpim",
            (Kind::Channel, false) => "public_channel",
            (Kind::Channel, true) => "private_channel",
        };
        types.split(',').any(|wanted| wanted.trim() == kind)
            && (conversation.kind != Kind::Channel || *conversation.team == *team)
            && (kind == "public_channel" || conversation.bot_is_member)
            && !(conversation.archived && call.args.flag("exclude_archived"))
    };
    let mut rest = call
        .state
        .conversations
        .iter()
        .enumerate()
        .skip(from.unwrap_or(0))
        .filter(|(_, conversation)| wanted(conversation));
    let page: Vec<Json> = rest
        .by_ref()
        .take(limit)
        .map(|(_, conversation)| describe(conversation))
        .collect();
    let next = rest.next().map(|(index, _)| cursor(&index.to_string()));
    Ok(json!({
        "channels": page,
        "response_metadata": {"next_cursor": next.unwrap_or_default()},
    }))
}

pub(super) fn info(call: &mut Call) -> Outcome {
    let id = call.args.needed("channel")?;
    let conversation = readable(call, &id)?;
    call.need(&[scope(conversation, false)])?;
    Ok(json!({"channel": describe(conversation)}))
}

pub(super) fn members(call: &mut Call) -> Outcome {
    let id = call.args.needed("channel")?;
    let limit = call.args.limit(100, 1000)?;
    let from = call.args.cursor()?.unwrap_or_default();
    let (_, conversation) = find(call, &id)?;
    call.need(&[scope(conversation, false)])?;
    let bot = &call.state.options.bot_user_id;
    let mut all: BTreeSet<&String> = conversation.members.iter().collect();
    if conversation.bot_is_member {
        all.insert(bot);
    }
    let mut rest = all.into_iter().skip_while(|id| **id < from);
    let page: Vec<_> = rest.by_ref().take(limit).collect();
    let next = rest.next().map(|id| cursor(id)).unwrap_or_default();
    Ok(json!({"members": page, "response_metadata": {"next_cursor": next}}))
}

pub(super) fn history(call: &mut Call) -> Outcome {
    let id = call.args.needed("channel")?;
    let most = if call.state.options.distributed {
        15
    } else {
        999
    };
    let limit = call.args.limit(100, 999)?.min(most);
    let conversation = readable(call, &id)?;
    call.need(&[scope(conversation, true)])?;
    if conversation.kind == Kind::Channel && !conversation.bot_is_member {
        return Err(refuse("not_in_channel"));
    }
    let edge = |name: &str| -> Result<Option<i64>, Refusal> {
        match call.args.text(name).filter(|ts| !ts.is_empty()) {
            None => Ok(None),
            Some(ts) => parse_ts(&ts)
                .map(Some)
                .ok_or_else(|| refuse(format!("invalid_ts_{name}"))),
        }
    };
    let inclusive = i64::from(call.args.flag("inclusive"));
    let oldest = edge("oldest")?.map_or(i64::MIN, |ts| ts - inclusive);
    let mut latest = edge("latest")?.map_or(i64::MAX, |ts| ts.saturating_add(inclusive));
    if let Some(from) = call.args.cursor()? {
        latest = parse_ts(&from).ok_or_else(|| refuse("invalid_cursor"))?;
    }
    // Newest first, without ephemeral and deleted messages.
    let mut rest = conversation
        .messages
        .iter()
        .rev()
        .map(|index| (*index, call.state.message(*index)))
        .skip_while(|(_, message)| message.ts >= latest)
        .take_while(|(_, message)| message.ts > oldest)
        .filter(|(_, message)| !message.deleted && message.ephemeral_to.is_none());
    let metadata = call.args.flag("include_all_metadata");
    let mut page = Vec::new();
    let mut last = 0;
    for (index, message) in rest.by_ref().take(limit) {
        page.push(payload::message_json(call.state, index, metadata));
        last = message.ts;
    }
    let more = rest.next().is_some();
    let mut body = json!({"messages": page, "has_more": more, "pin_count": 0});
    if more {
        let next = cursor(&write_ts(last));
        body["response_metadata"] = json!({"next_cursor": next});
    }
    Ok(body)
}
