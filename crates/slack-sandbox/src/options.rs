//! The settings of the workspace and of the installed app.

use jiff::SignedDuration;
use jiff::civil::Weekday;
use std::collections::BTreeSet;
use std::time::Duration;

/// The settings of the workspace and of the installed app.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent settings, as in Slack's own configuration of apps and workspaces"
)]
#[derive(Clone, Debug)]
pub struct Options {
    /// The workspace's id: `T…`.
    pub team_id: String,
    /// The workspace's name.
    pub team_name: String,
    /// The organization, if the app is installed for a whole one; payloads then have `team: null`.
    pub enterprise: Option<String>,
    /// The token that the app calls the Web API with: `xoxb-…`.
    pub bot_token: String,
    /// The app-level token that opens Socket Mode connections: `xapp-…`.
    pub app_token: String,
    /// Whether Socket Mode is on: requests go over connections that the app opens, and to no address of its own.
    pub socket_mode: bool,
    /// The secret that signs requests to the app.
    pub signing_secret: String,
    /// For `oauth.v2.access`.
    pub client_id: String,
    /// For `oauth.v2.access`.
    pub client_secret: String,
    /// The addresses that the consent page may send people back to, or what they begin with. The first is taken when the page
    /// is asked for none.
    pub redirect_urls: Vec<String>,
    /// Whether the app is installed from the start, with [`Options::bot_token`]. Otherwise somebody has to agree to it on the
    /// consent page, and its token comes then.
    pub installed: bool,
    /// Whether the app's tokens expire (token rotation): each installation comes with a refresh token.
    pub token_rotation: bool,
    /// How long after it was spent a refresh token is taken once more. Slack says that it is good once, and not whether it
    /// forgives an app that did not get the answer; zero is the strictest.
    pub refresh_grace: SignedDuration,
    /// The token's scopes.
    pub scopes: BTreeSet<String>,
    /// The events the app subscribed to.
    pub events: BTreeSet<String>,
    /// Whether others install the app, too, outside Slack's Marketplace: it reads `conversations.history` once a minute, 15
    /// messages at a time.
    pub distributed: bool,
    /// The app's bot user: `U…`, whom people mention.
    pub bot_user_id: String,
    /// The app's bot: `B…`, the `bot_id` of its messages.
    pub bot_id: String,
    /// The app's display name.
    pub bot_name: String,
    /// The app's id: `A…`, the `api_app_id` of what it is sent.
    pub app_id: String,
    /// The slash command.
    pub command: String,
    /// "Escape channels, users, and links" of the slash command: mentions arrive as `<@U…|name>`, else `@name`.
    pub should_escape: bool,
    /// The port on 127.0.0.1; `None` means any free one.
    pub port: Option<u16>,
    /// Whether the words of all messages are kept; otherwise of the last few in each conversation.
    pub keep_bodies: bool,
    /// People whose whole history is kept all the same.
    pub keep_bodies_of: BTreeSet<String>,
    /// How long Slack looks at a file, on its clock, before messages may show it.
    pub processing: SignedDuration,
    /// Where on its server the app takes Slack's requests.
    pub paths: Paths,
    /// Whether events wait until the Request URL has sent a challenge back, as at Slack.
    pub must_verify_url: bool,
    /// Whether the Messages tab of the App Home is on. Without it, people and the app have no direct messages.
    pub messages_tab: bool,
    /// Whether the workspace allows uploads of files.
    pub file_uploads: bool,
    /// Which clock the app goes by.
    pub app_clock: AppClock,
    /// How many messages a channel takes at once; after that it takes one a second. Slack allows "short bursts" and does
    /// not say how short; 1 is the strictest.
    pub burst: u32,
    /// Whether the control API (`/control/`) is served beside the Web API.
    pub control: bool,
    /// The seed of the dice for faults.
    pub seed: u64,
    /// Metadata event types of messages that nobody asked for. They are counted when they come outside working hours, or as
    /// a second one to somebody on one day.
    pub unasked: BTreeSet<String>,
    /// Words that mark a message as a repeat. A repeat without them counts as a duplicate.
    pub repeat_mark: Option<String>,
    /// When unasked-for messages are welcome, in each person's own time zone: from, to (hours).
    pub work_hours: (i8, i8),
    /// The working days that go with [`Options::work_hours`].
    pub work_week: Vec<Weekday>,
    /// How long (real time) to wait for the app's work after an acknowledgment, without [`super::Sandbox::after_ack`].
    pub settle: Duration,
}

/// The request URLs of the app's configuration, as paths of its server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Slash commands: their Request URL.
    pub commands: String,
    /// Interactivity & Shortcuts: the Request URL, for buttons, menus, modals and shortcuts.
    pub interactions: String,
    /// Interactivity & Shortcuts: the Options Load URL, for menus with an external data source.
    pub options: String,
    /// Event Subscriptions: the Request URL.
    pub events: String,
}

impl Paths {
    /// One path for everything, as Bolt's `/slack/events`.
    pub fn all(path: &str) -> Self {
        Self {
            commands: path.to_owned(),
            interactions: path.to_owned(),
            options: path.to_owned(),
            events: path.to_owned(),
        }
    }
}

/// `/slack/commands`, `/slack/interactions`, `/slack/options` and `/slack/events`.
impl Default for Paths {
    fn default() -> Self {
        Self {
            commands: "/slack/commands".to_owned(),
            interactions: "/slack/interactions".to_owned(),
            options: "/slack/options".to_owned(),
            events: "/slack/events".to_owned(),
        }
    }
}

/// Which clock the app under test goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AppClock {
    /// The sandbox's: requests are signed at its time, and limits are counted on it.
    #[default]
    Shared,
    /// The machine's, as any app in a process of its own: requests are signed at the machine's time, because the app
    /// refuses a signature older than five minutes. Limits count the real time on top of the sandbox's when its
    /// clock stands still, because the app waits for real seconds.
    Machine,
}

impl Default for Options {
    fn default() -> Self {
        let set = |words: &str| words.split(' ').map(str::to_owned).collect();
        Self {
            team_id: "T0SANDBOX".into(),
            team_name: "Sandbox".into(),
            enterprise: None,
            bot_token: "xoxb-sandbox-token".into(),
            app_token: "xapp-1-A0SANDBOX-1-sandbox".into(),
            socket_mode: false,
            signing_secret: "8f742231b10e8888abcd99yyyzzz85a5".into(),
            client_id: "1111111111.2222222222".into(),
            client_secret: "sandbox-client-secret".into(),
            redirect_urls: Vec::new(),
            installed: true,
            token_rotation: false,
            refresh_grace: SignedDuration::ZERO,
            scopes: set(
                "commands chat:write im:write im:history mpim:write users:read channels:read files:write files:read",
            ),
            events: set("app_home_opened app_uninstalled team_join tokens_revoked user_change"),
            distributed: false,
            bot_user_id: "U0BOT".into(),
            bot_id: "B0BOT".into(),
            bot_name: "App".into(),
            app_id: "A0SANDBOX".into(),
            command: "/app".into(),
            should_escape: true,
            port: None,
            keep_bodies: true,
            keep_bodies_of: BTreeSet::new(),
            processing: SignedDuration::from_millis(1500),
            paths: Paths::default(),
            must_verify_url: true,
            messages_tab: true,
            file_uploads: true,
            app_clock: AppClock::Shared,
            burst: 1,
            control: false,
            seed: 1,
            unasked: BTreeSet::new(),
            repeat_mark: None,
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
