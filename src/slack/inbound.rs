//! From Slack's JSON and forms to our own [`Event`]. Lenient: what we cannot place becomes `Event::Nothing`, never an error,
//! because Slack turns off apps that answer 4xx and 5xx.
//!
//! Decoded from `serde_json::Value` by hand: slack-morphism's enums reject the nulls and empty objects that real payloads hold.

mod heard;

use super::event::{Action, Actor, Answer, Answers, Event, Form, Surface};
use crate::domain::ids::{ChannelId, TeamId, UserId};
use crate::domain::participant::PersonInSlack;
use heard::Heard;
use serde_json::Value;
use std::collections::BTreeMap;

/// One request from Slack.
#[derive(Clone, Debug, PartialEq)]
pub struct Inbound {
    /// For metrics and logs: `command`, `block_actions`, `event/app_home_opened`, …
    pub kind: String,
    pub team: TeamId,
    pub event: Event,
    /// What tells a retry from news; none where the request's signature must do.
    pub event_id: Option<String>,
    /// For opening a modal, within three seconds.
    pub trigger: Option<String>,
    /// For answering where the person acted: five times in thirty minutes.
    pub response_url: Option<String>,
    /// The message a button sat on.
    pub message: Option<(ChannelId, String)>,
    /// The modal or Home a button sat on.
    pub view: Option<String>,
}

/// What a request is, before any feature sees it.
#[derive(Clone, Debug, PartialEq)]
pub enum Decoded {
    Inbound(Box<Inbound>),
    /// `url_verification`: echo this.
    Challenge(String),
    /// `ssl_check`: just 200.
    SslCheck,
}

/// Reads a request body: JSON, a slash command's form, or a form with a `payload`.
pub fn decode(body: &[u8]) -> Decoded {
    if body.trim_ascii_start().starts_with(b"{") {
        return match serde_json::from_slice::<Heard>(body) {
            Ok(Heard(value)) => json(&value),
            Err(_) => nothing("unreadable", TeamId::from("")),
        };
    }
    if let Some(payload) = payload(body) {
        return match serde_json::from_slice::<Heard>(&payload) {
            Ok(Heard(value)) => json(&value),
            Err(_) => nothing("unreadable", TeamId::from("")),
        };
    }
    let fields: BTreeMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
    if fields.contains_key("ssl_check") {
        return Decoded::SslCheck;
    }
    command(&fields)
}

/// The JSON in a form's `payload`. It can be long, so it is not decoded letter by letter like the fields of a command.
fn payload(form: &[u8]) -> Option<Vec<u8>> {
    let mut fields = form.split(|&byte| byte == b'&');
    let raw = fields.find_map(|field| field.strip_prefix(b"payload="))?;
    let spaced: Vec<u8> = raw
        .iter()
        .map(|&byte| if byte == b'+' { b' ' } else { byte })
        .collect();
    Some(urlencoding::decode_binary(&spaced).into_owned())
}

/// Whether a body is Slack's certificate check, which may come unsigned and carries nothing.
pub fn is_ssl_check(body: &[u8]) -> bool {
    // Looked at before the signature: only ever a short form, and only ever answered with an empty 200.
    body.len() < 512
        && form_urlencoded::parse(body).any(|(key, value)| key == "ssl_check" && value == "1")
        && !form_urlencoded::parse(body).any(|(key, _)| key == "command" || key == "payload")
}

fn nothing(kind: &str, team: TeamId) -> Decoded {
    Decoded::Inbound(Box::new(Inbound {
        kind: kind.to_owned(),
        team,
        event: Event::Nothing("unknown"),
        event_id: None,
        trigger: None,
        response_url: None,
        message: None,
        view: None,
    }))
}

fn command(fields: &BTreeMap<String, String>) -> Decoded {
    let field = |name: &str| fields.get(name).filter(|value| !value.is_empty());
    let team = field("team_id").or_else(|| field("enterprise_id"));
    let (Some(team), Some(user), Some(_)) = (team, field("user_id"), field("command")) else {
        return nothing("unknown_form", TeamId::from(""));
    };
    let team = TeamId::from(team.as_str());
    let actor = Actor {
        team: team.clone(),
        user: UserId::from(user.as_str()),
    };
    Decoded::Inbound(Box::new(Inbound {
        kind: "command".to_owned(),
        team,
        event: Event::Command {
            actor,
            text: field("text").cloned().unwrap_or_default(),
        },
        event_id: None,
        trigger: field("trigger_id").cloned(),
        response_url: field("response_url").cloned(),
        message: None,
        view: None,
    }))
}

