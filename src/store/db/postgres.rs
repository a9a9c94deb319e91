//! PostgreSQL: three small pools, so that senders, requests and readers do not wait for each other, and a transaction for
//! everything, with its time-outs in it.
//!
//! Nothing is kept in a session: a pooler may hand it to another program after any transaction, and a failover may end it.
//! So time-outs are set within each transaction, in the same round trip that begins it, takes the workspace's lock and
//! reads the clock.

use super::engine::Engine;
use super::error::{ConnectError, Result, StoreError, Trouble};
use super::lane::{Lane, within};
use super::runner::Manner;
use super::schema;
use super::session::{GIVE_BACK, Session, Turns};
use super::target::{SslMode, Target, in_time};
use crate::domain::ids::TeamId;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions, AnyRow};
use sqlx::{AnyConnection, AnyPool, Connection, Executor, Row};
use std::time::Duration;

/// Connections of each pool. A workspace's writes come one after the other, so that more would only wait.
const CONNECTIONS: u32 = 3;
/// How much longer than the server's own time-out we wait for its answer.
const GRACE: Duration = Duration::from_millis(500);
/// A direct session shows this name, a pooler's does not: that is how we tell them apart. The server notices within two
/// minutes that we are gone without a word, and gives up our locks.
const SESSION: &str = "-c reverse_mentor.session=direct -c tcp_keepalives_idle=60 \
    -c tcp_keepalives_interval=10 -c tcp_keepalives_count=5 -c tcp_user_timeout=60000";
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
    requests: AnyPool,
    background: AnyPool,
    reads: AnyPool,
    turns: Turns,
    is_pooled: bool,
    mode: SslMode,
    place: String,
    is_local: bool,
}

impl Postgres {
    /// Connects; with `migrate`, the schema is brought up to date.
    pub(super) async fn open(url: &str, migrate: bool) -> Result<Self> {
        let target = Target::parse(url)?;
        let (options, mode, mut connection, is_pooled) = connect(&target).await?;
        if migrate {
            schema::migrate(&mut connection, Engine::Postgres).await?;
        }
        let _ = in_time(connection.close()).await;
        Ok(Self {
            requests: pool(&options, Lane::Request),
            background: pool(&options, Lane::Background),
            reads: pool(&options, Lane::Read),
            turns: Turns::default(),
            is_pooled,
            mode,
            is_local: target.is_local(),
            place: target.place,
        })
    }

    fn pool(&self, lane: Lane) -> &AnyPool {
        match lane {
            Lane::Request => &self.requests,
            Lane::Background => &self.background,
            Lane::Read => &self.reads,
        }
    }

    /// A transaction that holds `team`'s lock, and the server's clock in epoch milliseconds, read when it did.
    pub(super) async fn write(&self, lane: Lane, team: &TeamId) -> Result<(Session, i64)> {
        // The clock is read from the row that only the lock gives.
        let sql = format!(
            "{}; with locked as materialized (select pg_advisory_xact_lock({})) select {NOW} from locked",
            lane.begin(),
            lock_key(team)
        );
        let mut is_our_turn = false;
        let began = async {
            let turn = self.turns.of(team).lock_owned().await;
            is_our_turn = true;
            let (mut session, row) = self.begin(lane, &sql).await?;
            session.keep(turn);
            Ok((session, row))
        };
        let (session, row) = match within(lane.patience(), began).await {
            Err(StoreError::NoAnswer) if !is_our_turn => return Err(StoreError::Busy),
            began => began?,
        };
        let now = row.ok_or(sqlx::Error::RowNotFound)?.try_get(0)?;
        Ok((session, now))
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
             select case when held then {NOW} end from tried",
            lane.begin(),
            lock_key(team)
        );
        let (mut session, row) = within(lane.patience(), self.begin(lane, &sql)).await?;
        session.keep(turn);
        let now: Option<i64> = row.ok_or(sqlx::Error::RowNotFound)?.try_get(0)?;
        Ok(now.map(|now| (session, now)))
    }

    /// A transaction that cannot write.
    pub(super) async fn read(&self) -> Result<Session> {
        let (lane, sql) = (Lane::Read, Lane::Read.begin());
        let (session, _) = within(lane.patience(), self.begin(lane, &sql)).await?;
        Ok(session)
    }

    /// Runs `sql`, which begins a transaction. A connection that turns out to be dead is replaced: nothing was done yet.
    async fn begin(&self, lane: Lane, sql: &str) -> Result<(Session, Option<AnyRow>)> {
        let manner = Manner {
            engine: Engine::Postgres,
            unnamed: self.is_pooled,
            limit: Some(lane.statement() + GRACE),
        };
        let mut dead = 0;
        loop {
            let conn = self.pool(lane).acquire().await?;
            match Session::begin(conn, manner, sql).await {
                Err(error)
                    if Trouble::of(Engine::Postgres, &error) == Trouble::Broken
                        && dead < CONNECTIONS =>
                {
                    dead += 1;
                }
                begun => return Ok(begun?),
            }
        }
    }

    /// How the way to the server is protected.
    pub(super) async fn transport(&self) -> Result<Transport> {
        let (place, mode) = (self.place.clone(), self.mode);
        if self.is_pooled {
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
                is_local: self.is_local,
            },
        })
    }

    pub(super) async fn close(&self) {
        self.requests.close().await;
        self.background.close().await;
        self.reads.close().await;
    }
}

/// The options that work, how encrypted, a connection with them, and whether a pooler is in between.
async fn connect(target: &Target) -> Result<(AnyConnectOptions, SslMode, AnyConnection, bool)> {
    if !target.is_pooled {
        match target.probe(Some(SESSION)).await {
            Ok((options, mode, mut connection)) => {
                let shown = connection
                    .fetch_optional("select current_setting('reverse_mentor.session', true)");
                let shown = in_time(shown).await?;
                let shown: Option<String> = match shown {
                    Some(row) => row.try_get(0)?,
                    None => None,
                };
                if shown.as_deref() == Some("direct") {
                    return Ok((options, mode, connection, false));
                }
                let _ = in_time(connection.close()).await;
            }
            Err(StoreError::Connect(ConnectError::Pooler(..))) => {}
            Err(error) => return Err(error),
        }
        tracing::info!(
            place = target.place,
            "a connection pooler is in between: statements are not kept prepared"
        );
    }
    let (options, mode, connection) = target.probe(None).await?;
    Ok((options, mode, connection, true))
}

fn pool(options: &AnyConnectOptions, lane: Lane) -> AnyPool {
    AnyPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(lane.patience())
        // Beginning the transaction tells as much, without a round trip of its own.
        .test_before_acquire(false)
        // The pool asks as well, but would wait for ever.
        .after_release(|connection, _| {
            Box::pin(async move {
                let ping = tokio::time::timeout(GIVE_BACK, connection.ping()).await;
                Ok(matches!(ping, Ok(Ok(()))))
            })
        })
        .connect_lazy_with(options.clone())
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
