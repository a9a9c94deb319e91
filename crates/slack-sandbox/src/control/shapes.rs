//! People's views of the workspace, as JSON and as text.

use crate::{Kind, Message, Rendered, Sandbox};
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

/// The same contents for programs and for people.
pub(super) struct Shown {
    pub json: Json,
    pub text: String,
}

pub(super) fn workspaces(all: impl Iterator<Item = Sandbox>) -> Shown {
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for slack in all {
        let (id, is_installed) = (slack.team_id(), slack.is_installed());
        let name = slack.team_name();
        let there = if is_installed {
            "installed"
        } else {
            "not installed"
        };
        lines.push(format!("{id} {name} ({there})"));
        rows.push(json!({"id": id, "name": name, "is_installed": is_installed}));
    }
    Shown {
        json: json!({"ok": true, "workspaces": rows}),
        text: lines.join("\n"),
    }
}

pub(super) fn users(slack: &Sandbox) -> Shown {
    let users = slack.users();
    let line = |user: &crate::User| {
        let tz = user.tz.as_deref().unwrap_or("no time zone");
        let gone = if user.deleted { ", deactivated" } else { "" };
        let from = user.home_team.as_deref();
        let from = from.map_or(String::new(), |team| format!(", from {team}"));
        format!(
            "{} @{} {} ({tz}{from}{gone})",
            user.id, user.name, user.real_name
        )
    };
    let lines: Vec<String> = users.iter().map(line).collect();
    Shown {
        json: json!({"ok": true, "users": users}),
        text: lines.join("\n"),
    }
}

pub(super) fn channels(slack: &Sandbox) -> Shown {
    let channels = slack.channels();
    let lines: Vec<String> = channels
        .iter()
        .map(|channel| format!("{} #{}", channel.id, channel.name))
        .collect();
    Shown {
        json: json!({"ok": true, "channels": channels}),
        text: lines.join("\n"),
    }
}

pub(super) fn conversations(slack: &Sandbox, user: &str) -> Shown {
    let places = slack.places(user);
    let line = |place: &crate::Place| match place.kind {
        Kind::Im => format!("{} direct messages with the app", place.channel),
        Kind::Mpim => format!("{} {}", place.channel, place.members.join(", ")),
        Kind::Channel => format!("{} #{}", place.channel, place.name),
    };
    let lines: Vec<String> = places.iter().map(line).collect();
    Shown {
        json: json!({"ok": true, "conversations": places}),
        text: lines.join("\n"),
    }
}

/// Each message as the Web API shows it, and as the person reads it.
pub(super) fn messages(slack: &Sandbox, user: &str, messages: &[Message]) -> Shown {
    let zone = slack.inner.state().time_zone(user);
    let blocks: Vec<String> = messages
        .iter()
        .map(|message| format!("{}\n{}", heading(slack, message, &zone), message.render()))
        .collect();
    let list: Vec<Json> = messages.iter().map(|one| message(slack, one)).collect();
    Shown {
        json: json!({"ok": true, "messages": list}),
        text: blocks.join("\n\n"),
    }
}

/// The author and the time, in the person's time zone.
fn heading(slack: &Sandbox, message: &Message, zone: &TimeZone) -> String {
    let name = match slack.user(&message.user) {
        Some(user) => user.real_name,
        None => slack.inner.state().options.bot_name.clone(),
    };
    let at = message.at.to_zoned(zone.clone());
    format!("{name}  {}", at.strftime("%H:%M"))
}

fn message(slack: &Sandbox, message: &Message) -> Json {
    let mut json = slack
        .message_json(&message.reference())
        .unwrap_or_else(|| json!({}));
    json["channel"] = json!(message.channel);
    json["rendered"] = json!(message.render());
    json["buttons"] = json!(message.buttons());
    if let Some(user) = &message.ephemeral_to {
        json["ephemeral_to"] = json!(user);
    }
    json
}

/// A modal or a Home.
pub(super) fn view(slack: &Sandbox, user: &str, view: &Rendered) -> Shown {
    Shown {
        json: json!({
            "ok": true,
            "view": view.json,
            "view_id": view.view_id,
            "values": view.values,
            "errors": slack.modal_errors(user),
            "open_modals": slack.modal_stack(user),
            "buttons": view.buttons(),
            "rendered": view.render(),
        }),
        text: view.render(),
    }
}

pub(super) fn transcript(slack: &Sandbox, user: &str) -> Shown {
    let seen = slack.everything_seen_by(user);
    let zone = slack.inner.state().time_zone(user);
    let lines: Vec<String> = seen
        .iter()
        .map(|one| {
            let at = one.at.to_zoned(zone.clone());
            format!("{} {}: {}", at.strftime("%H:%M"), one.place, one.text)
        })
        .collect();
    let list: Vec<Json> = seen
        .iter()
        .map(|one| json!({"at": one.at, "place": one.place, "text": one.text}))
        .collect();
    Shown {
        json: json!({"ok": true, "seen": list}),
        text: lines.join("\n"),
    }
}
