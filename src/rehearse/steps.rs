//! Runs people through a program, on a clock that jumps from one event to the next.
//!
//! The next event is the earliest of the bot's due work, the local Slack's due redeliveries, and people's
//! plans. Between two minutes the bot does its due work.

use super::life::{Life, Next};
use jiff::{SignedDuration, Timestamp};

impl Life {
    /// Runs until the end; `progress` is called at every jump of the clock.
    pub async fn live(&mut self, progress: &dyn Fn(Timestamp)) -> anyhow::Result<()> {
        while let Some(next) = self.next_due().await? {
            if next.at > self.ends {
                break;
            }
            if next.at > self.harness.clock.now() {
                progress(next.at);
            }
            self.step(next).await?;
        }
        self.harness.clock.set(self.ends);
        Ok(())
    }

    /// Moves the clock to the next event and does what is due then.
    pub async fn step(&mut self, next: Next) -> anyhow::Result<()> {
        let now = self.harness.clock.now();
        if next.at > now {
            self.harness.clock.set(next.at);
        } else if self.waiting {
            // Work that could not be done at its time (a limit, a wait) must not stop the clock.
            self.harness
                .clock
                .set(now.saturating_add(SignedDuration::from_millis(50))?);
        }
        let now = self.harness.clock.now();
        self.waiting = next.work.is_some_and(|at| at <= now);
        if self.waiting {
            Box::pin(self.harness.run_due()).await?;
        }
        while let Some((who, action)) = self.take_due(now) {
            self.waiting = false;
            Box::pin(self.perform(who, action)).await?;
        }
        self.notice();
        self.checker.look_in(&self.harness).await
    }
}