fn json(value: &Value) -> Decoded {
    match text(value, "/type") {
        Some("url_verification") => {
            Decoded::Challenge(text(value, "/challenge").unwrap_or_default().to_owned())
        }
        Some("event_callback") => event_callback(value),
        Some(kind) => interaction(value, kind),
        // Slash commands also come as JSON from some relays and test kits.
        None if value.get("command").is_some() => command(
            &value
                .as_object()
                .into_iter()
                .flatten()
                .filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned())))
                .collect(),
        ),
        None => nothing("untyped", TeamId::from("")),
    }
}

/// The workspace the app is installed in. Organization-wide installs name no team; people from other workspaces name theirs.
fn team_of(value: &Value) -> TeamId {
    let candidates = [
        "/view/app_installed_team_id",
        "/team/id",
        "/team_id",
        "/authorizations/0/team_id",
        "/user/team_id",
        "/view/team_id",
        "/enterprise/id",
        "/enterprise_id",
        "/authorizations/0/enterprise_id",
    ];
    let found = candidates
        .into_iter()
        .find_map(|path| text(value, path).filter(|id| !id.is_empty()));
    TeamId::from(found.unwrap_or_default())
}

fn event_callback(value: &Value) -> Decoded {
    let team = team_of(value);
    let kind = text(value, "/event/type").unwrap_or("untyped");
    let actor = || {
        text(value, "/event/user").map(|user| Actor {
            team: team.clone(),
            user: UserId::from(user),
        })
    };
    let event = match kind {
        "app_home_opened" if text(value, "/event/tab").is_none_or(|tab| tab == "home") => {
            actor().map(|actor| Event::HomeOpened { actor })
        }
        "user_change" | "team_join" => value
            .pointer("/event/user")
            .and_then(person)
            .map(Event::PersonSeen),
        "app_uninstalled" => Some(Event::Uninstalled),
        "tokens_revoked" => value
            .pointer("/event/tokens/bot")
            .and_then(Value::as_array)
            .filter(|bots| !bots.is_empty())
            .map(|_| Event::Uninstalled),
        _ => None,
    };
    // Names come from Slack's finite list, but the payload could hold anything: keep metrics small.
    let known = event.is_some();
    let label = if known { kind } else { "other" };
    Decoded::Inbound(Box::new(Inbound {
        kind: format!("event/{label}"),
        event_id: text(value, "/event_id").map(|id| format!("{team}/{id}")),
        team,
        event: event.unwrap_or(Event::Nothing("event")),
        trigger: None,
        response_url: None,
        message: None,
        view: None,
    }))
}

fn interaction(value: &Value, kind: &str) -> Decoded {
    let team = team_of(value);
    let Some(user) = text(value, "/user/id") else {
        return nothing("unknown_interaction", team);
    };
    let actor = Actor {
        team: team.clone(),
        user: UserId::from(user),
    };
    let (label, event) = match kind {
        "block_actions" => ("block_actions", pressed(value, actor)),
        "view_submission" => ("view_submission", submitted(value, actor)),
        "shortcut" if text(value, "/callback_id") == Some("log_meeting") => {
            ("shortcut", Some(Event::LogMeeting { actor }))
        }
        "block_suggestion" => (
            "block_suggestion",
            text(value, "/action_id").map(|field| Event::Options {
                actor,
                field: field.to_owned(),
                typed: text(value, "/value").unwrap_or_default().to_owned(),
            }),
        ),
        "view_closed" => ("view_closed", None),
        _ => ("unknown_interaction", None),
    };
    let channel = text(value, "/container/channel_id").or_else(|| text(value, "/channel/id"));
    let ts = text(value, "/container/message_ts").or_else(|| text(value, "/message/ts"));
    Decoded::Inbound(Box::new(Inbound {
        kind: label.to_owned(),
        team,
        event: event.unwrap_or(Event::Nothing("interaction")),
        event_id: None,
        trigger: text(value, "/trigger_id").map(str::to_owned),
        response_url: text(value, "/response_url").map(str::to_owned),
        message: channel
            .zip(ts)
            .map(|(channel, ts)| (ChannelId::from(channel), ts.to_owned())),
        view: text(value, "/view/id").map(str::to_owned),
    }))
}

