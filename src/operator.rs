//! What commands of an operator share: the database and the workspace they work on. A `serve` beside them sends what follows.

use crate::clock::Clock;
use crate::config;
use crate::domain::ids::{TeamId, UserId};
use crate::features;
use crate::store::seal::Keys;
use crate::store::{Db, Tx, workspaces};
use clap::Args;
use secrecy::SecretString;
use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;

/// In the record of what was done, in place of a person.
pub const OPERATOR: &str = "operator";

/// Which database, and which workspace in it.
#[derive(Args, Clone, Debug)]
pub struct Place {
    /// The workspace's ID, such as T02ABC123: needed when the database has several.
    #[arg(long, value_name = "TEAM")]
    pub team: Option<String>,
    #[command(flatten)]
    pub database: Database,
}

/// Which database.
#[derive(Args, Clone, Debug)]
pub struct Database {
    /// `sqlite://FILE` or `postgres://…`
    #[arg(
        long = "database",
        alias = "database-url",
        value_name = "URL",
        env = "DATABASE_URL",
        default_value = "sqlite://reverse-mentor.db",
        hide_env_values = true
    )]
    pub url: String,
    /// The key that opens what is sealed, if it is not in the file beside the database.
    #[arg(long = "key", env = "REVERSE_MENTOR_KEY", hide_env_values = true)]
    pub key: Option<SecretString>,
    /// As for `serve`.
    #[arg(long, env = "REVERSE_MENTOR_CLOCK", hide = true)]
    pub clock: Option<String>,
}

/// What is wrong with the place. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum BadPlace {
    #[error("the database {0} isn't there")]
    NoDatabase(PathBuf),
    #[error("this database doesn't know the workspace {0}")]
    UnknownTeam(String),
    #[error("this database has no workspace yet: start `serve` once, so that it meets your Slack")]
    NoTeam,
    #[error("this database has several workspaces: name one with --team ({0})")]
    Several(String),
    #[error("several workspaces hold something about {0}: name one with --team ({1})")]
    Ambiguous(UserId, String),
}

impl Database {
    pub fn clock(&self) -> Result<Clock, config::BadConfig> {
        config::clock(self.clock.as_deref())
    }

    /// The URL of a database that is there: these commands create none.
    pub fn url(&self) -> anyhow::Result<&str> {
        let url = config::checked(&self.url)?;
        match config::sqlite_file(url) {
            Some(file) if !file.exists() => Err(BadPlace::NoDatabase(file).into()),
            Some(_) | None => Ok(url),
        }
    }

    pub fn keys(&self) -> Result<Keys, config::BadConfig> {
        config::keys(&self.url, self.key.as_ref(), false)
    }

    pub async fn open(&self, clock: &Clock) -> anyhow::Result<Db> {
        let db = Db::open(self.url()?, self.keys()?).await?;
        db.share_clock(clock);
        db.opens_with_our_key(clock.now()).await?;
        Ok(db)
    }
}

impl Place {
    pub fn clock(&self) -> Result<Clock, config::BadConfig> {
        self.database.clock()
    }

    pub async fn open(&self, clock: &Clock) -> anyhow::Result<Db> {
        self.database.open(clock).await
    }

    /// The workspaces to look at: the one that was named, or all.
    pub async fn teams(&self, db: &Db, clock: &Clock) -> anyhow::Result<Vec<TeamId>> {
        let mut tx = db.read(&TeamId::from(""), clock.now()).await?;
        let all = workspaces::all(&mut tx).await?.into_iter();
        let mut teams: Vec<TeamId> = all.map(|workspace| workspace.team).collect();
        if let Some(named) = &self.team {
            teams.retain(|team| team.as_str() == named);
            if teams.is_empty() {
                return Err(BadPlace::UnknownTeam(named.clone()).into());
            }
        }
        Ok(teams)
    }

    /// The one workspace: named, or the only one there is.
    pub async fn only_team(&self, db: &Db, clock: &Clock) -> anyhow::Result<TeamId> {
        let mut teams = self.teams(db, clock).await?;
        if teams.len() > 1 {
            let teams: Vec<&str> = teams.iter().map(TeamId::as_str).collect();
            return Err(BadPlace::Several(teams.join(", ")).into());
        }
        Ok(teams.pop().ok_or(BadPlace::NoTeam)?)
    }
}

/// Does `work` in one transaction: commits it, or rolls it back if it fails.
pub async fn in_one<T>(
    db: &Db,
    team: &TeamId,
    clock: &Clock,
    work: impl AsyncFnOnce(&mut Tx) -> features::Result<T>,
) -> anyhow::Result<T> {
    let mut tx = db.write(team, clock.now()).await?;
    match work(&mut tx).await {
        Ok(done) => {
            tx.commit().await?;
            Ok(done)
        }
        Err(error) => {
            tx.rollback().await;
            Err(error.into())
        }
    }
}

/// Whether the operator typed `yes` to a question.
pub fn says_yes(question: &str) -> std::io::Result<bool> {
    Ok(typed(question)?.eq_ignore_ascii_case("yes"))
}

/// Asks on the terminal, and returns the line that was typed, without blanks around it; empty where nobody is there.
pub fn typed(question: &str) -> std::io::Result<String> {
    print!("{question}");
    std::io::stdout().flush()?;
    let mut typed = String::new();
    std::io::stdin().lock().read_line(&mut typed)?;
    Ok(typed.trim().to_owned())
}
