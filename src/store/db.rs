//! Connections and transactions: one writer on SQLite with group commit, a pool on PostgreSQL.
//!
//! SQLite: a single writer connection (`begin immediate`), two more for reads, WAL, synchronous FULL
//! because we acknowledge after commit. Transactions that wait for the writer join the open one as savepoints
//! and share its commit: under load many requests pay for one sync to disk, and each is still acknowledged
//! only when it is on disk.
//!
//! PostgreSQL: a write takes an advisory lock on its workspace, so that both engines give features the same
//! one-writer-at-a-time view.

mod connections;
mod mint;
mod reading;
mod request;
mod schema;
mod tx;
mod writer;

use connections::{Connections, lock_team, reader_turn, writer_turn};
use reading::Programs;
pub use reading::Reading;
pub use request::{NotBegun, RequestTx};
pub use schema::migrations;
use tx::Conn;
pub use tx::Tx;

use super::inbox;
use super::known::Desk;
use super::seal::{Keys, SealError};
use crate::clock::millis;
use crate::domain::ids::{TeamId, UserId};
use jiff::Timestamp;
use mint::Mint;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::error::DatabaseError;
use sqlx::{ConnectOptions, Executor, Row};
use std::str::FromStr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::sync::Notify;
use writer::Request;

/// Transactions that share one commit at most: bounds what a failed commit takes with it, and how long the first waits.
const GROUP_LIMIT: usize = 16;
/// If whoever was to commit our group went away, we do it ourselves after this long.
const GROUP_PATIENCE: Duration = Duration::from_millis(5);

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
}

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    engine: Engine,
    connections: Connections,
    keys: Keys,
    mint: Mint,
    outbox_grew: Notify,
    timer_set: Notify,
    programs: RwLock<Programs>,
    desk: Desk,
}

