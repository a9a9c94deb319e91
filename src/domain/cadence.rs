//! Civil time and working hours: when people may be messaged, and when a pair can meet.
//!
//! "Open" means from 9:00 up to, but not including, 17:00 on a day of the work week that is not a holiday, in the
//! zone of the person concerned. Wall-clock times stay the same across DST changes.

use super::program::{Day, Settings};
use jiff::civil::{Date, DateTime, Time, time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{SignedDuration, Span, Timestamp, ToSpan};
use std::sync::Arc;

/// The first local hour in which people may be messaged.
pub const DAY_STARTS: i8 = 9;
/// The local hour from which people are no longer messaged.
pub const DAY_ENDS: i8 = 17;
/// How long a proposed meeting lasts.
pub const MEETING_MINUTES: i64 = 45;

/// How many days ahead to look for a working day: longer than any run of holidays, so that the search ends.
const SEARCH_DAYS: usize = 400;
/// How many days ahead to look for a working hour that everybody shares.
const SHARED_DAYS: i64 = 14;
/// Slots are proposed within this many days of the first possible one.
const SLOT_DAYS: usize = 14;
/// The time left free between two meetings of one person.
const BETWEEN_MINUTES: i64 = 15;

/// The other meetings of the people who are to meet, as far as the program knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Busy {
    /// When other meetings start.
    pub planned: Vec<Timestamp>,
    /// Starts currently offered to others, avoided while other times are left.
    pub proposed: Vec<Timestamp>,
}

impl Busy {
    /// Whether a meeting at `start` would overlap another one or leave too short a break.
    pub fn clashes(&self, start: Timestamp) -> bool {
        touches(&self.planned, start)
    }

    fn is_free(&self, start: Timestamp) -> bool {
        !self.clashes(start) && !touches(&self.proposed, start)
    }
}

fn touches(others: &[Timestamp], start: Timestamp) -> bool {
    let apart = SignedDuration::from_mins(MEETING_MINUTES + BETWEEN_MINUTES);
    let near = |other: &Timestamp| other.duration_since(start).abs() < apart;
    others.iter().any(near)
}

/// The days a program works. Every method takes the zone whose hours count.
#[derive(Clone, Copy, Debug)]
pub struct Hours<'a> {
    pub work_week: &'a [Day],
    pub holidays: &'a [Date],
}

impl<'a> From<&'a Settings> for Hours<'a> {
    fn from(settings: &'a Settings) -> Self {
        Self {
            work_week: &settings.work_week,
            holidays: &settings.holidays,
        }
    }
}

impl<'a> From<&'a Arc<Settings>> for Hours<'a> {
    fn from(settings: &'a Arc<Settings>) -> Self {
        Self::from(settings.as_ref())
    }
}

