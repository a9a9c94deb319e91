//! The only source of time. Features never see it: they receive `now`.

use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// The clock of the bot and the sandbox.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    /// The machine's wall clock, read on every call, so that suspends and NTP steps are harmless.
    Wall,
    /// Time runs `speed` times faster than the wall clock since `wall`, starting at `origin`.
    Fast {
        wall: Timestamp,
        origin: Timestamp,
        speed: i64,
        /// How far this process's own clock is ahead of the machine's, in milliseconds: trials of replicas that disagree.
        ahead: i64,
    },
    /// Stands still until it is moved, for scenes and rehearsals.
    Manual(watch::Sender<Timestamp>),
    /// Another clock, wrong by this many milliseconds, for trials of a machine whose time is set.
    Wrong { real: Clock, by: watch::Sender<i64> },
}

impl Clock {
    pub fn wall() -> Self {
        Self(Arc::new(Kind::Wall))
    }

    /// A clock on which `origin` was at wall-clock instant `wall`, running `speed` times as fast.
    pub fn fast(wall: Timestamp, origin: Timestamp, speed: u32) -> Self {
        Self::fast_and_wrong(wall, origin, speed, 0)
    }

    /// The same on a machine whose clock is `ahead` milliseconds fast; [`Clock::at_wall`] of a right clock stays right.
    pub fn fast_and_wrong(wall: Timestamp, origin: Timestamp, speed: u32, ahead: i64) -> Self {
        Self(Arc::new(Kind::Fast {
            wall,
            origin,
            speed: i64::from(speed.max(1)),
            ahead,
        }))
    }

    /// A clock that shows `start` until [`Clock::set`] moves it.
    pub fn manual(start: Timestamp) -> Self {
        Self(Arc::new(Kind::Manual(watch::channel(start).0)))
    }

    /// A clock that follows `real` until [`Clock::set_wrong`] changes it.
    pub fn wrong(real: &Clock) -> Self {
        Self(Arc::new(Kind::Wrong {
            real: real.clone(),
            by: watch::channel(0).0,
        }))
    }

    /// The current instant, in whole milliseconds.
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
            Kind::Wrong { real, by } => millis(real.now().as_millisecond() + *by.borrow()),
        };
        millis(now.as_millisecond())
    }

    /// The time of this clock when a right wall clock, such as the database's, shows `wall_ms` epoch milliseconds. None for a
    /// manual clock, which is unrelated to the wall's time.
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
            // The database's time is right where this clock is wrong.
            Kind::Wrong { real, .. } => real.at_wall(wall_ms),
        }
    }

    /// Moves a manual clock forward to `to`. It never runs backwards; other clocks do not move.
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

    /// Makes a clock from [`Clock::wrong`] wrong by this much; other clocks stay as they are.
    pub fn set_wrong(&self, by: SignedDuration) {
        if let Kind::Wrong { by: wrong, .. } = &*self.0 {
            wrong.send_replace(i64::try_from(by.as_millis()).unwrap_or(i64::MAX));
        }
    }

    /// Time since some start that runs evenly even if the clock is set, so that a clock change shows. None for clocks with
    /// a pace of their own.
    pub fn steady(&self) -> Option<SignedDuration> {
        match &*self.0 {
            Kind::Wall => Some(monotonic()),
            Kind::Fast { .. } | Kind::Manual(_) => None,
            Kind::Wrong { real, .. } => {
                let own = || real.now().duration_since(Timestamp::UNIX_EPOCH);
                Some(real.steady().unwrap_or_else(own))
            }
        }
    }

    /// Returns once the clock shows `until` or later. If the clock is set back meanwhile, it takes no longer than was left at
    /// the call, so that a wait computed on a wrong clock ends soon.
    pub async fn sleep_until(&self, until: Timestamp) {
        match &*self.0 {
            Kind::Manual(at) => {
                let mut at = at.subscribe();
                // The sender lives as long as `self`, so waiting cannot fail.
                let _ = at.wait_for(|now| *now >= until).await;
            }
            Kind::Wrong { real, by } => {
                let mut by = by.subscribe();
                let longest = real.now().as_millisecond() + self.left(until);
                while self.left(until) > 0 {
                    let wake = longest.min(real.now().as_millisecond() + self.left(until));
                    // Boxed, because a clock contains a clock.
                    let slept = Box::pin(real.sleep_until(millis(wake)));
                    tokio::select! {
                        () = slept => return,
                        _ = by.changed() => {}
                    }
                }
            }
            Kind::Wall => self.sleep_at_pace(until, 1).await,
            Kind::Fast { speed, .. } => self.sleep_at_pace(until, *speed).await,
        }
    }

    async fn sleep_at_pace(&self, until: Timestamp, speed: i64) {
        let (asked, longest) = (monotonic(), self.left(until) / speed);
        loop {
            let slept = i64::try_from((monotonic() - asked).as_millis()).unwrap_or(i64::MAX);
            let left = (self.left(until) / speed).min(longest - slept);
            if left <= 0 && (self.left(until) <= 0 || slept >= longest) {
                return;
            }
            // At most a second at a time, so that a machine wakes from suspend to the right time.
            let real = u64::try_from(left).unwrap_or(0).clamp(1, 1000);
            tokio::time::sleep(Duration::from_millis(real)).await;
        }
    }

    /// Milliseconds until the clock shows `until`.
    fn left(&self, until: Timestamp) -> i64 {
        until.as_millisecond() - self.now().as_millisecond()
    }
}

