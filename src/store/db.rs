//! Connections and transactions: one writer on SQLite with group commit, a pool on PostgreSQL.
//!
//! SQLite: a single writer connection (`begin immediate`), two more for reads, WAL, synchronous FULL
//! because we acknowledge after commit. Transactions that wait for the writer join the open one as savepoints
//! and share its commit: under load many requests pay for one sync to disk, and each is still acknowledged
//! only when it is on disk.
//!
//! PostgreSQL: a write takes an advisory lock on its workspace, so that both engines give features the same
//! one-writer-at-a-time view.

mod mint;
mod writer;

use super::inbox;
use super::known::{Desk, Known};
use super::programs::Program;
use super::seal::{Keys, SealError};
use crate::clock::millis;
use crate::domain::happening::Happening;
use crate::domain::ids::{TeamId, UserId};
use jiff::Timestamp;
use mint::Mint;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::{
    Any, AnyConnection, AnyPool, ConnectOptions, Connection, Executor, Row, SqlStr, Transaction,
};
use std::collections::HashMap;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Mutex, Notify, OwnedMutexGuard};
use writer::{Request, Writer};

/// The schema, oldest first. Only ever appended to.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "core", include_str!("../../migrations/0001_core.sql")),
    (2, "pairs", include_str!("../../migrations/0002_pairs.sql")),
    (
        3,
        "months",
        include_str!("../../migrations/0003_months.sql"),
    ),
    (
        4,
        "digest",
        include_str!("../../migrations/0004_digest.sql"),
    ),
    (5, "edits", include_str!("../../migrations/0005_edits.sql")),
    (
        7,
        "inputs",
        include_str!("../../migrations/0007_inputs.sql"),
    ),
];

/// Readers on SQLite: enough to keep two cores busy, few enough to stay small.
const SQLITE_READERS: u32 = 2;
const POSTGRES_CONNECTIONS: u32 = 8;
/// Transactions that share one commit at most: bounds what a failed commit takes with it.
const GROUP_LIMIT: usize = 64;
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

