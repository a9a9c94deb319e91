//! Whether a loop still runs.

use crate::clock::monotonic;
use jiff::SignedDuration;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// A loop's signs of life.
pub(super) struct Pulse {
    /// When it last ran, on the steady clock.
    beat: AtomicI64,
    pub(super) failing: AtomicBool,
}

impl Default for Pulse {
    /// As if it had just run: it has as long to begin as it has to run again.
    fn default() -> Self {
        Self {
            beat: AtomicI64::new(millis(monotonic())),
            failing: AtomicBool::default(),
        }
    }
}

impl Pulse {
    pub(super) fn beat(&self) {
        self.beat.store(millis(monotonic()), Ordering::Relaxed);
    }

    pub(super) fn fails(&self, failing: bool) {
        self.failing.store(failing, Ordering::Relaxed);
    }

    pub(super) fn age(&self) -> SignedDuration {
        let beat = SignedDuration::from_millis(self.beat.load(Ordering::Relaxed));
        monotonic() - beat
    }
}

fn millis(span: SignedDuration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
