//! A schedule as choices in a form: how often, on which weekday, at what time. What the choices cannot say is an expression.

use super::weeks::{Weeks, days_until};
use super::{Pattern, Schedule};
use crate::domain::named::named;
use crate::domain::program::Day;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time, time};

named! {
    /// How often something happens. The names are values in the form.
    pub enum Often {
        EveryWeek = "every_week",
        Every2Weeks = "every_2_weeks",
        Every4Weeks = "every_4_weeks",
        FirstOfMonth = "first_of_month",
        /// As an expression says.
        ByExpression = "by_expression",
    }
}

impl Often {
    pub fn in_words(self) -> &'static str {
        match self {
            Self::EveryWeek => "Every week",
            Self::Every2Weeks => "Every 2 weeks",
            Self::Every4Weeks => "Every 4 weeks",
            Self::FirstOfMonth => "The first such day of each month",
            Self::ByExpression => "By the expression further down",
        }
    }

    fn of(pattern: Pattern) -> Option<Self> {
        match pattern {
            Pattern::EveryWeek => Some(Self::EveryWeek),
            Pattern::EveryWeeks(2) => Some(Self::Every2Weeks),
            Pattern::EveryWeeks(4) => Some(Self::Every4Weeks),
            Pattern::EveryWeeks(_) => None,
            Pattern::FirstOfMonth => Some(Self::FirstOfMonth),
        }
    }
}

/// The choices. `day` and `time` mean nothing beside an expression, and the expression nothing beside them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rhythm {
    pub often: Often,
    pub day: Day,
    /// A full minute.
    pub time: Time,
    pub expression: String,
}

impl Rhythm {
    /// What the form shows for a schedule that is stored.
    pub fn of(stored: &str) -> Self {
        let pattern = Schedule::parse(stored)
            .ok()
            .and_then(|schedule| schedule.pattern());
        let said = pattern.and_then(|(pattern, day, time)| Some((Often::of(pattern)?, day, time)));
        match said {
            Some((often, day, time)) => Self {
                often,
                day,
                time,
                expression: String::new(),
            },
            None => Self {
                often: Often::ByExpression,
                day: Day::Mon,
                time: time(10, 0, 0, 0),
                expression: stored.to_owned(),
            },
        }
    }

    /// What is stored for these choices. `before` is stored now, and stays as it is written where the choices still say the
    /// same. `now` is the time on the program's clock: what happens every few weeks begins on the next such day, but a series
    /// that only moves to another time keeps its weeks.
    pub fn stored(&self, before: &str, now: DateTime) -> String {
        if self.says_the_same_as(&Self::of(before)) {
            return before.to_owned();
        }
        let (day, time) = (self.day.cron(), self.time);
        let (hour, minute) = (time.hour(), time.minute());
        match self.often {
            Often::ByExpression => self.expression.trim().to_owned(),
            Often::EveryWeek => format!("{minute} {hour} * * {day}"),
            Often::FirstOfMonth => format!("{minute} {hour} 1-7 * {day}"),
            Often::Every2Weeks => self.weeks(2, before, now).to_string(),
            Often::Every4Weeks => self.weeks(4, before, now).to_string(),
        }
    }

    fn says_the_same_as(&self, other: &Self) -> bool {
        if self.often != other.often {
            return false;
        }
        match self.often {
            Often::ByExpression => self.expression.trim() == other.expression.trim(),
            Often::EveryWeek | Often::Every2Weeks | Often::Every4Weeks | Often::FirstOfMonth => {
                (self.day, self.time) == (other.day, other.time)
            }
        }
    }

    fn weeks(&self, every: u8, before: &str, now: DateTime) -> Weeks {
        let words: Vec<&str> = before.split_whitespace().collect();
        let series =
            Weeks::parse(&words).filter(|before| (before.every, before.day) == (every, self.day));
        Weeks {
            every,
            day: self.day,
            time: self.time,
            from: series.map_or_else(|| self.next_day(now), |series| series.from),
        }
    }

