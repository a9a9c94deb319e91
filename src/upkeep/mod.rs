//! Looking after the database: copies of it, its schema, the key that seals it.

pub mod backup;
pub mod migrate;
pub mod restore;
pub mod rotate_key;

use crate::config;
use std::path::{Path, PathBuf};

/// What is wrong with a command. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum BadUpkeep {
    #[error(
        "PostgreSQL makes its own copies: pg_dump --format=custom --file={file} \"$DATABASE_URL\" while the bot runs. Keep \
         REVERSE_MENTOR_KEY as well, and apart from the copy", file = .0.display()
    )]
    DumpIt(PathBuf),
    #[error(
        "PostgreSQL puts its own copies back: stop every `serve`, then pg_restore --clean --if-exists \
         --dbname=\"$DATABASE_URL\" {file}", file = .0.display()
    )]
    PutItBack(PathBuf),
    #[error("{0} is there already: choose another name, or pass --replace")]
    IsThere(PathBuf),
    #[error("there is no file {0}")]
    NoCopy(PathBuf),
    #[error(
        "{0} is the database itself, or one that is in use (there is a log beside it). Make a copy with \
         `reverse-mentor backup`"
    )]
    InUse(PathBuf),
    #[error("{0}: {1}")]
    BadCopy(PathBuf, String),
    #[error(
        "REVERSE_MENTOR_KEY holds one key only. Make a new one with: openssl rand -hex 32\n\
         Give every `serve` the new one after the old one (OLD,NEW), then before it (NEW,OLD), and then run this with \
         NEW,OLD too"
    )]
    OneKey,
}

/// The file of a SQLite database.
fn sqlite(url: &str, otherwise: BadUpkeep) -> Result<PathBuf, BadUpkeep> {
    config::sqlite_file(url).ok_or(otherwise)
}

/// A name beside a file: the same with an ending.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
