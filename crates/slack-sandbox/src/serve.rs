//! The local Slack as a program: its flags and its output.

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use slack_sandbox::{AppClock, Clock, ManualClock, Options, Paths, PeopleFile, Sandbox, WallClock};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// All scopes that a modelled method needs.
const SCOPES: &str = "app_mentions:read channels:history channels:read chat:write chat:write.customize commands \
    files:read files:write groups:history groups:read im:history im:read im:write mpim:history mpim:read mpim:write users:read \
    users:read.email users.profile:read";
/// All events that are modelled.
const EVENTS: &str = "app_home_opened app_mention app_uninstalled message.channels message.groups message.im \
    message.mpim team_join tokens_revoked user_change";
/// The interval at which due retries and late events are delivered.
const DELIVERY: Duration = Duration::from_millis(200);

#[derive(Args)]
pub struct Serve {
    /// The address your app listens on.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:3000")]
    bot: String,
    /// The port of the local Slack, on 127.0.0.1; 0: any free one.
    #[arg(long, default_value_t = 4000)]
    port: u16,
    /// The people of the workspace: a TOML file with `[[users]]` and `[[channels]]`. Without it: Ana, Ben and Chen.
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
    /// The secret that signs requests to the app.
    #[arg(
        long,
        value_name = "SECRET",
        default_value = "8f742231b10e8888abcd99yyyzzz85a5"
    )]
    signing_secret: String,
    /// The token that the app calls the Web API with.
    #[arg(long, value_name = "TOKEN", default_value = "xoxb-sandbox-token")]
    bot_token: String,
    /// Requests go over Socket Mode connections that the app opens, instead of to `--bot`.
    #[arg(long)]
    socket_mode: bool,
    /// The client id of the app, for its installation on the consent page.
    #[arg(long, value_name = "ID", default_value = "1111111111.2222222222")]
    client_id: String,
    /// The secret that goes with it.
    #[arg(long, value_name = "SECRET", default_value = "sandbox-client-secret")]
    client_secret: String,
    /// Another workspace, such as "Acme", in which the app is not installed, with the same people; may be repeated. The app is
    /// distributed then.
    #[arg(long, value_name = "NAME")]
    workspace: Vec<String>,
    /// The app is installed nowhere: somebody agrees to it on the consent page, and its token comes from there.
    #[arg(long)]
    not_installed: bool,
    /// An address that the consent page may send people back to, or what such addresses begin with; may be repeated. Without
    /// it: everything below `--bot`.
    #[arg(long, value_name = "URL")]
    redirect_url: Vec<String>,
    /// The app-level token that opens them.
    #[arg(
        long,
        value_name = "TOKEN",
        default_value = "xapp-1-A0SANDBOX-1-sandbox"
    )]
    app_token: String,
    /// The app's display name.
    #[arg(long, value_name = "NAME", default_value = "App")]
    bot_name: String,
    /// The slash command typed when a request names none.
    #[arg(long, value_name = "/COMMAND", default_value = "")]
    command: String,
    /// The path of your app that takes everything, as Bolt's does.
    #[arg(long, default_value = "/slack/events")]
    path: String,
    /// The path that takes slash commands, when it is another.
    #[arg(long, value_name = "PATH")]
    commands_path: Option<String>,
    /// The path that takes events, when it is another.
    #[arg(long, value_name = "PATH")]
    events_path: Option<String>,
    /// The path that takes buttons, modals and shortcuts, when it is another.
    #[arg(long, value_name = "PATH")]
    interactions_path: Option<String>,
    /// The path that is asked for the options of external menus, when it is another.
    #[arg(long, value_name = "PATH")]
    options_path: Option<String>,
    /// The token's scopes, separated by commas. Without it: all that are modelled.
    #[arg(long, value_delimiter = ',', value_name = "SCOPE,…")]
    scopes: Vec<String>,
    /// The events the app subscribed to, separated by commas. Without it: all that are modelled.
    #[arg(long, value_delimiter = ',', value_name = "EVENT,…")]
    events: Vec<String>,
    /// The machine's time, or one that stands still until `POST /control/clock` moves it.
    #[arg(long, value_enum, default_value_t = Which::Wall)]
    clock: Which,
    /// When a manual clock starts, such as 2026-03-02T09:00:00Z; without it: now.
    #[arg(long, value_name = "TIME", requires = "clock")]
    at: Option<Timestamp>,
    /// How many messages a channel takes at once before one a second is the limit: Slack allows "short bursts".
    #[arg(long, value_name = "MESSAGES", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    burst: u32,
    /// The same seed rolls the same faults.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
enum Which {
    Wall,
    Manual,
}

