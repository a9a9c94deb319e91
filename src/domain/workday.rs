//! From when until when somebody works on a working day, and in which time zone. The days themselves are the program's.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// In minutes of the local day: whole or half hours, and at least [`DayHours::SHORTEST`] of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DayHours {
    starts: u16,
    ends: u16,
}

impl DayHours {
    /// 9 to 5: the hours of everybody who has set none of their own, and of the program itself.
    pub const USUAL: Self = Self {
        starts: 9 * 60,
        ends: 17 * 60,
    };
    /// Hours begin and end at multiples of this, in minutes.
    pub const STEP: u16 = 30;
    /// The shortest day, in minutes: shorter ones leave too little room for a meeting and what is written around it.
    pub const SHORTEST: u16 = 3 * 60;
    pub const MIDNIGHT: u16 = 24 * 60;

    /// None if the day would be too short, would end after midnight, or is in other steps.
    pub fn new(starts: u16, ends: u16) -> Option<Self> {
        let in_steps = starts.is_multiple_of(Self::STEP) && ends.is_multiple_of(Self::STEP);
        let long_enough = ends >= starts.saturating_add(Self::SHORTEST);
        (in_steps && long_enough && ends <= Self::MIDNIGHT).then_some(Self { starts, ends })
    }

    pub fn starts(self) -> u16 {
        self.starts
    }

    pub fn ends(self) -> u16 {
        self.ends
    }

    pub fn starts_on(self, date: Date) -> DateTime {
        on(date, self.starts)
    }

    pub fn ends_on(self, date: Date) -> DateTime {
        on(date, self.ends)
    }

    /// Every half hour of `date` at which somebody is at work.
    pub fn half_hours_of(self, date: Date) -> impl Iterator<Item = DateTime> {
        let starts = (self.starts..self.ends).step_by(usize::from(Self::STEP));
        starts.map(move |minute| on(date, minute))
    }

    /// "9:00 AM to 5:00 PM".
    pub fn in_words(self) -> String {
        format!("{} to {}", say_minute(self.starts), say_minute(self.ends))
    }

    pub fn contains(self, time: Time) -> bool {
        (self.starts..self.ends).contains(&minute_of(time))
    }

    /// `time` of `date`, moved into these hours: to their beginning if it is earlier, to their last half hour if it is later.
    pub fn moved_into(self, date: Date, time: Time) -> DateTime {
        if minute_of(time) >= self.ends {
            on(date, self.ends - Self::STEP)
        } else {
            self.starts_on(date).max(date.to_datetime(time))
        }
    }
}

impl Default for DayHours {
    fn default() -> Self {
        Self::USUAL
    }
}

/// "1:30 PM", for this minute of a day.
pub fn say_minute(minute: u16) -> String {
    if minute == DayHours::MIDNIGHT {
        return "midnight".to_owned();
    }
    on(Date::ZERO, minute).strftime("%-I:%M %p").to_string()
}

/// Midnight is the beginning of the next day.
fn on(date: Date, minute: u16) -> DateTime {
    let begins = date.to_datetime(Time::midnight());
    begins.saturating_add(i64::from(minute).minutes())
}

fn minute_of(time: Time) -> u16 {
    u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs())
}

/// Somebody's hours on the clocks of their zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workday {
    pub zone: TimeZone,
    pub hours: DayHours,
}

impl Workday {
    /// 9 to 5 in this zone.
    pub fn usual(zone: TimeZone) -> Self {
        Self {
            zone,
            hours: DayHours::USUAL,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    #[test]
    fn a_day_has_three_hours_at_least_in_half_hours_and_ends_by_midnight() {
        for (starts, ends, may) in [
            (9 * 60, 17 * 60, true),
            (12 * 60, 15 * 60, true),
            (12 * 60, 14 * 60 + 30, false),
            (21 * 60, 24 * 60, true),
            (0, 24 * 60, true),
            (21 * 60, 24 * 60 + 30, false),
            (17 * 60, 9 * 60, false),
            (u16::MAX, u16::MAX, false),
            (9 * 60 + 15, 17 * 60, false),
        ] {
            assert_eq!(
                DayHours::new(starts, ends).is_some(),
                may,
                "{starts} {ends}"
            );
        }
    }

    #[test]
    fn midnight_ends_a_day() {
        let late = DayHours::new(21 * 60, 24 * 60).unwrap();
        let day = date(2026, 3, 3);
        assert_eq!(late.ends_on(day), date(2026, 3, 4).at(0, 0, 0, 0));
        assert!(late.contains(time(23, 59, 59, 0)) && !late.contains(Time::midnight()));
        assert_eq!(late.half_hours_of(day).count(), 6);
        assert_eq!(late.moved_into(day, time(8, 0, 0, 0)), day.at(21, 0, 0, 0));
        let usual = DayHours::USUAL.moved_into(day, time(18, 0, 0, 0));
        assert_eq!(usual, day.at(16, 30, 0, 0));
    }
}