enum Connections {
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

/// Programs as last read from committed rows: asked for by almost every request, changed almost never. Only on SQLite,
/// where every change goes through this process.
#[derive(Default)]
struct Programs {
    /// Grows with every change, so that what was read before one is not kept after it.
    generation: u64,
    held: HashMap<TeamId, Program>,
}

/// One transaction (or, from [`Db::read`], a connection to read with).
pub struct Tx {
    conn: Option<Conn>,
    db: Db,
    team: TeamId,
    /// The instant this transaction happens at.
    pub now: Timestamp,
    /// What happened in it, for the router to tell the features concerned, in this same transaction.
    pub(crate) happened: Vec<Happening>,
    pub(crate) posted: bool,
    pub(crate) timed: bool,
    /// What is known about whoever this is for, read already.
    pub(super) known: Option<Known>,
    /// The program, once read in this transaction.
    program: Option<Program>,
    program_changed: bool,
}

enum Conn {
    Writer(OwnedMutexGuard<Writer>),
    Transaction(Transaction<'static, Any>),
    Reader(OwnedMutexGuard<AnyConnection>),
    Pooled(PoolConnection<Any>),
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
        let latest = MIGRATIONS.last().map_or(0, |&(version, ..)| version);
        let known = sqlx::query("select count(*) from _sqlx_migrations where version = $1")
            .bind(latest)
            .fetch_one(&pool)
            .await
            .and_then(|row| row.try_get::<i64, _>(0));
        match known {
            Ok(1..) => {}
            Ok(_) | Err(sqlx::Error::Database(_)) => return Err(StoreError::NotOurs),
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
        const PROBE: &str = "the right key";
        let mut tx = self.write(&TeamId::from(""), now).await?;
        let sealed = tx.keys().seal("facts", "key", PROBE)?;
        sqlx::query("insert into facts (name, value) values ('key', $1) on conflict do nothing")
            .bind(sealed)
            .execute(tx.conn())
            .await?;
        let row = sqlx::query("select value from facts where name = 'key'")
            .fetch_one(tx.conn())
            .await?;
        let held: String = row.try_get(0)?;
        tx.keys().open("facts", "key", &held)?;
        tx.commit().await
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
                let known = turn.begin_once(&request, &self.0.keys).await?;
                let mut tx = self.tx(Conn::Writer(turn), team, now);
                tx.known = known;
                let first = tx.known.is_some();
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
    pub async fn read(&self, team: &TeamId, now: Timestamp) -> Result<Tx> {
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
        Ok(self.tx(conn, team, now))
    }

    /// The same, for what `user` asked: what is known about them is read already, together with others' who ask at the
    /// same time.
    pub async fn read_for(&self, team: &TeamId, user: &UserId, now: Timestamp) -> Result<Tx> {
        let known = self.0.desk.ask(self, team, user).await;
        let mut tx = self.read(team, now).await?;
        tx.known = known;
        Ok(tx)
    }

    fn tx(&self, conn: Conn, team: &TeamId, now: Timestamp) -> Tx {
        Tx {
            conn: Some(conn),
            db: self.clone(),
            team: team.clone(),
            now,
            happened: Vec::new(),
            posted: false,
            timed: false,
            known: None,
            program: None,
            program_changed: false,
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

impl Connections {
    async fn sqlite(options: &AnyConnectOptions) -> Result<Self> {
        let mut conn = AnyConnection::connect_with(options).await?;
        conn.execute(
            "pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 10000; \
             pragma foreign_keys = on; pragma cache_size = -4000; pragma journal_size_limit = 8388608",
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

    async fn postgres(options: AnyConnectOptions) -> Result<Self> {
        let pool = AnyPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(Duration::from_secs(10))
            .connect_lazy_with(options);
        migrations().run(&pool).await?;
        Ok(Self::Pool(pool))
    }
}

async fn writer_turn(
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
async fn reader_turn(
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

impl Tx {
    /// The connection, for the functions of this module's siblings.
    pub(crate) fn conn(&mut self) -> &mut AnyConnection {
        match self.conn.as_mut().expect("a finished transaction is gone") {
            Conn::Writer(writer) => &mut writer.conn,
            Conn::Transaction(tx) => tx,
            Conn::Reader(conn) => conn,
            Conn::Pooled(conn) => conn,
        }
    }

    pub fn team(&self) -> &TeamId {
        &self.team
    }

    /// From here on rows are written for `team`: for what concerns several workspaces.
    pub(crate) fn act_for(&mut self, team: TeamId) {
        self.team = team;
        self.program = None;
    }

    pub fn keys(&self) -> &Keys {
        self.db.keys()
    }

    pub fn engine(&self) -> Engine {
        self.db.engine()
    }

    /// The transaction's instant in epoch milliseconds, as columns hold it.
    pub fn now_ms(&self) -> i64 {
        self.now.as_millisecond()
    }

    /// A new id: larger than every id made before it in this process.
    pub fn new_id(&self) -> i64 {
        self.db.0.mint.next(self.now_ms())
    }

    /// The program, if this transaction or (on SQLite) an earlier reader knows it already.
    pub(crate) fn known_program(&mut self) -> Option<Program> {
        if self.program.is_none() && !self.program_changed && self.engine() == Engine::Sqlite {
            let programs = self
                .db
                .0
                .programs
                .read()
                .unwrap_or_else(PoisonError::into_inner);
            self.program = programs.held.get(&self.team).cloned();
        }
        self.program.clone()
    }

    /// A mark to give back to [`Tx::learn_program`]: taken before the row is read.
    pub(crate) fn program_mark(&self) -> u64 {
        let programs = self
            .db
            .0
            .programs
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        programs.generation
    }

    /// The program as read from its row. Kept for others only when read outside of writes, that is, committed.
    pub(crate) fn learn_program(&mut self, mark: u64, program: &Program) {
        if matches!(self.conn, Some(Conn::Reader(_) | Conn::Pooled(_))) {
            let mut programs = self
                .db
                .0
                .programs
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            if programs.generation == mark {
                programs.held.insert(self.team.clone(), program.clone());
            }
        }
        self.program = Some(program.clone());
    }

    /// The program's row was written.
    pub(crate) fn program_written(&mut self) {
        self.program = None;
        self.program_changed = true;
    }

    /// Tells the features concerned, through the router, within this transaction.
    pub fn happens(&mut self, happening: Happening) {
        self.happened.push(happening);
    }

    /// Makes it durable. When this returns `Ok`, it is on disk.
    pub async fn commit(mut self) -> Result<()> {
        let db = self.db.clone();
        match self.conn.take().expect("committed once") {
            Conn::Reader(_) | Conn::Pooled(_) => return Ok(()),
            Conn::Transaction(tx) => tx.commit().await?,
            Conn::Writer(mut writer) => {
                let mut committed = writer.done();
                if !db.others_wait() || writer.group() >= GROUP_LIMIT {
                    writer.flush().await;
                }
                drop(writer);
                loop {
                    match tokio::time::timeout(GROUP_PATIENCE, &mut committed).await {
                        Ok(Ok(outcome)) => {
                            outcome.map_err(StoreError::Commit)?;
                            break;
                        }
                        Ok(Err(_)) => {
                            return Err(StoreError::Commit("the writer went away".into()));
                        }
                        Err(_) => db.flush().await,
                    }
                }
            }
        }
        if self.program_changed {
            let mut programs =
                db.0.programs
                    .write()
                    .unwrap_or_else(PoisonError::into_inner);
            programs.generation += 1;
            programs.held.remove(&self.team);
        }
        if self.posted {
            db.0.outbox_grew.notify_one();
        }
        if self.timed {
            db.0.timer_set.notify_one();
        }
        Ok(())
    }

    /// Undoes it. (Dropping does the same, a little later.)
    pub async fn rollback(mut self) {
        match self.conn.take() {
            Some(Conn::Transaction(tx)) => {
                let _ = tx.rollback().await;
            }
            Some(Conn::Writer(mut writer)) => {
                if !self.db.others_wait() {
                    writer.flush().await;
                }
            }
            Some(Conn::Reader(_) | Conn::Pooled(_)) | None => {}
        }
    }
}

impl Drop for Tx {
    /// Dropped in the middle, as when a request's task ends early: undone at once, so that the file is not kept locked.
    fn drop(&mut self) {
        if let Some(Conn::Writer(mut writer)) = self.conn.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move {
                writer.flush().await;
            });
        }
    }
}

/// `for update skip locked` where the engine has it: SQLite's single writer needs none.
pub(crate) fn skip_locked(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgres => "for update skip locked",
    }
}

async fn lock_team(conn: &mut AnyConnection, team: &TeamId) -> Result<()> {
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

/// The schema's steps. [`Db::open`] runs them all.
pub fn migrations() -> Migrator {
    Migrator::with_migrations(
        MIGRATIONS
            .iter()
            .map(|&(version, name, sql)| {
                Migration::new(
                    version,
                    name.into(),
                    MigrationType::Simple,
                    SqlStr::from_static(sql),
                    false,
                )
            })
            .collect(),
    )
}

/// An instant column.
pub(crate) fn instant(ms: i64) -> Timestamp {
    millis(ms)
}
