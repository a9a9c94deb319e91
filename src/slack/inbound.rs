//! Decodes Slack's JSON and forms to our own [`Event`]. Lenient: unknown content becomes `Event::Nothing`, never an error,
//! because Slack turns off apps that answer 4xx and 5xx.
//!
//! Decoded from a tree by hand, because slack-morphism's enums reject nulls and empty objects, which real payloads contain.

mod answers;
mod payload;
mod person;
mod tenant;
mod unreadable;

pub use person::{emails, person};

use super::event::{Action, Actor, Event, Form, Surface};
use super::origin;
use crate::domain::ids::{ChannelId, TeamId, UserId};
use answers::{answer, typed};
use jiff::Timestamp;
use payload::{Payload, text};
use std::borrow::Cow;
use tenant::{Whose, whose};
use unreadable::is_of_ours;

/// One request from Slack.
#[derive(Clone, Debug, PartialEq)]
pub struct Inbound {
    /// For metrics and logs: `command`, `block_actions`, `event/app_home_opened`, …
    pub kind: &'static str,
    pub team: TeamId,
    /// The organization, if the app is installed for a whole one.
    pub organization: Option<TeamId>,
    /// Whether the team is the one that the request is for. Otherwise it is one of the person's, who may be in several, or the
    /// organization.
    pub is_sure: bool,
    pub event: Event,
    /// Identifies retries; none where the request's signature does.
    pub event_id: Option<String>,
    /// Opens a modal, within three seconds.
    pub trigger: Option<String>,
    /// Answers where the person acted: five times in thirty minutes.
    pub response_url: Option<String>,
    /// The message that the button was on.
    pub message: Option<(ChannelId, String)>,
    /// The modal or Home that the button was on.
    pub view: Option<String>,
}

impl Inbound {
    /// It is for this workspace.
    pub fn move_to(&mut self, team: &TeamId) {
        self.team = team.clone();
        if let Some(actor) = self.event.actor_mut() {
            actor.team = team.clone();
        }
    }
}

/// The kind of request, before any feature sees it.
#[derive(Clone, Debug, PartialEq)]
pub enum Decoded {
    Inbound(Box<Inbound>),
    /// `url_verification`: answer with this text.
    Challenge(String),
    /// `ssl_check`: answer with 200.
    SslCheck,
}

/// Decodes a request body: JSON, a slash command's form, or a form with a `payload`.
pub fn decode(body: &[u8]) -> Decoded {
    if body.trim_ascii_start().starts_with(b"{") {
        return read(body);
    }
    if let Some(payload) = payload(body) {
        return read(&payload);
    }
    let fields: Vec<(Cow<str>, Cow<str>)> = form_urlencoded::parse(body).collect();
    let field = |name: &str| {
        let (_, value) = fields.iter().rev().find(|(key, _)| key == name)?;
        Some(value.as_ref())
    };
    match field("ssl_check") {
        Some(_) => Decoded::SslCheck,
        None => command(field),
    }
}

fn read(text: &[u8]) -> Decoded {
    match serde_json::from_slice::<Payload>(text) {
        Ok(heard) => json(&heard),
        Err(_) => nothing("unreadable", TeamId::from("")),
    }
}

/// The JSON in a form's `payload`. It can be long, and about every third letter is escaped.
fn payload(form: &[u8]) -> Option<Vec<u8>> {
    let mut fields = form.split(|&byte| byte == b'&');
    let raw = fields.find_map(|field| field.strip_prefix(b"payload="))?;
    let mut text = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        if byte == b'%'
            && let Some(&[high, low]) = raw.get(at + 1..at + 3)
            && let (high @ 0..16, low @ 0..16) = (HEX[usize::from(high)], HEX[usize::from(low)])
        {
            text.push(high << 4 | low);
            at += 3;
        } else {
            text.push(if byte == b'+' { b' ' } else { byte });
            at += 1;
        }
    }
    Some(text)
}

