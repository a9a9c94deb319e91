//! How many working hours two people share on a typical day, each by their own hours and zone.

use crate::domain::program::Settings;
use crate::domain::workday::Workday;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Long enough that one clock change does not decide the median, short enough to describe the pair's start.
const DAYS: i32 = 28;

/// Minutes shared by every two of these workdays.
pub(super) struct SharedHours {
    workdays: usize,
    minutes: Vec<u16>,
}

impl SharedHours {
    pub(super) fn new(workdays: &[Workday], settings: &Settings, now: Timestamp) -> Self {
        let today = now.to_zoned(TimeZone::UTC).date();
        let days: Vec<Vec<AtWork>> = workdays
            .iter()
            .map(|workday| days_at_work(workday, settings, today))
            .collect();
        let minutes = days
            .iter()
            .flat_map(|a| days.iter().map(move |b| typical(a, b).min(typical(b, a))))
            .collect();
        Self {
            workdays: workdays.len(),
            minutes,
        }
    }

    /// Minutes a day shared by the workdays at positions `a` and `b`.
    pub(super) fn between(&self, a: usize, b: usize) -> u16 {
        self.minutes[a * self.workdays + b]
    }
}

/// When somebody is at work on one day.
struct AtWork {
    /// Unix seconds.
    starts: i64,
    ends: i64,
    /// Within the four weeks, not in the margin around them.
    counts: bool,
}

/// The days of the next four weeks, with a margin for zones that are on another date.
/// Holidays are ignored: they are the same for everyone and say nothing about a typical day.
fn days_at_work(workday: &Workday, settings: &Settings, today: Date) -> Vec<AtWork> {
    let Workday { zone, hours } = workday;
    if zone.is_unknown() {
        return Vec::new();
    }
    (-2..DAYS + 2)
        .filter_map(|day| {
            let date = today.checked_add(day.days()).ok()?;
            let works = settings
                .work_week
                .iter()
                .any(|day| day.weekday() == date.weekday());
            let at = |local: DateTime| {
                let instant = zone.to_ambiguous_timestamp(local).compatible().ok()?;
                Some(instant.as_second())
            };
            works.then_some(AtWork {
                starts: at(hours.starts_on(date))?,
                ends: at(hours.ends_on(date))?,
                counts: (0..DAYS).contains(&day),
            })
        })
        .collect()
}

/// The lower median over `a`'s work days of the minutes shared with `b`.
fn typical(a: &[AtWork], b: &[AtWork]) -> u16 {
    let mut shared: Vec<i64> = a
        .iter()
        .filter(|day| day.counts)
        .map(|day| {
            // One or two of them; looking at each would be slow where people have many different hours.
            let first = b.partition_point(|other| other.ends <= day.starts);
            let others = b[first..].iter();
            let others = others.take_while(|other| other.starts < day.ends);
            let overlap = |other: &AtWork| day.ends.min(other.ends) - day.starts.max(other.starts);
            others.map(overlap).sum::<i64>() / 60
        })
        .collect();
    shared.sort_unstable();
    let middle = shared.len().saturating_sub(1) / 2;
    let minutes = shared.get(middle).copied().unwrap_or(0);
    u16::try_from(minutes).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::program::Day;
    use crate::domain::workday::DayHours;

    fn usual(zone: &str) -> Workday {
        Workday::usual(TimeZone::get(zone).unwrap())
    }

    fn shared_in(settings: &Settings, a: &str, b: &str, now: &str) -> u16 {
        shared_by(&[usual(a), usual(b)], settings, now)
    }

    fn shared_by(workdays: &[Workday; 2], settings: &Settings, now: &str) -> u16 {
        let hours = SharedHours::new(workdays, settings, now.parse().unwrap());
        assert_eq!(hours.between(0, 1), hours.between(1, 0));
        hours.between(0, 1)
    }

    fn shared(a: &str, b: &str, now: &str) -> u16 {
        shared_in(&Settings::default(), a, b, now)
    }

    const WINTER: &str = "2026-01-12T10:00:00Z";
    const SUMMER: &str = "2026-06-15T10:00:00Z";

    #[test]
    fn the_same_zone_shares_the_whole_day() {
        assert_eq!(shared("Europe/Berlin", "Europe/Berlin", WINTER), 480);
    }

    #[test]
    fn both_sides_of_the_atlantic_change_clocks() {
        assert_eq!(shared("Europe/Berlin", "America/New_York", WINTER), 120);
        assert_eq!(shared("Europe/Berlin", "America/New_York", SUMMER), 120);
        // The United States change clocks three weeks before Europe: most of these four weeks have an hour more.
        let march = "2026-03-08T10:00:00Z";
        assert_eq!(shared("Europe/Berlin", "America/New_York", march), 180);
    }

    #[test]
    fn one_side_changes_clocks() {
        assert_eq!(
            shared("Africa/Johannesburg", "America/New_York", WINTER),
            60
        );
        assert_eq!(
            shared("Africa/Johannesburg", "America/New_York", SUMMER),
            120
        );
        // Ten days of winter, then summer: the coming four weeks are mostly summer.
        let before = "2026-02-27T10:00:00Z";
        assert_eq!(
            shared("Africa/Johannesburg", "America/New_York", before),
            120
        );
    }

    #[test]
    fn half_hours_count() {
        assert_eq!(shared("Asia/Kolkata", "Europe/London", WINTER), 150);
        assert_eq!(shared("Asia/Kolkata", "Europe/London", SUMMER), 210);
        assert_eq!(shared("Asia/Kolkata", "America/New_York", WINTER), 0);
    }

    #[test]
    fn a_day_may_fall_on_two_dates() {
        assert_eq!(shared("Pacific/Auckland", "Pacific/Honolulu", WINTER), 420);
        let mondays = Settings {
            work_week: vec![Day::Mon],
            ..Settings::default()
        };
        assert_eq!(
            shared_in(&mondays, "Pacific/Auckland", "Pacific/Honolulu", WINTER),
            0
        );
    }

    /// From and until which hour, there.
    fn own(zone: &str, starts: u16, ends: u16) -> Workday {
        Workday {
            hours: DayHours::new(starts * 60, ends * 60).unwrap(),
            ..usual(zone)
        }
    }

    #[test]
    fn each_has_their_own_hours() {
        for (a, b, minutes) in [
            (
                own("Europe/Berlin", 7, 15),
                own("Europe/Berlin", 12, 20),
                180,
            ),
            (own("Europe/Berlin", 7, 15), usual("Europe/Berlin"), 360),
            (own("Europe/Berlin", 6, 14), usual("America/New_York"), 0),
            (own("Europe/Berlin", 12, 20), usual("America/New_York"), 300),
            (
                own("Europe/Berlin", 18, 24),
                usual("America/Los_Angeles"),
                360,
            ),
            (
                own("Europe/Berlin", 6, 12),
                own("Europe/Berlin", 11, 24),
                60,
            ),
        ] {
            let shared = shared_by(&[a.clone(), b.clone()], &Settings::default(), WINTER);
            assert_eq!(shared, minutes, "{a:?} {b:?}");
        }
    }

    #[test]
    fn nothing_is_shared_where_nothing_is_known() {
        let workdays = [usual("UTC"), Workday::usual(TimeZone::unknown())];
        let hours = SharedHours::new(&workdays, &Settings::default(), WINTER.parse().unwrap());
        assert_eq!(hours.between(0, 1), 0);
        let never = Settings {
            work_week: vec![],
            ..Settings::default()
        };
        assert_eq!(shared_in(&never, "UTC", "UTC", WINTER), 0);
    }
}
