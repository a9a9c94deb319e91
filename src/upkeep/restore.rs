//! `restore`: puts a copy in the place of the database. What was there is moved aside, and what the bot may have sent since is
//! sent only where Slack does not have it, or says that it may be a repeat.

use super::{BadUpkeep, beside, sqlite};
use crate::clock::Clock;
use crate::config;
use crate::domain::ids::{TeamId, UserId};
use crate::operator::{self, Database};
use crate::store::db::copy::{self, Contents};
use crate::store::db::{Db, sqlite_url};
use crate::store::seal::Keys;
use crate::store::{outbox, participants, workspaces};
use clap::Args;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A `serve` that is just stopping is waited for.
const CLAIM_TRIES: u32 = 8;

/// Which copy.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// What `backup` made.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Don't ask, for scripts.
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub database: Database,
}

/// Shows what is in the copy, asks, and puts it in place. False when the operator would rather not.
pub async fn run(options: &Options) -> anyhow::Result<bool> {
    let (url, clock) = (
        config::checked(&options.database.url)?,
        options.database.clock()?,
    );
    let file = sqlite(url, BadUpkeep::PutItBack(options.file.clone()))?;
    let keys = options.database.keys()?;
    let contents = examine(&options.file, &file, &keys).await?;
    let _claim = config::claim(&file, CLAIM_TRIES).await?;
    println!("{}: {contents}.", options.file.display());
    println!(
        "It takes the place of {}. What people and the bot did after that moment is gone from the program.",
        file.display()
    );
    if !options.yes && !operator::says_yes("Type yes to go on: ")? {
        println!("Nothing was changed.");
        return Ok(false);
    }
    let made = beside(&file, ".restoring");
    copy::duplicate(&options.file, &made)?;
    let lost = in_doubt(&made, &file, &keys, &clock).await?;
    let aside = beside(
        &file,
        &format!(".before-{}", clock.now().strftime("%Y-%m-%dT%H%M%S")),
    );
    let had_one = file.exists();
    copy::put_in_place(&made, &file, &aside)?;
    print!("{}", done(had_one.then_some(&*aside), &lost));
    Ok(true)
}

async fn examine(copy: &Path, file: &Path, keys: &Keys) -> anyhow::Result<Contents> {
    if !copy.is_file() {
        return Err(BadUpkeep::NoCopy(copy.to_owned()).into());
    }
    let is_itself = file.exists() && copy.canonicalize()? == file.canonicalize()?;
    if is_itself || beside(copy, "-wal").exists() {
        return Err(BadUpkeep::InUse(copy.to_owned()).into());
    }
    let contents = copy::look(copy, keys).await;
    Ok(contents.map_err(|error| BadUpkeep::BadCopy(copy.to_owned(), error.to_string()))?)
}

/// Brings the copy up to date; what waits in it may have been sent since. Returns who is in it and no longer in the database
/// that it replaces.
async fn in_doubt(
    made: &Path,
    file: &Path,
    keys: &Keys,
    clock: &Clock,
) -> anyhow::Result<BTreeSet<UserId>> {
    let db = Db::open(&sqlite_url(made), keys.clone()).await?;
    let mut tx = db.write(&TeamId::from(""), clock.now()).await?;
    outbox::doubt_all(&mut tx).await?;
    tx.commit().await?;
    let there = people(&db, clock).await?;
    db.close().await;
    drop(db);
    // A database that is damaged, or of an older release, names nobody.
    let now = match Db::open_to_read(&sqlite_url(file), keys.clone()).await {
        Ok(db) => people(&db, clock).await.ok(),
        Err(_) => None,
    };
    Ok(now.map_or_else(BTreeSet::new, |now| &there - &now))
}

/// Who takes part, or did.
async fn people(db: &Db, clock: &Clock) -> anyhow::Result<BTreeSet<UserId>> {
    let mut tx = db.read(&TeamId::from(""), clock.now()).await?;
    let teams = workspaces::all(&mut tx).await?;
    drop(tx);
    let mut people = BTreeSet::new();
    for workspace in teams {
        let mut tx = db.read(&workspace.team, clock.now()).await?;
        let all = participants::standings(&mut tx).await?;
        people.extend(all.into_iter().map(|(user, _)| user));
    }
    Ok(people)
}

fn done(aside: Option<&Path>, lost: &BTreeSet<UserId>) -> String {
    let mut out = "Done: start `serve`.\n".to_owned();
    if let Some(aside) = aside {
        let _ = writeln!(
            out,
            "What was there before is in {}: delete it when you no longer need it.",
            aside.display()
        );
    }
    if !lost.is_empty() {
        let lost: Vec<&str> = lost.iter().map(UserId::as_str).collect();
        let _ = writeln!(
            out,
            "These people are in the copy and were no longer in the program. Whoever has erased their data since then must be \
             erased again, with `reverse-mentor erase`: {}",
            lost.join(", ")
        );
    }
    out
}
