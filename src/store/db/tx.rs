//! One transaction: what features work in.

use super::runner::Runner;
use super::session::Session;
use super::sqlite::Reader;
use super::writer::Writer;
use super::{Db, Engine, GROUP_LIMIT, GROUP_PATIENCE, Result, StoreError};
use crate::domain::happening::Happening;
use crate::domain::ids::TeamId;
use crate::store::known::Known;
use crate::store::programs::Program;
use crate::store::seal::Keys;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::PoisonError;
use tokio::sync::OwnedMutexGuard;

/// Programs as last read from committed rows: asked for by almost every request, changed almost never. Only on SQLite,
/// where every change goes through this process.
#[derive(Default)]
pub(super) struct Programs {
    /// Grows with every change, so that what was read before one is not kept after it.
    pub(super) generation: u64,
    pub(super) held: HashMap<TeamId, Program>,
}

/// One transaction (or, from [`Db::read`], a connection to read with).
#[expect(
    clippy::struct_excessive_bools,
    reason = "what a commit sets off, each by itself"
)]
pub struct Tx {
    pub(super) conn: Option<Conn>,
    pub(super) db: Db,
    pub(super) team: TeamId,
    /// The instant this transaction happens at.
    pub now: Timestamp,
    /// What happened in it, for the router to tell the features concerned, in this same transaction.
    pub(crate) happened: Vec<Happening>,
    pub(crate) posted: bool,
    pub(crate) timed: bool,
    /// Something was erased: no copy of it may stay in SQLite's log.
    pub(super) erased: bool,
    /// What is known about whoever this is for, read already.
    pub(in crate::store) known: Option<Known>,
    /// The program, once read in this transaction.
    pub(super) program: Option<Program>,
    pub(super) program_changed: bool,
}

pub(super) enum Conn {
    Writer(OwnedMutexGuard<Writer>),
    Transaction(Session),
    Reader(OwnedMutexGuard<Reader>),
    Pooled(Session),
}

impl Tx {
    /// The connection, for the functions of this module's siblings.
    pub(crate) fn conn(&mut self) -> Runner<'_> {
        match self.conn.as_mut().expect("a finished transaction is gone") {
            Conn::Writer(writer) => writer.runner(),
            Conn::Reader(reader) => reader.runner(),
            Conn::Transaction(session) | Conn::Pooled(session) => session.runner(),
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

    /// Words were erased for good: once this is committed, no copy of them may stay in the files.
    pub(crate) fn erases(&mut self) {
        self.erased = true;
    }

    /// Makes it durable. When this returns `Ok`, it is on disk.
    pub async fn commit(mut self) -> Result<()> {
        let db = self.db.clone();
        match self.conn.take().expect("committed once") {
            Conn::Reader(_) | Conn::Pooled(_) => return Ok(()),
            Conn::Transaction(session) => session.commit().await?,
            Conn::Writer(mut writer) => {
                let mut committed = match writer.done() {
                    Ok(committed) => committed,
                    Err(error) => {
                        if !db.others_wait() {
                            writer.flush().await;
                        }
                        return Err(error);
                    }
                };
                // Requests that have arrived already may join.
                if !db.others_wait() {
                    tokio::task::yield_now().await;
                }
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
        if self.erased
            && let Err(error) = db.scrub().await
        {
            // It is gone from the tables, and from the log when that is written anew.
            tracing::warn!(%error, "erased words may stay in the database's log for a while");
        }
        Ok(())
    }

    /// Undoes it. (Dropping does the same, a little later.)
    pub async fn rollback(mut self) {
        match self.conn.take() {
            Some(Conn::Transaction(session)) => session.rollback().await,
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
