//! How long a loop waits after a failure, and when to log it.

use std::time::Duration;

/// The longest wait, in seconds.
const LONGEST: u64 = 120;
/// At the longest wait, one failure in this many is logged: once an hour.
const REMIND: u32 = 30;

/// Counts failures in a row.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pause {
    pub wait: Duration,
    /// The wait has grown, or nothing was logged for an hour.
    pub tell: bool,
}

impl Backoff {
    /// Call after a failure: the wait is 1 s, 2 s, 4 s, … 2 minutes.
    pub(super) fn failed(&mut self) -> Pause {
        let wait = |failures: u32| (1_u64 << failures.min(7)).min(LONGEST);
        let now = wait(self.failures);
        let grew = self.failures == 0 || wait(self.failures - 1) < now;
        let tell = grew || self.failures.is_multiple_of(REMIND);
        self.failures = self.failures.saturating_add(1);
        Pause {
            wait: Duration::from_secs(now),
            tell,
        }
    }

    /// Call after a success. Returns whether it had failed before.
    pub(super) fn worked(&mut self) -> bool {
        std::mem::take(&mut self.failures) > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_two_minutes_and_only_growing_ones_are_told() {
        let mut backoff = Backoff::default();
        assert!(!backoff.worked());
        let pauses: Vec<Pause> = (0..12).map(|_| backoff.failed()).collect();
        let waits: Vec<u64> = pauses.iter().map(|pause| pause.wait.as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 120, 120, 120, 120, 120]);
        assert_eq!(pauses.iter().filter(|pause| pause.tell).count(), 8);
        // A day of failures: about 700 tries, one log line an hour.
        let told = (0..708).filter(|_| backoff.failed().tell).count();
        assert!((20..=25).contains(&told), "{told}");
        assert!(backoff.worked() && !backoff.worked());
        assert_eq!(backoff.failed().wait.as_secs(), 1);
    }
}
