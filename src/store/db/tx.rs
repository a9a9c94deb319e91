//! One transaction: what features work in.

use super::error::{Result, StoreError};
use super::reading::{Conn, Reading};
use crate::domain::happening::Happening;
use crate::domain::ids::TeamId;
use jiff::SignedDuration;
use std::ops::{Deref, DerefMut};
use std::sync::PoisonError;
use std::time::Duration;

/// Transactions that share one commit at most: bounds what a failed commit takes with it, and how long the first waits.
const GROUP_LIMIT: usize = 16;
/// If whoever was to commit our group went away, we do it ourselves after this long.
const GROUP_PATIENCE: Duration = Duration::from_millis(5);

/// One transaction that writes; what only looks takes the [`Reading`] it holds.
pub struct Tx {
    pub(super) reading: Reading,
    /// What happened in it, for the router to tell the features concerned, in this same transaction.
    pub(crate) happened: Vec<Happening>,
    pub(crate) posted: bool,
    pub(crate) timed: bool,
    /// How long after its time the timer runs whose work this is.
    pub(super) late: SignedDuration,
    /// Something was erased: no copy of it may stay in SQLite's log.
    pub(super) erased: bool,
}

impl Deref for Tx {
    type Target = Reading;

    fn deref(&self) -> &Reading {
        &self.reading
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Reading {
        &mut self.reading
    }
}

impl Tx {
    /// From here on rows are written for `team`: for what concerns several workspaces.
    pub(crate) fn act_for(&mut self, team: TeamId) {
        self.team = team;
        self.program = None;
    }

    /// This is the work of a timer that runs this long after its time, because nothing ran timers.
    pub(crate) fn runs_late(&mut self, by: SignedDuration) {
        self.late = by;
    }

    /// How much later than planned this happens, because of downtime alone; zero outside the work of a timer.
    pub fn late(&self) -> SignedDuration {
        self.late
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
            Conn::Reader(_) | Conn::Pooled(_) => {}
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