    /// The next such weekday whose time is still ahead.
    fn next_day(&self, now: DateTime) -> Date {
        let today = now.date();
        let from = if now.time() < self.time {
            today
        } else {
            today.saturating_add(1.days())
        };
        from.saturating_add(days_until(from, self.day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn choices() -> impl Strategy<Value = Rhythm> {
        let often = prop::sample::select(vec![
            Often::EveryWeek,
            Often::Every2Weeks,
            Often::Every4Weeks,
            Often::FirstOfMonth,
        ]);
        let day = prop::sample::select(Day::ALL.to_vec());
        (often, day, 0_i8..24, 0_i8..60).prop_map(|(often, day, hour, minute)| Rhythm {
            often,
            day,
            time: time(hour, minute, 0, 0),
            expression: String::new(),
        })
    }

    /// Texts as they may be stored, readable or not.
    fn stored() -> impl Strategy<Value = String> {
        let field = |some: Vec<&'static str>| prop::sample::select(some);
        let cron = (
            field(vec!["", "0 ", "30 "]),
            0..60,
            field(vec!["0", "10", "9,15", "*"]),
            field(vec!["*", "?", "1-7", "1,2,3,4,5,6,7", "8-14", "1"]),
            field(vec!["*", "1"]),
            field(vec!["*", "Mon", "sun", "1", "7", "Mon,Tue"]),
        );
        let cron = cron.prop_map(|(seconds, minute, hour, date, month, weekday)| {
            format!("{seconds}{minute} {hour} {date} {month} {weekday}")
        });
        let weeks = (0..60, field(vec!["Mon", "friday", "on Sun"]), 0..24, 1..29);
        let weeks = weeks.prop_map(|(every, day, hour, date)| {
            format!("every {every} weeks {day} {hour:02}:30 from 2026-02-{date:02}")
        });
        prop_oneof![cron, weeks, "[ -~]{0,30}"]
    }

    fn now() -> impl Strategy<Value = DateTime> {
        (0_i32..4000, 0_i8..24).prop_map(|(days, hour)| {
            date(2026, 1, 1)
                .saturating_add(days.days())
                .at(hour, 30, 0, 0)
        })
    }

    proptest! {
        /// What is chosen is stored, and shown when the form is opened again.
        #[test]
        fn what_is_chosen_is_what_is_shown(rhythm in choices(), before in stored(), now in now()) {
            let text = rhythm.stored(&before, now);
            prop_assert_eq!(&Rhythm::of(&text), &rhythm);
            let schedule = Schedule::parse_daily(&text).unwrap();
            let mut at = now;
            for _ in 0..3 {
                at = schedule.civil_after(at).unwrap();
                prop_assert_eq!((at.weekday(), at.time()), (rhythm.day.weekday(), rhythm.time));
            }
        }

        /// A form that is opened and saved keeps the text that is stored, letter by letter.
        #[test]
        fn what_is_left_alone_stays_as_it_is_written(text in stored(), now in now()) {
            let shown = Rhythm::of(&text);
            prop_assert_eq!(shown.stored(&text, now), text.clone());
            if shown.often == Often::ByExpression {
                prop_assert_eq!(shown.expression, text);
            } else {
                let runs = |text: &str| Schedule::parse(text).unwrap().civil_after(now);
                let anew = shown.stored("", now);
                // A series may begin in another week.
                if !matches!(shown.often, Often::Every2Weeks | Often::Every4Weeks) {
                    prop_assert_eq!(runs(&anew), runs(&text));
                }
            }
        }

        /// A new series begins on the next such day, and never today at a time that is past.
        #[test]
        fn a_series_begins_within_a_week(rhythm in choices(), now in now()) {
            let text = rhythm.stored("", now);
            let first = Schedule::parse(&text).unwrap().civil_after(now).unwrap();
            let weeks = matches!(rhythm.often, Often::Every2Weeks | Often::Every4Weeks);
            prop_assert!(!weeks || first.date() <= now.date().saturating_add(7.days()));
        }
    }

    #[test]
    fn a_series_keeps_its_weeks_when_only_its_time_moves() {
        let before = "every 2 weeks Mon 10:00 from 2026-03-02";
        let now = date(2026, 3, 5).at(12, 0, 0, 0);
        let mut rhythm = Rhythm::of(before);
        rhythm.time = time(14, 30, 0, 0);
        assert_eq!(
            rhythm.stored(before, now),
            "every 2 weeks Mon 14:30 from 2026-03-02"
        );
        rhythm.often = Often::Every4Weeks;
        assert_eq!(
            rhythm.stored(before, now),
            "every 4 weeks Mon 14:30 from 2026-03-09"
        );
        rhythm.day = Day::Thu;
        assert_eq!(
            rhythm.stored(before, now),
            "every 4 weeks Thu 14:30 from 2026-03-05"
        );
    }

    #[test]
    fn what_choices_can_say_and_what_not() {
        for (stored, often) in [
            ("0 0 10 * * Mon", Often::EveryWeek),
            ("0 10 * * 1", Often::EveryWeek),
            ("@weekly", Often::EveryWeek),
            ("30 9 1-7 * Fri", Often::FirstOfMonth),
            (
                "every 4 weeks Mon 10:00 from 2026-03-02",
                Often::Every4Weeks,
            ),
            (
                "every 3 weeks Mon 10:00 from 2026-03-02",
                Often::ByExpression,
            ),
            ("0 10 8-14 * Mon", Often::ByExpression),
            ("0 10 1 * *", Often::ByExpression),
            ("0 10 * 1 Mon", Often::ByExpression),
            ("0 9,15 * * Mon", Often::ByExpression),
            ("30 0 10 * * Mon", Often::ByExpression),
            ("0 0 10 * * Mon 2026", Often::ByExpression),
            ("now and then", Often::ByExpression),
        ] {
            assert_eq!(Rhythm::of(stored).often, often, "{stored}");
        }
    }
}
