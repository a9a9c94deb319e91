//! The Slack app's manifest, generated from the code's own lists. Slack: "App manifest reference".

mod yaml;

#[cfg(test)]
mod tests;

use crate::domain::command;
use url::Url;
use yaml::{Node, list, text};

/// The bot's permissions, and no more: it does not ask for `mpim:history`, so it cannot read what a pair writes.
pub const SCOPES: &[&str] = &[
    "commands",
    "chat:write",
    // To read what people write to the bot, and to look there whether a message in doubt arrived.
    "im:write",
    "im:history",
    "mpim:write",
    "users:read",
    "channels:read",
    "files:write",
    // For the list of people that an owner brings in.
    "files:read",
];

/// Permissions that the bot is better with, and works without; and how it is without each.
pub const OPTIONAL_SCOPES: &[(&str, &str)] = &[
    (
        "users:read.email",
        "a list of people is matched by Slack ID only",
    ),
    (
        "groups:write.invites",
        "nobody is added to a mentor circle in a private channel",
    ),
    (
        "channels:write.invites",
        "nobody is added to a mentor circle in a public channel",
    ),
];

/// All that the manifest asks for.
pub fn every_scope() -> impl Iterator<Item = String> {
    let optional = OPTIONAL_SCOPES.iter().map(|(scope, _)| scope);
    SCOPES.iter().chain(optional).map(ToString::to_string)
}

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

/// The events of organizations that install the app for all of their workspaces.
const ORGANIZATION_EVENTS: &[&str] = &["team_access_granted", "team_access_revoked"];

/// The global shortcut's callback id, also used in `slack::inbound`.
const LOG_MEETING: &str = "log_meeting";

const NAME: &str = "Reverse Mentor";

/// How Slack's requests reach the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Slack posts them to this address, such as `https://mentor.example.com`.
    Url(String),
    /// The same, and many workspaces install the app there.
    Many(String),
    /// The bot opens connections, so it needs no public address.
    Socket,
}

impl Reach {
    /// An address that Slack can post to. The error says what is wrong with it.
    pub fn url(given: &str) -> Result<Self, String> {
        let wrong = |what: &str| {
            Err(format!(
                "\"{given}\" {what}: give an address such as https://mentor.example.com"
            ))
        };
        if !given.contains("://") && Url::parse(&format!("https://{}", given.trim())).is_ok() {
            return wrong("has no https:// before it");
        }
        let Ok(url) = Url::parse(given.trim()) else {
            return wrong("is no address");
        };
        if url.scheme() != "https" {
            return wrong("is not https, and Slack posts to nothing else");
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return wrong("has a path: the bot's own paths are added to the host");
        }
        Ok(Reach::Url(url.as_str().trim_end_matches('/').to_owned()))
    }
}

/// The manifest of the app, as YAML.
pub fn manifest(reach: &Reach) -> String {
    let mut out = String::from(
        "# The Slack app, for https://api.slack.com/apps → Create New App → From a manifest.\n\
         # Generated: reverse-mentor manifest --help\n",
    );
    app(reach).write(&mut out, 0);
    out
}

fn app(reach: &Reach) -> Node {
    Node::Map(vec![
        ("display_information", display()),
        ("features", features(reach)),
        ("oauth_config", permissions(reach)),
        ("settings", settings(reach)),
    ])
}

/// An address of the bot's, where it has one.
fn address(name: &'static str, reach: &Reach, path: &str) -> Option<(&'static str, Node)> {
    match reach {
        Reach::Url(base) | Reach::Many(base) => Some((name, text(&format!("{base}{path}")))),
        Reach::Socket => None,
    }
}

fn display() -> Node {
    let what = "Runs your reverse mentoring program: matching, meetings, reflections.";
    Node::Map(vec![("name", text(NAME)), ("description", text(what))])
}

fn features(reach: &Reach) -> Node {
    let home = Node::Map(vec![
        ("home_tab_enabled", Node::Flag(true)),
        ("messages_tab_enabled", Node::Flag(true)),
        ("messages_tab_read_only_enabled", Node::Flag(false)),
    ]);
    let bot = Node::Map(vec![
        ("display_name", text(NAME)),
        ("always_online", Node::Flag(true)),
    ]);
    let shortcut = Node::Map(vec![
        ("name", text("Log a mentoring meeting")),
        ("type", text("global")),
        ("callback_id", text(LOG_MEETING)),
        ("description", text("Say that you and your partner met")),
    ]);
    let mut slash = vec![("command", text(command::SLASH))];
    slash.extend(address("url", reach, "/slack/commands"));
    slash.extend([
        ("description", text("Your reverse mentoring program")),
        ("usage_hint", text(&command::usage_hint())),
        // Mentions arrive as ids, so that `invite @colleague` knows whom.
        ("should_escape", Node::Flag(true)),
    ]);
    Node::Map(vec![
        ("app_home", home),
        ("bot_user", bot),
        ("shortcuts", Node::List(vec![shortcut])),
        ("slash_commands", Node::List(vec![Node::Map(slash)])),
    ])
}

fn permissions(reach: &Reach) -> Node {
    let mut config = Vec::new();
    if let Reach::Many(base) = reach {
        let back = text(&format!("{base}/slack/oauth/callback"));
        config.push(("redirect_urls", Node::List(vec![back])));
    }
    let optional: Vec<&str> = OPTIONAL_SCOPES.iter().map(|(scope, _)| *scope).collect();
    let scopes = vec![
        // Slack wants optional scopes in both lists.
        ("bot", list(&[SCOPES, &optional].concat())),
        ("bot_optional", list(&optional)),
    ];
    config.push(("scopes", Node::Map(scopes)));
    Node::Map(config)
}

fn settings(reach: &Reach) -> Node {
    let mut events = Vec::from_iter(address("request_url", reach, "/slack/events"));
    let is_for_many = matches!(reach, Reach::Many(_));
    let more = if is_for_many {
        ORGANIZATION_EVENTS
    } else {
        &[]
    };
    events.push(("bot_events", list(&[EVENTS, more].concat())));
    let mut interactivity = vec![("is_enabled", Node::Flag(true))];
    interactivity.extend(address("request_url", reach, "/slack/interactions"));
    interactivity.extend(address("message_menu_options_url", reach, "/slack/options"));
    Node::Map(vec![
        ("event_subscriptions", Node::Map(events)),
        ("interactivity", Node::Map(interactivity)),
        ("org_deploy_enabled", Node::Flag(is_for_many)),
        ("socket_mode_enabled", Node::Flag(*reach == Reach::Socket)),
        // It can't be turned off again, and what it protects is sealed. An app that has it on is served.
        ("token_rotation_enabled", Node::Flag(false)),
    ])
}
