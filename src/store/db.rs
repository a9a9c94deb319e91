//! Connections and transactions: one writer on SQLite with group commit, a pool on PostgreSQL.
//!
//! SQLite: a single writer connection (`begin immediate`), two more for reads, WAL, synchronous FULL
//! because we acknowledge after commit. Transactions that wait for the writer join the open one as savepoints
//! and share its commit: under load many requests pay for one sync to disk, and each is still acknowledged
//! only when it is on disk.
//!
//! PostgreSQL: a write takes an advisory lock on its workspace, so that both engines give features the same
//! one-writer-at-a-time view.

mod error;
mod hosts;
mod mint;
mod open;
mod postgres;
mod reading;
mod request;
mod runner;
mod schema;
mod servers;
mod session;
mod shared;
mod sqlite;
mod target;
#[cfg(test)]
mod tests;
mod tx;
mod writer;

pub use error::{ConnectError, StoreError};
pub use hosts::one_url_each;
pub use postgres::Transport;
use postgres::{Lane, Postgres};
use reading::Programs;
pub use reading::Reading;
pub use request::{NotBegun, RequestTx};
pub use schema::migrations;
use session::Session;
use shared::SharedClock;
use sqlite::Sqlite;
pub use sqlite::{keep_private, sqlite_file};
pub use target::SslMode;
use tx::Conn;
pub use tx::Tx;

use super::inbox;
use super::known::Desk;
use super::seal::Keys;
use crate::clock::{Clock, millis};
use crate::domain::ids::{TeamId, UserId};
use jiff::{SignedDuration, Timestamp};
use mint::Mint;
use sqlx::{Executor, Row};
use std::sync::atomic::Ordering;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::sync::Notify;
use writer::Request;

/// Transactions that share one commit at most: bounds what a failed commit takes with it, and how long the first waits.
const GROUP_LIMIT: usize = 16;
/// How long somebody who asks waits at most until we begin: Slack waits three seconds for all of it.
const PATIENCE: Duration = Duration::from_secs(2);
/// If whoever was to commit our group went away, we do it ourselves after this long.
const GROUP_PATIENCE: Duration = Duration::from_millis(5);
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// The engine that a URL of `DATABASE_URL`'s kind is for.
    fn of(url: &str) -> Self {
        if url.starts_with("sqlite:") {
            Self::Sqlite
        } else {
            Self::Postgres
        }
    }
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    connections: Connections,
    clock: SharedClock,
    keys: Keys,
    mint: Mint,
    outbox_grew: Notify,
    timer_set: Notify,
    programs: RwLock<Programs>,
    desk: Desk,
}

enum Connections {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Db {
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
        match self.0.connections {
            Connections::Sqlite(_) => Engine::Sqlite,
            Connections::Postgres(_) => Engine::Postgres,
        }
    }

    /// Ids no longer differ from process to process: a rehearsal goes the same way every time.
    pub fn set_node(&self, node: u8) {
        self.0.mint.set_node(node);
    }

    /// Commits no longer wait for the disk (SQLite): for databases that are thrown away.
    pub async fn without_sync(&self) -> Result<()> {
        if let Connections::Sqlite(sqlite) = &self.0.connections {
            let mut writer = sqlite.writer_turn(Lane::Background.patience()).await?;
            writer.conn.execute("pragma synchronous = off").await?;
        }
        Ok(())
    }

    /// From here on the instant of a transaction on PostgreSQL is the server's, read while it holds the workspace's lock, in
    /// `clock`'s time: replicas share leases and limits, and their own clocks may differ. A clock that somebody moves by hand
    /// stays as it is, and so does SQLite, which has no replicas.
    pub fn share_clock(&self, clock: &Clock) {
        if self.engine() == Engine::Postgres {
            self.0.clock.share(clock);
        }
    }

    /// How far the database's clock is ahead of this process's: what to add to the latter. Zero until the first write.
    pub fn offset(&self) -> SignedDuration {
        self.0.clock.offset()
    }

    /// How the way to the database is protected.
    pub async fn transport(&self) -> Result<Transport> {
        match &self.0.connections {
            Connections::Sqlite(_) => Ok(Transport::File),
            Connections::Postgres(postgres) => postgres.transport().await,
        }
    }

    /// Whether the database file is still the one that was opened (SQLite). Costs a look at two directory entries.
    pub fn still_there(&self) -> Result<()> {
        match &self.0.connections {
            Connections::Sqlite(sqlite) => sqlite.still_there(),
            Connections::Postgres(_) => Ok(()),
        }
    }

