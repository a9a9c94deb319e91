//! `SQLite`'s one writer, and the group commit.
//!
//! Each transaction is a savepoint of an open transaction that is committed for all of them at once. Between two of
//! them one statement ends the first and begins the second: every statement crosses to `SQLite`'s thread and back.

use super::Result;
use crate::store::inbox;
use sqlx::{AnyConnection, Executor};
use tokio::sync::oneshot;

pub(super) struct Writer {
    pub(super) conn: AnyConnection,
    state: State,
    /// Transactions that are done and wait for the commit.
    pending: Vec<oneshot::Sender<Result<(), String>>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// No transaction is open.
    Idle,
    /// The savepoint's transaction runs, or was dropped: unless it says that it is done, it is undone.
    Running,
    /// The savepoint's transaction is done.
    Done,
}

impl Writer {
    pub(super) fn new(conn: AnyConnection) -> Self {
        Self {
            conn,
            state: State::Idle,
            pending: Vec::new(),
        }
    }

    /// Begins a transaction: the group's first, or one more in it.
    pub(super) async fn begin(&mut self) -> Result<()> {
        let joined = match self.state {
            State::Idle => false,
            State::Running => run(&mut self.conn, "rollback to one").await.is_ok(),
            State::Done => run(&mut self.conn, "release one; savepoint one")
                .await
                .is_ok(),
        };
        if !joined {
            self.lose().await;
            let begun = run(&mut self.conn, "begin immediate; savepoint one").await;
            self.begun(begun).await?;
        }
        self.state = State::Running;
        Ok(())
    }

    /// The same, and notes a request's `key` in the same breath; false when it was noted before.
    pub(super) async fn begin_once(&mut self, key: &str, now_ms: i64) -> Result<bool> {
        let conn = &mut self.conn;
        let joined = match self.state {
            State::Idle => None,
            State::Running => note(conn, inbox::note!("rollback to one; "), key, now_ms)
                .await
                .ok(),
            State::Done => {
                let sql = inbox::note!("release one; savepoint one; ");
                note(conn, sql, key, now_ms).await.ok()
            }
        };
        let first = if let Some(first) = joined {
            first
        } else {
            self.lose().await;
            let sql = inbox::note!("begin immediate; savepoint one; ");
            let begun = note(&mut self.conn, sql, key, now_ms).await;
            self.begun(begun).await?
        };
        self.state = State::Running;
        Ok(first)
    }

    async fn begun<T>(&mut self, begun: Result<T, sqlx::Error>) -> Result<T> {
        if begun.is_err() {
            // It may be open without its savepoint.
            let _ = run(&mut self.conn, "rollback").await;
        }
        Ok(begun?)
    }

    /// The running transaction is done: it is acknowledged with the group's commit.
    pub(super) fn done(&mut self) -> oneshot::Receiver<Result<(), String>> {
        let (done, committed) = oneshot::channel();
        self.state = State::Done;
        self.pending.push(done);
        committed
    }

    /// How many wait for the commit.
    pub(super) fn group(&self) -> usize {
        self.pending.len()
    }

    /// Commits what is done, without what was dropped, and tells everyone who shares it.
    pub(super) async fn flush(&mut self) {
        let committed = match self.state {
            State::Idle => return,
            State::Running => run(&mut self.conn, "rollback to one; commit").await,
            State::Done => run(&mut self.conn, "commit").await,
        };
        match committed {
            Ok(()) => {
                self.state = State::Idle;
                self.answer(&Ok(()));
            }
            Err(error) => {
                let _ = run(&mut self.conn, "rollback").await;
                self.state = State::Idle;
                self.answer(&Err(error.to_string()));
            }
        }
    }

    /// Without its savepoint the whole group is lost; nobody in it was acknowledged.
    async fn lose(&mut self) {
        if self.state == State::Idle {
            return;
        }
        let _ = run(&mut self.conn, "rollback").await;
        self.state = State::Idle;
        self.answer(&Err("the transaction was lost".to_owned()));
    }

    fn answer(&mut self, outcome: &Result<(), String>) {
        for waiter in self.pending.drain(..) {
            let _ = waiter.send(outcome.clone());
        }
    }
}

/// Prepared once: these few statements are half of what a short transaction runs.
async fn run(conn: &mut AnyConnection, sql: &'static str) -> Result<(), sqlx::Error> {
    conn.execute(sqlx::query(sql)).await.map(drop)
}

async fn note(
    conn: &mut AnyConnection,
    sql: &'static str,
    key: &str,
    now_ms: i64,
) -> Result<bool, sqlx::Error> {
    let query = sqlx::query(sql).bind(key).bind(now_ms);
    // All, for the first answers are those of the statements before it.
    Ok(!conn.fetch_all(query).await?.is_empty())
}
