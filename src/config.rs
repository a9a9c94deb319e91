//! Configuration: environment variables, each also a flag, and an optional program.toml.

mod bad;
mod keys;
pub mod sources;
mod values;

use crate::clock::{Clock, millis};
use crate::domain::declared::Declared;
use crate::domain::from_recipe;
use crate::domain::recipes::Part;
use crate::slack::authorize::AppCredentials;
use crate::slack::client::{BadUrl, Client};
use crate::store::Db;
pub use crate::store::db::sqlite_file;
use crate::store::db::{StoreError, keep_private};
use crate::store::seal::Keys;
pub use bad::{BadConfig, in_full};
use clap::Args;
pub use keys::{key_beside, keys, write_private};
use secrecy::{ExposeSecret, SecretString};
use std::fs::{File, OpenOptions, TryLockError};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
pub use values::{address, checked, present};
use values::{check_tokens, without_password};

/// How often and how long to wait for another `serve` that is stopping: SIGTERM takes ten seconds at most.
const CLAIM_TRIES: u32 = 48;
const CLAIM_WAIT: Duration = Duration::from_millis(250);

const BOTH: &str = "Many workspaces take both, from your Slack app's \"Basic Information\" page.";

/// What `serve` and `doctor` read.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Where to listen for Slack.
    #[arg(
        long = "listen",
        env = "REVERSE_MENTOR_LISTEN",
        default_value = "127.0.0.1:3000",
        value_parser = address
    )]
    pub listen: SocketAddr,
    /// Where to answer `/healthz`, `/readyz` and `/metrics`, and only there; without it, at the same address as Slack.
    #[arg(long = "admin-listen", env = "REVERSE_MENTOR_ADMIN_LISTEN", value_parser = address)]
    pub admin_listen: Option<SocketAddr>,
    /// `sqlite://FILE` or `postgres://…`
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite://reverse-mentor.db",
        hide_env_values = true
    )]
    pub database_url: String,
    /// Start with an empty database although a key file is still there: without this, a database that has disappeared is
    /// not replaced by an empty one.
    #[arg(long, env = "REVERSE_MENTOR_NEW_DATABASE", value_parser = clap::builder::FalseyValueParser::new())]
    pub new_database: bool,
    /// Seals free text and tokens: 64 hexadecimal digits; older keys after a comma. With SQLite, a key file is created
    /// beside the database if this is not set.
    #[arg(long = "key", env = "REVERSE_MENTOR_KEY", hide_env_values = true)]
    pub key: Option<SecretString>,
    /// From your Slack app's "Basic Information".
    #[arg(long, env = "SLACK_SIGNING_SECRET", hide_env_values = true)]
    pub slack_signing_secret: Option<SecretString>,
    /// From your Slack app's "OAuth & Permissions"; starts with xoxb-.
    #[arg(long, env = "SLACK_BOT_TOKEN", hide_env_values = true)]
    pub slack_bot_token: Option<SecretString>,
    /// For Socket Mode, where Slack needs no address of the bot: an app-level token with the scope connections:write, from
    /// your Slack app's "Basic Information"; starts with xapp-.
    #[arg(long, env = "SLACK_APP_TOKEN", hide_env_values = true)]
    pub slack_app_token: Option<SecretString>,
    /// For many workspaces, each of which installs the app at `/slack/install`: the app's client id and client secret, from
    /// "Basic Information". For one workspace, set the bot token instead.
    #[arg(long, env = "SLACK_CLIENT_ID")]
    pub slack_client_id: Option<String>,
    #[arg(long, env = "SLACK_CLIENT_SECRET", hide_env_values = true)]
    pub slack_client_secret: Option<SecretString>,
    /// Slack's Web API, or a stand-in (plain http only on this machine).
    #[arg(long, env = "SLACK_API_URL", default_value = "https://slack.com/api")]
    pub slack_api_url: String,
    /// How often to look at the clock, in seconds; at least 1.
    #[arg(long, env = "TICK_SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub tick_seconds: u64,
    /// A program.toml that declares the workspace's program.
    #[arg(long = "program", env = "REVERSE_MENTOR_PROGRAM")]
    pub program: Option<PathBuf>,
    /// Whether to wait for a PostgreSQL that is not up yet: `serve` and its database may be starting together.
    #[arg(skip)]
    pub waits_for_database: bool,
    /// For trials against a stand-in, `WALL_MS,ORIGIN_MS,SPEED`: a clock that runs faster. A fourth number, in milliseconds:
    /// how far this process's clock is ahead of the database's.
    #[arg(long, env = "REVERSE_MENTOR_CLOCK", hide = true)]
    pub clock: Option<String>,
    /// How many senders share the outbox: one is plenty; trials of their cooperation use more.
    #[arg(long, default_value_t = 1, hide = true)]
    pub senders: u8,
    /// The longest a call to Slack may take, in milliseconds.
    #[arg(long, default_value_t = 10_000, hide = true)]
    pub slack_timeout_ms: u64,
}

