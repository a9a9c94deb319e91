//! The bot and a local Slack in one process, over real HTTP, on a test clock.

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::web;
use clap::Parser;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use slack_sandbox::{self, Sandbox};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;

/// A bot that serves a sandbox. Cheap to clone; it stops and deletes its files when the last clone is dropped.
#[derive(Clone)]
pub struct Harness {
    pub clock: Clock,
    pub slack: Sandbox,
    pub bot: App,
    pub config: Config,
    /// The address the bot listens on: `http://127.0.0.1:…`.
    pub address: String,
    dead: bool,
    server: Arc<Server>,
    _folder: Arc<Folder>,
}

/// The bot's HTTP server and its Socket Mode connections: stopped when dropped.
struct Server(Vec<AbortHandle>);

impl Server {
    fn stop(&self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A folder that is deleted when dropped.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The metadata event type of messages that nobody asked for just then: they keep to working hours and to one a day.
pub const NUDGE: &str = "nudge";

/// The app as it is installed in every workspace here, and how its messages tell what they are.
pub fn installed(mut options: slack_sandbox::Options) -> slack_sandbox::Options {
    // What the manifest subscribes to, and the sandbox does not by itself.
    options.events.insert("message.im".to_owned());
    slack_sandbox::Options {
        bot_name: "Reverse Mentor".to_owned(),
        command: "/reverse-mentor".to_owned(),
        unasked: [NUDGE.to_owned()].into(),
        repeat_mark: Some("in case it did not arrive".to_owned()),
        ..options
    }
}

/// Parses default values as the command line does.
#[derive(Parser)]
struct Defaults {
    #[command(flatten)]
    config: Config,
}

/// How a harness is started.
pub struct HarnessOptions {
    pub starts: Timestamp,
    pub sandbox: slack_sandbox::Options,
    /// None means SQLite in a temporary folder.
    pub database: Option<String>,
    /// The contents of a program.toml; none means no program yet.
    pub program: Option<String>,
    /// The longest the bot waits for the sandbox, in real milliseconds.
    pub timeout_ms: u64,
    /// Whether many workspaces install the app, each on the consent page; otherwise it has the token of one.
    pub many: bool,
    /// Repeats the same ids on every run and never waits for the disk. Not for a harness that restarts: ids would repeat.
    pub node: Option<u8>,
}

impl HarnessOptions {
    /// For a Slack that hangs now and then: a short time-out, so that it costs little time.
    #[must_use]
    pub fn impatient(self) -> Self {
        Self {
            timeout_ms: 150,
            ..self
        }
    }
}

impl Default for HarnessOptions {
    /// Monday, 2 March 2026, 08:00 UTC: before a normal working day.
    fn default() -> Self {
        Self {
            starts: "2026-03-02T08:00:00Z".parse().unwrap_or_default(),
            sandbox: slack_sandbox::Options::default(),
            database: None,
            program: Some(String::new()),
            // A busy machine must not look like a silent Slack.
            timeout_ms: 10_000,
            many: false,
            node: None,
        }
    }
}

impl Harness {
    pub async fn start(setting: HarnessOptions) -> anyhow::Result<Self> {
        let clock = Clock::manual(setting.starts);
        let secret = setting.sandbox.signing_secret.clone();
        let token = setting.sandbox.bot_token.clone();
        let app_token = setting.sandbox.app_token.clone();
        let socket_mode = setting.sandbox.socket_mode;
        let client_id = setting.sandbox.client_id.clone();
        let client_secret = setting.sandbox.client_secret.clone();
        let mut sandbox = installed(setting.sandbox);
        sandbox.installed = !setting.many;
        sandbox.distributed = sandbox.distributed || setting.many;
        let slack = Sandbox::start(clock.clone(), sandbox).await?;
        let mut name = [0_u8; 8];
        getrandom::fill(&mut name).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
        let folder = Folder(
            std::env::temp_dir().join(format!("reverse-mentor-{}", const_hex::encode(name))),
        );
        std::fs::create_dir_all(&folder.0)?;
        let mut config = Defaults::parse_from(["harness"]).config;
        if socket_mode {
            config.slack_app_token = Some(SecretString::from(app_token));
        } else {
            config.slack_signing_secret = Some(SecretString::from(secret));
        }
        config.slack_api_url = slack.api_url();
        if setting.many {
            config.slack_client_id = Some(client_id);
            config.slack_client_secret = Some(SecretString::from(client_secret));
        } else {
            config.slack_bot_token = Some(SecretString::from(token));
        }
        config.slack_timeout_ms = setting.timeout_ms;
        config.key = Some(SecretString::from("5e".repeat(32)));
        config.database_url = setting
            .database
            .unwrap_or_else(|| format!("sqlite://{}/program.db", folder.0.display()));
        config.program = match setting.program {
            Some(text) => {
                let path = folder.0.join("program.toml");
                std::fs::write(&path, text)?;
                Some(path)
            }
            None => None,
        };
        let bot = App::new(&config, clock.clone()).await?;
        if let Some(node) = setting.node {
            bot.db.set_node(node);
            bot.db.without_sync().await?;
        }
        let (address, server) = serve(&slack, &bot).await?;
        bot.introduce().await?;
        Ok(Self {
            clock,
            slack,
            bot,
            config,
            address,
            dead: false,
            server,
            _folder: Arc::new(folder),
        })
    }

    /// Does everything that is due now.
    pub async fn run_due(&self) -> anyhow::Result<()> {
        for workspace in self.slack.workspaces() {
            workspace.deliver_due().await;
        }
        if self.dead {
            return Ok(());
        }
        Ok(self.bot.run_due().await?)
    }

    /// When the bot or Slack has something to do next.
    pub async fn next_due(&self) -> anyhow::Result<Option<Timestamp>> {
        let bot = if self.dead {
            None
        } else {
            self.bot.next_due().await?
        };
        let workspaces = self.slack.workspaces();
        let slack = workspaces.iter().filter_map(Sandbox::next_due);
        Ok(slack.chain(bot).min())
    }

    /// Lets time pass; the bot acts at each due time.
    pub async fn pass(&self, span: SignedDuration) -> anyhow::Result<()> {
        self.pass_until(self.clock.now().saturating_add(span)?)
            .await
    }

    /// Lets time pass until `end`.
    pub async fn pass_until(&self, end: Timestamp) -> anyhow::Result<()> {
        self.run_due().await?;
        while let Some(next) = self.bot.next_due().await? {
            if next > end {
                break;
            }
            // Work that could not be done at its time (a limit, a wait) must not stop the clock.
            let step = next.max(
                self.clock
                    .now()
                    .saturating_add(SignedDuration::from_millis(50))?,
            );
            self.clock.set(step.min(end));
            self.run_due().await?;
            if self.clock.now() >= end {
                return Ok(());
            }
        }
        self.clock.set(end);
        self.run_due().await
    }

    /// Whether the bot was killed and has not been started again.
    pub fn is_dead(&self) -> bool {
        self.dead
    }

    /// Kills the bot without warning, so that nobody answers Slack. [`Harness::restart`] brings it back.
    pub fn kill(&mut self) {
        self.server.stop();
        // Open connections outlive the listener, so Slack is pointed at a dead port.
        self.slack.connect(NOBODY);
        self.dead = true;
    }

    /// Kills the bot without warning and starts it again on the same database.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        self.server.stop();
        self.bot = App::new(&self.config, self.clock.clone()).await?;
        (self.address, self.server) = serve(&self.slack, &self.bot).await?;
        self.dead = false;
        self.bot.introduce().await
    }
}

/// A port that is never listened on.
const NOBODY: &str = "http://127.0.0.1:1";

async fn serve(slack: &Sandbox, bot: &App) -> anyhow::Result<(String, Arc<Server>)> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = format!("http://{}", listener.local_addr()?);
    slack.connect(&address);
    slack.set_redirect_urls(&[&format!("{address}/slack/oauth/callback")]);
    let settled = bot.clone();
    slack.after_ack(move || {
        let bot = settled.clone();
        async move { bot.settled().await }
    });
    let server = web::serve(listener, bot.routes(), CancellationToken::new());
    let mut tasks = vec![tokio::spawn(server).abort_handle()];
    if slack.is_in_socket_mode() {
        let sockets = bot.clone().serve_sockets(CancellationToken::new());
        tasks.push(tokio::spawn(sockets).abort_handle());
        anyhow::ensure!(slack.sockets_open(2).await, "no Socket Mode connection");
    }
    Ok((address, Arc::new(Server(tasks))))
}
