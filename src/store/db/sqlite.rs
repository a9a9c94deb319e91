//! SQLite: one writer, and two connections that only read.

use super::engine::Engine;
use super::error::{Result, StoreError, Trouble};
use super::file::{BUSY, Place, WRITER, beside, keep_private, number};
use super::lane::{Lane, PATIENCE};
use super::runner::{Manner, Runner};
use super::schema;
use super::writer::Writer;
use sqlx::{AnyConnection, Connection, Executor, Row};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Readers: enough to keep two cores busy, few enough to stay small.
const READERS: usize = 2;
/// At the start another program may hold the file for a while. Later on requests wait, who have three seconds: an error
/// comes in time for them, and senders and timers come again.
const BUSY_AT_START: &str = "pragma busy_timeout = 10000";

/// One writer, and those that only read. No pool: what a pool does when a connection comes back (a ping, a task) costs more
/// here than a read.
pub(super) struct Sqlite {
    place: Place,
    /// None where nothing may be written.
    pub(super) writer: Option<Arc<Mutex<Writer>>>,
    /// Transactions waiting for the writer: as long as there are any, a commit can wait for them.
    pub(super) waiting: AtomicUsize,
    readers: Vec<Arc<Mutex<Reader>>>,
    next_reader: AtomicUsize,
}

impl Sqlite {
    pub(super) async fn open(url: &str) -> Result<Self> {
        let mut place = Place::at(url, true)?;
        let mut conn = AnyConnection::connect_with(&place.options).await?;
        conn.execute(BUSY_AT_START).await?;
        let is_new = number_of(&mut conn, "pragma page_count").await? == 0;
        conn.execute(WRITER).await?;
        schema::migrate(&mut conn, Engine::Sqlite).await?;
        overwrite_old_remains(&mut conn, is_new).await;
        conn.execute(BUSY).await?;
        // Made by SQLite, with the permissions of the file itself; older versions of ours left them to the umask.
        for path in [
            place.file.clone(),
            beside(&place.file, "-wal"),
            beside(&place.file, "-shm"),
        ] {
            keep_private(&path);
        }
        let log = std::fs::metadata(beside(&place.file, "-wal"));
        place.log_identity = log.ok().as_ref().map(number);
        let mut readers = Vec::new();
        for _ in 0..READERS {
            readers.push(Arc::new(Mutex::new(Reader::open(&place).await?)));
        }
        let writer = Writer::new(conn, place.clone());
        Ok(Self {
            place,
            writer: Some(Arc::new(Mutex::new(writer))),
            waiting: AtomicUsize::new(0),
            readers,
            next_reader: AtomicUsize::new(0),
        })
    }

    /// To look at a database beside whoever writes it: nothing is made or changed.
    pub(super) async fn open_to_read(url: &str) -> Result<Self> {
        let place = Place::at(url, false)?;
        let reader = Reader::open(&place).await?;
        Ok(Self {
            place,
            writer: None,
            waiting: AtomicUsize::new(0),
            readers: vec![Arc::new(Mutex::new(reader))],
            next_reader: AtomicUsize::new(0),
        })
    }

    /// The writer, when it is our turn, which must come within `patience`.
    pub(super) async fn writer_turn(&self, patience: Duration) -> Result<OwnedMutexGuard<Writer>> {
        struct Waiting<'a>(&'a AtomicUsize);
        impl Drop for Waiting<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::SeqCst);
            }
        }
        let writer = self.writer.as_ref().ok_or(StoreError::ReadOnly)?;
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let waiting = Waiting(&self.waiting);
        let turn = Arc::clone(writer).lock_owned();
        let turn = tokio::time::timeout(patience, turn).await;
        drop(waiting);
        turn.map_err(|_| StoreError::Busy)
    }

    /// A reader that is free, else the one whose turn it is.
    pub(super) async fn reader_turn(&self) -> Result<OwnedMutexGuard<Reader>> {
        let next = self.next_reader.fetch_add(1, Ordering::Relaxed);
        let in_turn = |at: usize| Arc::clone(&self.readers[(next + at) % self.readers.len()]);
        let free = (0..self.readers.len()).find_map(|at| in_turn(at).try_lock_owned().ok());
        let mut turn = match free {
            Some(free) => free,
            None => tokio::time::timeout(PATIENCE, in_turn(0).lock_owned())
                .await
                .map_err(|_| StoreError::Busy)?,
        };
        if turn.trouble == Trouble::Broken {
            self.place.still_there()?;
            *turn = Reader::open(&self.place).await?;
        }
        turn.trouble = Trouble::None;
        Ok(turn)
    }

    pub(super) fn still_there(&self) -> Result<()> {
        self.place.still_there()
    }

    /// Folds the log into the database file and empties it. False when a reader was in the way.
    pub(super) async fn checkpoint(&self) -> Result<bool> {
        let mut turn = self.writer_turn(Lane::Background.patience()).await?;
        turn.flush().await;
        let busy = number_of(&mut turn.conn, "pragma wal_checkpoint(truncate)").await?;
        Ok(busy == 0)
    }
}

/// A connection that only reads. Each statement sees what is committed when it begins.
pub(super) struct Reader {
    conn: AnyConnection,
    trouble: Trouble,
}

impl Reader {
    async fn open(place: &Place) -> Result<Self> {
        Ok(Self {
            conn: place.reader().await?,
            trouble: Trouble::None,
        })
    }

    pub(super) fn runner(&mut self) -> Runner<'_> {
        Runner {
            conn: &mut self.conn,
            trouble: &mut self.trouble,
            manner: Manner::SQLITE,
        }
    }
}

/// Versions before deletions were overwritten have left remains in the file: it is written anew, once. `user_version` is
/// free for a database's own use and says whether that was done.
async fn overwrite_old_remains(conn: &mut AnyConnection, is_new: bool) {
    if let Err(error) = vacuum_once(conn, is_new).await {
        tracing::warn!(%error, "words deleted by earlier versions may still be in the database file");
    }
}

async fn vacuum_once(conn: &mut AnyConnection, is_new: bool) -> Result<()> {
    if number_of(conn, "pragma user_version").await? != 0 {
        return Ok(());
    }
    if !is_new {
        conn.execute("vacuum").await?;
    }
    conn.execute("pragma user_version = 1").await?;
    conn.execute("pragma wal_checkpoint(truncate)").await?;
    Ok(())
}

/// The first number of the first row.
async fn number_of(conn: &mut AnyConnection, sql: &'static str) -> Result<i64> {
    Ok(conn.fetch_one(sql).await?.try_get(0)?)
}
