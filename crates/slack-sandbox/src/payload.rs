//! The payloads that Slack sends.

use super::blocks::Values;
use super::conversation::Place;
use super::event::Event;
use super::messages::write_ts;
use super::organization;
use super::state::{State, View};
use super::tally::Kind;
use super::user::User;
use jiff::Timestamp;
use serde_json::{Value as Json, json};

/// The token from the time before signatures. Apps must not rely on it.
const VERIFICATION_TOKEN: &str = "legacy-verification-token";

pub(super) fn event_ts(now: Timestamp) -> String {
    write_ts(now.as_microsecond())
}

fn domain(state: &State, team: &str) -> String {
    let workspace = state.workspace(team);
    let name = workspace.map_or("", |workspace| &workspace.name);
    name.to_lowercase().replace(' ', "-")
}

/// Outer part that interactions have in common.
fn interaction(state: &State, kind: &str, user: &str) -> Json {
    let options = &state.options;
    let name = state.users.get(user).map_or("", |user| user.name.as_str());
    let mut body = json!({
        "type": kind,
        "token": VERIFICATION_TOKEN,
        "api_app_id": options.app_id,
        "team": {"id": options.team_id, "domain": domain(state, &options.team_id)},
        "user": {"id": user, "username": name, "name": name, "team_id": state.home_team(user)},
        "enterprise": null,
        "is_enterprise_install": false,
    });
    if let Some(enterprise) = &options.enterprise {
        body["team"] = Json::Null;
        body["enterprise"] = json!({"id": enterprise, "name": organization::NAME});
        body["is_enterprise_install"] = json!(true);
    }
    body
}

/// The form fields of a slash command.
pub(super) fn command(
    state: &State,
    (team, user): (&str, &str),
    place: Place,
    (command, text): (&str, &str),
    (url, trigger): (&str, &str),
) -> String {
    let options = &state.options;
    let name = state.users.get(user).map_or("", |user| user.name.as_str());
    let conversation = state.at(place);
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("token", VERIFICATION_TOKEN)
        .append_pair("team_id", team)
        .append_pair("team_domain", &domain(state, team))
        .append_pair("channel_id", &conversation.id)
        .append_pair("channel_name", channel_name(state, place))
        .append_pair("user_id", user)
        .append_pair("user_name", name)
        .append_pair("command", command)
        .append_pair("text", &typed(state, text))
        .append_pair("api_app_id", &options.app_id)
        .append_pair(
            "is_enterprise_install",
            if options.enterprise.is_some() {
                "true"
            } else {
                "false"
            },
        );
    if let Some(enterprise) = &options.enterprise {
        form.append_pair("enterprise_id", enterprise)
            .append_pair("enterprise_name", organization::NAME);
    }
    form.append_pair("response_url", url)
        .append_pair("trigger_id", trigger);
    form.finish()
}

/// The text of a command as the app gets it: mentions (`<@U…>` here) in the form that the command's settings say, the
/// rest escaped.
fn typed(state: &State, text: &str) -> String {
    with_mentions(state, text, |user| {
        if state.options.should_escape {
            format!("<@{}|{}>", user.id, user.name)
        } else {
            format!("@{}", user.name)
        }
    })
}

/// The text of a message as Slack keeps it: mentions (`<@U…>` here) stay, the rest is escaped.
pub(super) fn written(state: &State, text: &str) -> String {
    let bot = format!("<@{}>", state.options.bot_user_id);
    let parts = text.split(bot.as_str());
    let parts: Vec<String> = parts
        .map(|part| with_mentions(state, part, |user| format!("<@{}>", user.id)))
        .collect();
    parts.join(&bot)
}

fn with_mentions(state: &State, text: &str, mention: impl Fn(&User) -> String) -> String {
    let escape = |text: &str| {
        let text = text.replace('&', "&amp;");
        text.replace('<', "&lt;").replace('>', "&gt;")
    };
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<@") {
        out.push_str(&escape(before));
        let found = after.split_once('>');
        let found = found.and_then(|(id, after)| Some((state.users.get(id)?, after)));
        if let Some((user, after)) = found {
            out.push_str(&mention(user));
            rest = after;
        } else {
            out.push_str("&lt;@");
            rest = after;
        }
    }
    out.push_str(&escape(rest));
    out
}

fn channel_name(state: &State, place: Place) -> &str {
    let conversation = state.at(place);
    match conversation.kind {
        Kind::Im => "directmessage",
        Kind::Channel if conversation.private => "privategroup",
        _ => &conversation.name,
    }
}

pub(super) fn shortcut(state: &State, user: &str, callback_id: &str, trigger: &str) -> Json {
    let mut body = interaction(state, "shortcut", user);
    body["callback_id"] = json!(callback_id);
    body["trigger_id"] = json!(trigger);
    body["action_ts"] = json!("1754300000.000100");
    body
}

/// A button or menu in a message.
pub(super) fn message_action(
    state: &State,
    user: &str,
    index: u32,
    action: &Json,
    values: &Values,
    (url, trigger): (&str, &str),
) -> Json {
    let message = state.message(index);
    let ephemeral = message.ephemeral_to.is_some();
    let conversation = state.at(message.place);
    let ts = write_ts(message.ts);
    let mut body = interaction(state, "block_actions", user);
    body["container"] = json!({
        "type": "message",
        "message_ts": ts,
        "channel_id": conversation.id,
        "is_ephemeral": ephemeral,
    });
    body["channel"] = json!({
        "id": conversation.id,
        "name": channel_name(state, message.place),
    });
    // Slack leaves the message out when it was ephemeral.
    if !ephemeral {
        body["message"] = message_json(state, index, false);
    }
    body["state"] = json!({"values": values});
    body["response_url"] = json!(url);
    body["trigger_id"] = json!(trigger);
    body["actions"] = json!([action]);
    body
}

