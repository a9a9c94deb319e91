//! "Every N weeks", which cron cannot say: `every 2 weeks Mon 10:00 from 2026-03-02`.

use crate::domain::cadence::say_time;
use crate::domain::program::Day;
use jiff::civil::{Date, DateTime, Time, date};
use jiff::{Span, ToSpan};
use std::fmt;

/// A weekday every few weeks, counted from its first day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Weeks {
    /// 2 to 52.
    pub every: u8,
    pub day: Day,
    /// A full minute.
    pub time: Time,
    /// It begins on the first such weekday on or after this day.
    pub from: Date,
}

impl Weeks {
    /// Reads the words of `every 2 weeks Mon 10:00 from 2026-03-02`, with or without "on" and "at".
    pub fn parse(words: &[&str]) -> Option<Self> {
        let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
        let words: Vec<&str> = lower
            .iter()
            .map(String::as_str)
            .filter(|word| !matches!(*word, "on" | "at"))
            .collect();
        let ["every", every, "weeks", day, time, "from", from] = words.as_slice() else {
            return None;
        };
        let every = every
            .parse()
            .ok()
            .filter(|every| (2..=52).contains(every))?;
        let names = |one: &Day| one.as_str() == *day || one.name().to_lowercase() == *day;
        Some(Self {
            every,
            day: Day::ALL.into_iter().find(names)?,
            time: Time::strptime("%H:%M", time).ok()?,
            from: Date::strptime("%Y-%m-%d", from).ok()?,
        })
    }

    /// The first time after `after`.
    pub fn after(self, after: DateTime) -> Option<DateTime> {
        let start = self.from.max(date(1970, 1, 1));
        let first = start.checked_add(days_until(start, self.day)).ok()?;
        let step = i64::from(self.every) * 7;
        let passed = first.until(after.date()).ok()?.get_days();
        // The last time on or before that day, and the one that follows.
        let steps = (i64::from(passed) / step).max(0);
        [steps, steps + 1].into_iter().find_map(|steps| {
            let day = first
                .checked_add(Span::new().try_days(steps * step).ok()?)
                .ok()?;
            let next = day.to_datetime(self.time);
            (next > after).then_some(next)
        })
    }

    pub fn in_words(self) -> String {
        format!(
            "every {} weeks on {} at {}",
            self.every,
            self.day.name(),
            say_time(self.time)
        )
    }
}

impl fmt::Display for Weeks {
    /// As it is stored.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (day, time) = (self.day.cron(), self.time.strftime("%H:%M"));
        write!(
            f,
            "every {} weeks {day} {time} from {}",
            self.every, self.from
        )
    }
}

/// How long it is from `date` to such a weekday; nothing if it is one.
pub(super) fn days_until(date: Date, day: Day) -> Span {
    i32::from(date.weekday().until(day.weekday())).days()
}
