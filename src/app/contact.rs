//! Contact with Slack: who we are there, whether it answers, and what time it has.

use super::App;
use super::backoff::Backoff;
use super::health::Slack;
use crate::domain::clock_watch::ClockWatch;
use crate::slack::client::CallError;
use crate::work::clock_watch::skew;
use jiff::SignedDuration;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often Slack is asked normally: it checks the clock, and notices a workspace that installed the app again.
const WELL: Duration = Duration::from_mins(5);
/// The longest wait between two questions after a failure.
const UNWELL: Duration = Duration::from_mins(1);

impl App {
    pub(super) async fn keep_in_touch(self, stop: CancellationToken) {
        let mut backoff = Backoff::default();
        while !stop.is_cancelled() {
            let wait = match self.ask_slack().await {
                Ok(()) => {
                    if backoff.worked() {
                        tracing::info!("in touch with Slack again");
                    }
                    self.adopt().await;
                    WELL
                }
                Err(error) => {
                    let pause = backoff.failed();
                    if pause.tell {
                        let is_refused = error
                            .downcast_ref::<CallError>()
                            .is_some_and(CallError::token_is_dead);
                        let mend = if is_refused {
                            ": SLACK_BOT_TOKEN is refused; `reverse-mentor doctor` says how to mend it"
                        } else {
                            ""
                        };
                        tracing::warn!(%error, "Slack cannot be used{mend}");
                    }
                    pause.wait.min(UNWELL)
                }
            };
            let wait = SignedDuration::try_from(wait).unwrap_or(self.tick);
            tokio::select! {
                () = self.clock.sleep_until(self.after(wait)) => {}
                () = self.health.word_wanted.notified() => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Queues rows that an earlier release beside us wrote, because they do not name the method they wait for.
    async fn adopt(&self) {
        if let Err(error) = self.sender.adopt().await {
            tracing::warn!(%error, "could not look for rows of another release");
        }
    }

    /// Asks Slack for the time and, if it is not known or we were not installed, for who we are.
    pub async fn ask_slack(&self) -> anyhow::Result<()> {
        let is_single = self.sender.clients.is_single();
        let knows_us = self.health.is_introduced() && self.health.is_installed() != Some(false);
        let who = async {
            if knows_us || !is_single {
                return None;
            }
            Some(self.who_are_we().await)
        };
        // Both at the same time, because requests wait for this at start.
        let client = self.sender.clients.app();
        let probe = async {
            if is_single {
                client.probe().await
            } else {
                client.ask_the_time().await
            }
        };
        let (probed, who) = tokio::join!(probe, who);
        self.health.slack(match &probed {
            Err(error) if error.token_is_dead() => Slack::RefusesToken,
            Ok(_) | Err(CallError::Refused(..) | CallError::RateLimited(_)) => Slack::Answers,
            Err(CallError::Unreached | CallError::InDoubt(_)) => Slack::Silent,
        });
        if let Ok(probe) = &probed
            && let Some(now) = self.reading()
            && let Some(skew) = skew(probe, now.wall)
        {
            self.health.skew(skew);
            let says = |watch: &mut ClockWatch, now| watch.slack_says(skew, now);
            self.health.watch(now, says);
            self.mend_clock().await?;
        }
        // An introduction plans from the current time, so the clock must be right.
        anyhow::ensure!(!self.clock_is_held(), "the clock is wrong");
        if let Some(who) = who {
            let (team, bot) = who?;
            self.settle_in(team, bot).await?;
        }
        probed.map(drop).map_err(Into::into)
    }
}