impl Config {
    /// Whether there is a Slack app to serve, as far as that can be seen here.
    pub fn check_app(&self) -> Result<(), BadConfig> {
        let secrets = [
            &self.slack_bot_token,
            &self.slack_app_token,
            &self.slack_signing_secret,
            &self.slack_client_secret,
        ];
        let is_set = secrets
            .into_iter()
            .any(|secret| present(secret.as_ref()).is_some());
        if !is_set && sources::has_no_file() {
            let here = std::env::current_dir().unwrap_or_default();
            return Err(BadConfig::NothingHere(here));
        }
        check_tokens(self.slack_bot_token.as_ref(), self.slack_app_token.as_ref())
    }

    pub fn signing_secret(&self) -> Result<&SecretString, BadConfig> {
        present(self.slack_signing_secret.as_ref()).ok_or(BadConfig::Missing(
            "SLACK_SIGNING_SECRET",
            "Copy it from your Slack app's \"Basic Information\" page; or set SLACK_APP_TOKEN for Socket Mode, which needs \
             no public address.",
        ))
    }

    pub fn bot_token(&self) -> Result<&SecretString, BadConfig> {
        present(self.slack_bot_token.as_ref()).ok_or(BadConfig::Missing(
            "SLACK_BOT_TOKEN",
            "Copy the bot token (xoxb-…) from your Slack app's \"OAuth & Permissions\" page; or, for many workspaces, set \
             SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.",
        ))
    }

    /// The app-level token of Socket Mode; none where Slack posts its requests.
    pub fn app_token(&self) -> Option<&SecretString> {
        present(self.slack_app_token.as_ref())
    }

    /// The app's own credentials, where each workspace installs it by itself; none where a bot token is set.
    pub fn app_credentials(&self) -> Result<Option<AppCredentials>, BadConfig> {
        let id = self.slack_client_id.as_deref().map(str::trim);
        let id = id.filter(|id| !id.is_empty());
        let secret = present(self.slack_client_secret.as_ref());
        let (id, secret) = match (id, secret) {
            (None, None) => return Ok(None),
            (Some(id), Some(secret)) => (id, secret),
            (Some(_), None) => return Err(BadConfig::Missing("SLACK_CLIENT_SECRET", BOTH)),
            (None, Some(_)) => return Err(BadConfig::Missing("SLACK_CLIENT_ID", BOTH)),
        };
        if present(self.slack_bot_token.as_ref()).is_some() {
            return Err(BadConfig::OneOrMany);
        }
        if self.program.is_some() {
            return Err(BadConfig::ProgramOfMany);
        }
        if present(self.slack_signing_secret.as_ref()).is_none() {
            self.signing_secret()?;
        }
        let client = self.client(&SecretString::from(""));
        let client = client.map_err(|error| BadConfig::Slack(error.to_string()))?;
        Ok(Some(AppCredentials {
            client,
            id: id.to_owned(),
            secret: SecretString::from(secret.expose_secret().trim()),
        }))
    }

    /// A client that calls Slack with this token.
    pub fn client(&self, token: &SecretString) -> Result<Client, BadUrl> {
        Client::new(&self.slack_api_url, token, self.slack_timeout())
    }

    pub fn slack_timeout(&self) -> Duration {
        Duration::from_millis(self.slack_timeout_ms.clamp(50, 20_000))
    }

    /// The database's URL; only its kind is checked.
    pub fn database(&self) -> Result<&str, BadConfig> {
        checked(&self.database_url)
    }

    /// Locks the SQLite file for one `serve`, which caches data that no other may change. Held as long as the
    /// result lives; waits for another `serve` that is just stopping.
    pub async fn claim(&self) -> Result<Option<File>, BadConfig> {
        self.claim_within(CLAIM_TRIES).await
    }

    async fn claim_within(&self, tries: u32) -> Result<Option<File>, BadConfig> {
        match sqlite_file(self.database()?) {
            Some(file) => claim(&file, tries).await,
            None => Ok(None),
        }
    }

    /// Opens the database, and creates it on SQLite.
    pub async fn open_database(&self) -> anyhow::Result<Db> {
        let (url, keys) = (self.database()?, self.keys()?);
        let db = if self.waits_for_database {
            Db::open_waiting(url, keys).await
        } else {
            Db::open(url, keys).await
        };
        db.map_err(|error| self.does_not_open(error))
    }

    /// An error with the database's place, without its password, and what to check.
    pub fn does_not_open(&self, error: StoreError) -> anyhow::Error {
        if !matches!(error, StoreError::Sql(_) | StoreError::NoAnswer) {
            return error.into();
        }
        let (place, mend) = match sqlite_file(&self.database_url) {
            Some(file) => {
                let mend =
                    "Does its folder exist, is it a database, and may this user write there?";
                (file.display().to_string(), mend)
            }
            None => (
                without_password(&self.database_url),
                "Is PostgreSQL running there, and are the name and password right?",
            ),
        };
        BadConfig::DoesNotOpen(place, format!("{error}. {mend}")).into()
    }

