//! What is read with: a connection to read on, or the reading half of a transaction.

use super::connections::Db;
use super::engine::Engine;
use super::person_loader::Known;
use super::runner::Runner;
use super::session::Session;
use super::sqlite::Reader;
use super::writer::Writer;
use crate::domain::ids::TeamId;
use crate::domain::program::Program;
use crate::store::seal::Keys;
use jiff::Timestamp;
use std::sync::PoisonError;
use tokio::sync::OwnedMutexGuard;

/// What statements run on.
pub(super) enum Conn {
    Writer(OwnedMutexGuard<Writer>),
    Transaction(Session),
    Reader(OwnedMutexGuard<Reader>),
    Pooled(Session),
}

/// A connection to read with, from [`Db::read`]. Functions that only look take this; a [`Tx`](super::Tx) is one as well, so
/// that they can be called within it. The compiler sees to it that what only reads is given nothing to write with.
pub struct Reading {
    pub(super) conn: Option<Conn>,
    pub(super) db: Db,
    pub(super) team: TeamId,
    /// The instant this happens at.
    pub now: Timestamp,
    /// What is known about whoever this is for, read already.
    pub(in crate::store) known: Option<Known>,
    /// The program, once read.
    pub(super) program: Option<Program>,
    /// The program's row was written in this transaction.
    pub(super) program_changed: bool,
}

impl Reading {
    pub(super) fn new(conn: Conn, db: &Db, team: &TeamId, now: Timestamp) -> Self {
        Self {
            conn: Some(conn),
            db: db.clone(),
            team: team.clone(),
            now,
            known: None,
            program: None,
            program_changed: false,
        }
    }

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

    pub fn keys(&self) -> &Keys {
        self.db.keys()
    }

    pub fn engine(&self) -> Engine {
        self.db.engine()
    }

    /// This instant in epoch milliseconds, as columns hold it.
    pub fn now_ms(&self) -> i64 {
        self.now.as_millisecond()
    }

    /// A new id: larger than every id made before it in this process.
    pub fn new_id(&self) -> i64 {
        self.db.0.id_generator.next(self.now_ms())
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

    /// A mark to give back to [`Reading::learn_program`]: taken before the row is read.
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
}
