//! How each engine is connected to.

use super::writer::Writer;
use super::{Result, migrations};
use crate::domain::ids::TeamId;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AnyPool, Connection, Executor};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Readers on SQLite: enough to keep two cores busy, few enough to stay small.
const SQLITE_READERS: u32 = 2;
const POSTGRES_CONNECTIONS: u32 = 8;
pub(super) enum Connections {
    /// One writer, and two that only read. No pool: what a pool does when a connection comes back (a ping, a task)
    /// costs more here than a read.
    Sqlite {
        writer: Arc<Mutex<Writer>>,
        /// Transactions waiting for the writer: as long as there are any, a commit can wait for them.
        waiting: AtomicUsize,
        readers: Vec<Arc<Mutex<AnyConnection>>>,
        next_reader: AtomicUsize,
    },
    Pool(AnyPool),
}

impl Connections {
    pub(super) async fn sqlite(options: &AnyConnectOptions) -> Result<Self> {
        let mut conn = AnyConnection::connect_with(options).await?;
        conn.execute(
            "pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 10000; \
             pragma foreign_keys = on; pragma cache_size = -4000; pragma wal_autocheckpoint = 2000; \
             pragma journal_size_limit = 8388608",
        )
        .await?;
        migrations().run(&mut conn).await?;
        let mut readers = Vec::new();
        for _ in 0..SQLITE_READERS {
            let mut reader = AnyConnection::connect_with(options).await?;
            reader
                .execute("pragma busy_timeout = 10000; pragma query_only = on; pragma cache_size = -2000")
                .await?;
            readers.push(Arc::new(Mutex::new(reader)));
        }
        Ok(Self::Sqlite {
            writer: Arc::new(Mutex::new(Writer::new(conn))),
            waiting: AtomicUsize::new(0),
            readers,
            next_reader: AtomicUsize::new(0),
        })
    }

    pub(super) async fn postgres(options: AnyConnectOptions) -> Result<Self> {
        // A pool would try for ten seconds and not say why it did not succeed.
        AnyConnection::connect_with(&options).await?.close().await?;
        let pool = AnyPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(Duration::from_secs(10))
            .connect_lazy_with(options);
        migrations().run(&pool).await?;
        Ok(Self::Pool(pool))
    }
}

pub(super) async fn writer_turn(
    writer: &Arc<Mutex<Writer>>,
    waiting: &AtomicUsize,
) -> OwnedMutexGuard<Writer> {
    struct Waiting<'a>(&'a AtomicUsize);
    impl Drop for Waiting<'_> {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }
    waiting.fetch_add(1, Ordering::SeqCst);
    let waiting = Waiting(waiting);
    let turn = Arc::clone(writer).lock_owned().await;
    drop(waiting);
    turn
}

/// A reader that is free, else the one whose turn it is.
pub(super) async fn reader_turn(
    readers: &[Arc<Mutex<AnyConnection>>],
    next: usize,
) -> OwnedMutexGuard<AnyConnection> {
    let in_turn = |at: usize| Arc::clone(&readers[(next + at) % readers.len()]);
    for at in 0..readers.len() {
        if let Ok(free) = in_turn(at).try_lock_owned() {
            return free;
        }
    }
    in_turn(0).lock_owned().await
}

pub(super) async fn lock_team(conn: &mut AnyConnection, team: &TeamId) -> Result<()> {
    // FNV-1a: any stable number will do, and collisions only make two workspaces wait for each other.
    let hash = team
        .as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    sqlx::query("select count(*) from pg_advisory_xact_lock($1)")
        .bind(hash.cast_signed())
        .execute(conn)
        .await?;
    Ok(())
}