impl Hours<'_> {
    /// Whether people work on `date`.
    pub fn is_working_day(&self, date: Date) -> bool {
        let weekday = date.weekday();
        self.work_week.iter().any(|day| day.weekday() == weekday) && !self.holidays.contains(&date)
    }

    /// Whether `at` is within working hours of `zone`.
    pub fn is_open(&self, at: Timestamp, zone: &TimeZone) -> bool {
        let here = local(at, zone);
        (DAY_STARTS..DAY_ENDS).contains(&here.hour()) && self.is_working_day(here.date())
    }

    /// The first instant at or after `at` within working hours of `zone`.
    /// Returns `at` itself when there is no working day (an empty work week, nothing but holidays).
    pub fn next_open(&self, at: Timestamp, zone: &TimeZone) -> Timestamp {
        if self.is_open(at, zone) {
            return at;
        }
        days_from(local(at, zone).date())
            .filter(|&date| self.is_working_day(date))
            .map(|date| at_local(date.to_datetime(opening()), zone))
            // Checked again, because a zone that moved across the date line skipped a whole day.
            .find(|&opens| opens >= at && self.is_open(opens, zone))
            .unwrap_or(at)
    }

    /// The first instant at or after `at` within everybody's working hours.
    ///
    /// When they share none in the 14 days after the first zone opens, the first open instant of the first
    /// zone, because otherwise they would never be messaged. Without zones, `at`.
    pub fn next_shared(&self, at: Timestamp, zones: &[TimeZone]) -> Timestamp {
        let Some(first) = zones.first() else {
            return at;
        };
        let opens = self.next_open(at, first);
        let limit = later(opens, SHARED_DAYS * 24 * 60);
        let mut shared = opens;
        while shared <= limit {
            let latest = zones.iter().map(|zone| self.next_open(shared, zone)).max();
            match latest {
                Some(latest) if latest > shared => shared = latest,
                _ => return shared,
            }
        }
        opens
    }

    /// When the first of these people's working days ends, counted from the open instant `at`.
    pub fn closes(&self, at: Timestamp, zones: &[TimeZone]) -> Timestamp {
        let ends = |zone: &TimeZone| at_local(local(at, zone).date().at(DAY_ENDS, 0, 0, 0), zone);
        zones
            .iter()
            .map(ends)
            .filter(|end| *end > at)
            .min()
            .unwrap_or(at)
    }

    /// Up to `n` times to meet, in order: on the hour or half hour of the first zone, wholly within
    /// everybody's hours, at least one working day after `from`, on different days and at different times
    /// of day where their hours allow, and away from everybody's noon if possible. A slot never clashes with another meeting
    /// of theirs; it overlaps what they are offered elsewhere only if there are fewer than `n` slots otherwise.
    /// The same input gives the same slots. Empty when no hours are shared.
    pub fn slots(
        &self,
        from: Timestamp,
        zones: &[TimeZone],
        n: usize,
        busy: &Busy,
    ) -> Vec<Timestamp> {
        let Some(first) = zones.first().filter(|_| n > 0) else {
            return Vec::new();
        };
        let opens = self.next_open(from, first);
        let earliest = self.working_day_after(opens, first);
        let choose = |may: &dyn Fn(Timestamp) -> bool| {
            let days: Vec<Vec<Timestamp>> = days_from(local(earliest, first).date())
                .take(SLOT_DAYS)
                .map(|date| self.starts_on(date, earliest, zones, may))
                .filter(|starts| !starts.is_empty())
                .collect();
            spread(&days, n)
        };
        let mut chosen = choose(&|start| busy.is_free(start));
        if chosen.len() < n {
            chosen = choose(&|start| !busy.clashes(start));
        }
        chosen.sort();
        chosen
    }

    /// Every start on `date` of the first zone that everybody can make and `may` allows. Starts that touch
    /// somebody's noon are included only when there are no others.
    fn starts_on(
        &self,
        date: Date,
        earliest: Timestamp,
        zones: &[TimeZone],
        may: &dyn Fn(Timestamp) -> bool,
    ) -> Vec<Timestamp> {
        let Some(first) = zones.first() else {
            return Vec::new();
        };
        let starts: Vec<Timestamp> = (DAY_STARTS..DAY_ENDS)
            .flat_map(|hour| [time(hour, 0, 0, 0), time(hour, 30, 0, 0)])
            .map(|start| at_local(date.to_datetime(start), first))
            .filter(|&start| start >= earliest && may(start))
            .filter(|&start| self.fit(start, zones))
            .collect();
        let clear: Vec<Timestamp> = starts
            .iter()
            .copied()
            .filter(|&start| zones.iter().all(|zone| clear_of_noon(start, zone)))
            .collect();
        if clear.is_empty() { starts } else { clear }
    }

    /// Whether a meeting that starts at `start` is within a working day of everybody.
    pub fn fit(&self, start: Timestamp, zones: &[TimeZone]) -> bool {
        zones.iter().all(|zone| self.fits(start, zone))
    }

    /// Whether a meeting that starts at `start` begins and ends within one working day of `zone`.
    fn fits(&self, start: Timestamp, zone: &TimeZone) -> bool {
        let last_minute = later(start, MEETING_MINUTES - 1);
        self.is_open(start, zone)
            && self.is_open(last_minute, zone)
            && local(start, zone).date() == local(last_minute, zone).date()
    }

    /// `days` calendar days after `at` at the same local time, moved to the next open instant.
    pub fn days_after(&self, at: Timestamp, days: i32, zone: &TimeZone) -> Timestamp {
        let then = local(at, zone).saturating_add(Span::new().days(days.clamp(-40_000, 40_000)));
        self.next_open(at_local(then, zone), zone)
    }

    /// The same local time on the working day before `at` (for a Monday, the Friday before), moved into working hours: to 9:00
    /// if earlier, to 16:30 if after 17:00. Returns `at` itself when there is no working day.
    pub fn working_day_before(&self, at: Timestamp, zone: &TimeZone) -> Timestamp {
        let here = local(at, zone);
        let before =
            std::iter::successors(here.date().yesterday().ok(), |date| date.yesterday().ok());
        before
            .take(SEARCH_DAYS)
            .find(|&date| self.is_working_day(date))
            .map_or(at, |date| {
                at_local(date.to_datetime(within_hours(here.time())), zone)
            })
    }

    /// The same local time on the working day after `at`, moved into working hours.
    /// Returns `at` itself when there is no working day.
    pub fn working_day_after(&self, at: Timestamp, zone: &TimeZone) -> Timestamp {
        let here = local(at, zone);
        days_from(here.date())
            .skip(1)
            .find(|&date| self.is_working_day(date))
            .map_or(at, |date| {
                at_local(date.to_datetime(within_hours(here.time())), zone)
            })
    }
}

/// `n` months after `at` at the same local time, or the last day of the month where the day does not exist
/// (January 31 and one month: February 28 or 29). Count every cycle from the first one, not from the one
/// before, or a short month pulls the later ones forward.
pub fn months_after(at: Timestamp, n: i32, zone: &TimeZone) -> Timestamp {
    let then = local(at, zone).saturating_add(Span::new().months(n.clamp(-12_000, 12_000)));
    at_local(then, zone)
}

