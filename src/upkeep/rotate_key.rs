//! `rotate-key`: seals everything anew with the first key, so that the others can go.
//!
//! Where the key is a file beside a SQLite database, the command makes the new key itself, and `serve` stands still meanwhile.
//! Otherwise the operator brings both keys, and every `serve` runs on with both. Interrupted anywhere, it is simply run again.

use super::{BadUpkeep, beside};
use crate::clock::Clock;
use crate::config::{self, key_beside, present, sqlite_file, write_private};
use crate::domain::ids::TeamId;
use crate::operator::Database;
use crate::store::seal::Keys;
use crate::store::{Db, reseal};
use clap::Args;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Values in one transaction: a `serve` beside it hardly waits.
const PAGE: usize = 100;
/// A `serve` that is just stopping is waited for.
const CLAIM_TRIES: u32 = 8;

/// Which database.
#[derive(Args, Clone, Debug)]
pub struct Options {
    #[command(flatten)]
    pub database: Database,
}

/// What is left that the new key does not open.
#[derive(Debug, Default, PartialEq, Eq)]
struct Left {
    /// Sealed with an earlier key again, by a `serve` that has that one first.
    stale: usize,
    /// Opened by none of the keys.
    unreadable: usize,
}

/// Returns whether the earlier keys can go.
pub async fn run(options: &Options) -> anyhow::Result<bool> {
    let (database, clock) = (&options.database, options.database.clock()?);
    let (url, given) = (database.url()?, present(database.key.as_ref()));
    let Some(file) = sqlite_file(url).filter(|_| given.is_none()) else {
        let keys = database.keys()?;
        if keys.count() < 2 {
            return Err(BadUpkeep::OneKey.into());
        }
        let is_done = seal_anew(url, keys, &clock).await?;
        if is_done {
            println!(
                "Now take the earlier key away everywhere. Copies of the database made before today still need it."
            );
        }
        return Ok(is_done);
    };
    let _claim = config::claim(&file, CLAIM_TRIES).await?;
    let ring = KeyFile::with_new_key(&file)?;
    let is_done = seal_anew(url, ring.both()?, &clock).await?;
    if is_done {
        let aside = ring.put_old_aside()?;
        println!(
            "The new key is in {}, and the earlier one in {}: only copies of the database made before today need it. Keep a \
             copy of the new one somewhere else.",
            ring.0.display(),
            aside.display()
        );
    }
    Ok(is_done)
}

/// The key file while the key in it changes.
struct KeyFile(PathBuf);

impl KeyFile {
    /// Puts a new key before the one in the file. After an interruption both are there.
    fn with_new_key(database: &Path) -> anyhow::Result<Self> {
        let ring = Self(key_beside(database));
        let text = ring.read()?;
        if Keys::parse(&text)?.count() < 2 {
            ring.write(&format!("{},{text}", Keys::generate()?))?;
        }
        Ok(ring)
    }

    fn both(&self) -> anyhow::Result<Keys> {
        Ok(Keys::parse(&self.read()?)?)
    }

    /// Moves the earlier keys to a file of their own, named after the one that sealed last, and returns it.
    fn put_old_aside(&self) -> anyhow::Result<PathBuf> {
        let text = self.read()?;
        let (new, old) = text.split_once(',').unwrap_or((&text, &text));
        let aside = beside(&self.0, &format!(".old-{}", Keys::parse(old)?.current()));
        // After an interruption it is there.
        if !aside.exists() {
            write_private(&aside, old)?;
        }
        self.write(new)?;
        Ok(aside)
    }

    fn read(&self) -> anyhow::Result<String> {
        let text = std::fs::read_to_string(&self.0);
        let text = text.map_err(|error| config::BadConfig::KeyFile(self.0.clone(), error))?;
        Ok(text.trim().to_owned())
    }

    /// The file is never half written.
    fn write(&self, text: &str) -> anyhow::Result<()> {
        let new = beside(&self.0, ".new");
        let _ = std::fs::remove_file(&new);
        write_private(&new, text)?;
        std::fs::rename(&new, &self.0)?;
        Ok(())
    }
}

async fn seal_anew(url: &str, keys: Keys, clock: &Clock) -> anyhow::Result<bool> {
    let db = Db::open(url, keys).await?;
    db.opens_with_our_key(clock.now()).await?;
    let mut sealed = 0;
    let mut left = Left::default();
    for column in reseal::columns() {
        let rows = stale(&db, &column, clock).await?;
        for page in rows.chunks(PAGE) {
            let mut tx = db.background_write(&TeamId::from(""), clock.now()).await?;
            for row in page {
                let opens = reseal::row(&mut tx, &column, row).await?;
                *if opens {
                    &mut sealed
                } else {
                    &mut left.unreadable
                } += 1;
            }
            tx.commit().await?;
        }
        left.stale += stale(&db, &column, clock).await?.len();
    }
    left.stale -= left.unreadable.min(left.stale);
    if left == Left::default() {
        let mut tx = db.write(&TeamId::from(""), clock.now()).await?;
        reseal::mark(&mut tx).await?;
        tx.commit().await?;
        db.scrub().await?;
    }
    db.close().await;
    print!("{}", told(sealed, &left));
    Ok(left == Left::default())
}

async fn stale(db: &Db, column: &reseal::Column, clock: &Clock) -> anyhow::Result<Vec<String>> {
    let mut tx = db.read(&TeamId::from(""), clock.now()).await?;
    Ok(reseal::stale(&mut tx, column).await?)
}

fn told(sealed: usize, left: &Left) -> String {
    let mut out = format!("{sealed} values are sealed with the new key.\n");
    if left.stale > 0 {
        let _ = writeln!(
            out,
            "Sealed with the earlier key meanwhile: {}. A `serve` still has that one first: give each NEW,OLD, and run this again.",
            left.stale
        );
    }
    if left.unreadable > 0 {
        let _ = writeln!(
            out,
            "Opened by none of the keys that you gave: {}. Add the key they were sealed with at the end, and run this again; \
             until then keep the keys you have.",
            left.unreadable
        );
    }
    out
}