/// The local Slack uses the bot's clock.
impl slack_sandbox::Clock for Clock {
    fn now(&self) -> Timestamp {
        Clock::now(self)
    }
}

/// Real time since the first call. It is never set, never runs backwards, and stands still while the machine is suspended.
pub fn monotonic() -> SignedDuration {
    static START: OnceLock<Instant> = OnceLock::new();
    let passed = START.get_or_init(Instant::now).elapsed();
    SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX)
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Poll;

    const YEARS: SignedDuration = SignedDuration::from_hours(5 * 365 * 24);

    async fn is_done(sleep: &mut (impl Future<Output = ()> + Unpin)) -> bool {
        std::future::poll_fn(|context| {
            Poll::Ready(std::pin::pin!(&mut *sleep).poll(context).is_ready())
        })
        .await
    }

    #[tokio::test]
    async fn a_clock_that_is_set_back_does_not_sleep_for_years() {
        let real = Clock::manual("2026-03-02T09:00:00Z".parse().unwrap());
        let clock = Clock::wrong(&real);
        clock.set_wrong(YEARS);
        let tick = SignedDuration::from_secs(15);
        let until = clock.now() + tick;
        let mut sleep = Box::pin(clock.sleep_until(until));
        assert!(!is_done(&mut sleep).await);
        clock.set_wrong(SignedDuration::ZERO);
        assert!(!is_done(&mut sleep).await);
        real.set(real.now() + tick);
        assert!(is_done(&mut sleep).await);
    }

    #[tokio::test]
    async fn a_clock_that_is_set_ahead_wakes_who_sleeps() {
        let real = Clock::manual("2026-03-02T09:00:00Z".parse().unwrap());
        let clock = Clock::wrong(&real);
        let until = clock.now() + SignedDuration::from_hours(1);
        let mut sleep = Box::pin(clock.sleep_until(until));
        assert!(!is_done(&mut sleep).await);
        clock.set_wrong(YEARS);
        assert!(is_done(&mut sleep).await);
    }

    #[test]
    fn steady_time_does_not_follow_a_clock_that_is_set() {
        let real = Clock::manual("2026-03-02T09:00:00Z".parse().unwrap());
        let clock = Clock::wrong(&real);
        let before = clock.steady().unwrap();
        clock.set_wrong(YEARS);
        real.set(real.now() + SignedDuration::from_secs(7));
        assert_eq!(
            clock.steady().unwrap() - before,
            SignedDuration::from_secs(7)
        );
        assert_eq!(real.steady(), None);
    }
}
