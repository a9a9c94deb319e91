//! `chat.*`.

use super::super::conversation::Place;
use super::super::messages::{Draft, write_ts};
use super::super::places::Posting;
use super::super::tally::Kind;
use super::super::{blocks, payload};
use super::call::Call;
use super::conversations;
use super::refusal::{Outcome, Refusal, refuse};
use serde_json::{Value as Json, json};

/// Slack: longer texts are refused.
const TEXT: usize = 40_000;

/// Text and blocks of a message, checked.
pub(super) struct Content {
    pub text: String,
    pub blocks: Option<Json>,
}

impl Content {
    /// From the arguments `text` and `blocks`; `has_file` knows uploaded files.
    pub fn check(
        text: Option<String>,
        blocks: Option<Json>,
        has_file: &dyn Fn(&str) -> bool,
    ) -> Result<Self, Refusal> {
        let text = text.unwrap_or_default();
        let blocks = blocks.filter(|blocks| blocks.as_array().is_none_or(|list| !list.is_empty()));
        if text.trim().is_empty() && blocks.is_none() {
            return Err(refuse("no_text"));
        }
        if text.chars().count() > TEXT {
            return Err(refuse("msg_too_long"));
        }
        if let Some(blocks) = &blocks {
            blocks::message(blocks, has_file)?;
        }
        Ok(Self { text, blocks })
    }
}

fn content(call: &Call) -> Result<Content, Refusal> {
    let blocks = call.args.json("blocks")?;
    let mut text = call.args.text("text");
    if let Some(attachments) = call.args.json("attachments")?
        && text.is_none()
        && blocks.is_none()
    {
        text = attachments[0]["fallback"].as_str().map(str::to_owned);
    }
    let file = |id: &str| call.state.files.get(id);
    let usable =
        |id: &str| file(id).is_some_and(|file| file.usable.is_some_and(|at| at <= call.now));
    let complete = |id: &str| file(id).is_some_and(|file| file.complete);
    let checked = Content::check(text.clone(), blocks.clone(), &usable);
    // Slack gives the same error for a file it is still processing as for an unknown one; only the tally tells them apart.
    let early = checked.is_err() && Content::check(text, blocks, &complete).is_ok();
    checked.map_err(|refusal| if early { refusal.early() } else { refusal })
}

/// `metadata`: an event type and an object, not too large.
fn metadata(call: &Call) -> Result<Option<(String, Json)>, Refusal> {
    let Some(metadata) = call
        .args
        .json("metadata")
        .map_err(|_| refuse("invalid_metadata_format"))?
    else {
        return Ok(None);
    };
    let bad = || refuse("invalid_metadata_format");
    let event_type = metadata["event_type"].as_str().filter(|t| !t.is_empty());
    let event_type = event_type.ok_or_else(bad)?.to_owned();
    let payload = metadata["event_payload"].clone();
    if !payload.is_object() {
        return Err(bad());
    }
    if payload.to_string().len() > 16_000 {
        return Err(refuse("metadata_too_large"));
    }
    Ok(Some((event_type, payload)))
}

/// The kind of post. Slack gives each its own error for the same restriction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Post {
    Message,
    Ephemeral,
    File,
}

impl Post {
    /// Slack's error when the channel's settings do not let the app write there ([`Posting`]).
    fn restriction(self, posting: Posting) -> Option<&'static str> {
        match (posting, self) {
            (Posting::Everyone, _) => None,
            (Posting::LimitedAccess, _) => Some("channel_is_limited_access"),
            (Posting::Denied, _) | (Posting::ReadOnly, Self::File) => {
                Some("posting_to_channel_denied")
            }
            (Posting::ReadOnly, Self::Message) => Some("restricted_action_read_only_channel"),
            (Posting::ReadOnly, Self::Ephemeral) => Some("restricted_action"),
        }
    }

    /// Slack's error when the app's Messages tab is off. Slack documents none for a file.
    fn without_messages_tab(self) -> &'static str {
        match self {
            Self::Message | Self::Ephemeral => "messages_tab_disabled",
            Self::File => "posting_to_channel_denied",
        }
    }
}

/// The conversation for a message to `channel`. A user's id stands for their conversation with the app.
fn destination(call: &mut Call, channel: &str, post: Post) -> Result<Place, Refusal> {
    let place = conversation(call, channel)?;
    let found = call.state.at(place);
    if found.kind == Kind::Im && !call.state.options.messages_tab {
        return Err(refuse(post.without_messages_tab()));
    }
    match post.restriction(found.posting) {
        Some(error) => Err(refuse(error)),
        None => Ok(place),
    }
}

/// The conversation that `channel` names, if it can be written in at all.
fn conversation(call: &mut Call, channel: &str) -> Result<Place, Refusal> {
    if let Some((place, conversation)) = call.state.conversation(channel) {
        if conversation.archived {
            return Err(refuse("is_archived"));
        }
        if conversation.kind == Kind::Channel && !call.state.has_access(&conversation.team) {
            return Err(refuse("team_access_not_granted"));
        }
        if conversation.kind == Kind::Channel && !conversation.bot_is_member {
            return Err(refuse(if conversation.private {
                "channel_not_found"
            } else {
                "not_in_channel"
            }));
        }
        let gone = |id: &String| call.state.users.get(id).is_none_or(|user| user.deleted);
        if conversation.kind == Kind::Im && conversation.members.iter().all(gone) {
            return Err(refuse("user_disabled"));
        }
        return Ok(place);
    }
    match conversations::reachable(call, channel, false) {
        Err(refusal) if refusal.error == "user_not_found" => Err(refuse("channel_not_found")),
        Err(refusal) => Err(refusal),
        Ok(()) => Ok(call.state.im(channel)),
    }
}

