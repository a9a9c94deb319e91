//! Runs timers when they are due. It reads the clock again at every tick, so suspends, clock steps and restarts are harmless. A
//! tick costs one indexed query, and more only if something is due. When serving, the matcher's work runs in its
//! own loop, one at a time, so that no other timer waits for it.
//!
//! A timer that fails, panics or cannot be read is postponed and does not block the others.

use super::{matcher, reactions};
use crate::clock::{Clock, millis};
use crate::domain::ids::TeamId;
use crate::domain::timer::{Timer, Unreadable};
use crate::features::{Error, retention, setup};
use crate::router;
use crate::store::db::StoreError;
use crate::store::timers::{self, DueRow, Work};
use crate::store::{Db, workspaces};
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use metrics::counter;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Timers read at a time.
const BATCH: i64 = 64;
/// How often the recurring timers are compared with their schedules.
const REPLANNED: SignedDuration = SignedDuration::from_hours(24);

#[derive(Clone)]
pub struct Scheduler {
    pub db: Db,
    pub clock: Clock,
    /// When the recurring timers were last compared with their schedules, in epoch milliseconds.
    replanned: Arc<AtomicI64>,
}

impl Scheduler {
    pub fn new(db: Db, clock: Clock) -> Self {
        Self {
            db,
            clock,
            replanned: Arc::new(AtomicI64::new(i64::MIN)),
        }
    }

    /// Runs what is due now, once, one after another. Returns how many ran. For scenes and rehearsals.
    pub async fn step(&self) -> Result<usize, StoreError> {
        self.step_of(Work::All).await
    }

    /// Runs what is due of one kind of work.
    pub async fn step_of(&self, work: Work) -> Result<usize, StoreError> {
        if work != Work::Solving {
            self.replan_daily().await?;
        }
        let mut tx = self.db.read(&TeamId::from(""), self.clock.now()).await?;
        // For solving, one at a time, so that it can stop in between.
        let most = if work == Work::Solving { 1 } else { BATCH };
        let due = timers::list_due(&mut tx, work, most).await?;
        drop(tx);
        for row in &due {
            match &row.timer {
                Ok(timer) => self.run_or_put_off(row, timer).await?,
                Err(unreadable) => self.set_aside(row, unreadable).await?,
            }
        }
        Ok(due.len())
    }

