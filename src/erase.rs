//! `erase`: an operator erases what is stored about somebody who has left the company, after reading what that is.
//!
//! It does in one transaction what the person themselves can do in Slack. A `serve` beside it sends the words to their
//! partners.

use crate::clock::Clock;
use crate::config;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::pair::Pair;
use crate::features::{self, privacy};
use crate::router;
use crate::store::personal_data::{self, Rows, Stored};
use crate::store::{Db, pairs, workspaces};
use clap::Args;
use secrecy::SecretString;
use std::fmt::Write as _;
use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;

/// Who is erased, and from where.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Their Slack member ID, such as U02ABC123: "Copy member ID" in their Slack profile.
    #[arg(value_name = "USER")]
    pub user: String,
    /// Their workspace's ID, such as T02ABC123: needed when several workspaces hold something about this ID.
    #[arg(long, value_name = "TEAM")]
    pub team: Option<String>,
    /// Don't ask, for scripts: erase at once what the preview shows.
    #[arg(long)]
    pub yes: bool,
    /// `sqlite://FILE` or `postgres://…`
    #[arg(
        long = "database",
        alias = "database-url",
        value_name = "URL",
        env = "DATABASE_URL",
        default_value = "sqlite://reverse-mentor.db",
        hide_env_values = true
    )]
    pub database_url: String,
    /// The key that opens what is sealed, if it is not in the file beside the database.
    #[arg(long = "key", env = "REVERSE_MENTOR_KEY", hide_env_values = true)]
    pub key: Option<SecretString>,
    /// As for `serve`.
    #[arg(long, env = "REVERSE_MENTOR_CLOCK", hide = true)]
    pub clock: Option<String>,
}

/// What is wrong with the command. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum BadErase {
    #[error(
        "{0:?} is no Slack member ID: those start with U or W and have capital letters and digits"
    )]
    NotAnId(String),
    #[error("the database {0} isn't there")]
    NoDatabase(PathBuf),
    #[error("this database doesn't know the workspace {0}")]
    UnknownTeam(String),
    #[error("several workspaces hold something about {0}: name one with --team ({1})")]
    Ambiguous(UserId, String),
}

/// What there is to erase.
struct Found {
    team: TeamId,
    stored: Vec<Stored>,
    /// They end.
    open: Vec<Pair>,
}

/// Shows what is stored, asks, and erases. Returns whether that is done: false when the operator would rather not.
pub async fn run(options: &Options) -> anyhow::Result<bool> {
    let user = member(&options.user)?;
    let clock = config::clock(options.clock.as_deref())?;
    let db = open(options, &clock).await?;
    let done = erase(&db, &clock, options, &user).await;
    db.close().await;
    done
}

async fn erase(db: &Db, clock: &Clock, options: &Options, user: &UserId) -> anyhow::Result<bool> {
    let Some(found) = find(db, clock, user, options.team.as_deref()).await? else {
        println!("Nothing is stored about {user}.");
        return Ok(true);
    };
    print!("{}", preview(&found, user));
    if !options.yes && !confirmed(user)? {
        println!("Nothing was erased.");
        return Ok(false);
    }
    let mut tx = db.write(&found.team, clock.now()).await?;
    let erased: features::Result<bool> = async {
        let is_in_file = privacy::is_in_file(&mut tx, user).await?;
        privacy::erase_former(&mut tx, user).await?;
        router::happenings(&mut tx).await?;
        Ok(is_in_file)
    }
    .await;
    let is_in_file = match erased {
        Ok(is_in_file) => is_in_file,
        Err(error) => {
            tx.rollback().await;
            return Err(error.into());
        }
    };
    tx.commit().await?;
    println!("Erased. Copies in your backups are yours to delete.");
    if is_in_file {
        println!(
            "The program.toml of this program still names {user}: take them out of it, or they're back at the next start."
        );
    }
    Ok(true)
}

fn member(text: &str) -> Result<UserId, BadErase> {
    let is_id = text.len() > 1
        && text.starts_with(['U', 'W'])
        && text
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    if is_id {
        Ok(UserId::from(text))
    } else {
        Err(BadErase::NotAnId(text.to_owned()))
    }
}

/// Opens a database that is there: this command creates none.
async fn open(options: &Options, clock: &Clock) -> anyhow::Result<Db> {
    let url = config::checked(&options.database_url)?;
    if let Some(file) = config::sqlite_file(url)
        && !file.exists()
    {
        return Err(BadErase::NoDatabase(file).into());
    }
    let db = Db::open(url, config::keys(url, options.key.as_ref(), false)?).await?;
    db.share_clock(clock);
    db.opens_with_our_key(clock.now()).await?;
    Ok(db)
}

/// What is stored about somebody, in the workspace named or the only one that holds anything about them.
async fn find(
    db: &Db,
    clock: &Clock,
    user: &UserId,
    team: Option<&str>,
) -> anyhow::Result<Option<Found>> {
    let mut tx = db.read(&TeamId::from(""), clock.now()).await?;
    let mut teams: Vec<TeamId> = workspaces::all(&mut tx)
        .await?
        .into_iter()
        .map(|workspace| workspace.team)
        .collect();
    drop(tx);
    if let Some(named) = team {
        teams.retain(|team| team.as_str() == named);
        if teams.is_empty() {
            return Err(BadErase::UnknownTeam(named.to_owned()).into());
        }
    }
    let mut found = Vec::new();
    for team in teams {
        let mut tx = db.read(&team, clock.now()).await?;
        let stored = personal_data::stored(&mut tx, user).await?;
        let open = pairs::open_of(&mut tx, user).await?;
        if !stored.is_empty() {
            found.push(Found { team, stored, open });
        }
    }
    if found.len() > 1 {
        let teams: Vec<&str> = found.iter().map(|found| found.team.as_str()).collect();
        return Err(BadErase::Ambiguous(user.clone(), teams.join(", ")).into());
    }
    Ok(found.pop())
}

fn preview(found: &Found, user: &UserId) -> String {
    let mut text = format!("Stored about {user} in {}:\n\n", found.team);
    for Stored { table, rows } in &found.stored {
        let fate = match table.erasing {
            Rows::Deleted => "erased".to_owned(),
            Rows::DeletedIf(_, why) => format!("erased, but where {why}"),
            Rows::Stay(why) => format!("stays without their words or doings: {why}"),
        };
        let _ = writeln!(text, "{rows:>6}  {} ({fate})", table.kind);
    }
    for pair in &found.open {
        let partner = pair.partner_of(user);
        let _ = write!(
            text,
            "\nAn open pair ends: {partner} reads in neutral words that it's over."
        );
    }
    text.push('\n');
    text
}

fn confirmed(user: &UserId) -> std::io::Result<bool> {
    print!("\nThis can't be undone. To erase it, type {user}: ");
    std::io::stdout().flush()?;
    let mut typed = String::new();
    std::io::stdin().lock().read_line(&mut typed)?;
    Ok(typed.trim() == user.as_str())
}