impl Db {
    /// Opens (and on SQLite creates) the database at `url` and brings its schema up to date.
    pub async fn open(url: &str, keys: Keys) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let engine = if url.starts_with("sqlite:") {
            Engine::Sqlite
        } else {
            Engine::Postgres
        };
        let url = match engine {
            Engine::Sqlite if !url.contains("mode=") => {
                format!("{url}{}mode=rwc", if url.contains('?') { '&' } else { '?' })
            }
            _ => url.to_owned(),
        };
        let options = AnyConnectOptions::from_str(&url)?.disable_statement_logging();
        let connections = match engine {
            Engine::Sqlite => Connections::sqlite(&options).await?,
            Engine::Postgres => Connections::postgres(options).await?,
        };
        Ok(Self(Arc::new(Inner {
            engine,
            connections,
            keys,
            mint: Mint::new()?,
            outbox_grew: Notify::new(),
            timer_set: Notify::new(),
            programs: RwLock::default(),
            desk: Desk::default(),
        })))
    }

    /// Opens a database that is there already, to read it beside whoever writes it: nothing is made, changed or migrated.
    pub async fn open_to_read(url: &str, keys: Keys) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let (engine, only_reads) = if url.starts_with("sqlite:") {
            (
                Engine::Sqlite,
                "pragma busy_timeout = 10000; pragma query_only = on",
            )
        } else {
            (Engine::Postgres, "set default_transaction_read_only = on")
        };
        let options = AnyConnectOptions::from_str(url)?.disable_statement_logging();
        let pool = AnyPoolOptions::new()
            .max_connections(1)
            .after_connect(move |connection, _| {
                Box::pin(async move { connection.execute(only_reads).await.map(drop) })
            })
            .connect_lazy_with(options);
        let latest = schema::latest();
        let known = sqlx::query("select count(*) from _sqlx_migrations where version = $1")
            .bind(latest)
            .fetch_one(&pool)
            .await
            .and_then(|row| row.try_get::<i64, _>(0));
        match known {
            Ok(1..) => {}
            Ok(_) => return Err(StoreError::NotOurs),
            Err(sqlx::Error::Database(error)) if is_not_there(&*error) => {
                return Err(StoreError::NotOurs);
            }
            Err(error) => return Err(error.into()),
        }
        Ok(Self(Arc::new(Inner {
            engine,
            connections: Connections::Pool(pool),
            keys,
            mint: Mint::new()?,
            outbox_grew: Notify::new(),
            timer_set: Notify::new(),
            programs: RwLock::default(),
            desk: Desk::default(),
        })))
    }

    /// Checks that our key opens what this database holds; the first key ever used is remembered (sealed).
    pub async fn check_key(&self, now: Timestamp) -> Result<()> {
        let mut tx = self.write(&TeamId::from(""), now).await?;
        let sealed = tx.keys().seal("facts", "key", "the right key")?;
        sqlx::query("insert into facts (name, value) values ('key', $1) on conflict do nothing")
            .bind(sealed)
            .execute(tx.conn())
            .await?;
        tx.commit().await?;
        self.opens_with_our_key(now).await
    }

    /// The same of a database that is only read. One that never served holds nothing sealed.
    pub async fn opens_with_our_key(&self, now: Timestamp) -> Result<()> {
        let mut tx = self.read(&TeamId::from(""), now).await?;
        let row = sqlx::query("select value from facts where name = 'key'")
            .fetch_optional(tx.conn())
            .await?;
        if let Some(row) = row {
            let held: String = row.try_get(0)?;
            tx.keys().open("facts", "key", &held)?;
        }
        Ok(())
    }

    pub fn engine(&self) -> Engine {
        self.0.engine
    }

    /// Ids no longer differ from process to process: a rehearsal goes the same way every time.
    pub fn set_node(&self, node: u8) {
        self.0.mint.set_node(node);
    }

    /// Commits no longer wait for the disk (SQLite): for databases that are thrown away.
    pub async fn without_sync(&self) -> Result<()> {
        if let Connections::Sqlite { writer, .. } = &self.0.connections {
            let mut writer = writer.lock().await;
            writer.conn.execute("pragma synchronous = off").await?;
        }
        Ok(())
    }

    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// Begins a write for `team`. Dropping the result undoes it.
    pub async fn write(&self, team: &TeamId, now: Timestamp) -> Result<Tx> {
        let conn = match &self.0.connections {
            Connections::Sqlite {
                writer, waiting, ..
            } => {
                let mut turn = writer_turn(writer, waiting).await;
                turn.begin().await?;
                Conn::Writer(turn)
            }
            Connections::Pool(pool) => {
                let mut tx = pool.begin().await?;
                lock_team(&mut tx, team).await?;
                Conn::Transaction(tx)
            }
        };
        Ok(self.tx(conn, team, now))
    }

    /// The same for a request of `user`, which is noted under `key`: none when it was noted before, that is, when this is
    /// a retry of something finished.
    pub async fn write_once(
        &self,
        team: &TeamId,
        user: &UserId,
        now: Timestamp,
        key: &str,
    ) -> Result<Option<Tx>> {
        let (tx, first) = match &self.0.connections {
            Connections::Sqlite {
                writer, waiting, ..
            } => {
                let mut turn = writer_turn(writer, waiting).await;
                let request = Request {
                    key,
                    now_ms: now.as_millisecond(),
                    team,
                    user,
                };
                let (first, known) = turn.begin_once(&request, &self.0.keys).await?;
                let mut tx = self.tx(Conn::Writer(turn), team, now);
                tx.reading.known = known;
                (tx, first)
            }
            Connections::Pool(_) => {
                let mut tx = self.write(team, now).await?;
                let first = inbox::first_time(&mut tx, key).await?;
                (tx, first)
            }
        };
        if first {
            return Ok(Some(tx));
        }
        tx.rollback().await;
        Ok(None)
    }

    /// A connection for reading only. On SQLite it cannot write.
    pub async fn read(&self, team: &TeamId, now: Timestamp) -> Result<Reading> {
        let conn = match &self.0.connections {
            Connections::Sqlite {
                readers,
                next_reader,
                ..
            } => {
                let next = next_reader.fetch_add(1, Ordering::Relaxed);
                Conn::Reader(reader_turn(readers, next).await)
            }
            Connections::Pool(pool) => Conn::Pooled(pool.acquire().await?),
        };
        Ok(Reading::new(conn, self, team, now))
    }

    /// The same, for what `user` asked: what is known about them is read already, together with others' who ask at the
    /// same time.
    pub async fn read_for(&self, team: &TeamId, user: &UserId, now: Timestamp) -> Result<Reading> {
        let known = self.0.desk.ask(self, team, user).await;
        let mut reading = self.read(team, now).await?;
        reading.known = known;
        Ok(reading)
    }

    fn tx(&self, conn: Conn, team: &TeamId, now: Timestamp) -> Tx {
        Tx {
            reading: Reading::new(conn, self, team, now),
            happened: Vec::new(),
            posted: false,
            timed: false,
        }
    }

    /// Resolves when a commit has put something into the outbox.
    pub async fn outbox_grew(&self) {
        self.0.outbox_grew.notified().await;
    }

    /// Resolves when a commit has set a timer.
    pub async fn timer_set(&self) {
        self.0.timer_set.notified().await;
    }

    /// Closes the connections; on SQLite this folds the write-ahead log into the database file.
    pub async fn close(&self) {
        match &self.0.connections {
            Connections::Sqlite { writer, .. } => {
                let mut writer = writer.lock().await;
                writer.flush().await;
                let _ = writer.conn.execute("pragma wal_checkpoint(truncate)").await;
            }
            Connections::Pool(pool) => pool.close().await,
        }
    }

    /// Whether others wait for the writer, who can then make the commit.
    fn others_wait(&self) -> bool {
        match &self.0.connections {
            Connections::Sqlite { waiting, .. } => waiting.load(Ordering::SeqCst) > 0,
            Connections::Pool(_) => false,
        }
    }

    /// Whoever was to commit our group did not: we do it.
    async fn flush(&self) {
        if let Connections::Sqlite { writer, .. } = &self.0.connections {
            writer.lock().await.flush().await;
        }
    }
}

/// Whether a database, or a table in it, does not exist: as PostgreSQL (by code) and SQLite (by words too) say it.
fn is_not_there(error: &dyn DatabaseError) -> bool {
    matches!(error.code().as_deref(), Some("3D000" | "42P01" | "14"))
        || error.message().starts_with("no such table")
}

/// `for update skip locked` where the engine has it: SQLite's single writer needs none.
pub(crate) fn skip_locked(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgres => "for update skip locked",
    }
}

/// An instant column.
pub(crate) fn instant(ms: i64) -> Timestamp {
    millis(ms)
}
