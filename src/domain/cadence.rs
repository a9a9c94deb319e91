//! Civil time and working hours: when people may be messaged, and when a pair can meet.
//!
//! "Open" means from the beginning of somebody's hours (9:00, unless they set their own) up to, but not including, their end (17:00)
//! on a day of the work week that is not a holiday, in their zone. Wall-clock times stay the same across DST changes.

use super::program::{Day, Settings};
use super::workday::Workday;
use jiff::civil::{Date, DateTime, Time, time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{SignedDuration, Span, Timestamp, ToSpan};
use std::sync::Arc;

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

/// The days a program works. Every method takes the workday of the person, or people, whose hours count.
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

    /// Whether `at` is within the hours of `day`.
    pub fn is_open(&self, at: Timestamp, day: &Workday) -> bool {
        let here = local(at, &day.zone);
        day.hours.contains(here.time()) && self.is_working_day(here.date())
    }

    /// The first instant at or after `at` within the hours of `day`.
    /// Returns `at` itself when there is no working day (an empty work week, nothing but holidays).
    pub fn next_open(&self, at: Timestamp, day: &Workday) -> Timestamp {
        if self.is_open(at, day) {
            return at;
        }
        days_from(local(at, &day.zone).date())
            .filter(|&date| self.is_working_day(date))
            .map(|date| at_local(day.hours.starts_on(date), &day.zone))
            // Checked again, because a zone that moved across the date line skipped a whole day.
            .find(|&opens| opens >= at && self.is_open(opens, day))
            .unwrap_or(at)
    }

    /// The first instant at or after `at` within everybody's working hours.
    ///
    /// When they share none in the 14 days after the first of them is at work, the first instant at which that one is, because
    /// otherwise they would never be messaged. Without people, `at`.
    pub fn next_shared(&self, at: Timestamp, days: &[Workday]) -> Timestamp {
        let Some(first) = days.first() else {
            return at;
        };
        let opens = self.next_open(at, first);
        let limit = later(opens, SHARED_DAYS * 24 * 60);
        let mut shared = opens;
        while shared <= limit {
            let latest = days.iter().map(|day| self.next_open(shared, day)).max();
            match latest {
                Some(latest) if latest > shared => shared = latest,
                _ => return shared,
            }
        }
        opens
    }

    /// When the first of these people's working days ends, counted from the open instant `at`.
    pub fn closes(&self, at: Timestamp, days: &[Workday]) -> Timestamp {
        let ends = |day: &Workday| {
            let today = local(at, &day.zone).date();
            at_local(day.hours.ends_on(today), &day.zone)
        };
        days.iter()
            .map(ends)
            .filter(|end| *end > at)
            .min()
            .unwrap_or(at)
    }

    /// Up to `n` times to meet, in order: on the hour or half hour of the first one's zone, wholly within
    /// everybody's hours, at least one working day after `from`, on different days and at different times
    /// of day where their hours allow, and away from everybody's noon if possible. A slot never clashes with another meeting
    /// of theirs; it overlaps what they are offered elsewhere only if there are fewer than `n` slots otherwise.
    /// The same input gives the same slots. Empty when no hours are shared.
    pub fn slots(
        &self,
        from: Timestamp,
        days: &[Workday],
        n: usize,
        busy: &Busy,
    ) -> Vec<Timestamp> {
        let Some(first) = days.first().filter(|_| n > 0) else {
            return Vec::new();
        };
        let opens = self.next_open(from, first);
        let earliest = self.working_day_after(opens, first);
        let choose = |may: &dyn Fn(Timestamp) -> bool| {
            let starts: Vec<Vec<Timestamp>> = days_from(local(earliest, &first.zone).date())
                .take(SLOT_DAYS)
                .map(|date| self.starts_on(date, earliest, days, may))
                .filter(|starts| !starts.is_empty())
                .collect();
            spread(&starts, n)
        };
        let mut chosen = choose(&|start| busy.is_free(start));
        if chosen.len() < n {
            chosen = choose(&|start| !busy.clashes(start));
        }
        chosen.sort();
        chosen
    }

    /// Every start on `date` of the first one's zone that everybody can make and `may` allows. Starts that touch
    /// somebody's noon are included only when there are no others.
    fn starts_on(
        &self,
        date: Date,
        earliest: Timestamp,
        days: &[Workday],
        may: &dyn Fn(Timestamp) -> bool,
    ) -> Vec<Timestamp> {
        let Some(first) = days.first() else {
            return Vec::new();
        };
        let half_hours = first.hours.half_hours_of(date);
        let starts: Vec<Timestamp> = half_hours
            .map(|start| at_local(start, &first.zone))
            .filter(|&start| start >= earliest && may(start))
            .filter(|&start| self.fit(start, days))
            .collect();
        let clear: Vec<Timestamp> = starts
            .iter()
            .copied()
            .filter(|&start| days.iter().all(|day| clear_of_noon(start, &day.zone)))
            .collect();
        if clear.is_empty() { starts } else { clear }
    }

    /// Whether a meeting that starts at `start` is within a working day of everybody.
    pub fn fit(&self, start: Timestamp, days: &[Workday]) -> bool {
        days.iter().all(|day| self.fits(start, day))
    }

    /// Whether a meeting that starts at `start` begins and ends within one and the same `day`.
    fn fits(&self, start: Timestamp, day: &Workday) -> bool {
        let last_minute = later(start, MEETING_MINUTES - 1);
        self.is_open(start, day)
            && self.is_open(last_minute, day)
            && local(start, &day.zone).date() == local(last_minute, &day.zone).date()
    }

    /// `days` calendar days after `at` at the same local time, moved to the next open instant.
    pub fn days_after(&self, at: Timestamp, days: i32, day: &Workday) -> Timestamp {
        let days = Span::new().days(days.clamp(-40_000, 40_000));
        let then = local(at, &day.zone).saturating_add(days);
        self.next_open(at_local(then, &day.zone), day)
    }

    /// The same local time on the working day before `at` (for a Monday, the Friday before), moved into their hours:
    /// to the beginning if earlier, to the last half hour if after the end. Returns `at` itself when there is no working day.
    pub fn working_day_before(&self, at: Timestamp, day: &Workday) -> Timestamp {
        let here = local(at, &day.zone);
        let before =
            std::iter::successors(here.date().yesterday().ok(), |date| date.yesterday().ok());
        before
            .take(SEARCH_DAYS)
            .find(|&date| self.is_working_day(date))
            .map_or(at, |date| {
                at_local(day.hours.moved_into(date, here.time()), &day.zone)
            })
    }

    /// The same local time on the working day after `at`, moved into their hours.
    /// Returns `at` itself when there is no working day.
    pub fn working_day_after(&self, at: Timestamp, day: &Workday) -> Timestamp {
        let here = local(at, &day.zone);
        days_from(here.date())
            .skip(1)
            .find(|&date| self.is_working_day(date))
            .map_or(at, |date| {
                at_local(day.hours.moved_into(date, here.time()), &day.zone)
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
