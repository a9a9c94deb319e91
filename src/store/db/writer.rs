//! `SQLite`'s one writer, and the group commit.
//!
//! Each transaction is a savepoint of an open transaction that is committed for all of them at once. Between two of
//! them one statement ends the first and begins the second: every statement crosses to `SQLite`'s thread and back.

use super::error::{StoreError, Trouble};
use super::runner::{Manner, Runner};
use super::sqlite::Place;
use super::{Engine, Result};
use crate::domain::ids::{TeamId, UserId};
use crate::store::inbox;
use crate::store::known::{self, Known};
use crate::store::seal::Keys;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Connection, Executor};
use tokio::sync::oneshot;

/// Begins a transaction, notes a request and looks up who makes it.
macro_rules! noted {
    ($begin:literal) => {
        concat!(
            inbox::note!($begin),
            "; ",
            known::rows_about!("(0, $3, $4)")
        )
    };
}

pub(super) struct Writer {
    pub(super) conn: AnyConnection,
    /// Opens another connection in its place.
    place: Place,
    /// What the statements of the running transaction have come to.
    trouble: Trouble,
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
    pub(super) fn new(conn: AnyConnection, place: Place) -> Self {
        Self {
            conn,
            place,
            trouble: Trouble::None,
            state: State::Idle,
            pending: Vec::new(),
        }
    }

    pub(super) fn runner(&mut self) -> Runner<'_> {
        Runner {
            conn: &mut self.conn,
            trouble: &mut self.trouble,
            manner: Manner::SQLITE,
        }
    }

    /// Begins a transaction: the group's first, or one more in it. Where the connection turns out to be broken, on another.
    pub(super) async fn begin(&mut self) -> Result<()> {
        match self.begin_here().await {
            Err(_) if self.trouble == Trouble::Broken => self.begin_here().await,
            begun => begun,
        }
    }

    async fn begin_here(&mut self) -> Result<()> {
        self.recover().await?;
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

    /// The same, notes a request's `key` and looks up who makes it, in the same breath. Whether this is the first time,
    /// and who it is; none of somebody whose row cannot be read: whoever needs it will ask, and see why.
    pub(super) async fn begin_once(
        &mut self,
        request: &Request<'_>,
        keys: &Keys,
    ) -> Result<(bool, Option<Known>)> {
        match self.begin_once_here(request, keys).await {
            Err(_) if self.trouble == Trouble::Broken => self.begin_once_here(request, keys).await,
            begun => begun,
        }
    }

    async fn begin_once_here(
        &mut self,
        request: &Request<'_>,
        keys: &Keys,
    ) -> Result<(bool, Option<Known>)> {
        self.recover().await?;
        let conn = &mut self.conn;
        let joined = match self.state {
            State::Idle => None,
            State::Running => request.run(conn, noted!("rollback to one; ")).await.ok(),
            State::Done => {
                let sql = noted!("release one; savepoint one; ");
                request.run(conn, sql).await.ok()
            }
        };
        let rows = if let Some(rows) = joined {
            rows
        } else {
            self.lose().await;
            let sql = noted!("begin immediate; savepoint one; ");
            let begun = request.run(&mut self.conn, sql).await;
            self.begun(begun).await?
        };
        self.state = State::Running;
        Ok(match rows.as_slice() {
            [_note, row] => {
                let known = known::known(keys, request.team, request.user, row);
                (true, known.ok())
            }
            _ => (false, None),
        })
    }

    async fn begun<T>(&mut self, begun: Result<T, sqlx::Error>) -> Result<T> {
        if let Err(error) = &begun {
            // It may be open without its savepoint.
            let _ = run(&mut self.conn, "rollback").await;
            self.note(error);
        }
        Ok(begun?)
    }

    /// An error of one of our own statements. One that only says that there was no transaction is none.
    fn note(&mut self, error: &sqlx::Error) {
        if Trouble::of(Engine::Sqlite, error) == Trouble::Broken {
            self.trouble = Trouble::Broken;
        }
    }

    /// Puts away what is left of a transaction that went wrong: the group it was in, where SQLite may have undone it, and
    /// the connection, where it is of no more use.
    async fn recover(&mut self) -> Result<()> {
        if self.trouble >= Trouble::Lost {
            self.lose().await;
        }
        if self.trouble == Trouble::Broken {
            // Until that succeeds we come here again.
            let conn = self.place.writer().await?;
            let old = std::mem::replace(&mut self.conn, conn);
            let _ = old.close().await;
        }
        self.trouble = Trouble::None;
        Ok(())
    }

    /// The running transaction is done: it is acknowledged with the group's commit. Not one with a statement that failed.
    pub(super) fn done(&mut self) -> Result<oneshot::Receiver<Result<(), String>>> {
        if self.trouble > Trouble::None {
            return Err(StoreError::Commit("a statement in it failed".into()));
        }
        let (done, committed) = oneshot::channel();
        self.state = State::Done;
        self.pending.push(done);
        Ok(committed)
    }

    /// How many wait for the commit.
    pub(super) fn group(&self) -> usize {
        self.pending.len()
    }

    /// Commits what is done, without what was dropped, and tells everyone who shares it.
    pub(super) async fn flush(&mut self) {
        if self.trouble >= Trouble::Lost {
            self.lose().await;
        }
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
                self.note(&error);
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

/// A request from Slack, as the inbox knows it.
pub(super) struct Request<'a> {
    pub(super) key: &'a str,
    pub(super) now_ms: i64,
    pub(super) team: &'a TeamId,
    pub(super) user: &'a UserId,
}

impl Request<'_> {
    /// The note's row, when this is the first time, and the row of who makes it.
    async fn run(
        &self,
        conn: &mut AnyConnection,
        sql: &'static str,
    ) -> Result<Vec<AnyRow>, sqlx::Error> {
        let query = sqlx::query(sql)
            .bind(self.key)
            .bind(self.now_ms)
            .bind(self.team.as_str())
            .bind(self.user.as_str());
        conn.fetch_all(query).await
    }
}
