//! What can go wrong with a database, and what an error says about the connection it came over.

use super::engine::Engine;
use crate::store::seal::SealError;
use sqlx::error::DatabaseError;
use std::path::PathBuf;

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    #[error("database schema: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error("the database holds {0} that this version cannot read")]
    Unreadable(&'static str),
    #[error("the commit failed: {0}")]
    Commit(String),
    #[error(
        "there is no database of this program there, or it is of an older version; `serve` brings it up to date"
    )]
    NotOurs,
    /// Somebody else has held the workspace's lock, or the writer, for as long as we may wait.
    #[error("the database is busy with another change to this workspace")]
    Busy,
    /// Nothing came back within the time we may wait: the server is gone, frozen or out of connections.
    #[error("the database does not answer in time")]
    NoAnswer,
    /// Nothing was begun. Another server may be about to take its place.
    #[error("PostgreSQL at {0} takes no writes: it is a standby, or was told to read only")]
    TakesNoWrites(String),
    #[error("this database was opened to read only")]
    ReadOnly,
    #[error(
        "the database file {0} was deleted or replaced while the program was using it. Stop the program, put the \
         file back, and start it again: what is written meanwhile is lost"
    )]
    FileGone(PathBuf),
    #[error(transparent)]
    Connect(#[from] ConnectError),
}

/// PostgreSQL is there, and yet we do not connect to it like this: what to change.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("DATABASE_URL cannot be read: {0}")]
    Url(String),
    #[error(
        "PostgreSQL at {0} takes no encrypted connections, and DATABASE_URL does not say that plain text will do. Set \
         `ssl = on` in its postgresql.conf; or, where the network in between is yours alone, add ?sslmode=disable to \
         DATABASE_URL"
    )]
    PlainOnly(String),
    #[error(
        "PostgreSQL at {0} takes no encrypted connections, and sslmode={1} asks for one. Set `ssl = on` in its \
         postgresql.conf"
    )]
    NoTls(String, &'static str),
    #[error(
        "the certificate of PostgreSQL at {0} does not hold: {1}. Name the authority that signed it with \
         sslrootcert=FILE in DATABASE_URL; the system's own authorities come with the package ca-certificates"
    )]
    Certificate(String, String),
    #[error(
        "the connection pooler at {0} refuses a setting of ours: {1}. For PgBouncer, add this to its configuration: \
         ignore_startup_parameters = extra_float_digits, options"
    )]
    Pooler(String, String),
}

/// What has happened to a transaction and its connection, from harmless to worst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trouble {
    #[default]
    None,
    /// A statement failed: the transaction may not be committed, for part of it is missing.
    Failed,
    /// The engine may have undone the transaction by itself: a further statement would stand alone.
    Lost,
    /// The connection is of no more use: another one is opened in its place.
    Broken,
}

impl Trouble {
    /// What `error`, the outcome of a statement, says.
    pub(super) fn of(engine: Engine, error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => match engine {
                Engine::Postgres => of_sqlstate(error.code().as_deref().unwrap_or_default()),
                Engine::Sqlite => of_result_code(error.code().as_deref().unwrap_or_default()),
            },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::WorkerCrashed => Self::Broken,
            _ => Self::Failed,
        }
    }

    /// Keeps the worse of the two.
    pub(super) fn note(&mut self, other: Self) {
        *self = (*self).max(other);
    }
}

/// PostgreSQL: Appendix A, "PostgreSQL Error Codes".
fn of_sqlstate(code: &str) -> Trouble {
    match code {
        // After a failover this server may be the one that only reads; and sessions are ended by time-outs and shutdowns.
        "25006" | "25P03" | "25P04" => Trouble::Broken,
        _ if code.starts_with("08") || code.starts_with("57P") => Trouble::Broken,
        // PgBouncer sends no more than this when its server went away.
        _ if code.starts_with("58") || code.starts_with("XX") => Trouble::Broken,
        _ => Trouble::Failed,
    }
}

/// SQLite: "Result and Error Codes"; the low byte is the kind. "Response To Errors Within A Transaction" lists those after
/// which it may have rolled back everything by itself.
fn of_result_code(code: &str) -> Trouble {
    const BUSY: i32 = 5;
    const NOMEM: i32 = 7;
    const READONLY: i32 = 8;
    const INTERRUPT: i32 = 9;
    const IOERR: i32 = 10;
    const CORRUPT: i32 = 11;
    const FULL: i32 = 13;
    const CANTOPEN: i32 = 14;
    const NOTADB: i32 = 26;
    match code.parse::<i32>().map(|code| code & 0xff) {
        Ok(FULL | BUSY | NOMEM | INTERRUPT) => Trouble::Lost,
        Ok(READONLY | IOERR | CORRUPT | CANTOPEN | NOTADB) => Trouble::Broken,
        _ => Trouble::Failed,
    }
}

/// Whether a database, or a table in it, does not exist: as PostgreSQL (by code) and SQLite (by words too) say it.
pub(super) fn is_not_there(error: &dyn DatabaseError) -> bool {
    matches!(error.code().as_deref(), Some("3D000" | "42P01" | "14"))
        || error.message().starts_with("no such table")
}

/// Whether the same attempt to connect may succeed a little later: nobody is there yet, or somebody who is still starting or
/// is no more than a standby so far.
pub(super) fn may_pass(error: &StoreError) -> bool {
    match error {
        StoreError::NoAnswer
        | StoreError::Busy
        | StoreError::TakesNoWrites(_)
        | StoreError::Sql(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut) => true,
        StoreError::Sql(sqlx::Error::Database(error)) => {
            let code = error.code();
            let code = code.as_deref().unwrap_or_default();
            // 53300: too many connections. 08P01: PgBouncer, when the server behind it is not there.
            code.starts_with("57P") || code.starts_with("53") || code.starts_with("08")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_what_becomes_of_the_connection() {
        for (code, trouble) in [
            ("23505", Trouble::Failed),
            ("55P03", Trouble::Failed),
            ("57014", Trouble::Failed),
            ("57P01", Trouble::Broken),
            ("25006", Trouble::Broken),
            ("25P03", Trouble::Broken),
            ("08006", Trouble::Broken),
        ] {
            assert_eq!(of_sqlstate(code), trouble, "{code}");
        }
        // A constraint, a full disk, a file that was moved (extended), an unreadable block (extended).
        for (code, trouble) in [
            ("2067", Trouble::Failed),
            ("13", Trouble::Lost),
            ("1032", Trouble::Broken),
            ("266", Trouble::Broken),
        ] {
            assert_eq!(of_result_code(code), trouble, "{code}");
        }
    }
}