/// Serves until Ctrl-C. The error is for people: what is wrong, and what to do.
pub async fn run(how: &Serve) -> Result<(), String> {
    let people = people(how.people.as_deref())?;
    if how.at.is_some() && how.clock == Which::Wall {
        return Err("--at needs --clock manual".to_owned());
    }
    if !how.bot.starts_with("http://") {
        return Err(format!(
            "--bot {}: give an address like http://127.0.0.1:3000",
            how.bot
        ));
    }
    let options = how.options()?;
    let slack = match how.clock {
        Which::Wall => start(WallClock, options).await?,
        Which::Manual => {
            let at = how.at.unwrap_or_else(|| WallClock.now());
            start(ManualClock::new(at), options).await?
        }
    };
    for name in &how.workspace {
        let id: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let id = format!("T0{}", id.to_ascii_uppercase());
        if slack.workspaces().iter().any(|one| one.team_id() == id) {
            return Err(format!(
                "--workspace {name}: {id} is taken; give another name"
            ));
        }
        slack.add_workspace(&id, name);
    }
    for workspace in slack.workspaces() {
        workspace.add_people(&people);
        workspace.start_recording();
    }
    slack.connect(&how.bot);
    how.tell(&slack);
    let deliver = slack.clone();
    tokio::spawn(async move {
        loop {
            for workspace in deliver.workspaces() {
                workspace.deliver_due().await;
            }
            tokio::time::sleep(DELIVERY).await;
        }
    });
    let interrupted = tokio::signal::ctrl_c().await;
    interrupted.map_err(|error| format!("cannot wait for Ctrl-C: {error}"))
}

fn people(path: Option<&Path>) -> Result<PeopleFile, String> {
    let Some(path) = path else {
        return Ok(PeopleFile::three_people());
    };
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
    PeopleFile::parse(&text).map_err(|bad| format!("{name} is not as it should be:\n{bad}"))
}

async fn start(clock: impl Clock, options: Options) -> Result<Sandbox, String> {
    let port = options.port.unwrap_or(0);
    let started = Sandbox::start(clock, options).await;
    started.map_err(|error| {
        format!("cannot listen on 127.0.0.1:{port}: {error}. Name another port with --port, or 0 for any free one")
    })
}

impl Serve {
    fn options(&self) -> Result<Options, String> {
        let all = |given: &[String], known: &str| -> BTreeSet<String> {
            if given.is_empty() {
                return known.split_whitespace().map(str::to_owned).collect();
            }
            given.iter().cloned().collect()
        };
        Ok(Options {
            bot_token: self.bot_token.clone(),
            signing_secret: self.signing_secret.clone(),
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            redirect_urls: if self.redirect_url.is_empty() {
                vec![self.bot.clone()]
            } else {
                self.redirect_url.clone()
            },
            installed: !self.not_installed,
            distributed: !self.workspace.is_empty(),
            socket_mode: self.socket_mode,
            app_token: self.app_token.clone(),
            bot_name: self.bot_name.clone(),
            command: self.command.clone(),
            scopes: all(&self.scopes, SCOPES),
            events: all(&self.events, EVENTS),
            port: Some(self.port),
            paths: self.paths()?,
            app_clock: AppClock::Machine,
            burst: self.burst,
            control: true,
            seed: self.seed,
            ..Options::default()
        })
    }

    fn paths(&self) -> Result<Paths, String> {
        let path = |own: &Option<String>| {
            let path = own.as_ref().unwrap_or(&self.path);
            if !path.starts_with('/') {
                return Err(format!("'{path}' is no path: it starts with a slash"));
            }
            Ok(path.clone())
        };
        Ok(Paths {
            commands: path(&self.commands_path)?,
            interactions: path(&self.interactions_path)?,
            options: path(&self.options_path)?,
            events: path(&self.events_path)?,
        })
    }

    fn tell(&self, slack: &Sandbox) {
        let api = slack.api_url();
        let here = api.trim_end_matches("/api");
        let names: Vec<String> = slack.users().into_iter().map(|user| user.name).collect();
        println!("A local Slack: {here}");
        if self.socket_mode {
            println!("It sends what people do over the connections that the app opens");
        } else {
            println!("It sends what people do to {}", self.bot);
        }
        println!("\nStart your app with:\n");
        println!("export SLACK_API_URL={api}/");
        if self.not_installed {
            println!("export SLACK_CLIENT_ID={}", self.client_id);
            println!("export SLACK_CLIENT_SECRET={}", self.client_secret);
        } else {
            println!("export SLACK_BOT_TOKEN={}", self.bot_token);
        }
        if self.socket_mode {
            println!("export SLACK_APP_TOKEN={}", self.app_token);
        }
        println!("export SLACK_SIGNING_SECRET={}", self.signing_secret);
        println!("\nIn the workspace: {}", names.join(", "));
        if self.not_installed {
            println!(
                "The app is not installed. Open your app's own page for that, such as {}/slack/install",
                self.bot
            );
        }
        let all = slack.workspaces();
        if all.len() > 1 {
            let ids: Vec<String> = all.iter().map(Sandbox::team_id).collect();
            println!(
                "Workspaces: {}; requests to the control API name one with ?team=",
                ids.join(", ")
            );
        }
        let team = if all.len() > 1 {
            format!("&team={}", slack.team_id())
        } else {
            String::new()
        };
        println!("Control API: {here}/control, such as: curl '{here}/control/users?as=text{team}'");
        println!("Ctrl-C ends it.");
    }
}