    /// Leaves no copy of what was deleted in the files (SQLite): deleted rows are overwritten in the database file, and the log,
    /// which still holds them, is emptied. PostgreSQL's own upkeep does the like.
    pub async fn scrub(&self) -> Result<()> {
        /// A reader is in the way for one statement.
        const TRIES: u32 = 5;
        let Connections::Sqlite(sqlite) = &self.0.connections else {
            return Ok(());
        };
        for _ in 0..TRIES {
            if sqlite.checkpoint().await? {
                return Ok(());
            }
        }
        Err(StoreError::Busy)
    }

    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// Begins a write for `team`, which somebody waits for: begun within two seconds, or an error. Dropping the result
    /// undoes it.
    pub async fn write(&self, team: &TeamId, now: Timestamp) -> Result<Tx> {
        self.write_in(Lane::Request, team, now).await
    }

    /// The same for what nobody waits for, over connections of its own: requests never wait for these.
    pub async fn background_write(&self, team: &TeamId, now: Timestamp) -> Result<Tx> {
        self.write_in(Lane::Background, team, now).await
    }

    async fn write_in(&self, lane: Lane, team: &TeamId, now: Timestamp) -> Result<Tx> {
        match &self.0.connections {
            Connections::Sqlite(sqlite) => {
                let mut turn = sqlite.writer_turn(lane.patience()).await?;
                turn.begin().await?;
                Ok(self.tx(Conn::Writer(turn), team, now))
            }
            Connections::Postgres(postgres) => {
                let begun = postgres.write(lane, team).await?;
                Ok(self.shared_tx(begun, team, now))
            }
        }
    }

    /// Begins a background write for `team`, or none at once while somebody else writes for it. On SQLite all writers wait for
    /// one another, and shortly: it is like [`Db::background_write`].
    pub async fn try_write(&self, team: &TeamId, now: Timestamp) -> Result<Option<Tx>> {
        match &self.0.connections {
            Connections::Sqlite(_) => self.background_write(team, now).await.map(Some),
            Connections::Postgres(postgres) => {
                let begun = postgres.try_write(Lane::Background, team).await?;
                Ok(begun.map(|begun| self.shared_tx(begun, team, now)))
            }
        }
    }

    /// [`Db::write`] for a request of `user`, which is noted under `key`: none when it was noted before, that is, when this is
    /// a retry of something finished.
    pub async fn write_once(
        &self,
        team: &TeamId,
        user: &UserId,
        now: Timestamp,
        key: &str,
    ) -> Result<Option<Tx>> {
        let (tx, first) = match &self.0.connections {
            Connections::Sqlite(sqlite) => {
                let mut turn = sqlite.writer_turn(PATIENCE).await?;
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
            Connections::Postgres(_) => {
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

    /// For reading only: it cannot write. Begun within two seconds, or an error.
    pub async fn read(&self, team: &TeamId, now: Timestamp) -> Result<Reading> {
        let conn = match &self.0.connections {
            Connections::Sqlite(sqlite) => Conn::Reader(sqlite.reader_turn().await?),
            Connections::Postgres(postgres) => Conn::Pooled(postgres.read().await?),
        };
        Ok(Reading::new(conn, self, team, self.0.clock.adjusted(now)))
    }

    /// The same, for what `user` asked: what is known about them is read already, together with others' who ask at the
    /// same time.
    pub async fn read_for(&self, team: &TeamId, user: &UserId, now: Timestamp) -> Result<Reading> {
        let begun = async {
            let known = self.0.desk.ask(self, team, user).await;
            let mut reading = self.read(team, now).await?;
            reading.known = known;
            Ok(reading)
        };
        let begun = tokio::time::timeout(PATIENCE, begun).await;
        begun.unwrap_or(Err(StoreError::NoAnswer))
    }

    /// A transaction at the server's instant, where clocks are shared.
    fn shared_tx(&self, (session, at): (Session, i64), team: &TeamId, now: Timestamp) -> Tx {
        let now = self.0.clock.instant(at).unwrap_or(now);
        self.tx(Conn::Transaction(session), team, now)
    }

    fn tx(&self, conn: Conn, team: &TeamId, now: Timestamp) -> Tx {
        Tx {
            reading: Reading::new(conn, self, team, now),
            happened: Vec::new(),
            posted: false,
            timed: false,
            erased: false,
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
            Connections::Sqlite(sqlite) => {
                let _ = sqlite.checkpoint().await;
            }
            Connections::Postgres(postgres) => postgres.close().await,
        }
    }

    /// Whether others wait for the writer, who can then make the commit.
    fn others_wait(&self) -> bool {
        match &self.0.connections {
            Connections::Sqlite(sqlite) => sqlite.waiting.load(Ordering::SeqCst) > 0,
            Connections::Postgres(_) => false,
        }
    }

    /// Whoever was to commit our group did not: we do it.
    async fn flush(&self) {
        if let Connections::Sqlite(sqlite) = &self.0.connections
            && let Some(writer) = &sqlite.writer
        {
            writer.lock().await.flush().await;
        }
    }
}

/// An instant column.
pub(crate) fn instant(ms: i64) -> Timestamp {
    millis(ms)
}
