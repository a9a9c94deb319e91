//! How the workspace and the installed app are, before anything happens.

use jiff::SignedDuration;
use jiff::civil::Weekday;
use std::collections::BTreeSet;
use std::time::Duration;

/// How the workspace and the installed app are.
#[derive(Clone, Debug)]
pub struct Options {
    pub team_id: String,
    pub team_name: String,
    /// Set: the app is installed for a whole organization, and payloads look that way (`team: null`).
    pub enterprise: Option<String>,
    pub bot_token: String,
    pub signing_secret: String,
    pub client_id: String,
    pub client_secret: String,
    /// What the token may do.
    pub scopes: BTreeSet<String>,
    /// The events the app subscribed to.
    pub events: BTreeSet<String>,
    pub bot_user_id: String,
    pub bot_id: String,
    pub bot_name: String,
    pub app_id: String,
    /// The slash command.
    pub command: String,
    /// "Escape channels, users, and links" of the slash command: mentions arrive as `<@U…|name>`, else `@name`.
    pub should_escape: bool,
    /// 127.0.0.1; `None`: any free port.
    pub port: Option<u16>,
    /// Whether the words of all messages are kept; otherwise of the last few in each conversation.
    pub keep_bodies: bool,
    /// People whose whole history is kept all the same.
    pub keep_bodies_of: BTreeSet<String>,
    /// How long Slack looks at a file, on its clock, before messages may show it.
    pub processing: SignedDuration,
    /// Of the dice for faults.
    pub seed: u64,
    /// When unasked-for messages are welcome, in each person's own time zone: from, to (hours).
    pub work_hours: (i8, i8),
    pub work_week: Vec<Weekday>,
    /// How long (real time) to look for what follows an acknowledgment, without [`super::Sandbox::after_ack`].
    pub settle: Duration,
}

impl Default for Options {
    fn default() -> Self {
        let set = |words: &str| words.split(' ').map(str::to_owned).collect();
        Self {
            team_id: "T0SANDBOX".into(),
            team_name: "Sandbox".into(),
            enterprise: None,
            bot_token: "xoxb-sandbox-token".into(),
            signing_secret: "8f742231b10e8888abcd99yyyzzz85a5".into(),
            client_id: "1111111111.2222222222".into(),
            client_secret: "sandbox-client-secret".into(),
            scopes: set(
                "commands chat:write im:write im:history mpim:write users:read channels:read files:write",
            ),
            events: set("app_home_opened app_uninstalled team_join tokens_revoked user_change"),
            bot_user_id: "U0BOT".into(),
            bot_id: "B0BOT".into(),
            bot_name: "Reverse Mentor".into(),
            app_id: "A0SANDBOX".into(),
            command: "/reverse-mentor".into(),
            should_escape: true,
            port: None,
            keep_bodies: true,
            keep_bodies_of: BTreeSet::new(),
            processing: SignedDuration::from_millis(1500),
            seed: 1,
            work_hours: (9, 17),
            work_week: vec![
                Weekday::Monday,
                Weekday::Tuesday,
                Weekday::Wednesday,
                Weekday::Thursday,
                Weekday::Friday,
            ],
            settle: Duration::from_millis(300),
        }
    }
}
