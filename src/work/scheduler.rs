//! Runs timers when they are due. Re-reads the clock every tick, so suspends, clock steps and restarts are harmless; a
//! tick costs one indexed look, and work only where something is due. Serving, what the matcher solves runs in a loop of its
//! own, one at a time, so that no other timer waits for it.

use super::matcher;
use crate::clock::Clock;
use crate::domain::ids::TeamId;
use crate::domain::timer::Kind;
use crate::features::Error;
use crate::router;
use crate::store::Db;
use crate::store::db::StoreError;
use crate::store::timers::{self, DueRow, Work};
use jiff::Timestamp;

/// Timers looked up at a time.
const BATCH: i64 = 64;

#[derive(Clone)]
pub struct Scheduler {
    pub db: Db,
    pub clock: Clock,
}

impl Scheduler {
    /// Runs what is due now, once through, one after another; how many ran. For scenes and rehearsals.
    pub async fn step(&self) -> Result<usize, StoreError> {
        self.step_of(Work::All).await
    }

    /// Runs what is due of one sort of work.
    pub async fn step_of(&self, work: Work) -> Result<usize, StoreError> {
        let mut tx = self.db.read(&TeamId::from(""), self.clock.now()).await?;
        // Solving, being told to stop is looked at in between.
        let most = if work == Work::Solving { 1 } else { BATCH };
        let due = timers::list_due(&mut tx, work, most).await?;
        drop(tx);
        let found = due.len();
        for row in due {
            if let Err(error) = self.run(&row).await {
                // The transaction is undone and the timer still there: later, so that others get their turn.
                tracing::error!(%error, timer = row.id, "a timer's work failed and is put off");
                metrics::counter!("reverse_mentor_timers_total", "outcome" => "failed")
                    .increment(1);
                let mut tx = self
                    .db
                    .background_write(&row.team, self.clock.now())
                    .await?;
                timers::put_off(&mut tx, row.id).await?;
                tx.commit().await?;
            }
        }
        Ok(found)
    }

    /// When the next timer is due.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.next_of(Work::All).await
    }

    pub async fn next_of(&self, work: Work) -> Result<Option<Timestamp>, StoreError> {
        let mut tx = self.db.read(&TeamId::from(""), self.clock.now()).await?;
        timers::next_due(&mut tx, work).await
    }

    async fn run(&self, row: &DueRow) -> Result<(), Error> {
        let now = self.clock.now();
        let mut tx = self.db.background_write(&row.team, now).await?;
        let Some(timer) = timers::take(&mut tx, row.id).await? else {
            tx.rollback().await;
            return Ok(());
        };
        let late = now.duration_since(timer.due).as_secs_f64().max(0.0);
        metrics::histogram!("reverse_mentor_timer_late_seconds").record(late);
        // Solving may take long: not inside a transaction.
        if timer.kind == Kind::Match {
            tx.rollback().await;
            return matcher::run(&self.db, row, now).await;
        }
        if timer.kind == Kind::WhatIf {
            tx.rollback().await;
            return matcher::what_if(&self.db, row, &timer, now).await;
        }
        match router::timer(&mut tx, &timer).await {
            Ok(()) => {
                tx.commit().await?;
                metrics::counter!("reverse_mentor_timers_total", "outcome" => timer.kind.as_str())
                    .increment(1);
                Ok(())
            }
            Err(Error::User(text)) => {
                // A timer has nobody to say it to: it no longer applies (the program may be gone).
                tracing::info!(kind = timer.kind.as_str(), %text, "a timer no longer applies");
                tx.rollback().await;
                let mut tx = self.db.background_write(&row.team, now).await?;
                timers::take(&mut tx, row.id).await?;
                tx.commit().await?;
                Ok(())
            }
            Err(error) => {
                tx.rollback().await;
                Err(error)
            }
        }
    }
}
