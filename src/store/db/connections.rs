//! A database that is open, whichever it is, and what is known of it in memory.

use super::engine::Engine;
use super::error::{Result, StoreError};
use super::id_generator::IdGenerator;
use super::lane::Lane;
use super::person_loader::PersonLoader;
use super::postgres::{Postgres, Transport};
use super::shared::SharedClock;
use super::sqlite::Sqlite;
use crate::clock::Clock;
use crate::domain::ids::TeamId;
use crate::domain::program::Program;
use crate::store::seal::Keys;
use jiff::SignedDuration;
use sqlx::Executor;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Notify;

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) connections: Connections,
    pub(super) clock: SharedClock,
    pub(super) keys: Keys,
    pub(super) id_generator: IdGenerator,
    pub(super) outbox_grew: Notify,
    pub(super) timer_set: Notify,
    pub(super) programs: RwLock<Programs>,
    pub(super) person_loader: PersonLoader,
}

pub(super) enum Connections {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// Programs as last read from committed rows: asked for by almost every request, changed almost never. Only on SQLite,
/// where other processes change one rarely: what they changed is seen at the next heartbeat.
#[derive(Default)]
pub(super) struct Programs {
    /// Grows with every change, so that what was read before one is not kept after it.
    pub(super) generation: u64,
    pub(super) held: HashMap<TeamId, Program>,
}

impl Db {
    pub fn engine(&self) -> Engine {
        match self.0.connections {
            Connections::Sqlite(_) => Engine::Sqlite,
            Connections::Postgres(_) => Engine::Postgres,
        }
    }

    /// Ids no longer differ from process to process: a rehearsal goes the same way every time.
    pub fn set_node(&self, node: u8) {
        self.0.id_generator.set_node(node);
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

    /// Where lookups about people are asked for.
    pub(in crate::store) fn person_loader(&self) -> &PersonLoader {
        &self.0.person_loader
    }

    /// Programs are read anew: another process, such as an operator's `erase`, may have changed one.
    pub fn forget_programs(&self) {
        let programs = self.0.programs.write();
        let mut programs = programs.unwrap_or_else(PoisonError::into_inner);
        programs.generation += 1;
        programs.held.clear();
    }

    pub fn keys(&self) -> &Keys {
        &self.0.keys
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
    pub(super) fn others_wait(&self) -> bool {
        match &self.0.connections {
            Connections::Sqlite(sqlite) => sqlite.waiting.load(Ordering::SeqCst) > 0,
            Connections::Postgres(_) => false,
        }
    }

    /// Whoever was to commit our group did not: we do it.
    pub(super) async fn flush(&self) {
        if let Connections::Sqlite(sqlite) = &self.0.connections
            && let Some(writer) = &sqlite.writer
        {
            writer.lock().await.flush().await;
        }
    }
}
