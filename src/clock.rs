//! The one source of time. Features never see it: they are handed `now`.

use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Where the bot (and the sandbox) read the time.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    /// The machine's wall clock, re-read on every call, so that suspends and NTP steps are harmless.
    Wall,
    /// Time runs `speed` times faster than the wall clock since `wall`, starting at `origin`.
    Fast {
        wall: Timestamp,
        origin: Timestamp,
        speed: i64,
        /// How far this process's own clock is ahead of the machine's, in milliseconds: trials of replicas that disagree.
        ahead: i64,
    },
    /// Stands still until it is told to move: scenes and rehearsals.
    Manual(watch::Sender<Timestamp>),
}

impl Clock {
    pub fn wall() -> Self {
        Self(Arc::new(Kind::Wall))
    }

    /// A clock on which `origin` was at wall-clock instant `wall`, running `speed` times as fast.
    pub fn fast(wall: Timestamp, origin: Timestamp, speed: u32) -> Self {
        Self::fast_and_wrong(wall, origin, speed, 0)
    }

    /// The same on a machine whose clock is `ahead` milliseconds too far: [`Clock::at_wall`] of a right clock stays right.
    pub fn fast_and_wrong(wall: Timestamp, origin: Timestamp, speed: u32, ahead: i64) -> Self {
        Self(Arc::new(Kind::Fast {
            wall,
            origin,
            speed: i64::from(speed.max(1)),
            ahead,
        }))
    }

    /// A clock that stands at `start` until [`Clock::set`] moves it.
    pub fn manual(start: Timestamp) -> Self {
        Self(Arc::new(Kind::Manual(watch::channel(start).0)))
    }

    /// The present instant, whole milliseconds.
    pub fn now(&self) -> Timestamp {
        let now = match &*self.0 {
            Kind::Wall => wall_now(),
            Kind::Fast {
                wall,
                origin,
                speed,
                ahead,
            } => {
                let passed = wall_now().as_millisecond() + ahead - wall.as_millisecond();
                millis(origin.as_millisecond() + passed * speed)
            }
            Kind::Manual(at) => *at.borrow(),
        };
        millis(now.as_millisecond())
    }

    /// What this clock shows when a right wall clock, the database's, shows `wall_ms` epoch milliseconds. None of a clock that
    /// somebody moves by hand: the wall's time means nothing to it.
    pub fn at_wall(&self, wall_ms: i64) -> Option<Timestamp> {
        match &*self.0 {
            Kind::Wall => Some(millis(wall_ms)),
            Kind::Fast {
                wall,
                origin,
                speed,
                ..
            } => {
                let passed = wall_ms - wall.as_millisecond();
                Some(millis(origin.as_millisecond() + passed * speed))
            }
            Kind::Manual(_) => None,
        }
    }

    /// Moves a manual clock to `to`. Time never runs backwards; other clocks do not move.
    pub fn set(&self, to: Timestamp) {
        if let Kind::Manual(at) = &*self.0 {
            at.send_if_modified(|now| {
                let forward = to > *now;
                if forward {
                    *now = to;
                }
                forward
            });
        }
    }

    /// Returns once the clock shows `until` or later.
    pub async fn sleep_until(&self, until: Timestamp) {
        if let Kind::Manual(at) = &*self.0 {
            let mut at = at.subscribe();
            // The sender lives as long as `self`, so waiting cannot fail.
            let _ = at.wait_for(|now| *now >= until).await;
            return;
        }
        let speed = match &*self.0 {
            Kind::Fast { speed, .. } => *speed,
            _ => 1,
        };
        loop {
            let left = until.as_millisecond() - self.now().as_millisecond();
            if left <= 0 {
                return;
            }
            // At most a second at a time: a suspended machine wakes to the right time.
            let real = u64::try_from(left / speed).unwrap_or(0).clamp(1, 1000);
            tokio::time::sleep(Duration::from_millis(real)).await;
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the only place that reads the machine's clock"
)]
fn wall_now() -> Timestamp {
    Timestamp::now()
}

/// The instant `ms` milliseconds after the epoch, clamped to what a `Timestamp` can hold.
pub fn millis(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(if ms < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}
