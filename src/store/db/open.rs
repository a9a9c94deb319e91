//! How a database is opened: to serve with it, to wait for it, or only to look at it.

use super::connections::{Connections, Db, Inner};
use super::engine::Engine;
use super::error::{self, Result, StoreError};
use super::id_generator::IdGenerator;
use super::person_loader::PersonLoader;
use super::postgres::Postgres;
use super::schema;
use super::servers;
use super::shared::SharedClock;
use super::sqlite::Sqlite;
use super::statement::sql;
use crate::domain::ids::TeamId;
use crate::store::seal::Keys;
use jiff::Timestamp;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::sync::Notify;

/// A server that is not there yet is tried again after this long at first, and after that at most.
const FIRST_TRY: Duration = Duration::from_secs(1);
const LAST_TRY: Duration = Duration::from_secs(30);

impl Db {
    /// Opens (and on SQLite creates) the database at `url` and brings its schema up to date.
    pub async fn open(url: &str, keys: Keys) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let connections = match Engine::of(url) {
            Engine::Sqlite => Connections::Sqlite(Sqlite::open(url).await?),
            Engine::Postgres => Connections::Postgres(Postgres::open(url, true).await?),
        };
        Self::over(connections, keys)
    }

    /// The same, and waits for a PostgreSQL that is not there yet, for as long as it takes: both may be starting. What waiting
    /// does not mend (a wrong password, a database that does not exist, an unreadable URL) is an error at once.
    pub async fn open_waiting(url: &str, keys: Keys) -> Result<Self> {
        let mut wait = FIRST_TRY;
        loop {
            match Self::open(url, keys.clone()).await {
                Err(error) if Engine::of(url) == Engine::Postgres && error::may_pass(&error) => {
                    let place = servers::places(url)?;
                    tracing::warn!(place, %error, again_in = ?wait, "waiting for PostgreSQL");
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(LAST_TRY);
                }
                opened => return opened,
            }
        }
    }

    /// Opens a database that is there already, to read it beside whoever writes it: nothing is made, changed or migrated.
    pub async fn open_to_read(url: &str, keys: Keys) -> Result<Self> {
        match Self::open_as_it_is(url, keys).await? {
            (db, missing) if missing.is_empty() => Ok(db),
            _ => Err(StoreError::NotOurs),
        }
    }

    /// The same of one that may be of an earlier release: with the steps of the schema it does not have, by number and name.
    pub async fn open_as_it_is(url: &str, keys: Keys) -> Result<(Self, Vec<(i64, &'static str)>)> {
        sqlx::any::install_default_drivers();
        let connections = match Engine::of(url) {
            Engine::Sqlite => Sqlite::open_to_read(url).await.map(Connections::Sqlite),
            Engine::Postgres => Postgres::open(url, false).await.map(Connections::Postgres),
        };
        let not_ours = |error| match error {
            StoreError::Sql(sqlx::Error::Database(error)) if error::is_not_there(&*error) => {
                StoreError::NotOurs
            }
            error => error,
        };
        let db = Self::over(connections.map_err(not_ours)?, keys)?;
        let missing = db.missing_steps().await.map_err(not_ours)?;
        Ok((db, missing))
    }

    async fn missing_steps(&self) -> Result<Vec<(i64, &'static str)>> {
        let mut tx = self.read(&TeamId::from(""), Timestamp::UNIX_EPOCH).await?;
        let there = sql!("select version from _sqlx_migrations");
        let there: Vec<i64> = tx.values(there).await?;
        Ok(schema::steps()
            .filter(|(version, _)| !there.contains(version))
            .collect())
    }

    fn over(connections: Connections, keys: Keys) -> Result<Self> {
        Ok(Self(Arc::new(Inner {
            connections,
            clock: SharedClock::default(),
            keys,
            id_generator: IdGenerator::new()?,
            outbox_grew: Notify::new(),
            timer_set: Notify::new(),
            programs: RwLock::default(),
            person_loader: PersonLoader::default(),
        })))
    }
}