/// The instant at which clocks in `zone` show `civil`: the first one where they show it twice (autumn),
/// the first instant after the gap where they skip it (spring). Never decreases as `civil` grows.
pub fn at_local(civil: DateTime, zone: &TimeZone) -> Timestamp {
    let end = if civil.year() < 1970 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    let instant = |offset: Offset| offset.to_timestamp(civil).unwrap_or(end);
    match zone.to_ambiguous_timestamp(civil).offset() {
        AmbiguousOffset::Unambiguous { offset } => instant(offset),
        AmbiguousOffset::Fold { before, .. } => instant(before),
        AmbiguousOffset::Gap { before, after } => zone
            .following(instant(after))
            .next()
            .map_or_else(|| instant(before), |transition| transition.timestamp()),
    }
}

/// The time that clocks in `zone` show at `at`.
pub fn local(at: Timestamp, zone: &TimeZone) -> DateTime {
    zone.to_datetime(at)
}

/// "Tuesday, March 3 at 1:30 PM", with the year where it is not this one. Never "tomorrow", because messages are
/// read days later. Uses the 12-hour clock, which is Slack's default.
pub fn say_when(at: Timestamp, zone: &TimeZone, now: Timestamp) -> String {
    format!(
        "{} at {}",
        say_day(at, zone, now),
        say_time(local(at, zone).time())
    )
}

/// The same with the zone, for readers in other zones: "Tuesday, March 3 at 1:30 PM (Europe/Berlin)".
pub fn say_when_and_where(at: Timestamp, zone: &TimeZone, now: Timestamp) -> String {
    let here = match zone.iana_name() {
        Some(name) => name.replace('_', " "),
        None => zone.to_offset(at).to_string(),
    };
    format!("{} ({here})", say_when(at, zone, now))
}

/// "1:30 PM".
pub fn say_time(time: Time) -> String {
    time.strftime("%-I:%M %p").to_string()
}

/// "Tuesday, March 3", with the year where it is not this one.
pub fn say_day(at: Timestamp, zone: &TimeZone, now: Timestamp) -> String {
    say_date(local(at, zone).date(), local(now, zone).date())
}

/// "Tuesday, March 3", with the year where it is not today's.
pub fn say_date(date: Date, today: Date) -> String {
    format!("{}, {}", date.strftime("%A"), say_month_day(date, today))
}

/// The same without its weekday: "March 3".
pub fn say_month_day(date: Date, today: Date) -> String {
    let format = if date.year() == today.year() {
        "%B %-d"
    } else {
        "%B %-d, %Y"
    };
    date.strftime(format).to_string()
}

fn opening() -> Time {
    time(DAY_STARTS, 0, 0, 0)
}

fn within_hours(wanted: Time) -> Time {
    if wanted.hour() >= DAY_ENDS {
        time(DAY_ENDS - 1, 30, 0, 0)
    } else {
        wanted.max(opening())
    }
}

/// `date` and the days that follow, up to the search limit.
fn days_from(date: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(date), |date| date.tomorrow().ok()).take(SEARCH_DAYS)
}

fn later(at: Timestamp, minutes: i64) -> Timestamp {
    at.checked_add(minutes.minutes()).unwrap_or(Timestamp::MAX)
}

fn clear_of_noon(start: Timestamp, zone: &TimeZone) -> bool {
    let begins = local(start, zone).time();
    let ends = local(later(start, MEETING_MINUTES), zone).time();
    ends <= time(12, 0, 0, 0) || begins >= time(13, 0, 0, 0)
}

/// Picks `n` starts: every other day while there are enough days, more than one a day only when there are
/// too few. Each pick is at another part of the day: morning, afternoon, late morning, …
fn spread(days: &[Vec<Timestamp>], n: usize) -> Vec<Timestamp> {
    const PARTS_OF_DAY: [usize; 5] = [20, 65, 40, 85, 5]; // percent
    let stride = if days.len() >= 2 * n { 2 } else { 1 };
    let mut left: Vec<Vec<Timestamp>> = days.iter().step_by(stride).take(n).cloned().collect();
    let mut chosen = Vec::with_capacity(n);
    while chosen.len() < n && left.iter().any(|starts| !starts.is_empty()) {
        for starts in &mut left {
            if chosen.len() == n || starts.is_empty() {
                continue;
            }
            let part = PARTS_OF_DAY[chosen.len() % PARTS_OF_DAY.len()];
            let start = starts.remove((starts.len() - 1) * part / 100);
            // A second slot on the same day must not overlap the first.
            starts.retain(|&other| {
                later(start, MEETING_MINUTES) <= other || later(other, MEETING_MINUTES) <= start
            });
            chosen.push(start);
        }
    }
    chosen
}

/// `at` plus `span`, or the latest possible time if that overflows.
pub fn after(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.saturating_add(span).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
