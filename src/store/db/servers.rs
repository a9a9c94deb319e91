//! The server that takes writes, of those that `DATABASE_URL` names, and the connections to it.
//!
//! After a failover another server takes them. With one address in `DATABASE_URL` somebody else moves it; with several,
//! connections that are slow to come or that only read make us look for the server that takes writes now.

use super::engine::Engine;
use super::error::{self, Result, StoreError};
use super::hosts::one_url_each;
use super::lane::Lane;
use super::schema;
use super::session::GIVE_BACK;
use super::target::{SslMode, Target, in_time};
use futures_util::stream::{self, StreamExt as _};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Connection, Executor, Row};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Connections of each pool. A workspace's writes come one after the other, so that more would only wait.
pub(super) const CONNECTIONS: u32 = 3;
/// A connection that takes longer makes us look whether another server takes writes by now.
const SLOW: Duration = Duration::from_millis(250);
/// A server that takes longer to answer is not the one we look for: until then those further down the list are not used.
const ANSWERS: Duration = Duration::from_secs(1);
/// Until connections to a server that we have left are dropped.
const FAREWELL: Duration = Duration::from_secs(10);
/// A direct session shows this name, a pooler's does not: that is how we tell them apart. The server notices within two
/// minutes that we are gone without a word, and gives up our locks.
const SESSION: &str = "-c reverse_mentor.session=direct -c tcp_keepalives_idle=60 \
    -c tcp_keepalives_interval=10 -c tcp_keepalives_count=5 -c tcp_user_timeout=60000";

/// A standby only reads, and so does a server that is told to. Asked at the start of every transaction, since an address can
/// lead to another server after a failover.
pub(super) const TAKES_WRITES: &str = "current_setting('transaction_read_only') = 'off'";

/// A server that was asked, and a connection to it.
struct Found {
    target: Arc<Target>,
    options: AnyConnectOptions,
    mode: SslMode,
    is_pooled: bool,
    connection: AnyConnection,
}

/// One server, and three small pools of connections to it.
pub(super) struct Server {
    requests: AnyPool,
    background: AnyPool,
    reads: AnyPool,
    pub(super) is_pooled: bool,
    pub(super) mode: SslMode,
    pub(super) place: String,
    pub(super) is_local: bool,
}

impl Server {
    fn new(found: &Found) -> Self {
        if found.is_pooled && !found.target.is_pooled {
            tracing::info!(
                place = found.target.place,
                "a connection pooler is in between: statements are not kept prepared"
            );
        }
        Self {
            requests: pool(&found.options, Lane::Request),
            background: pool(&found.options, Lane::Background),
            reads: pool(&found.options, Lane::Read),
            is_pooled: found.is_pooled,
            mode: found.mode,
            place: found.target.place.clone(),
            is_local: found.target.is_local(),
        }
    }

    fn pool(&self, lane: Lane) -> &AnyPool {
        match lane {
            Lane::Request => &self.requests,
            Lane::Background => &self.background,
            Lane::Read => &self.reads,
        }
    }

    async fn close(&self) {
        self.requests.close().await;
        self.background.close().await;
        self.reads.close().await;
    }
}

pub(super) struct Servers {
    targets: Vec<Arc<Target>>,
    current: RwLock<Arc<Server>>,
    /// Held by whoever looks for another server.
    search: tokio::sync::Mutex<()>,
}

impl Servers {
    /// Connects to the first server that takes writes, and brings its schema up to date. To read only, any server will do
    /// where none takes writes, and the schema stays as it is.
    pub(super) async fn open(url: &str, to_write: bool) -> Result<Self> {
        let targets = parse(url)?;
        let mut found = find(targets.clone(), to_write, Duration::MAX).await?;
        if to_write {
            schema::migrate(&mut found.connection, Engine::Postgres).await?;
        }
        let server = Server::new(&found);
        let _ = in_time(found.connection.close()).await;
        Ok(Self {
            targets,
            current: RwLock::new(Arc::new(server)),
            search: tokio::sync::Mutex::default(),
        })
    }

    pub(super) fn current(&self) -> Arc<Server> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A connection to the server that takes writes, as far as we know.
    pub(super) async fn acquire(
        self: &Arc<Self>,
        lane: Lane,
    ) -> Result<(PoolConnection<Any>, Arc<Server>)> {
        loop {
            let server = self.current();
            tokio::select! {
                acquired = server.pool(lane).acquire() => match acquired {
                    Ok(connection) => return Ok((connection, server)),
                    Err(error) => {
                        if !self.look_beyond(&server).await {
                            return Err(error.into());
                        }
                    }
                },
                () = self.another(&server, SLOW) => {}
            }
        }
    }

    /// Returns when another server than `server` takes writes: looked for after `wait`, then ever more rarely.
    pub(super) async fn another(self: &Arc<Self>, server: &Arc<Server>, mut wait: Duration) {
        loop {
            tokio::time::sleep(wait).await;
            if self.look_beyond(server).await {
                return;
            }
            wait *= 2;
        }
    }