/// The value of each hexadecimal digit; 255 for other bytes.
const HEX: [u8; 256] = {
    let mut table = [255; 256];
    let mut value: u8 = 0;
    while value < 16 {
        table[b"0123456789ABCDEF"[value as usize] as usize] = value;
        table[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    table
};

/// Whether a body is Slack's certificate check, which may be unsigned and has no content.
pub fn is_ssl_check(body: &[u8]) -> bool {
    // Checked before the signature, so it must be a short form, and the answer is always an empty 200.
    body.len() < 512
        && form_urlencoded::parse(body).any(|(key, value)| key == "ssl_check" && value == "1")
        && !form_urlencoded::parse(body).any(|(key, _)| key == "command" || key == "payload")
}

fn nothing(kind: &'static str, team: TeamId) -> Decoded {
    Decoded::Inbound(Box::new(Inbound {
        kind,
        team,
        organization: None,
        is_sure: true,
        event: Event::Nothing("unknown"),
        event_id: None,
        trigger: None,
        response_url: None,
        message: None,
        view: None,
    }))
}

/// A slash command, from the fields of its form.
fn command<'a>(field: impl Fn(&str) -> Option<&'a str>) -> Decoded {
    let field = |name: &str| field(name).filter(|value| !value.is_empty());
    let named = field("team_id");
    let team = named.or_else(|| field("enterprise_id"));
    let (Some(team), Some(user), Some(_)) = (team, field("user_id"), field("command")) else {
        return nothing("unknown_form", TeamId::from(""));
    };
    let is_for_all = field("is_enterprise_install") == Some("true") || named.is_none();
    let organization = field("enterprise_id").filter(|_| is_for_all);
    let is_sure = named.is_some() && named != organization;
    let team = TeamId::from(team);
    let actor = Actor {
        team: team.clone(),
        user: UserId::from(user),
    };
    Decoded::Inbound(Box::new(Inbound {
        kind: "command",
        team,
        organization: organization.map(TeamId::from),
        is_sure,
        event: Event::Command {
            actor,
            text: field("text").unwrap_or_default().to_owned(),
        },
        event_id: None,
        trigger: field("trigger_id").map(str::to_owned),
        response_url: field("response_url").map(str::to_owned),
        message: None,
        view: None,
    }))
}

fn json(said: &Payload) -> Decoded {
    match text(said, "/type") {
        Some("url_verification") => {
            Decoded::Challenge(text(said, "/challenge").unwrap_or_default().to_owned())
        }
        Some("event_callback") => event_callback(said),
        Some(kind) => interaction(said, kind),
        // Some relays and test kits also send slash commands as JSON.
        None if said.get("command").is_some() => command(|name| said.get(name)?.text()),
        None => nothing("untyped", TeamId::from("")),
    }
}

fn event_callback(said: &Payload) -> Decoded {
    let Whose {
        team,
        organization,
        is_sure,
    } = whose(said);
    let (kind, event) = match text(said, "/event/type") {
        Some("app_home_opened") if text(said, "/event/tab").is_none_or(|tab| tab == "home") => {
            let opened = text(said, "/event/user").map(|user| Event::HomeOpened {
                actor: Actor {
                    team: team.clone(),
                    user: UserId::from(user),
                },
            });
            ("event/app_home_opened", opened)
        }
        Some("message") => ("event/message", written(said, &team)),
        Some("user_change") => ("event/user_change", seen(said, &team)),
        Some("team_join") => ("event/team_join", seen(said, &team)),
        Some("app_uninstalled") => ("event/app_uninstalled", Some(Event::Uninstalled)),
        Some("tokens_revoked") => {
            let bots = said.at("/event/tokens/bot").map_or(&[][..], Payload::list);
            let revoked = (!bots.is_empty()).then_some(Event::Uninstalled);
            ("event/tokens_revoked", revoked)
        }
        Some("team_access_granted") => ("event/team_access", access(said, true)),
        Some("team_access_revoked") => ("event/team_access", access(said, false)),
        _ => ("event/other", None),
    };
    Decoded::Inbound(Box::new(Inbound {
        // Unknown kinds share one label, because they could be anything and metrics must stay small.
        kind: if event.is_some() { kind } else { "event/other" },
        event_id: text(said, "/event_id").map(|id| format!("{team}/{id}")),
        team,
        // Direct messages are the organization's: the workspace beside them may be any of the person's.
        is_sure: is_sure
            && !(organization.is_some() && matches!(event, Some(Event::DirectMessage { .. }))),
        organization,
        event: event.unwrap_or(Event::Nothing("event")),
        trigger: None,
        response_url: None,
        message: None,
        view: None,
    }))
}

/// An organization gave the app access to workspaces, or took it away.
fn access(said: &Payload, granted: bool) -> Option<Event> {
    let teams = said.at("/event/team_ids")?.list().iter();
    let teams = teams.filter_map(Payload::text).map(TeamId::from);
    let at = match said.at("/event_time") {
        Some(Payload::Number(seconds)) => Timestamp::from_second(*seconds).ok(),
        _ => None,
    };
    Some(Event::AccessChanged {
        organization: tenant::of(said)?,
        teams: teams.collect(),
        granted,
        at,
    })
}

/// What a person wrote to the bot. Edits, deletions, other bots and the bot's own messages are nothing to answer, nor are
/// messages anywhere else.
fn written(said: &Payload, team: &TeamId) -> Option<Event> {
    let message = said.at("/event")?;
    let is_direct = text(message, "/channel_type") == Some("im");
    // Subtypes of files, and of what is written in a thread and sent to the conversation, too. A file alone is answered, too.
    let subtype = text(message, "/subtype");
    let has_file = subtype == Some("file_share");
    let is_plain = subtype.is_none_or(|it| ["file_share", "thread_broadcast"].contains(&it));
    let is_of_an_app = ["/bot_id", "/app_id", "/bot_profile/id"]
        .into_iter()
        .any(|path| text(message, path).is_some());
    let words = text(message, "/text").unwrap_or_default();
    let says_something = has_file || !words.trim().is_empty();
    let user = text(message, "/user").filter(|user| *user != SLACKBOT)?;
    let written = microseconds(text(message, "/ts")?)?;
    (is_direct && is_plain && says_something && !is_of_an_app).then(|| Event::DirectMessage {
        actor: Actor {
            team: team.clone(),
            user: UserId::from(user),
        },
        text: words.to_owned(),
        written,
    })
}

/// Slack's own bot, in every workspace.
const SLACKBOT: &str = "USLACKBOT";

/// Slack's `ts`, such as `1772438400.000100`.
fn microseconds(ts: &str) -> Option<i64> {
    let (seconds, fraction) = ts.split_once('.')?;
    let seconds: i64 = seconds.parse().ok()?;
    let fraction: i64 = fraction
        .parse()
        .ok()
        .filter(|micros| (0..1_000_000).contains(micros))?;
    seconds.checked_mul(1_000_000)?.checked_add(fraction)
}

fn seen(said: &Payload, team: &TeamId) -> Option<Event> {
    let user = said.at("/event/user")?;
    person(&user.to_value(), team).map(Event::PersonSeen)
}

fn interaction(said: &Payload, kind: &str) -> Decoded {
    let Whose {
        team,
        organization,
        is_sure,
    } = whose(said);
    let Some(user) = text(said, "/user/id") else {
        return nothing("unknown_interaction", team);
    };
    let actor = Actor {
        team: team.clone(),
        user: UserId::from(user),
    };
    let (kind, event) = match kind {
        "block_actions" => ("block_actions", pressed(said, actor)),
        "view_submission" => ("view_submission", submitted(said, actor)),
        "shortcut" if text(said, "/callback_id") == Some("log_meeting") => {
            ("shortcut", Some(Event::LogMeeting { actor }))
        }
        "block_suggestion" => (
            "block_suggestion",
            text(said, "/action_id").map(|field| Event::Options {
                actor,
                field: field.to_owned(),
                typed: text(said, "/value").unwrap_or_default().to_owned(),
            }),
        ),
        "view_closed" => ("view_closed", None),
        _ => ("unknown_interaction", None),
    };
    let channel = text(said, "/container/channel_id").or_else(|| text(said, "/channel/id"));
    let ts = text(said, "/container/message_ts").or_else(|| text(said, "/message/ts"));
    Decoded::Inbound(Box::new(Inbound {
        kind,
        team,
        organization,
        is_sure,
        event: event.unwrap_or(Event::Nothing("interaction")),
        event_id: None,
        trigger: text(said, "/trigger_id").map(str::to_owned),
        response_url: text(said, "/response_url").map(str::to_owned),
        message: channel
            .zip(ts)
            .map(|(channel, ts)| (ChannelId::from(channel), ts.to_owned())),
        view: text(said, "/view/id").map(str::to_owned),
    }))
}

fn pressed(said: &Payload, actor: Actor) -> Option<Event> {
    let pressed = said.at("/actions/0")?;
    let name = text(pressed, "/action_id").unwrap_or_default();
    // Slack reports that a link was followed; there is nothing to do.
    if name.starts_with("link_") {
        return None;
    }
    let encoded = text(pressed, "/value")
        .or_else(|| text(pressed, "/selected_option/value"))
        .unwrap_or_default();
    let (name, _) = name.split_once('.').unwrap_or((name, ""));
    let action = Action::decode(encoded)
        // If a button's value got lost, its name is enough for an action without data.
        .or_else(|| Action::decode(&format!("\"{name}\"")));
    let Some(action) = action else {
        return is_of_ours(encoded, name).then_some(Event::Unreadable { actor, form: None });
    };
    let on = match text(said, "/view/type") {
        Some("home") => Surface::Home,
        Some(_) => Surface::Modal,
        None => Surface::Message,
    };
    Some(Event::Press {
        actor,
        action,
        picked: answer(pressed),
        typed: said.get("view").map(typed).unwrap_or_default(),
        on,
    })
}

fn submitted(said: &Payload, actor: Actor) -> Option<Event> {
    let view = said.get("view")?;
    let metadata = text(view, "/private_metadata").unwrap_or_default();
    let (callback, _) = origin::read(text(view, "/callback_id").unwrap_or_default());
    let answers = typed(view);
    let form = serde_json::from_str::<Form>(metadata)
        .or_else(|_| serde_json::from_str(&format!("\"{callback}\"")));
    match form {
        Ok(form) => Some(Event::Submit {
            actor,
            form,
            answers,
        }),
        Err(_) => is_of_ours(metadata, callback).then_some(Event::Unreadable {
            actor,
            form: Some(answers),
        }),
    }
}
