//! Configuration: environment variables, each also a flag, and an optional program.toml.

use crate::clock::{Clock, millis};
use crate::domain::program::Settings;
use crate::store::seal::{Keys, SealError};
use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What `serve` and `doctor` read.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Where to listen for Slack.
    #[arg(
        long = "listen",
        env = "REVERSE_MENTOR_LISTEN",
        default_value = "127.0.0.1:3000"
    )]
    pub listen: SocketAddr,
    /// `sqlite://FILE` or `postgres://…`
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite://reverse-mentor.db",
        hide_env_values = true
    )]
    pub database_url: String,
    /// Seals free text and tokens: 64 hexadecimal digits; older keys after a comma. With SQLite, a key file is made beside
    /// the database when this is not set.
    #[arg(long = "key", env = "REVERSE_MENTOR_KEY", hide_env_values = true)]
    pub key: Option<SecretString>,
    /// From your Slack app's "Basic Information".
    #[arg(long, env = "SLACK_SIGNING_SECRET", hide_env_values = true)]
    pub slack_signing_secret: Option<SecretString>,
    /// From your Slack app's "OAuth & Permissions"; starts with xoxb-.
    #[arg(long, env = "SLACK_BOT_TOKEN", hide_env_values = true)]
    pub slack_bot_token: Option<SecretString>,
    /// Slack's Web API, or a stand-in (plain http only on this machine).
    #[arg(long, env = "SLACK_API_URL", default_value = "https://slack.com/api")]
    pub slack_api_url: String,
    /// How often the clock is looked at, in seconds, at least 1.
    #[arg(long, env = "TICK_SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub tick_seconds: u64,
    /// A program.toml that declares the workspace's program.
    #[arg(long = "program", env = "REVERSE_MENTOR_PROGRAM")]
    pub program: Option<PathBuf>,
    /// For trials against a stand-in, `WALL_MS,ORIGIN_MS,SPEED`: a clock that runs faster.
    #[arg(long, env = "REVERSE_MENTOR_CLOCK", hide = true)]
    pub clock: Option<String>,
    /// How many senders share the outbox: one is plenty; trials of their cooperation use more.
    #[arg(long, default_value_t = 1, hide = true)]
    pub senders: u8,
    /// The longest a call to Slack may take, in milliseconds.
    #[arg(long, default_value_t = 10_000, hide = true)]
    pub slack_timeout_ms: u64,
}

/// Something in the configuration is missing or wrong: what it is and how to mend it. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum BadConfig {
    #[error("{0} is not set. {1}")]
    Missing(&'static str, &'static str),
    #[error("DATABASE_URL must start with sqlite: or postgres:, not \"{0}\"")]
    Database(String),
    #[error("REVERSE_MENTOR_KEY: {0}")]
    Key(#[from] SealError),
    #[error("the key file {0}: {1}")]
    KeyFile(PathBuf, std::io::Error),
    #[error("the program in {0}: {1}")]
    Program(PathBuf, String),
    #[error("REVERSE_MENTOR_CLOCK must read WALL_MS,ORIGIN_MS,SPEED")]
    Clock,
}

impl Config {
    pub fn signing_secret(&self) -> Result<&SecretString, BadConfig> {
        present(self.slack_signing_secret.as_ref()).ok_or(BadConfig::Missing(
            "SLACK_SIGNING_SECRET",
            "Copy it from your Slack app's \"Basic Information\" page.",
        ))
    }

    pub fn bot_token(&self) -> Result<&SecretString, BadConfig> {
        present(self.slack_bot_token.as_ref()).ok_or(BadConfig::Missing(
            "SLACK_BOT_TOKEN",
            "Copy the bot token (xoxb-…) from your Slack app's \"OAuth & Permissions\" page.",
        ))
    }

    pub fn slack_timeout(&self) -> Duration {
        Duration::from_millis(self.slack_timeout_ms.clamp(50, 20_000))
    }

    /// The database's URL, checked for its kind only.
    pub fn database(&self) -> Result<&str, BadConfig> {
        checked(&self.database_url)
    }

    /// The sealing keys: given, or from a file beside the SQLite database that is made on first run.
    pub fn keys(&self) -> Result<Keys, BadConfig> {
        keys(&self.database_url, self.key.as_ref(), true)
    }

    /// The program that program.toml declares, checked; none when no file is named.
    pub fn declared(&self) -> Result<Option<Settings>, BadConfig> {
        let Some(path) = &self.program else {
            return Ok(None);
        };
        read_program(path).map(Some)
    }

    pub fn clock(&self) -> Result<Clock, BadConfig> {
        let Some(text) = &self.clock else {
            return Ok(Clock::wall());
        };
        let numbers: Vec<i64> = text
            .split(',')
            .filter_map(|part| part.trim().parse().ok())
            .collect();
        match numbers[..] {
            [wall, origin, speed] => Ok(Clock::fast(
                millis(wall),
                millis(origin),
                u32::try_from(speed).map_err(|_| BadConfig::Clock)?,
            )),
            _ => Err(BadConfig::Clock),
        }
    }
}

fn present(secret: Option<&SecretString>) -> Option<&SecretString> {
    secret.filter(|secret| !secret.expose_secret().trim().is_empty())
}

/// A database's URL, if it is of a kind we know.
pub fn checked(url: &str) -> Result<&str, BadConfig> {
    if ["sqlite:", "postgres:", "postgresql:"]
        .iter()
        .any(|start| url.starts_with(start))
    {
        return Ok(url);
    }
    // Never echo more than the scheme: the rest may hold a password.
    Err(BadConfig::Database(
        url.split(':')
            .next()
            .unwrap_or_default()
            .chars()
            .take(20)
            .collect(),
    ))
}

/// The sealing keys of the database at `url`: given, or from the file beside it, which is made only if `make`.
pub fn keys(url: &str, given: Option<&SecretString>, make: bool) -> Result<Keys, BadConfig> {
    if let Some(key) = present(given) {
        return Ok(Keys::parse(key.expose_secret())?);
    }
    let Some(file) = checked(url)?.strip_prefix("sqlite:") else {
        return Err(BadConfig::Missing(
            "REVERSE_MENTOR_KEY",
            "With PostgreSQL every replica needs the same key; make one with: openssl rand -hex 32",
        ));
    };
    let file = file
        .trim_start_matches("//")
        .split('?')
        .next()
        .unwrap_or_default();
    let beside = Path::new(file).parent().unwrap_or(Path::new(""));
    key_file(&beside.join("reverse-mentor.key"), make)
}

fn key_file(path: &Path, make: bool) -> Result<Keys, BadConfig> {
    let bad = |error| BadConfig::KeyFile(path.to_owned(), error);
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Keys::parse(text.trim())?),
        Err(error) if make && error.kind() == std::io::ErrorKind::NotFound => {
            let key = Keys::generate()?;
            write_private(path, &key).map_err(bad)?;
            Ok(Keys::parse(&key)?)
        }
        Err(error) => Err(bad(error)),
    }
}

/// Writes a file that only its owner may read, and never over an existing one.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}
/// A program.toml, checked.
pub fn read_program(path: &Path) -> Result<Settings, BadConfig> {
    let bad = |problem: String| BadConfig::Program(path.to_owned(), problem);
    let text = std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
    let settings: Settings = toml::from_str(&text).map_err(|error| bad(error.to_string()))?;
    let problems = settings.check();
    if problems.is_empty() {
        return Ok(settings);
    }
    let lines: Vec<String> = problems
        .iter()
        .map(|(field, problem)| format!("{field}: {problem}"))
        .collect();
    Err(bad(lines.join("; ")))
}