    /// Looks which server takes writes, and turns to it; whether it is another one than `server`. One looks for all who ask
    /// at the same time, and to the end, even if they give up.
    pub(super) async fn look_beyond(self: &Arc<Self>, server: &Arc<Server>) -> bool {
        if self.targets.len() == 1 {
            return false;
        }
        let (servers, server) = (Arc::clone(self), Arc::clone(server));
        let looking = tokio::spawn(async move {
            if let Ok(_only_one_looks) = servers.search.try_lock() {
                if Arc::ptr_eq(&servers.current(), &server) {
                    servers.turn(&server).await;
                }
            } else {
                drop(servers.search.lock().await);
            }
            !Arc::ptr_eq(&servers.current(), &server)
        });
        looking.await.unwrap_or(false)
    }

    async fn turn(&self, server: &Arc<Server>) {
        // We stay where we are while that server takes writes: an old one that comes back must not draw us away again.
        let mut targets = self.targets.clone();
        targets.sort_by_key(|target| target.place != server.place);
        let found = match find(targets, true, ANSWERS).await {
            Ok(found) => found,
            Err(error) => {
                tracing::debug!(%error, "no server takes writes");
                return;
            }
        };
        if found.target.place != server.place {
            tracing::warn!(
                from = server.place,
                to = found.target.place,
                "another PostgreSQL takes writes now"
            );
            let current = Arc::new(Server::new(&found));
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = current;
            let left = Arc::clone(server);
            tokio::spawn(async move { tokio::time::timeout(FAREWELL, left.close()).await });
        }
        let _ = in_time(found.connection.close()).await;
    }

    pub(super) async fn close(&self) {
        self.current().close().await;
    }
}

fn parse(url: &str) -> Result<Vec<Arc<Target>>> {
    let targets = one_url_each(url)?.into_iter().map(|url| {
        let target = Target::parse(&url)?;
        Ok(Arc::new(target))
    });
    targets.collect()
}

/// The servers that `url` names, without names and passwords.
pub(super) fn places(url: &str) -> Result<String> {
    let targets = parse(url)?;
    let places: Vec<&str> = targets.iter().map(|target| target.place.as_str()).collect();
    Ok(places.join(", "))
}

/// The first of `targets` that takes writes; unless `to_write`, the first that answers where none does. All are asked at
/// the same time, and those that do not answer within `limit` are passed over.
async fn find(targets: Vec<Arc<Target>>, to_write: bool, limit: Duration) -> Result<Found> {
    let count = targets.len();
    let mut answers = stream::iter(targets)
        .map(|target| async move {
            let answer = tokio::time::timeout(limit, ask(&target)).await;
            (target, answer.unwrap_or(Err(StoreError::NoAnswer)))
        })
        .buffered(count);
    let (mut reads, mut failed): (Option<Found>, Option<StoreError>) = (None, None);
    while let Some((target, answer)) = answers.next().await {
        let error = match answer {
            Ok((found, true)) => return Ok(found),
            Ok((found, false)) => {
                reads.get_or_insert(found);
                StoreError::TakesNoWrites(target.place.clone())
            }
            Err(error) => error,
        };
        let may_pass = error::may_pass(&error);
        if count > 1 && !may_pass {
            tracing::warn!(place = target.place, %error, "this PostgreSQL cannot be used");
        }
        // What may pass is worth waiting for, whatever is wrong with the others.
        if failed
            .as_ref()
            .is_none_or(|first| may_pass && !error::may_pass(first))
        {
            failed = Some(error);
        }
    }
    match reads {
        Some(found) if !to_write => Ok(found),
        _ => Err(failed.unwrap_or(StoreError::NoAnswer)),
    }
}

/// Connects, and asks whether this server takes writes.
async fn ask(target: &Arc<Target>) -> Result<(Found, bool)> {
    let mut found = greet(target).await?;
    let sql = format!("select {TAKES_WRITES}");
    let row = in_time(found.connection.fetch_one(AssertSqlSafe(sql))).await?;
    Ok((found, row.try_get(0)?))
}

/// Learns which options work, how encrypted, and whether a pooler is in between.
async fn greet(target: &Arc<Target>) -> Result<Found> {
    let found = |(options, mode, connection), is_pooled| Found {
        target: Arc::clone(target),
        options,
        mode,
        is_pooled,
        connection,
    };
    if !target.is_pooled {
        match target.probe(Some(SESSION)).await {
            Ok(probed) => {
                let mut found = found(probed, false);
                if is_direct(&mut found.connection).await? {
                    return Ok(found);
                }
                let _ = in_time(found.connection.close()).await;
            }
            Err(StoreError::Connect(error::ConnectError::Pooler(..))) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found(target.probe(None).await?, true))
}

async fn is_direct(connection: &mut AnyConnection) -> Result<bool> {
    let shown = connection.fetch_optional("select current_setting('reverse_mentor.session', true)");
    let shown: Option<String> = match in_time(shown).await? {
        Some(row) => row.try_get(0)?,
        None => None,
    };
    Ok(shown.as_deref() == Some("direct"))
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