/// The conversation's id, if it takes a message now. It takes one a second.
fn spaced(call: &mut Call, place: Place) -> Result<String, Refusal> {
    let id = call.state.at(place).id.to_string();
    let now = call.inner.limits_now(call.state.options.app_clock);
    let burst = call.state.options.burst;
    match call.state.limits.post(&id, burst, now) {
        Ok(()) => Ok(id),
        Err(seconds) => Err(refuse("ratelimited").with("seconds", seconds)),
    }
}

/// The conversation for a file shared in `channel`, which must exist already.
pub(super) fn place_of(call: &mut Call, channel: &str) -> Result<Place, Refusal> {
    if call.state.conversation(channel).is_none() {
        return Err(refuse("channel_not_found"));
    }
    let place = destination(call, channel, Post::File)?;
    spaced(call, place)?;
    Ok(place)
}

pub(super) fn post_message(call: &mut Call) -> Outcome {
    let channel = call.args.needed("channel")?;
    let content = content(call)?;
    let metadata = metadata(call)?;
    for custom in ["username", "icon_emoji", "icon_url"] {
        if call.args.text(custom).is_some() {
            call.need(&["chat:write.customize"])?;
        }
    }
    let place = destination(call, &channel, Post::Message)?;
    let thread_ts = call.args.text("thread_ts");
    if let Some(thread) = &thread_ts
        && call.state.find(place, thread).is_none()
    {
        return Err(refuse("thread_not_found"));
    }
    let id = spaced(call, place)?;
    let draft = Draft {
        text: content.text,
        blocks: content.blocks,
        thread_ts,
        metadata,
        ..Draft::default()
    };
    let index = call.state.post(place, draft, call.now);
    Ok(json!({
        "channel": id,
        "ts": write_ts(call.state.message(index).ts),
        "message": payload::message_json(call.state, index, true),
    }))
}

pub(super) fn post_ephemeral(call: &mut Call) -> Outcome {
    let channel = call.args.needed("channel")?;
    let user = call.args.needed("user")?;
    let content = content(call)?;
    let place = destination(call, &channel, Post::Ephemeral)?;
    let conversation = call.state.at(place);
    if !call.state.users.contains_key(&user) {
        return Err(refuse("user_not_found"));
    }
    if !conversation.members.contains(&user) {
        return Err(refuse("user_not_in_channel"));
    }
    let draft = Draft {
        text: content.text,
        blocks: content.blocks,
        ephemeral_to: Some(user),
        ..Draft::default()
    };
    let index = call.state.post(place, draft, call.now);
    Ok(json!({"message_ts": write_ts(call.state.message(index).ts)}))
}

/// A message that the app may change: its own, and not an ephemeral one.
fn own(call: &Call, missing: &'static str, not_own: &'static str) -> Result<u32, Refusal> {
    let channel = call.args.needed("channel")?;
    let ts = call.args.needed("ts")?;
    let found = call.state.conversation(&channel);
    let (place, _) = found.ok_or_else(|| refuse("channel_not_found"))?;
    let index = call.state.find(place, &ts).ok_or_else(|| refuse(missing))?;
    let message = call.state.message(index);
    if message.ephemeral_to.is_some() {
        return Err(refuse(missing));
    }
    if message.author.is_some() {
        return Err(refuse(not_own));
    }
    Ok(index)
}

pub(super) fn update(call: &mut Call) -> Outcome {
    let index = own(call, "message_not_found", "cant_update_message")?;
    let mut content = content(call)?;
    let metadata = metadata(call)?;
    // An update without text or blocks keeps the old ones.
    let before = call.state.body(index).unwrap_or_default();
    if call.args.text("text").is_none() {
        blocks::string(&before, "text").clone_into(&mut content.text);
    }
    let given = call.args.json("blocks")?;
    if given.is_none() && call.args.text("text").is_none() {
        content.blocks = before.get("blocks").cloned();
    }
    call.state.edit(index, &content.text, content.blocks);
    if let Some((event_type, payload)) = metadata {
        call.state.set_metadata(index, &event_type, &payload);
    }
    let message = call.state.message(index);
    Ok(json!({
        "channel": call.state.at(message.place).id,
        "ts": write_ts(message.ts),
        "text": content.text,
        "message": payload::message_json(call.state, index, true),
    }))
}

pub(super) fn delete(call: &mut Call) -> Outcome {
    let index = own(call, "message_not_found", "cant_delete_message")?;
    call.state.delete(index);
    let message = call.state.message(index);
    Ok(json!({
        "channel": call.state.at(message.place).id,
        "ts": write_ts(message.ts),
    }))
}

pub(super) fn permalink(call: &mut Call) -> Outcome {
    let channel = call.args.needed("channel")?;
    let ts = call.args.needed("message_ts")?;
    let found = call.state.conversation(&channel);
    let (place, _) = found.ok_or_else(|| refuse("channel_not_found"))?;
    let found = call.state.find(place, &ts);
    found.ok_or_else(|| refuse("message_not_found"))?;
    let team = call.state.options.team_name.to_lowercase();
    let ts = ts.replace('.', "");
    Ok(json!({
        "channel": channel,
        "permalink": format!("https://{team}.slack.com/archives/{channel}/p{ts}"),
    }))
}