    /// The sealing keys: configured, or from a file beside the SQLite database that is created on first run.
    pub fn keys(&self) -> Result<Keys, BadConfig> {
        if !self.new_database {
            self.not_lost()?;
        }
        keys(&self.database_url, self.key.as_ref(), true)
    }

    /// A key file without its database is no first start: the database was deleted, or its volume is missing.
    pub fn not_lost(&self) -> Result<(), BadConfig> {
        match sqlite_file(self.database()?) {
            Some(file) if !file.exists() && keys::key_beside(&file).exists() => {
                Err(BadConfig::LostDatabase(file))
            }
            _ => Ok(()),
        }
    }

    /// The checked program of program.toml; none when no file is configured.
    pub fn declared(&self) -> Result<Option<Declared>, BadConfig> {
        let Some(path) = &self.program else {
            return Ok(None);
        };
        read_program(path).map(Some)
    }

    pub fn clock(&self) -> Result<Clock, BadConfig> {
        clock(self.clock.as_deref())
    }
}

/// [`Config::claim`] of a file, tried so many times.
pub async fn claim(file: &Path, tries: u32) -> Result<Option<File>, BadConfig> {
    let mut name = file.as_os_str().to_owned();
    name.push(".lock");
    let path = PathBuf::from(name);
    let lock = private_file(&path).map_err(|error| BadConfig::Lock(path.clone(), error))?;
    for tried in 0..tries {
        match lock.try_lock() {
            Ok(()) => return Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => {
                if tried == 0 {
                    tracing::info!(
                        "another `serve` is using {}: waiting for it to stop, for {} s at most",
                        file.display(),
                        (CLAIM_WAIT * tries).as_secs()
                    );
                }
                tokio::time::sleep(CLAIM_WAIT).await;
            }
            Err(TryLockError::Error(error)) => {
                // Not every file system has locks.
                tracing::warn!(%error, "nothing keeps a second `serve` away from this database");
                return Ok(None);
            }
        }
    }
    Err(BadConfig::InUse(file.to_owned()))
}

/// The clock that `REVERSE_MENTOR_CLOCK` asks for; without it, the wall's.
pub fn clock(text: Option<&str>) -> Result<Clock, BadConfig> {
    let Some(text) = text else {
        return Ok(Clock::wall());
    };
    let numbers: Vec<i64> = text
        .split(',')
        .filter_map(|part| part.trim().parse().ok())
        .collect();
    let (wall, origin, speed, ahead) = match numbers[..] {
        [wall, origin, speed] => (wall, origin, speed, 0),
        [wall, origin, speed, ahead] => (wall, origin, speed, ahead),
        _ => return Err(BadConfig::Clock),
    };
    let speed = u32::try_from(speed).map_err(|_| BadConfig::Clock)?;
    let (wall, origin) = (millis(wall), millis(origin));
    Ok(Clock::fast_and_wrong(wall, origin, speed, ahead))
}

/// Opens a file that only its owner may read, and makes it where there is none.
fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    keep_private(path);
    Ok(file)
}

/// A program.toml, checked.
pub fn read_program(path: &Path) -> Result<Declared, BadConfig> {
    let bad = |problem: String| BadConfig::Program(path.to_owned(), problem);
    let text = std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
    let mut declared = Declared::parse(&text).map_err(bad)?;
    let names = &declared.names;
    let is_named = |part: Part| names.iter().any(|name| name == part.as_str());
    declared.settings = from_recipe::filled(declared.settings, is_named);
    let problems = declared.settings.check();
    if problems.is_empty() {
        return Ok(declared);
    }
    let lines: Vec<String> = problems
        .iter()
        .map(|(field, problem)| format!("{field}: {problem}"))
        .collect();
    Err(bad(lines.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        config: Config,
    }

    #[tokio::test]
    async fn one_serve_at_a_time_works_with_a_file() {
        let folder = std::env::temp_dir().join(format!("rm-claim-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let url = format!("sqlite://{}/x.db?cache=private", folder.display());
        let config = Line::parse_from(["", "--database-url", &url]).config;
        let first = config.claim_within(1).await.unwrap();
        assert!(first.is_some());
        let second = config.claim_within(1).await;
        assert!(matches!(second, Err(BadConfig::InUse(_))), "{second:?}");
        drop(first);
        assert!(config.claim_within(1).await.unwrap().is_some());
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_database_is_named_without_its_password() {
        let named = without_password("postgres://bot:hush@db.example:5433/mentors?sslmode=require");
        assert_eq!(named, "postgres://db.example:5433/mentors");
        let named = without_password("postgres://bot:hush@one:1,two:2/mentors");
        assert_eq!(named, "postgres://one:1/mentors, postgres://two:2/mentors");
        let file = sqlite_file("sqlite://a%20b/x.db?mode=rwc");
        assert_eq!(file.as_deref(), Some(Path::new("a b/x.db")));
        assert_eq!(sqlite_file("postgres://x"), None);
    }
}
