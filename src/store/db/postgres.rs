//! PostgreSQL: three small pools, so that senders, requests and readers do not wait for each other, and a transaction for
//! everything, with its time-outs in it.
//!
//! Nothing is kept in a session: a pooler may hand it to another program after any transaction, and a failover may end it.
//! So time-outs are set within each transaction, in the same round trip that begins it, takes the workspace's lock and
//! reads the clock.

use super::engine::Engine;
use super::error::{Result, StoreError, Trouble};
use super::lane::{Lane, within};
use super::runner::Manner;
use super::servers::{CONNECTIONS, Servers, TAKES_WRITES};
use super::session::{Session, Turns};
use super::target::SslMode;
use crate::domain::ids::TeamId;
use sqlx::Row;
use std::sync::Arc;
use std::time::Duration;

/// How much longer than the server's own time-out we wait for its answer.
const GRACE: Duration = Duration::from_millis(500);
/// A transaction that begins no sooner makes us look whether another server takes writes by now.
const HANGS: Duration = Duration::from_secs(1);
/// Epoch milliseconds by the server's clock.
const NOW: &str = "(extract(epoch from clock_timestamp()) * 1000)::bigint";

impl Lane {
    /// For one statement.
    fn statement(self) -> Duration {
        Duration::from_secs(match self {
            Self::Request => 2,
            Self::Read => 15,
            Self::Background => 30,
        })
    }

    /// Between two statements: a program that stands still there must not keep its locks.
    fn idle(self) -> Duration {
        Duration::from_secs(match self {
            Self::Request => 10,
            Self::Background => 30,
            Self::Read => 60,
        })
    }

    /// The start of a transaction.
    fn begin(self) -> String {
        // A little sooner than we give up ourselves, so that the server says why.
        let lock = self.patience().saturating_sub(GRACE / 2).as_millis();
        let only_reads = if self == Self::Read { " read only" } else { "" };
        format!(
            "begin{only_reads}; set local lock_timeout = {lock}; set local statement_timeout = {}; \
             set local idle_in_transaction_session_timeout = {}",
            self.statement().as_millis(),
            self.idle().as_millis(),
        )
    }
}

/// How the way to the server is protected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// A file of this machine.
    File,
    /// Plain text; `is_local` when it does not leave this machine.
    Plain { place: String, is_local: bool },
    /// Encrypted, by which version of TLS; to whom is checked in the modes `verify-…` only.
    Encrypted {
        place: String,
        version: String,
        mode: SslMode,
    },
    /// A pooler is in between: it tells nothing of our way to it, which is as `mode` asks.
    Pooled { place: String, mode: SslMode },
}

pub(super) struct Postgres {
    servers: Arc<Servers>,
    turns: Turns,
    /// Opened to write: a server that only reads is of no use, not even to read, for it may not know the latest.
    to_write: bool,
}

impl Postgres {
    /// Connects; with `to_write`, the schema is brought up to date.
    pub(super) async fn open(url: &str, to_write: bool) -> Result<Self> {
        Ok(Self {
            servers: Arc::new(Servers::open(url, to_write).await?),
            turns: Turns::default(),
            to_write,
        })
    }

    /// A transaction that holds `team`'s lock, and the server's clock in epoch milliseconds, read when it did.
    pub(super) async fn write(&self, lane: Lane, team: &TeamId) -> Result<(Session, i64)> {
        // The clock is read from the row that only the lock gives.
        let sql = format!(
            "{}; with locked as materialized (select pg_advisory_xact_lock({})) \
             select {NOW}, {TAKES_WRITES} from locked",
            lane.begin(),
            lock_key(team)
        );
        let mut is_our_turn = false;
        let began = async {
            let turn = self.turns.of(team).lock_owned().await;
            is_our_turn = true;
            let (mut session, at) = self.begin(lane, &sql).await?;
            session.keep(turn);
            Ok((session, at.ok_or(sqlx::Error::RowNotFound)?))
        };
        match within(lane.patience(), began).await {
            Err(StoreError::NoAnswer) if !is_our_turn => Err(StoreError::Busy),
            began => began,
        }
    }

    /// The same, or none at once while somebody else holds the lock.
    pub(super) async fn try_write(
        &self,
        lane: Lane,
        team: &TeamId,
    ) -> Result<Option<(Session, i64)>> {
        let Ok(turn) = self.turns.of(team).try_lock_owned() else {
            return Ok(None);
        };
        let sql = format!(
            "{}; with tried as materialized (select pg_try_advisory_xact_lock({}) as held) \
             select case when held then {NOW} end, {TAKES_WRITES} from tried",
            lane.begin(),
            lock_key(team)
        );
        let (mut session, at) = within(lane.patience(), self.begin(lane, &sql)).await?;
        session.keep(turn);
        Ok(at.map(|at| (session, at)))
    }

    /// A transaction that cannot write.
    pub(super) async fn read(&self) -> Result<Session> {
        let lane = Lane::Read;
        let is_current = if self.to_write {
            "not pg_is_in_recovery()"
        } else {
            "true"
        };
        let sql = format!("{}; select null::bigint, {is_current}", lane.begin());
        let (session, _) = within(lane.patience(), self.begin(lane, &sql)).await?;
        Ok(session)
    }

    /// Runs `sql`, which begins a transaction and says what time it is and whether this server will do. A connection that is
    /// dead, or to a server that will not do or that another one has replaced, is given up: nothing was done yet.
    async fn begin(&self, lane: Lane, sql: &str) -> Result<(Session, Option<i64>)> {
        let mut replaced = 0;
        loop {
            let (conn, server) = self.servers.acquire(lane).await?;
            let manner = Manner {
                engine: Engine::Postgres,
                unnamed: server.is_pooled,
                limit: Some(lane.statement() + GRACE),
            };
            let begun = tokio::select! {
                begun = Session::begin(conn, manner, sql) => begun,
                () = self.servers.another(&server, HANGS) => continue,
            };
            let error = match begun {
                Ok((session, row)) => {
                    let row = row.ok_or(sqlx::Error::RowNotFound)?;
                    if row.try_get(1)? {
                        return Ok((session, row.try_get(0)?));
                    }
                    session.discard();
                    self.servers.look_beyond(&server).await;
                    StoreError::TakesNoWrites(server.place.clone())
                }
                Err(error) if Trouble::of(Engine::Postgres, &error) == Trouble::Broken => {
                    error.into()
                }
                Err(error) => return Err(error.into()),
            };
            if replaced == CONNECTIONS {
                return Err(error);
            }
            replaced += 1;
        }
    }

    /// How the way to the server is protected.
    pub(super) async fn transport(&self) -> Result<Transport> {
        let server = self.servers.current();
        let (place, mode) = (server.place.clone(), server.mode);
        if server.is_pooled {
            return Ok(Transport::Pooled { place, mode });
        }
        let mut session = self.read().await?;
        let row = sqlx::query(
            "select coalesce(version, '') from pg_stat_ssl where pid = pg_backend_pid() and ssl",
        )
        .fetch_optional(session.runner())
        .await?;
        Ok(match row {
            Some(row) => Transport::Encrypted {
                place,
                version: row.try_get(0)?,
                mode,
            },
            None => Transport::Plain {
                place,
                is_local: server.is_local,
            },
        })
    }

    pub(super) async fn close(&self) {
        self.servers.close().await;
    }
}

/// The advisory lock of a workspace. FNV-1a: any stable number will do, and collisions only make two workspaces wait for
/// each other.
fn lock_key(team: &TeamId) -> i64 {
    team.as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
        .cast_signed()
}
