//! The enrollment window: people join until a day, and the first match is on another. With fewer people than a program wants, it
//! moves by a week.

use super::cadence;
use super::program::{Enrollment, Settings};
use super::schedule::Schedule;
use super::schedule::rhythm::Rhythm;
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp, ToSpan};

/// How often the first match moves, at most. Then whoever is there is matched.
pub const MOVES: u8 = 3;

/// A window that is open: its first match is still to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    pub join_until: Option<Date>,
    pub first_match: Date,
    /// The moment of the first match.
    pub at: Timestamp,
    pub least: Option<u32>,
    pub moves: u8,
    /// Owners have been asked, and have until then.
    pub decide_by: Option<Timestamp>,
}

impl Window {
    /// The window of these settings as it is now; none without one, or once it is over.
    pub fn open(settings: &Settings, progress: &Enrollment) -> Option<Self> {
        let planned = settings.first_match.filter(|_| !progress.over)?;
        let first_match = progress.moved_to.unwrap_or(planned);
        let later = |day: Date| match planned.until(first_match) {
            Ok(span) => day.saturating_add(span),
            Err(_) => day,
        };
        Some(Self {
            join_until: settings.join_until.map(later),
            first_match,
            at: moment(settings, first_match),
            least: settings.least_people,
            moves: progress.moves,
            decide_by: progress.decide_by,
        })
    }

    /// When it goes on by itself.
    pub fn next_step(&self) -> Timestamp {
        self.decide_by.unwrap_or(self.at)
    }

    /// Whether fewer people look for a partner than the program wants.
    pub fn lacks(&self, looking: i64) -> bool {
        self.least.is_some_and(|least| looking < i64::from(least))
    }

    /// Whether owners are being asked, and have until this instant (epoch milliseconds): it names their card.
    pub fn is_asked_until(&self, until: i64) -> bool {
        self.decide_by.map(Timestamp::as_millisecond) == Some(until)
    }

    pub fn may_move(&self) -> bool {
        self.moves < MOVES
    }

    /// What it is like once its first match is a week later.
    pub fn a_week_later(&self, today: Date) -> Enrollment {
        let week = 1.weeks();
        let mut day = self.first_match.saturating_add(week);
        // The bot may have been off for long.
        while day <= today && day < Date::MAX {
            day = day.saturating_add(week);
        }
        Enrollment {
            moved_to: Some(day),
            moves: self.moves.saturating_add(1),
            decide_by: None,
            over: false,
        }
    }

    /// Whether the first match is made at the next step, with so many people: there are enough, or it has moved often enough.
    pub fn is_made_with(&self, looking: i64) -> bool {
        !self.lacks(looking) || !self.may_move()
    }

    /// The end of a break of the program that passes over the first match.
    pub fn waits_until(&self, break_until: Option<Timestamp>) -> Option<Timestamp> {
        break_until.filter(|until| *until >= self.at)
    }

    /// The last day to join, if it has not passed.
    pub fn joining_until(&self, today: Date) -> Option<Date> {
        self.join_until.filter(|day| today <= *day)
    }
}

/// The round of that day if the schedule has one, since there is at most one a day; else the hour of rounds.
fn moment(settings: &Settings, day: Date) -> Timestamp {
    let zone = settings.zone();
    let midnight = cadence::at_local(day.to_datetime(Time::midnight()), &zone);
    let before = cadence::after(midnight, SignedDuration::from_millis(-1));
    let schedule = Schedule::of_rounds(&settings.round_schedule);
    let next = schedule.and_then(|schedule| schedule.next_after(before, &zone));
    let that_day = next.filter(|at| cadence::local(*at, &zone).date() == day);
    that_day.unwrap_or_else(|| {
        let hour = Rhythm::of(&settings.round_schedule).time;
        cadence::at_local(day.to_datetime(hour), &zone)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn settings() -> Settings {
        Settings {
            join_until: Some(date(2026, 3, 20)),
            first_match: Some(date(2026, 3, 23)),
            least_people: Some(10),
            round_schedule: "0 30 9 * * Tue".into(),
            time_zone: "Europe/Berlin".into(),
            ..Settings::default()
        }
    }

    #[test]
    fn a_window_is_open_until_its_first_match_is_made() {
        let mut progress = Enrollment::default();
        let window = Window::open(&settings(), &progress).unwrap();
        assert_eq!(window.at.to_string(), "2026-03-23T08:30:00Z");
        assert!(window.lacks(9) && !window.lacks(10));
        let by_expression = Settings {
            round_schedule: "0 15 1,23 * *".into(),
            ..settings()
        };
        let same_day = Window::open(&by_expression, &progress).unwrap();
        assert_eq!(same_day.at.to_string(), "2026-03-23T14:00:00Z");
        progress.over = true;
        assert_eq!(Window::open(&settings(), &progress), None);
        let without = Settings::default();
        assert_eq!(Window::open(&without, &Enrollment::default()), None);
    }

    #[test]
    fn both_days_move_together_and_three_times_at_most() {
        let mut progress = Enrollment::default();
        let mut days = Vec::new();
        while let Some(window) = Window::open(&settings(), &progress)
            && window.may_move()
        {
            progress = window.a_week_later(window.first_match);
            let moved = Window::open(&settings(), &progress).unwrap();
            days.push(format!("{} {}", moved.join_until.unwrap(), moved.at));
        }
        let expected = [
            "2026-03-27 2026-03-30T07:30:00Z",
            "2026-04-03 2026-04-06T07:30:00Z",
            "2026-04-10 2026-04-13T07:30:00Z",
        ];
        assert_eq!(days, expected);
        let late = Window::open(&settings(), &Enrollment::default()).unwrap();
        let moved = late.a_week_later(date(2026, 5, 1)).moved_to;
        assert_eq!(moved, Some(date(2026, 5, 4)), "not into the past");
    }
}
