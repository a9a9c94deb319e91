//! Time passes, and what is due happens on the way.

use super::clock::Clock as _;
use super::handle::Sandbox;
use super::inbound::JSON;
use super::payload;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

impl Sandbox {
    /// What time it is in the workspace.
    pub fn now(&self) -> Timestamp {
        self.inner.now()
    }

    /// Whether the clock stands still until [`Sandbox::pass`] moves it.
    pub fn is_clock_manual(&self) -> bool {
        self.inner.clock.manual().is_some()
    }

    /// Lets time pass on a manual clock. Events whose retry or late delivery is due on the way are delivered, each at
    /// its time; answers with how many. The error says that the clock cannot be moved.
    pub async fn pass(&self, span: SignedDuration) -> Result<usize, String> {
        let Some(clock) = self.inner.clock.manual() else {
            return Err(
                "the clock runs by itself: it can be moved only when it is manual".to_owned(),
            );
        };
        if span.is_negative() {
            return Err(format!("time does not run backwards: {span:#}"));
        }
        let end = clock.now().checked_add(span);
        let end = end.map_err(|_| format!("{span:#} is too far away"))?;
        let mut delivered = 0;
        while let Some(due) = self.next_due().filter(|due| *due <= end) {
            clock.set(due);
            delivered += self.deliver_due().await;
        }
        clock.set(end);
        self.inner.tell();
        Ok(delivered)
    }

    /// Slack checks the Request URL of the Event Subscriptions: it sends `url_verification` with a challenge, which the
    /// app has to send back, as the whole body or as `challenge` in JSON. The error says what came instead.
    pub async fn verify_request_url(&self) -> Result<(), String> {
        let (path, challenge, body) = {
            let mut state = self.inner.state();
            let challenge = state.code(40);
            let body = payload::url_verification(&challenge);
            (state.options.paths.events.clone(), challenge, body)
        };
        let body = body.to_string();
        let ack = self.inner.send_uncounted(&path, JSON, body, &[]).await;
        if let Some(failure) = ack.failure {
            return Err(format!("{path}: {failure} (HTTP status {})", ack.status));
        }
        let text = String::from_utf8_lossy(&ack.body);
        let json: Json = serde_json::from_str(&text).unwrap_or_default();
        if text.trim() == challenge || json["challenge"] == challenge {
            return Ok(());
        }
        let start: String = text.chars().take(200).collect();
        Err(format!(
            "{path} did not send the challenge back, but: {start}"
        ))
    }
}
