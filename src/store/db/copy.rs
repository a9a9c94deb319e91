//! Copies of a SQLite database: one file each, made beside whoever writes the database, and looked at before it takes its
//! place.

use super::error::{Result, StoreError};
use super::file::{BUSY, PRIVATE, beside, sqlite_url};
use crate::store::facts;
use crate::store::seal::Keys;
use jiff::Timestamp;
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions, Connection, Executor, Row};
use std::fmt;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::str::FromStr;

/// What a copy says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// When a bot that served it was last alive: nothing in it is younger. None if none ever did.
    pub until: Option<Timestamp>,
    pub people: i64,
    pub pairs: i64,
}

impl fmt::Display for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let people = if self.people == 1 { "person" } else { "people" };
        let pairs = if self.pairs == 1 { "pair" } else { "pairs" };
        write!(f, "{} {people} and {} {pairs}", self.people, self.pairs)?;
        match self.until {
            Some(at) => write!(f, ", as of {}", at.strftime("%Y-%m-%d %H:%M UTC")),
            None => Ok(()),
        }
    }
}

/// Copies the database in the file `from` to the file `to`, which appears when it is whole. What was deleted is not in the copy.
pub async fn copy(from: &Path, to: &Path) -> Result<()> {
    let partial = beside(to, ".partial");
    let _ = std::fs::remove_file(&partial);
    // SQLite takes an empty file, and so the copy is private from the beginning.
    let mut private = OpenOptions::new();
    private.write(true).create_new(true).mode(PRIVATE);
    private.open(&partial).map_err(sqlx::Error::Io)?;
    let copied = async {
        let mut conn = connect(from, "mode=rw").await?;
        conn.execute(BUSY).await?;
        let into = sqlx::query("vacuum into $1").bind(partial.to_string_lossy().into_owned());
        into.execute(&mut conn).await?;
        conn.close().await?;
        let kept = File::open(&partial).and_then(|file| file.sync_all());
        let named = kept.and_then(|()| std::fs::rename(&partial, to));
        Ok(named
            .and_then(|()| sync_folder(to))
            .map_err(sqlx::Error::Io)?)
    };
    let copied: Result<()> = copied.await;
    if copied.is_err() {
        let _ = std::fs::remove_file(&partial);
    }
    copied
}

/// Reads a copy from end to end: whether it is whole, ours, and opens with our key.
pub async fn look(file: &Path, keys: &Keys) -> Result<Contents> {
    let not_ours = |_| StoreError::NotOurs;
    let mut conn = connect(file, "mode=ro&immutable=true").await?;
    let found = sqlx::query("pragma integrity_check").fetch_one(&mut conn);
    let found: String = found
        .await
        .and_then(|row| row.try_get(0))
        .map_err(not_ours)?;
    if found != "ok" {
        return Err(StoreError::Unreadable("a damaged page"));
    }
    let count = async |conn: &mut AnyConnection, sql: &'static str| {
        let row = sqlx::query(sql).fetch_one(conn).await.map_err(not_ours)?;
        Ok::<i64, StoreError>(row.try_get(0)?)
    };
    let contents = Contents {
        people: count(&mut conn, "select count(*) from participants").await?,
        pairs: count(&mut conn, "select count(*) from pairs").await?,
        until: match fact(&mut conn, facts::ALIVE).await? {
            Some(alive) => alive.parse().ok().map(super::instant),
            None => None,
        },
    };
    if let Some(sealed) = fact(&mut conn, "key").await? {
        keys.open("facts", "key", &sealed)?;
    }
    conn.close().await?;
    Ok(contents)
}

/// Puts a copy in the place of the database `file`, which is moved to `aside` with its log. Whoever comes in between finds no
/// database rather than half of one.
pub fn put_in_place(copy: &Path, file: &Path, aside: &Path) -> std::io::Result<()> {
    for ending in ["", "-wal", "-shm"] {
        match std::fs::rename(beside(file, ending), beside(aside, ending)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    std::fs::rename(copy, file)?;
    sync_folder(file)
}

/// A file of ours to work on, private, in the place of whatever is there.
pub fn duplicate(from: &Path, to: &Path) -> std::io::Result<()> {
    let _ = std::fs::remove_file(to);
    let mut private = OpenOptions::new();
    let mut file = private
        .write(true)
        .create_new(true)
        .mode(PRIVATE)
        .open(to)?;
    std::io::copy(&mut File::open(from)?, &mut file)?;
    file.sync_all()
}

/// A renamed file has its name over a loss of power, too.
fn sync_folder(file: &Path) -> std::io::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

async fn connect(file: &Path, mode: &str) -> Result<AnyConnection> {
    sqlx::any::install_default_drivers();
    let url = format!("{}?{mode}", sqlite_url(file));
    let options = AnyConnectOptions::from_str(&url)?.disable_statement_logging();
    Ok(options.connect().await?)
}

async fn fact(conn: &mut AnyConnection, name: &str) -> Result<Option<String>> {
    let row = sqlx::query("select value from facts where name = $1").bind(name.to_owned());
    let row = row.fetch_optional(conn).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}