    /// When the next timer is due.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.next_of(Work::All).await
    }

    pub async fn next_of(&self, work: Work) -> Result<Option<Timestamp>, StoreError> {
        let mut tx = self.db.read(&TeamId::from(""), self.clock.now()).await?;
        timers::next_due(&mut tx, work).await
    }

    /// Runs a timer. If its work fails or panics, the transaction is rolled back and the timer postponed, so that others run.
    async fn run_or_put_off(&self, row: &DueRow, timer: &Timer) -> Result<(), StoreError> {
        let kind = timer.kind().as_str();
        // A panic leaves at most the transaction half done, and dropping it rolls it back.
        let now = self.clock.now();
        let outcome = match AssertUnwindSafe(run(&self.db, row, timer, now))
            .catch_unwind()
            .await
        {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => {
                tracing::error!(%error, timer = row.id, kind, "a timer's work failed and is postponed");
                "failed"
            }
            Err(_) => {
                tracing::error!(
                    timer = row.id,
                    kind,
                    "a timer's work panicked and is postponed"
                );
                "panicked"
            }
        };
        counter!("reverse_mentor_timers_total", "outcome" => outcome).increment(1);
        let mut tx = self
            .db
            .background_write(&row.team, self.clock.now())
            .await?;
        timers::put_off(&mut tx, row.id).await?;
        tx.commit().await
    }

    /// A newer version may have set it, and may come back, so it is kept for later.
    async fn set_aside(&self, row: &DueRow, unreadable: &Unreadable) -> Result<(), StoreError> {
        let mut tx = self
            .db
            .background_write(&row.team, self.clock.now())
            .await?;
        let kept = timers::set_aside(&mut tx, row.id).await?;
        tx.commit().await?;
        counter!("reverse_mentor_unreadable_total", "what" => "timer").increment(1);
        if kept {
            tracing::warn!(timer = row.id, %unreadable, "a timer is postponed");
        } else {
            tracing::error!(timer = row.id, %unreadable, "a timer was dropped: nothing has read it for 30 days");
        }
        Ok(())
    }

    /// Runs daily, and whenever the clock was set back, because timers set while it was ahead would not run for years.
    async fn replan_daily(&self) -> Result<(), StoreError> {
        let (now, last) = (self.clock.now(), self.replanned.load(Ordering::Relaxed));
        let next = millis(last).saturating_add(REPLANNED);
        if now >= millis(last) && next.is_ok_and(|next| now < next) {
            return Ok(());
        }
        self.replanned
            .store(now.as_millisecond(), Ordering::Relaxed);
        let mut tx = self.db.read(&TeamId::from(""), now).await?;
        let workspaces = workspaces::all(&mut tx).await?;
        drop(tx);
        for workspace in workspaces {
            let mut tx = self.db.background_write(&workspace.team, now).await?;
            let planned = if workspace.installed {
                setup::replan(&mut tx).await
            } else {
                retention::plan_end(&mut tx).await
            };
            match planned {
                Ok(()) => tx.commit().await?,
                Err(error) => {
                    tx.rollback().await;
                    tracing::error!(team = %workspace.team, %error, "its timers were not compared with their schedules");
                }
            }
        }
        Ok(())
    }
}

/// Does the work of one due timer, which also takes the timer off the list. A refusal has nobody to read it: the timer no
/// longer applies, for example because there is no program.
pub(crate) async fn run(db: &Db, row: &DueRow, timer: &Timer, now: Timestamp) -> Result<(), Error> {
    match work(db, row, timer, now).await {
        Err(Error::User(text)) => {
            tracing::info!(kind = timer.kind().as_str(), %text, "a timer no longer applies");
            let mut tx = db.background_write(&row.team, now).await?;
            timers::take(&mut tx, row.id).await?;
            tx.commit().await?;
            Ok(())
        }
        done => done,
    }
}

async fn work(db: &Db, row: &DueRow, timer: &Timer, now: Timestamp) -> Result<(), Error> {
    let mut tx = db.background_write(&row.team, now).await?;
    let is_taken = if timer.runs_without_app() {
        timers::take(&mut tx, row.id).await?
    } else {
        timers::take_with_app(&mut tx, row.id).await?
    };
    if !is_taken {
        if !timer.runs_without_app() && timers::rest(&mut tx, row.id).await? {
            counter!("reverse_mentor_timers_total", "outcome" => "resting").increment(1);
        }
        return Ok(tx.commit().await?);
    }
    let late = now.duration_since(row.due).max(SignedDuration::ZERO);
    metrics::histogram!("reverse_mentor_timer_late_seconds").record(late.as_secs_f64());
    tx.runs_late(late);
    // Solving may take long, so it runs outside a transaction.
    if *timer == Timer::Match {
        tx.rollback().await;
        return matcher::run(db, row, now).await;
    }
    if let Timer::WhatIf(asked) = timer {
        tx.rollback().await;
        return matcher::what_if(db, row, asked, now).await;
    }
    if let Timer::Reaction(id) = timer {
        tx.rollback().await;
        return reactions::run(db, row, *id, now).await;
    }
    let kind = timer.kind().as_str();
    match router::timer(&mut tx, timer).await {
        Ok(()) => {
            tx.commit().await?;
            counter!("reverse_mentor_timers_total", "outcome" => kind).increment(1);
            Ok(())
        }
        Err(error) => {
            tx.rollback().await;
            Err(error)
        }
    }
}
