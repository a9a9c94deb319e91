//! The files of a SQLite database, and connections to them.
//!
//! The files are private to the user the program runs as, what is deleted is overwritten, and a file that disappears while
//! we use it is noticed: SQLite itself would go on writing to it, with nobody ever to find it again.

use super::error::{Result, StoreError};
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions, Connection, Executor};
use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::{Metadata, OpenOptions, Permissions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Owner only.
pub(super) const PRIVATE: u32 = 0o600;

pub(super) const BUSY: &str = "pragma busy_timeout = 1500";

/// Deleted content is overwritten; temporary tables never touch a disk.
pub(super) const WRITER: &str = "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; \
    pragma secure_delete = on; pragma temp_store = memory; pragma cache_size = -4000; \
    pragma wal_autocheckpoint = 2000; pragma journal_size_limit = 8388608";

const READER: &str =
    "pragma query_only = on; pragma temp_store = memory; pragma cache_size = -2000";

/// The file that a SQLite URL names, as sqlx reads it; none of another kind of database.
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    let file = url.strip_prefix("sqlite:")?.trim_start_matches("//");
    let file = file.split('?').next().unwrap_or_default();
    let file = urlencoding::decode(file).map_or(Cow::Borrowed(file), |file| file);
    Some(PathBuf::from(file.into_owned()))
}

/// The URL of a file, the other way round.
pub fn sqlite_url(file: &Path) -> String {
    let file = file.to_string_lossy();
    let parts: Vec<_> = file.split('/').map(urlencoding::encode).collect();
    format!("sqlite://{}", parts.join("/"))
}

/// A database file and what tells it from another one of the same name.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) options: AnyConnectOptions,
    pub(super) file: PathBuf,
    /// Device and number of the file, and of the log beside it.
    pub(super) identity: (u64, u64),
    pub(super) log_identity: Option<(u64, u64)>,
}

impl Place {
    /// With `make`, a file that is missing is made.
    pub(super) fn at(url: &str, make: bool) -> Result<Self> {
        let file = sqlite_file(url).unwrap_or_default();
        if make {
            make_private(&file).map_err(sqlx::Error::Io)?;
        }
        // Never `rwc`: a connection opened later in the place of one that broke must not make an empty database.
        let url = match url.split_once("mode=rwc") {
            Some((before, after)) => format!("{before}mode=rw{after}"),
            None if url.contains("mode=") => url.to_owned(),
            None => format!("{url}{}mode=rw", if url.contains('?') { '&' } else { '?' }),
        };
        let options = AnyConnectOptions::from_str(&url)?.disable_statement_logging();
        let identity = std::fs::metadata(&file).map_or((0, 0), |found| number(&found));
        Ok(Self {
            options,
            file,
            identity,
            log_identity: None,
        })
    }

    /// Whether the file is still the one we opened.
    pub(super) fn still_there(&self) -> Result<()> {
        let is = |path: &Path, known: (u64, u64)| {
            std::fs::metadata(path).is_ok_and(|found| number(&found) == known)
        };
        let log = self
            .log_identity
            .is_none_or(|known| is(&beside(&self.file, "-wal"), known));
        if is(&self.file, self.identity) && log {
            return Ok(());
        }
        Err(StoreError::FileGone(self.file.clone()))
    }

    /// A connection that writes, in the place of one that broke.
    pub(super) async fn writer(&self) -> Result<AnyConnection> {
        self.still_there()?;
        let mut conn = AnyConnection::connect_with(&self.options).await?;
        conn.execute(BUSY).await?;
        conn.execute(WRITER).await?;
        Ok(conn)
    }

    pub(super) async fn reader(&self) -> Result<AnyConnection> {
        let mut conn = AnyConnection::connect_with(&self.options).await?;
        conn.execute(BUSY).await?;
        conn.execute(READER).await?;
        Ok(conn)
    }
}

pub(super) fn number(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

pub(super) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(ending);
    PathBuf::from(name)
}

/// Makes `file` where there is none, for its owner only.
fn make_private(file: &Path) -> std::io::Result<()> {
    // Closing a database file that SQLite has open in this process would drop its locks: an existing one is left alone.
    if file.exists() {
        return Ok(());
    }
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(PRIVATE)
        .open(file)
        .map(drop)
}

/// Takes away what others may do with a file. That of somebody else stays as they made it.
pub fn keep_private(file: &Path) {
    let Ok(found) = std::fs::metadata(file) else {
        return;
    };
    if found.permissions().mode() & 0o777 != PRIVATE
        && let Err(error) = std::fs::set_permissions(file, Permissions::from_mode(PRIVATE))
    {
        tracing::warn!(file = %file.display(), %error, "others on this machine may read this file");
    }
}
