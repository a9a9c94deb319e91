//! One clock for what replicas share: the database's.

use crate::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

/// The database's clock as far as this process knows it.
#[derive(Default)]
pub(super) struct SharedClock {
    /// Ours, which knows what an instant of the wall's is in its own time. None while clocks are not shared.
    own: OnceLock<Clock>,
    /// How far the database's is ahead of ours, in milliseconds of our time.
    offset: AtomicI64,
}

impl SharedClock {
    /// From here on the database's clock counts. Said once; a second time changes nothing.
    pub(super) fn share(&self, clock: &Clock) {
        let _ = self.own.set(clock.clone());
    }

    /// The instant at which the database's wall clock showed `wall_ms`, just now. None where clocks are not shared.
    pub(super) fn instant(&self, wall_ms: i64) -> Option<Timestamp> {
        let own = self.own.get()?;
        let at = own.at_wall(wall_ms)?;
        let offset = at.as_millisecond() - own.now().as_millisecond();
        self.offset.store(offset, Ordering::Relaxed);
        Some(at)
    }

    pub(super) fn offset(&self) -> SignedDuration {
        SignedDuration::from_millis(self.offset.load(Ordering::Relaxed))
    }

    /// An instant of our own clock in the database's time.
    pub(super) fn adjusted(&self, now: Timestamp) -> Timestamp {
        now.saturating_add(self.offset()).unwrap_or(now)
    }
}
