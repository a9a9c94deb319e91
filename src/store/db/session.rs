//! One transaction on PostgreSQL, and whose turn it is.

use super::engine::Engine;
use super::error::{Result, StoreError, Trouble};
use super::runner::{Manner, Runner};
use crate::domain::ids::TeamId;
use sqlx::any::AnyRow;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AssertSqlSafe, Executor};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;

/// The longest a connection may take to become usable again after a transaction that was given up.
pub(super) const GIVE_BACK: Duration = Duration::from_secs(2);

/// A transaction over a connection of a pool. Dropped, it is undone.
pub(super) struct Session {
    conn: Option<PoolConnection<Any>>,
    manner: Manner,
    trouble: Trouble,
    turn: Option<OwnedMutexGuard<()>>,
}

impl Session {
    /// Runs `sql`, which begins a transaction; the last row that comes of it.
    pub(super) async fn begin(
        conn: PoolConnection<Any>,
        manner: Manner,
        sql: &str,
    ) -> sqlx::Result<(Self, Option<AnyRow>)> {
        let mut session = Self {
            conn: None,
            manner,
            // Given up before it is begun, the connection is closed: an answer may still be on its way.
            trouble: Trouble::Broken,
            turn: None,
        };
        let conn = session.conn.insert(conn);
        // `fetch_optional` would look at what comes of the first of the statements only.
        let rows = conn.fetch_all(AssertSqlSafe(sql.to_owned())).await;
        session.trouble = match &rows {
            Ok(_) => Trouble::None,
            Err(error) => Trouble::of(Engine::Postgres, error),
        };
        Ok((session, rows?.pop()))
    }

    /// Others have their turn when this is over.
    pub(super) fn keep(&mut self, turn: OwnedMutexGuard<()>) {
        self.turn = Some(turn);
    }

    pub(super) fn runner(&mut self) -> Runner<'_> {
        Runner {
            conn: self.conn.as_mut().expect("taken at the end only"),
            trouble: &mut self.trouble,
            manner: self.manner,
        }
    }

    /// Ends the connection, too.
    pub(super) fn discard(mut self) {
        self.trouble = Trouble::Broken;
    }

    pub(super) async fn commit(mut self) -> Result<()> {
        if self.trouble > Trouble::None {
            self.rollback().await;
            return Err(StoreError::Commit("a statement in it failed".into()));
        }
        self.runner().execute("commit").await?;
        // It goes back to its pool as it is.
        self.conn = None;
        Ok(())
    }

    pub(super) async fn rollback(mut self) {
        if let Some(conn) = self.conn.take() {
            give_back(conn, self.trouble, self.turn.take()).await;
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take() else {
            return;
        };
        if self.trouble == Trouble::Broken {
            conn.close_on_drop();
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(give_back(conn, self.trouble, self.turn.take()));
        }
    }
}

/// Ends the transaction, so that the connection can be used again; or the connection, where that does not succeed in time.
async fn give_back(
    mut conn: PoolConnection<Any>,
    trouble: Trouble,
    turn: Option<OwnedMutexGuard<()>>,
) {
    let is_well = trouble < Trouble::Broken
        && matches!(
            tokio::time::timeout(GIVE_BACK, conn.execute("rollback")).await,
            Ok(Ok(_))
        );
    if !is_well {
        conn.close_on_drop();
    }
    drop(conn);
    drop(turn);
}

/// In this process, who writes for a workspace waits here, without a connection: a workspace whose lock somebody keeps must
/// not use up those of all others.
#[derive(Default)]
pub(super) struct Turns(Mutex<HashMap<TeamId, Arc<tokio::sync::Mutex<()>>>>);

impl Turns {
    pub(super) fn of(&self, team: &TeamId) -> Arc<tokio::sync::Mutex<()>> {
        /// More than that, and those that nobody waits for are forgotten.
        const MOST: usize = 256;
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() > MOST {
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        }
        Arc::clone(turns.entry(team.clone()).or_default())
    }
}
