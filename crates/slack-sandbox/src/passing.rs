//! Time passes, and due events are delivered on the way.

use super::clock::Clock as _;
use super::handle::Sandbox;
use jiff::{SignedDuration, Timestamp};

impl Sandbox {
    /// The time in the workspace.
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
}
