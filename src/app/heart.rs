//! The heart: at each tick a small write, a check of the clock, and the work of each tick.
//!
//! It runs in real time, independent of the bot's clock. The bot is ready if the last heartbeat succeeded.

use super::App;
use super::backoff::Backoff;
use super::health::{BEAT, Database};
use crate::domain::clock_watch::{ClockWatch, Reading};
use crate::domain::ids::TeamId;
use crate::features::Error;
use crate::store::db::StoreError;
use crate::store::{Tx, facts, limits, workspaces};
use crate::telemetry;
use crate::web::Fit;
use crate::work::clock_watch::clock_mended;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A write that takes longer counts as failed. It continues, and may still succeed.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest wait until a failed database is tried again, so that work resumes soon after it is back.
const TRY_AGAIN: Duration = Duration::from_secs(5);

impl App {
    /// Beats until `stop`.
    pub(super) async fn live(self, stop: CancellationToken) {
        let mut backoff = Backoff::default();
        loop {
            let beat = self.clone().patient_beat(&mut backoff);
            let wait = tokio::select! {
                wait = beat => wait,
                () = stop.cancelled() => return,
            };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// One heartbeat, even if the database is slow; meanwhile the bot is not ready. Returns the wait until the next one.
    async fn patient_beat(self, backoff: &mut Backoff) -> Duration {
        let app = self.clone();
        // In its own task: a write that hangs ends by itself, and there is never more than one.
        let mut beat = tokio::spawn(async move { app.heartbeat().await });
        let done = loop {
            match tokio::time::timeout(PATIENCE, &mut beat).await {
                Ok(done) => break done,
                Err(_) => self.fails(backoff, &"it does not answer"),
            };
            self.clock_is_held();
        };
        match done {
            Ok(Ok(())) => {
                if backoff.worked() {
                    tracing::info!("the database takes writes again");
                }
                Duration::try_from(self.tick.min(BEAT)).unwrap_or(TRY_AGAIN)
            }
            Ok(Err(error)) => self.fails(backoff, &error),
            // A panic ends this loop, and with it the process.
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => TRY_AGAIN,
            },
        }
    }

    fn fails(&self, backoff: &mut Backoff, error: &(dyn std::fmt::Display + Sync)) -> Duration {
        self.health.database(Database::Fails);
        let pause = backoff.failed();
        if pause.tell {
            tracing::error!(%error, "the database takes no writes: nothing is sent and no timer runs until it does");
        }
        pause.wait.min(TRY_AGAIN)
    }

    /// One heartbeat: proves that the database takes writes, stores the clock's mark, and does the work of each tick.
    pub async fn heartbeat(&self) -> Result<(), StoreError> {
        self.clock_is_held();
        let introductions = self.health.introductions();
        let installed = self.write_alive().await?;
        self.health.installed(installed, introductions);
        self.mend_clock().await?;
        if !self.clock_is_held() {
            self.prune_limits().await?;
        }
        self.db.forget_programs();
        telemetry::measure(&self.db, self.clock.now()).await?;
        self.look_for_mending().await?;
        telemetry::metrics().run_upkeep();
        self.health.heart.beat();
        self.health.database(Database::Works);
        Ok(())
    }

    /// Stores a sign of life, and the clock's mark if the clock is believed. Returns whether the app is installed anywhere.
    async fn write_alive(&self) -> Result<bool, StoreError> {
        // A deleted database file still takes writes, which nobody will ever read.
        self.db.still_there()?;
        let mut tx = self.write_own().await?;
        facts::alive(&mut tx).await?;
        if let Some(now) = self.reading() {
            let mark = facts::clock_mark(&mut tx).await?;
            let held = match mark {
                Some(mark) => self
                    .health
                    .watch(now, |watch, now| watch.remembers(mark, now)),
                None => self.clock_is_held(),
            };
            if !held && mark.is_none_or(|mark| mark < now.wall) {
                facts::set_clock_mark(&mut tx, now.wall).await?;
            }
        }
        let fit = self.endpoint.signatures.news();
        match fit {
            Some(Fit::Fits) => facts::signature_fits(&mut tx).await?,
            Some(Fit::Misfits) => facts::signature_misfits(&mut tx).await?,
            None => {}
        }
        let all = workspaces::all(&mut tx).await?;
        tx.commit().await?;
        if let Some(fit) = fit {
            self.endpoint.signatures.noted(fit);
        }
        Ok(all.iter().any(|workspace| workspace.installed))
    }

    /// Repairs plans made while the clock was ahead, once Slack confirms that it no longer is.
    pub(super) async fn mend_clock(&self) -> Result<(), StoreError> {
        let Some(ahead) = self.health.clock_watch().to_mend() else {
            return Ok(());
        };
        let mut tx = self.write_own().await?;
        let all = workspaces::all(&mut tx).await?;
        tx.rollback().await;
        for workspace in all {
            let mut tx = self
                .db
                .background_write(&workspace.team, self.clock.now())
                .await?;
            match clock_mended(&mut tx).await {
                Ok(()) => tx.commit().await?,
                Err(Error::Internal(error)) => return Err(error),
                Err(Error::User(why)) => {
                    tracing::error!(team = %workspace.team, %why, "its timers could not be rescheduled");
                    tx.rollback().await;
                }
            }
        }
        // Last, so that a process that dies before this repairs again after its next start.
        let mut tx = self.write_own().await?;
        let now = tx.now;
        facts::set_clock_mark(&mut tx, now).await?;
        tx.commit().await?;
        self.health.clock_watch().mended();
        tracing::warn!(
            seconds = ahead.as_secs(),
            "the clock was ahead; what was planned then has been repaired"
        );
        Ok(())
    }

    async fn prune_limits(&self) -> Result<(), StoreError> {
        let mut tx = self
            .db
            .write(&TeamId::from("*sender*"), self.clock.now())
            .await?;
        limits::prune(&mut tx).await?;
        tx.commit().await
    }

    /// A write of the process itself, outside any workspace.
    async fn write_own(&self) -> Result<Tx, StoreError> {
        let own = TeamId::from("*health*");
        self.db.background_write(&own, self.clock.now()).await
    }

    /// The wall and steady clocks; none for clocks with a pace of their own.
    pub(super) fn reading(&self) -> Option<Reading> {
        let steady = self.clock.steady()?;
        Some(Reading {
            wall: self.clock.now(),
            steady,
        })
    }

    /// Reads the clock. While it is held, nothing may be sent or run.
    pub(super) fn clock_is_held(&self) -> bool {
        let nothing_more = |_: &mut ClockWatch, _: Reading| None;
        self.reading()
            .is_some_and(|now| self.health.watch(now, nothing_more))
    }
}
