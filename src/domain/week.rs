//! A calendar week, for the digest and its companion.

use jiff::civil::{Date, ISOWeekDate, Weekday};
use std::fmt;
use std::str::FromStr;

/// An ISO 8601 week, written `2026-W10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IsoWeek {
    monday: Date,
}

impl IsoWeek {
    /// The week that contains `date`.
    pub fn of(date: Date) -> Self {
        let week = date.iso_week_date();
        let monday = ISOWeekDate::new(week.year(), week.week(), Weekday::Monday);
        Self {
            // The first days of the year -9999 have no Monday before them.
            monday: monday.map_or(date, ISOWeekDate::date),
        }
    }

    pub fn monday(self) -> Date {
        self.monday
    }
}

impl fmt::Display for IsoWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let week = self.monday.iso_week_date();
        write!(f, "{:04}-W{:02}", week.year(), week.week())
    }
}

/// The text is not a week such as `2026-W10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a week such as 2026-W10")]
pub struct NotAWeek;

impl FromStr for IsoWeek {
    type Err = NotAWeek;

    fn from_str(text: &str) -> Result<Self, NotAWeek> {
        let (year, number) = text.split_once("-W").ok_or(NotAWeek)?;
        let year = year.parse().map_err(|_| NotAWeek)?;
        let number = number.parse().map_err(|_| NotAWeek)?;
        let monday = ISOWeekDate::new(year, number, Weekday::Monday).map_err(|_| NotAWeek)?;
        Ok(Self {
            monday: monday.date(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_week_is_written_as_the_standard_writes_it() {
        for (day, text) in [
            (date(2026, 3, 2), "2026-W10"),
            (date(2026, 3, 8), "2026-W10"),
            (date(2027, 1, 1), "2026-W53"),
            (date(2029, 12, 31), "2030-W01"),
        ] {
            let week = IsoWeek::of(day);
            assert_eq!(week.to_string(), text);
            assert_eq!(text.parse(), Ok(week));
        }
        for text in ["", "2026", "2026-W54", "W10", "2025-W53", "2026-10"] {
            assert_eq!(text.parse::<IsoWeek>(), Err(NotAWeek), "{text}");
        }
    }
}
