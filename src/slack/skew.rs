//! How far our clock is from Slack's, as the `Date` of Slack's answers tells.
//!
//! Slack refuses nothing of ours for it, but we refuse requests of Slack's that look five minutes old, and every time we
//! promise to people is read from our clock.

use crate::clock::Clock;
use jiff::SignedDuration;
use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap};
use std::sync::atomic::{AtomicI64, Ordering};

/// No answer of Slack's had a `Date` yet.
const UNKNOWN: i64 = i64::MIN;
/// A `Date` has whole seconds: the true time is half a second later on average.
const HALF_A_SECOND: SignedDuration = SignedDuration::from_millis(500);

/// The last difference that was seen. Read from many calls at once, without a lock.
pub struct Skew {
    clock: Clock,
    /// The second of our clock in which a `Date` was last read: one a second is plenty.
    read_at: AtomicI64,
    /// Milliseconds, or [`UNKNOWN`].
    ahead: AtomicI64,
}

impl Skew {
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            read_at: AtomicI64::new(UNKNOWN),
            ahead: AtomicI64::new(UNKNOWN),
        }
    }

    /// Our clock minus Slack's; positive when ours is ahead. Right to about a second; none before the first answer.
    pub fn get(&self) -> Option<SignedDuration> {
        let ahead = self.ahead.load(Ordering::Relaxed);
        (ahead != UNKNOWN).then(|| SignedDuration::from_millis(ahead))
    }

    /// What the headers of an answer say, to be given to [`Skew::note`] once the answer turns out to be Slack's own. None
    /// when there is nothing to read, and most of the time within a second of the last reading.
    pub fn read(&self, headers: &HeaderMap) -> Option<SignedDuration> {
        let now = self.clock.now();
        if self.read_at.load(Ordering::Relaxed) == now.as_second() {
            return None;
        }
        let date = headers.get(DATE)?.to_str().ok()?;
        let slack = rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?;
        Some(now.duration_since(slack) - HALF_A_SECOND)
    }

    pub fn note(&self, ahead: Option<SignedDuration>) {
        let Some(ahead) = ahead else { return };
        let ms = i64::try_from(ahead.as_millis()).unwrap_or(UNKNOWN);
        self.ahead.store(ms, Ordering::Relaxed);
        let now = self.clock.now().as_second();
        self.read_at.store(now, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn at(now: &str) -> (Clock, Skew) {
        let clock = Clock::manual(now.parse().unwrap());
        (clock.clone(), Skew::new(clock))
    }

    fn dated(date: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, HeaderValue::from_static(date));
        headers
    }

    #[test]
    fn the_difference_is_ours_minus_slacks() {
        let (clock, skew) = at("2026-03-02T10:02:00.500Z");
        assert_eq!(skew.get(), None);
        let read = skew.read(&dated("Mon, 02 Mar 2026 10:00:00 GMT"));
        assert_eq!(
            skew.get(),
            None,
            "not before the answer is known to be Slack's"
        );
        skew.note(read);
        assert_eq!(skew.get(), Some(SignedDuration::from_secs(120)));
        let behind = dated("Mon, 02 Mar 2026 10:02:10 GMT");
        assert_eq!(skew.read(&behind), None, "once a second is enough");
        clock.set("2026-03-02T10:02:05.500Z".parse().unwrap());
        skew.note(skew.read(&behind));
        assert_eq!(skew.get(), Some(SignedDuration::from_secs(-5)));
    }

    /// Whatever stands there, the last good reading stays.
    #[test]
    fn strange_dates_say_nothing() {
        let (clock, skew) = at("2026-03-02T10:00:00.500Z");
        skew.note(skew.read(&dated("Mon, 02 Mar 2026 10:00:00 GMT")));
        let strange = [
            "",
            "yesterday",
            "Mon, 02 Mar 2026 10:00:00",
            "Mon, 99 Mar 2026 10:00:00 GMT",
            "Mon, 02 Mar 99999999999999 10:00:00 GMT",
            "1772445600",
            "Tue, 02 Mar 2026 10:00:00 GMT",
        ];
        for (number, date) in (1..).zip(strange) {
            clock.set(
                "2026-03-02T10:00:00.500Z"
                    .parse::<jiff::Timestamp>()
                    .unwrap()
                    + SignedDuration::from_secs(number),
            );
            assert_eq!(skew.read(&dated(date)), None, "{date}");
            skew.note(skew.read(&HeaderMap::new()));
        }
        assert_eq!(skew.get(), Some(SignedDuration::ZERO));
    }

    /// The furthest dates there are: no overflow.
    #[test]
    fn far_dates_are_only_far() {
        for (date, is_far) in [
            ("Thu, 30 Dec 9999 20:00:00 GMT", true),
            // The parser takes these for no dates.
            ("Mon, 01 Jan 0001 00:00:00 GMT", false),
            ("Fri, 31 Dec 9999 23:59:59 GMT", false),
        ] {
            let (_, skew) = at("2026-03-02T10:00:00Z");
            skew.note(skew.read(&dated(date)));
            let ahead = skew.get().unwrap_or_default();
            assert_eq!(ahead.as_hours() < -10_000_000, is_far, "{date}: {ahead}");
        }
    }
}
