//! A quarter of a calendar year: pairs introduced within one are a cohort.

use jiff::civil::Date;
use std::fmt;

/// January to March is the first quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Quarter {
    year: i16,
    number: i8,
}

impl Quarter {
    /// The quarter that contains `date`.
    pub fn of(date: Date) -> Self {
        Self {
            year: date.year(),
            number: (date.month() - 1) / 3 + 1,
        }
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} Q{}", self.year, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn quarters_begin_in_january_april_july_and_october() {
        for (day, text) in [
            (date(2026, 1, 1), "2026 Q1"),
            (date(2026, 3, 31), "2026 Q1"),
            (date(2026, 4, 1), "2026 Q2"),
            (date(2026, 12, 31), "2026 Q4"),
        ] {
            assert_eq!(Quarter::of(day).to_string(), text);
        }
        assert!(Quarter::of(date(2025, 12, 1)) < Quarter::of(date(2026, 1, 1)));
    }
}
