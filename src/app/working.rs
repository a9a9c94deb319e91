//! The loops that do the work: senders, schedulers for timers and for the matcher, and the renewal of tokens.

use super::App;
use super::backoff::Backoff;
use super::pulse::Pulse;
use crate::store::db::StoreError;
use crate::store::timers::Work;
use crate::work::sender::BATCH;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

impl App {
    pub(super) async fn send(self, stop: CancellationToken) {
        let mut calls = JoinSet::new();
        let mut backoff = Backoff::default();
        let pulse = &self.health.sender;
        loop {
            pulse.beat();
            while let Some(done) = calls.try_join_next() {
                told_of_panic(done);
            }
            if stop.is_cancelled() && calls.is_empty() {
                return;
            }
            let room = calls.len() < BATCH;
            if !self.may_work() && !stop.is_cancelled() {
                self.rest(&stop).await;
                continue;
            }
            if room && !stop.is_cancelled() {
                match self.sender.claim().await {
                    Ok(claimed) => {
                        recovered(&mut backoff, pulse, "the outbox can be read again");
                        let busy = !claimed.is_empty();
                        for job in claimed {
                            let sender = self.sender.clone();
                            calls.spawn(async move { sender.perform(job).await });
                        }
                        if busy {
                            continue;
                        }
                    }
                    Err(error) => {
                        let what = "the outbox could not be read";
                        self.back_off(&mut backoff, pulse, (what, &error), &stop)
                            .await;
                        continue;
                    }
                }
            }
            let next = if stop.is_cancelled() {
                None
            } else {
                self.sender.next_due().await.ok().flatten()
            };
            let until = self.until(next);
            tokio::select! {
                () = self.db.outbox_grew(), if !stop.is_cancelled() => {}
                Some(done) = calls.join_next() => told_of_panic(done),
                () = self.clock.sleep_until(until) => {}
                () = stop.cancelled(), if !stop.is_cancelled() => {}
            }
        }
    }

    /// Runs due timers. The matcher's work has its own loop, one at a time. Its timer stays until the result is stored, so
    /// interrupted work starts again after a restart.
    pub(super) async fn schedule(self, work: Work, stop: CancellationToken) {
        let solves = work == Work::Solving;
        let mut backoff = Backoff::default();
        let pulse = if solves {
            &self.health.matcher
        } else {
            &self.health.scheduler
        };
        while !stop.is_cancelled() {
            pulse.beat();
            if !self.may_work() {
                self.rest(&stop).await;
                continue;
            }
            match self.scheduler.step_of(work).await {
                Ok(done) => {
                    recovered(&mut backoff, pulse, "timers can be read again");
                    if done > 0 {
                        continue;
                    }
                }
                Err(error) => {
                    let what = "timers could not be read";
                    self.back_off(&mut backoff, pulse, (what, &error), &stop)
                        .await;
                    continue;
                }
            }
            let next = self.scheduler.next_of(work).await.ok().flatten();
            tokio::select! {
                () = self.db.timer_set(), if !solves => self.solving.notify_one(),
                () = self.solving.notified(), if solves => {}
                () = self.clock.sleep_until(self.until(next)) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Renews tokens before they end. A failing database shows in the other loops.
    pub(super) async fn renew_tokens(self, stop: CancellationToken) {
        let clients = self.sender.clients.clone();
        while !stop.is_cancelled() {
            if !self.may_work() {
                self.rest(&stop).await;
                continue;
            }
            let next = match clients.renew_due().await {
                Ok(_) => clients.next_renewal().await.ok().flatten(),
                Err(error) => {
                    tracing::error!(%error, "tokens could not be renewed");
                    None
                }
            };
            tokio::select! {
                () = self.clock.sleep_until(self.until(next)) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Whether the database takes writes and the clock is believed now.
    fn may_work(&self) -> bool {
        !self.clock_is_held() && self.health.may_work()
    }

    /// Waits until work may continue, or one tick.
    async fn rest(&self, stop: &CancellationToken) {
        let tick = Duration::try_from(self.tick).unwrap_or(Duration::from_secs(1));
        tokio::select! {
            () = self.health.may_work_again() => {}
            () = tokio::time::sleep(tick) => {}
            () = stop.cancelled() => {}
        }
    }

    /// Waits after a failure, longer each time, or until the heart finds that the database works again after an outage.
    async fn back_off(
        &self,
        backoff: &mut Backoff,
        pulse: &Pulse,
        (what, error): (&'static str, &StoreError),
        stop: &CancellationToken,
    ) {
        let pause = backoff.failed();
        // One failure may be chance: a lost connection, a deadlock.
        pulse.fails(pause.wait > Duration::from_secs(1));
        if pause.tell {
            tracing::error!(%error, "{what}");
        }
        let works_again = async {
            // If the database is the cause, it fails for the heart, too.
            self.health.may_not_work().await;
            self.health.may_work_again().await;
        };
        tokio::select! {
            () = works_again => {}
            () = self.beating(pulse, pause.wait) => {}
            () = stop.cancelled() => {}
        }
    }

    /// Sleeps while showing signs of life.
    async fn beating(&self, pulse: &Pulse, span: Duration) {
        let end = tokio::time::Instant::now() + span;
        while tokio::time::Instant::now() < end {
            pulse.beat();
            let most = (end - tokio::time::Instant::now()).min(Duration::from_secs(10));
            tokio::time::sleep(most).await;
        }
    }

    /// The next tick, or `next` if that is sooner; never a busy loop.
    fn until(&self, next: Option<Timestamp>) -> Timestamp {
        let (soonest, tick) = (SignedDuration::from_millis(50), self.after(self.tick));
        // Planned times are in the database's time.
        let own = |at: Timestamp| at.saturating_sub(self.db.offset()).unwrap_or(at);
        next.map_or(tick, |next| own(next).max(self.after(soonest)).min(tick))
    }

    pub(super) fn after(&self, span: SignedDuration) -> Timestamp {
        let now = self.clock.now();
        now.saturating_add(span).unwrap_or(Timestamp::MAX)
    }
}

fn recovered(backoff: &mut Backoff, pulse: &Pulse, how: &'static str) {
    pulse.fails(false);
    if backoff.worked() {
        tracing::info!("{how}");
    }
}

/// The call's row is still leased, so it is taken again, in doubt.
fn told_of_panic(done: Result<(), tokio::task::JoinError>) {
    if done.is_err_and(|error| error.is_panic()) {
        tracing::error!("a call to Slack panicked; it will be tried again");
    }
}
