//! `SQLite`'s one writer, and the group commit.
//!
//! Each transaction is a savepoint of an open transaction that is committed for all of them at once. Between two of
//! them one statement ends the first and begins the second: every statement crosses to `SQLite`'s thread and back.

use super::engine::Engine;
use super::error::{Result, StoreError, Trouble};
use super::file::Place;
use super::runner::{Manner, Runner};
use crate::domain::ids::{TeamId, UserId};
use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Connection, Executor};
use tokio::sync::oneshot;

/// Statements that follow the beginning of a transaction in the same round trip.
macro_rules! begins {
    ($($sql:tt)*) => {
        $crate::store::db::writer::Begins {
            first: concat!("begin immediate; savepoint one; ", $($sql)*),
            after_undone: concat!("rollback to one; ", $($sql)*),
            after_done: concat!("release one; savepoint one; ", $($sql)*),
        }
    };
}
pub(in crate::store) use begins;

/// The same statements after each way in which a transaction begins: see [`begins`].
pub(in crate::store) struct Begins {
    pub(in crate::store) first: &'static str,
    pub(in crate::store) after_undone: &'static str,
    pub(in crate::store) after_done: &'static str,
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

    /// The same, and runs the request's statements in the same breath: their rows.
    pub(super) async fn begin_with(&mut self, request: &Request<'_>) -> Result<Vec<AnyRow>> {
        match self.begin_with_here(request).await {
            Err(_) if self.trouble == Trouble::Broken => self.begin_with_here(request).await,
            begun => begun,
        }
    }

    async fn begin_with_here(&mut self, request: &Request<'_>) -> Result<Vec<AnyRow>> {
        self.recover().await?;
        let (conn, begins) = (&mut self.conn, &request.begins);
        let joined = match self.state {
            State::Idle => None,
            State::Running => request.run(conn, begins.after_undone).await.ok(),
            State::Done => request.run(conn, begins.after_done).await.ok(),
        };
        let rows = if let Some(rows) = joined {
            rows
        } else {
            self.lose().await;
            let begun = request.run(&mut self.conn, request.begins.first).await;
            self.begun(begun).await?
        };
        self.state = State::Running;
        Ok(rows)
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

/// A request from Slack, and the statements that it begins with.
pub(in crate::store) struct Request<'a> {
    pub(in crate::store) begins: Begins,
    pub(in crate::store) key: &'a str,
    pub(in crate::store) now: Timestamp,
    pub(in crate::store) team: &'a TeamId,
    pub(in crate::store) user: &'a UserId,
}

impl Request<'_> {
    /// Bound in the order of the fields.
    async fn run(
        &self,
        conn: &mut AnyConnection,
        sql: &'static str,
    ) -> Result<Vec<AnyRow>, sqlx::Error> {
        let query = sqlx::query(sql)
            .bind(self.key)
            .bind(self.now.as_millisecond())
            .bind(self.team.as_str())
            .bind(self.user.as_str());
        conn.fetch_all(query).await
    }
}