fn pressed(value: &Value, actor: Actor) -> Option<Event> {
    let pressed = value.pointer("/actions/0")?;
    let name = text(pressed, "/action_id").unwrap_or_default();
    // Links tell us that they were followed; nothing is to be done.
    if name.starts_with("link_") {
        return None;
    }
    let encoded = text(pressed, "/value")
        .or_else(|| text(pressed, "/selected_option/value"))
        .unwrap_or_default();
    let action = Action::decode(encoded)
        // A button whose value got lost: its name is enough where the action says no more.
        .or_else(|| Action::decode(&format!("\"{}\"", name.split('.').next()?)))?;
    let on = match text(value, "/view/type") {
        Some("home") => Surface::Home,
        Some(_) => Surface::Modal,
        None => Surface::Message,
    };
    Some(Event::Press {
        actor,
        action,
        picked: answer(pressed),
        on,
    })
}

fn submitted(value: &Value, actor: Actor) -> Option<Event> {
    let metadata = text(value, "/view/private_metadata").unwrap_or_default();
    let callback = text(value, "/view/callback_id").unwrap_or_default();
    let form: Form = serde_json::from_str(metadata)
        .or_else(|_| serde_json::from_str(&format!("\"{callback}\"")))
        .ok()?;
    let mut answers = BTreeMap::new();
    for block in value
        .pointer("/view/state/values")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|blocks| blocks.values())
    {
        for (field, state) in block.as_object().into_iter().flatten() {
            if let Some(answer) = answer(state) {
                answers.insert(field.clone(), answer);
            }
        }
    }
    Some(Event::Submit {
        actor,
        form,
        answers: Answers(answers),
    })
}

/// One element's state, by what it holds rather than by its type: new types of old kinds still work.
fn answer(state: &Value) -> Option<Answer> {
    let ids = |key: &str| -> Option<Vec<UserId>> {
        let list = state.get(key)?.as_array()?;
        Some(
            list.iter()
                .filter_map(Value::as_str)
                .map(UserId::from)
                .collect(),
        )
    };
    if let Some(options) = state.get("selected_options").and_then(Value::as_array) {
        let values = options
            .iter()
            .filter_map(|option| text(option, "/value"))
            .map(str::to_owned);
        return Some(Answer::Many(values.collect()));
    }
    if let Some(value) = text(state, "/selected_option/value") {
        return Some(Answer::One(value.to_owned()));
    }
    if let Some(users) = ids("selected_users") {
        return Some(Answer::Users(users));
    }
    if let Some(user) = text(state, "/selected_user") {
        return Some(Answer::User(UserId::from(user)));
    }
    if let Some(channel) =
        text(state, "/selected_channel").or_else(|| text(state, "/selected_conversation"))
    {
        return Some(Answer::Channel(channel.to_owned()));
    }
    if let Some(date) = text(state, "/selected_date") {
        return date.parse().ok().map(Answer::Date);
    }
    if let Some(time) = text(state, "/selected_time") {
        return time.parse().ok().map(Answer::Time);
    }
    text(state, "/value").map(|value| Answer::Text(value.to_owned()))
}

/// Slack's user object, as `users.info`, `users.list` and `user_change` have it. Fields may be missing or null.
pub fn person(user: &Value) -> Option<PersonInSlack> {
    let flag = |name: &str| user.get(name).and_then(Value::as_bool).unwrap_or(false);
    let deleted = flag("deleted");
    let outside = flag("is_restricted")
        || flag("is_ultra_restricted")
        || flag("is_stranger")
        || flag("is_bot")
        || flag("is_workflow_bot")
        || flag("is_app_user") && flag("is_bot")
        || text(user, "/id") == Some("USLACKBOT");
    Some(PersonInSlack {
        user: UserId::from(text(user, "/id")?),
        zone: text(user, "/tz")
            .filter(|zone| !zone.is_empty())
            .map(str::to_owned),
        full_member: !deleted && !outside,
        deleted,
        admin: flag("is_admin") || flag("is_owner") || flag("is_primary_owner"),
    })
}

fn text<'a>(value: &'a Value, path: &str) -> Option<&'a str> {
    value.pointer(path).and_then(Value::as_str)
}
