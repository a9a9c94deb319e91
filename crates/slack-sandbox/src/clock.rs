//! The sandbox's clock: the machine's, or one that a test moves by hand.

use jiff::Timestamp;
use std::sync::{Arc, Mutex, PoisonError};

/// The clock that the sandbox reads.
///
/// Rate limits, signatures and retries follow it, so a test can let an hour pass at once.
pub trait Clock: Send + Sync + 'static {
    /// The time in the workspace.
    fn now(&self) -> Timestamp;

    /// The clock itself when it stands still until it is moved; [`Sandbox::pass`](crate::Sandbox::pass) moves it.
    fn manual(&self) -> Option<&ManualClock> {
        None
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct WallClock;

impl Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Stands still until [`ManualClock::set`] moves it. Clones show the same time.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<Mutex<Timestamp>>);

impl ManualClock {
    /// Shows `start` until it is moved.
    pub fn new(start: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(start)))
    }

    /// Moves the clock forward to `to`. Time never runs backwards: an earlier instant changes nothing.
    pub fn set(&self, to: Timestamp) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = to.max(*now);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn manual(&self) -> Option<&ManualClock> {
        Some(self)
    }
}