/// A button or menu in a modal or on the Home tab.
pub(super) fn view_action(
    state: &State,
    user: &str,
    view: &View,
    action: &Json,
    trigger: &str,
) -> Json {
    let mut body = interaction(state, "block_actions", user);
    body["container"] = json!({"type": "view", "view_id": view.id});
    body["view"] = view_json(state, view);
    body["trigger_id"] = json!(trigger);
    body["actions"] = json!([action]);
    body
}

pub(super) fn submission(state: &State, user: &str, view: &View, trigger: &str) -> Json {
    let mut body = interaction(state, "view_submission", user);
    body["trigger_id"] = json!(trigger);
    body["view"] = view_json(state, view);
    body["response_urls"] = json!([]);
    body
}

pub(super) fn closed(state: &State, user: &str, view: &View, cleared: bool) -> Json {
    let mut body = interaction(state, "view_closed", user);
    body["view"] = view_json(state, view);
    body["is_cleared"] = json!(cleared);
    body
}

/// The question what an external menu offers.
pub(super) fn suggestion(
    state: &State,
    user: &str,
    view: Option<&View>,
    (block_id, action_id): (&str, &str),
    typed: &str,
) -> Json {
    let mut body = interaction(state, "block_suggestion", user);
    body["action_id"] = json!(action_id);
    body["block_id"] = json!(block_id);
    body["value"] = json!(typed);
    if let Some(view) = view {
        body["container"] = json!({"type": "view", "view_id": view.id});
        body["view"] = view_json(state, view);
    }
    body
}

/// A view as Slack shows it to the app.
pub(super) fn view_json(state: &State, view: &View) -> Json {
    let options = &state.options;
    let mut body = view.json();
    let sent = body.clone();
    let or = |key: &str, value: Json| match &sent[key] {
        Json::Null => value,
        given => given.clone(),
    };
    body["id"] = json!(view.id);
    body["team_id"] = json!(options.team_id);
    body["app_id"] = json!(options.app_id);
    body["app_installed_team_id"] = json!(options.team_id);
    body["bot_id"] = json!(options.bot_id);
    body["hash"] = json!(view.hash);
    body["root_view_id"] = json!(view.root);
    body["previous_view_id"] = json!(view.previous);
    body["private_metadata"] = or("private_metadata", json!(""));
    body["callback_id"] = or("callback_id", json!(""));
    body["external_id"] = or("external_id", json!(""));
    body["clear_on_close"] = or("clear_on_close", json!(false));
    body["notify_on_close"] = or("notify_on_close", json!(false));
    body["title"] = or("title", Json::Null);
    body["close"] = or("close", Json::Null);
    body["submit"] = or("submit", Json::Null);
    body["state"] = json!({"values": view.values});
    body
}

/// A message as the Web API shows it.
pub(super) fn message_json(state: &State, index: u32, metadata: bool) -> Json {
    let options = &state.options;
    let message = state.message(index);
    let ts = write_ts(message.ts);
    let mut body = state.body(index).unwrap_or_else(|| json!({"text": ""}));
    body["type"] = json!("message");
    body["ts"] = json!(ts);
    body["team"] = json!(options.team_id);
    if let Some(author) = &message.author {
        body["team"] = json!(state.home_team(author));
        body["user"] = json!(author);
    } else {
        body["user"] = json!(options.bot_user_id);
        body["bot_id"] = json!(options.bot_id);
        body["app_id"] = json!(options.app_id);
    }
    if message.edited {
        body["edited"] = json!({"user": options.bot_user_id, "ts": ts});
    }
    if metadata && let Some((event_type, payload)) = state.metadata(message) {
        body["metadata"] = json!({"event_type": event_type, "event_payload": payload});
    }
    body
}

/// An `event_callback`.
pub(super) fn event(state: &State, event: &Event) -> Json {
    let options = &state.options;
    let organization = options.enterprise.is_some();
    let mut body = json!({
        "token": VERIFICATION_TOKEN,
        "team_id": event.team,
        "enterprise_id": options.enterprise,
        "api_app_id": options.app_id,
        "event": event.content,
        "type": "event_callback",
        "event_id": event.id,
        "event_time": event.at.as_second(),
        "authorizations": [{
            "enterprise_id": options.enterprise,
            "team_id": if organization { Json::Null } else { json!(event.team) },
            "user_id": options.bot_user_id,
            "is_bot": true,
            "is_enterprise_install": organization,
        }],
        "is_ext_shared_channel": false,
    });
    // In an odd variant of lifecycle events, only the authorizations name the workspace.
    if event.without_team
        && let Some(body) = body.as_object_mut()
    {
        body.remove("team_id");
    }
    body
}

/// The check of a Request URL.
pub(super) fn url_verification(challenge: &str) -> Json {
    json!({"type": "url_verification", "token": VERIFICATION_TOKEN, "challenge": challenge})
}
