//! Connections and transactions: one writer on SQLite with group commit, a pool on PostgreSQL.
//!
//! SQLite: a single writer connection (`begin immediate`), two more for reads, WAL, synchronous FULL
//! because we acknowledge after commit. Transactions that wait for the writer join the open one as savepoints
//! and share its commit: under load many requests pay for one sync to disk, and each is still acknowledged
//! only when it is on disk.
//!
//! PostgreSQL: a write takes an advisory lock on its workspace, so that both engines give features the same
//! one-writer-at-a-time view.

pub(in crate::store) mod columns;
mod connections;
pub mod copy;
mod engine;
mod error;
mod file;
mod hosts;
mod id_generator;
mod json;
pub(in crate::store) mod lane;
mod open;
pub(in crate::store) mod person_loader;
mod postgres;
mod reading;
mod runner;
mod schema;
mod sealed;
mod servers;
mod session;
mod shared;
mod sqlite;
pub(in crate::store) mod statement;
mod target;
#[cfg(test)]
mod tests;
mod tx;
pub(in crate::store) mod writer;

pub(in crate::store) use columns::Columns;
pub use connections::Db;
pub use error::{ConnectError, Result, StoreError};
pub use file::{keep_private, sqlite_file, sqlite_url};
pub use hosts::one_url_each;
pub(in crate::store) use id_generator::made_at;
pub(in crate::store) use json::{from_json, to_json};
pub use postgres::Transport;
pub use reading::Reading;
pub use schema::migrations;
pub(in crate::store) use sealed::Sealed;
pub(in crate::store) use sqlx::any::AnyRow;
pub(in crate::store) use statement::{Statement, built, sql};
pub use target::SslMode;
pub use tx::Tx;

use crate::clock::millis;
use crate::domain::ids::TeamId;
use crate::store::seal::Keys;
use connections::Connections;
use jiff::{SignedDuration, Timestamp};
use lane::{Lane, PATIENCE};
use reading::Conn;
use session::Session;
use writer::Request;

/// What a database keeps to tell the right key by.
pub(in crate::store) fn key_mark(keys: &Keys) -> Result<String> {
    Ok(keys.seal("facts", "key", "the right key")?)
}

impl Db {
    /// Checks that our key opens what this database holds; the first key ever used is remembered (sealed).
    pub async fn check_key(&self, now: Timestamp) -> Result<()> {
        let mut tx = self.write(&TeamId::from(""), now).await?;
        let sealed = key_mark(tx.keys())?;
        tx.run(sql!(
            "insert into facts (name, value) values ('key', $1) on conflict do nothing",
            sealed
        ))
        .await?;
        tx.commit().await?;
        self.opens_with_our_key(now).await
    }

    /// The same of a database that is only read. One that never served holds nothing sealed.
    pub async fn opens_with_our_key(&self, now: Timestamp) -> Result<()> {
        let mut tx = self.read(&TeamId::from(""), now).await?;
        let sealed = sql!("select value from facts where name = 'key'");
        if let Some(sealed) = tx.maybe::<String>(sealed).await? {
            tx.keys().open("facts", "key", &sealed)?;
        }
        Ok(())
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

    /// [`Db::write`] for a request. On SQLite its statements run as the transaction begins, in the same round trip: their rows.
    pub(in crate::store) async fn write_with(
        &self,
        request: &Request<'_>,
    ) -> Result<(Tx, Option<Vec<AnyRow>>)> {
        match &self.0.connections {
            Connections::Sqlite(sqlite) => {
                let mut turn = sqlite.writer_turn(PATIENCE).await?;
                let rows = turn.begin_with(request).await?;
                let tx = self.tx(Conn::Writer(turn), request.team, request.now);
                Ok((tx, Some(rows)))
            }
            Connections::Postgres(_) => Ok((self.write(request.team, request.now).await?, None)),
        }
    }

    /// For reading only: it cannot write. Begun within two seconds, or an error.
    pub async fn read(&self, team: &TeamId, now: Timestamp) -> Result<Reading> {
        let conn = match &self.0.connections {
            Connections::Sqlite(sqlite) => Conn::Reader(sqlite.reader_turn().await?),
            Connections::Postgres(postgres) => Conn::Pooled(postgres.read().await?),
        };
        Ok(Reading::new(conn, self, team, self.0.clock.adjusted(now)))
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
            late: SignedDuration::ZERO,
            erased: false,
        }
    }
}

/// An instant column.
pub(crate) fn instant(ms: i64) -> Timestamp {
    millis(ms)
}
