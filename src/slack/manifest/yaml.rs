//! The manifest's text. `manifest.yml` is this text for a placeholder host. Slack: "App manifest reference".

use super::{OPTIONAL_SCOPES, SCOPES};
use crate::domain::command;
use std::fmt::Write as _;

/// The events Slack sends us.
const EVENTS: &[&str] = &[
    "app_home_opened",
    // The bot's own direct messages. Not `message.mpim`: it never reads what a pair writes.
    "message.im",
    "user_change",
    "team_join",
    "app_uninstalled",
    "tokens_revoked",
];

/// The global shortcut's callback id, also used in `slack::inbound`.
const LOG_MEETING: &str = "log_meeting";

const NAME: &str = "Reverse Mentor";

/// The manifest for a bot that Slack reaches at `base`, such as `https://mentor.example.com`.
fn yaml(base: &str) -> String {
    let mut out = String::from(
        "# The Slack app, for https://api.slack.com/apps → Create New App → From a manifest.\n\
         # Generated: REGENERATE=1 cargo test manifest\n",
    );
    app(base).write(&mut out, 0);
    out
}

/// The part of YAML that a manifest needs, in order. Lists hold texts and maps.
enum Node {
    Text(String),
    Flag(bool),
    List(Vec<Node>),
    Map(Vec<(&'static str, Node)>),
}

fn app(base: &str) -> Node {
    let base = base.trim_end_matches('/');
    let url = |path: &str| text(&format!("{base}{path}"));
    Node::Map(vec![
        (
            "display_information",
            Node::Map(vec![
                ("name", text(NAME)),
                (
                    "description",
                    text("Runs your reverse mentoring program: matching, meetings, reflections."),
                ),
            ]),
        ),
        (
            "features",
            Node::Map(vec![
                (
                    "app_home",
                    Node::Map(vec![
                        ("home_tab_enabled", Node::Flag(true)),
                        ("messages_tab_enabled", Node::Flag(true)),
                        ("messages_tab_read_only_enabled", Node::Flag(false)),
                    ]),
                ),
                (
                    "bot_user",
                    Node::Map(vec![
                        ("display_name", text(NAME)),
                        ("always_online", Node::Flag(true)),
                    ]),
                ),
                (
                    "shortcuts",
                    Node::List(vec![Node::Map(vec![
                        ("name", text("Log a mentoring meeting")),
                        ("type", text("global")),
                        ("callback_id", text(LOG_MEETING)),
                        ("description", text("Say that you and your partner met")),
                    ])]),
                ),
                (
                    "slash_commands",
                    Node::List(vec![Node::Map(vec![
                        ("command", text(command::SLASH)),
                        ("url", url("/slack/commands")),
                        ("description", text("Your reverse mentoring program")),
                        ("usage_hint", text(&command::usage_hint())),
                        // Mentions arrive as ids, so that `invite @colleague` knows whom.
                        ("should_escape", Node::Flag(true)),
                    ])]),
                ),
            ]),
        ),
        (
            "oauth_config",
            Node::Map(vec![(
                "scopes",
                Node::Map(vec![
                    ("bot", list(SCOPES)),
                    ("bot_optional", list(OPTIONAL_SCOPES)),
                ]),
            )]),
        ),
        (
            "settings",
            Node::Map(vec![
                (
                    "event_subscriptions",
                    Node::Map(vec![
                        ("request_url", url("/slack/events")),
                        ("bot_events", list(EVENTS)),
                    ]),
                ),
                (
                    "interactivity",
                    Node::Map(vec![
                        ("is_enabled", Node::Flag(true)),
                        ("request_url", url("/slack/interactions")),
                        ("message_menu_options_url", url("/slack/options")),
                    ]),
                ),
                ("org_deploy_enabled", Node::Flag(false)),
                ("socket_mode_enabled", Node::Flag(false)),
                ("token_rotation_enabled", Node::Flag(false)),
            ]),
        ),
    ])
}

fn text(text: &str) -> Node {
    Node::Text(text.to_owned())
}

fn list(words: &[&str]) -> Node {
    Node::List(words.iter().map(|word| text(word)).collect())
}

impl Node {
    /// Writes it as block YAML, indented by `depth` levels, with a line end.
    fn write(&self, out: &mut String, depth: usize) {
        match self {
            Node::Text(_) | Node::Flag(_) => {
                out.push_str(&self.scalar());
                out.push('\n');
            }
            Node::List(items) => {
                for item in items {
                    let _ = write!(out, "{}- ", "  ".repeat(depth));
                    item.write(out, depth + 1);
                }
            }
            Node::Map(entries) => {
                for (at, (key, value)) in entries.iter().enumerate() {
                    if at > 0 || !out.ends_with("- ") {
                        out.push_str(&"  ".repeat(depth));
                    }
                    let _ = write!(out, "{key}:");
                    match value {
                        Node::Text(_) | Node::Flag(_) => out.push(' '),
                        Node::List(_) | Node::Map(_) => out.push('\n'),
                    }
                    value.write(out, depth + 1);
                }
            }
        }
    }

    fn scalar(&self) -> String {
        match self {
            Node::Flag(flag) => flag.to_string(),
            // A JSON string is a YAML string.
            Node::Text(text) if !is_plain(text) => {
                serde_json::Value::from(text.as_str()).to_string()
            }
            Node::Text(text) => text.clone(),
            Node::List(_) | Node::Map(_) => String::new(),
        }
    }
}

/// Whether YAML reads the bare text as this very text: words, scopes, addresses.
fn is_plain(text: &str) -> bool {
    let reads_otherwise = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && !text.ends_with(':')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-./: ".contains(c))
        && !text.contains(": ")
        && !text.ends_with(' ')
        && !reads_otherwise.contains(&text.to_lowercase().as_str())
}

#[cfg(test)]
mod tests;
