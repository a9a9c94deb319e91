//! When rounds and digests happen: cron expressions on civil time, or every few weeks.
//!
//! The `cron` crate reads the expression; we compute the times on local clocks and only then convert them
//! to instants. Given a time zone itself, the crate skips the spring day and fires twice in autumn.

pub mod rhythm;
mod weeks;

use super::cadence::{self, at_local, local, say_time};
use super::program::Day;
use super::zones;
use cron::TimeUnitSpec;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, date};
use jiff::tz::TimeZone;
use std::fmt::Write;
use weeks::Weeks;

/// The last year that an expression can name.
const LAST_YEAR: i16 = 2100;
const EXAMPLE: &str = "for example `0 10 * * Mon` for every Monday at 10:00 AM";

/// A schedule that fires at most once an hour of local time.
///
/// Five fields (minute, hour, day, month, weekday), six (seconds first) or seven (a year last). When both
/// a day and a weekday are given, both must match: `0 10 1-7 * Mon` is the first Monday of the month.
/// Weekdays are best written as names. As numbers they depend on the form: 0–7 with 0 and 7 for Sunday
/// in five fields, 1–7 with 1 for Sunday in six or seven.
///
/// Cron cannot say "every two weeks", so that has words of its own: `every 2 weeks Mon 10:00 from 2026-03-02`.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    written: String,
    times: Times,
    /// Only the first time of each day counts.
    once_a_day: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Times {
    Cron(Box<cron::Schedule>),
    Weeks(Weeks),
}

/// What a schedule says, where it is one weekday at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    EveryWeek,
    /// Every 2 to 52 weeks.
    EveryWeeks(u8),
    FirstOfMonth,
}

/// Why a schedule was refused; the text tells people what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSchedule {
    #[error("Write a schedule as minute, hour, day, month and weekday, {EXAMPLE}.")]
    Unreadable,
    #[error(
        "That schedule would run more than once an hour. Give one minute of the hour, {EXAMPLE}."
    )]
    TooOften,
    #[error("That schedule never runs: no such day exists. Pick another, {EXAMPLE}.")]
    Never,
    #[error(
        "Write it as `every 2 weeks Mon 10:00 from 2026-03-02`: 2 to 52 weeks, a weekday, a time, and the day it begins."
    )]
    UnreadableWeeks,
    #[error(
        "That schedule would run more than once a day, and there's at most one round a day. Give one hour, {EXAMPLE}."
    )]
    MoreThanDaily,
    #[error("That schedule is over: all its days are past. Pick another, {EXAMPLE}.")]
    Over,
}

impl Schedule {
    /// Parses an expression that a person wrote.
    pub fn parse(text: &str) -> Result<Self, BadSchedule> {
        let words: Vec<&str> = text.split_whitespace().collect();
        if words
            .first()
            .is_some_and(|word| word.eq_ignore_ascii_case("every"))
        {
            let weeks = Weeks::parse(&words).ok_or(BadSchedule::UnreadableWeeks)?;
            return Self::new(&words, Times::Weeks(weeks));
        }
        let expression = match words.as_slice() {
            [shorthand] if shorthand.starts_with('@') => shorthand.to_lowercase(),
            [minute, hour, day, month, weekday] => {
                let weekday = crontab_weekday(weekday).ok_or(BadSchedule::Unreadable)?;
                format!("0 {minute} {hour} {day} {month} {weekday}")
            }
            [_, _, _, _, _, _] | [_, _, _, _, _, _, _] => words.join(" "),
            _ => return Err(BadSchedule::Unreadable),
        };
        let fields: cron::Schedule = expression.parse().map_err(|_| BadSchedule::Unreadable)?;
        if fields.seconds().count() != 1 || fields.minutes().count() != 1 {
            return Err(BadSchedule::TooOften);
        }
        Self::new(&words, Times::Cron(Box::new(fields)))
    }

    /// The same for rounds, of which there is at most one a day.
    pub fn parse_daily(text: &str) -> Result<Self, BadSchedule> {
        let schedule = Self::parse(text)?;
        match &schedule.times {
            Times::Cron(fields) if fields.hours().count() > 1 => Err(BadSchedule::MoreThanDaily),
            Times::Cron(_) | Times::Weeks(_) => Ok(schedule),
        }
    }

    /// The schedule of rounds as it is stored. Earlier releases let people store several times a day; the first of each day counts.
    pub fn of_rounds(text: &str) -> Option<Self> {
        let schedule = Self::parse(text).ok()?;
        Some(Self {
            once_a_day: true,
            ..schedule
        })
    }

    fn new(words: &[&str], times: Times) -> Result<Self, BadSchedule> {
        let schedule = Self {
            written: words.join(" "),
            times,
            once_a_day: false,
        };
        match schedule.civil_after(DateTime::MIN) {
            Some(_) => Ok(schedule),
            None => Err(BadSchedule::Never),
        }
    }

    /// The first instant after `at` at which clocks in `zone` show a scheduled time; none when the
    /// schedule is over. A time that spring skips happens at the first instant after the gap; a time that
    /// autumn repeats happens once, at its first occurrence.
    pub fn next_after(&self, at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let mut civil = local(at, zone);
        loop {
            civil = self.civil_after(civil)?;
            // Not later on the second pass of a repeated hour, or for several times in one gap.
            let instant = at_local(civil, zone);
            if instant > at {
                return Some(instant);
            }
        }
    }

    /// The next times after `at`, at most `most`.
    pub fn upcoming(&self, at: Timestamp, zone: &TimeZone, most: usize) -> Vec<Timestamp> {
        let first = self.next_after(at, zone);
        std::iter::successors(first, |&last| self.next_after(last, zone))
            .take(most)
            .collect()
    }

    /// The next three times in one line ("Monday, March 9, March 23 and April 6 at 10:00 AM, Berlin time"), fewer where the
    /// schedule ends before; none when it is over.
    pub fn say_upcoming(&self, now: Timestamp, zone: &TimeZone) -> Option<String> {
        let times: Vec<DateTime> = self
            .upcoming(now, zone, 3)
            .into_iter()
            .map(|at| local(at, zone))
            .collect();
        let first = *times.first()?;
        let today = local(now, zone).date();
        let is_one_weekday = times.iter().all(|one| one.weekday() == first.weekday());
        let is_one_time = times.iter().all(|one| one.time() == first.time());
        let said = times.iter().enumerate().map(|(at, one)| {
            let day = if at > 0 && is_one_weekday {
                cadence::say_month_day(one.date(), today)
            } else {
                cadence::say_date(one.date(), today)
            };
            if is_one_time {
                day
            } else {
                format!("{day} at {}", say_time(one.time()))
            }
        });
        let said: Vec<String> = said.collect();
        let said: Vec<&str> = said.iter().map(String::as_str).collect();
        let at = if is_one_time {
            format!(" at {}", say_time(first.time()))
        } else {
            String::new()
        };
        Some(format!(
            "{}{at}, {}",
            listed(&said),
            zones::say_time_of(zone)
        ))
    }

    /// What it says, if it is one weekday at one full minute.
    pub fn pattern(&self) -> Option<(Pattern, Day, Time)> {
        let fields = match &self.times {
            Times::Weeks(weeks) => {
                return Some((Pattern::EveryWeeks(weeks.every), weeks.day, weeks.time));
            }
            Times::Cron(fields) => fields,
        };
        if !fields.months().is_all() || !fields.years().is_all() || only(fields.seconds())? != 0 {
            return None;
        }
        let time = Time::new(only(fields.hours())?, only(fields.minutes())?, 0, 0).ok()?;
        let weekday = only(fields.days_of_week())?;
        let day = Day::ALL
            .into_iter()
            .find(|day| day.weekday().to_sunday_one_offset() == weekday)?;
        let dates: Vec<u32> = fields.days_of_month().iter().collect();
        let pattern = if fields.days_of_month().is_all() {
            Pattern::EveryWeek
        } else if dates == [1, 2, 3, 4, 5, 6, 7] {
            Pattern::FirstOfMonth
        } else {
            return None;
        };
        Some((pattern, day, time))
    }

    /// The first scheduled civil time after `after`.
    fn civil_after(&self, after: DateTime) -> Option<DateTime> {
        let fields = match &self.times {
            Times::Weeks(weeks) => {
                return weeks.after(after).filter(|next| next.year() <= LAST_YEAR);
            }
            Times::Cron(fields) => fields,
        };
        let most = if self.once_a_day { 1 } else { usize::MAX };
        let mut day = after.date().max(date(1970, 1, 1));
        while day.year() <= LAST_YEAR {
            if !fields.years().includes(day.year().unsigned_abs().into()) {
                day = date(day.year() + 1, 1, 1);
            } else if !fields.months().includes(number(day.month())) {
                day = day.last_of_month().tomorrow().ok()?;
            } else {
                let next = times_on(fields, day)
                    .take(most)
                    .find(|&civil| civil > after);
                if next.is_some() {
                    return next;
                }
                day = day.tomorrow().ok()?;
            }
        }
        None
    }

    /// Common schedules in words ("every Monday at 10:00"), others as they were written.
    pub fn in_words(&self) -> String {
        self.words().unwrap_or_else(|| self.written.clone())
    }

    fn words(&self) -> Option<String> {
        let fields = match &self.times {
            Times::Weeks(weeks) => return Some(weeks.in_words()),
            Times::Cron(fields) => fields,
        };
        if !fields.months().is_all() || !fields.years().is_all() {
            return None;
        }
        let (hour, minute) = (only(fields.hours())?, only(fields.minutes())?);
        let weekdays: Vec<u32> = fields.days_of_week().iter().collect();
        let dates: Vec<u32> = fields.days_of_month().iter().collect();
        let when = match (dates.as_slice(), weekdays.as_slice()) {
            (_, [_, _, _, _, _, _, _]) if fields.days_of_month().is_all() => "every day".to_owned(),
            (_, [2, 3, 4, 5, 6]) if fields.days_of_month().is_all() => "every weekday".to_owned(),
            (_, some) if fields.days_of_month().is_all() => {
                let names: Option<Vec<&str>> = some.iter().map(|&day| weekday_name(day)).collect();
                format!("every {}", listed(&names?))
            }
            (dates, [weekday]) => format!(
                "the {} {} of the month",
                week_of_month(dates)?,
                weekday_name(*weekday)?
            ),
            ([date], [_, _, _, _, _, _, _]) => format!("the {} of every month", ordinal(*date)),
            _ => return None,
        };
        let time = Time::new(hour, minute, 0, 0).ok()?;
        Some(format!("{when} at {}", say_time(time)))
    }
}

fn times_on(fields: &cron::Schedule, day: Date) -> impl Iterator<Item = DateTime> {
    let weekday = number(day.weekday().to_sunday_one_offset());
    let fires = fields.days_of_month().includes(number(day.day()))
        && fields.days_of_week().includes(weekday);
    let (minute, second) = (
        only(fields.minutes()).unwrap_or(0),
        only(fields.seconds()).unwrap_or(0),
    );
    let hours = fields.hours().iter().filter(move |_| fires);
    hours.filter_map(move |hour| {
        let hour = i8::try_from(hour).ok()?;
        Some(day.at(hour, minute, second, 0))
    })
}

/// Converts a crontab's weekday numbers (0–7, 0 and 7 for Sunday) to the crate's (1–7, 1 for Sunday). Names stay.
fn crontab_weekday(field: &str) -> Option<String> {
    let mut turned = String::new();
    for (at, part) in field.split(',').enumerate() {
        if at > 0 {
            turned.push(',');
        }
        let (days, step) = part
            .split_once('/')
            .map_or((part, None), |(days, step)| (days, Some(step)));
        let numbers: Option<Vec<u32>> = days.split('-').map(|day| day.parse().ok()).collect();
        match (numbers.as_deref(), step) {
            (None, None) => turned.push_str(part),
            (None, Some(step)) => {
                // `*/2` counts from Sunday in both forms.
                let _ = write!(turned, "{days}/{step}");
            }
            (Some(&[day]), None) if day <= 7 => {
                let _ = write!(turned, "{}", day % 7 + 1);
            }
            (Some(&[from, to]), step) if from <= to && to <= 7 => {
                let step: usize =
                    step.map_or(Some(1), |step| step.parse().ok().filter(|&step| step > 0))?;
                // Written out, because Saturday to Sunday (6-7) would run backwards.
                let days: Vec<String> = (from..=to)
                    .step_by(step)
                    .map(|day| (day % 7 + 1).to_string())
                    .collect();
                turned.push_str(&days.join(","));
            }
            _ => return None,
        }
    }
    Some(turned)
}

fn number(small: i8) -> u32 {
    u32::from(small.unsigned_abs())
}

/// The field's one value, if it has exactly one.
fn only(field: &impl TimeUnitSpec) -> Option<i8> {
    let mut values = field.iter();
    let first = values.next()?;
    values
        .next()
        .is_none()
        .then(|| i8::try_from(first).ok())
        .flatten()
}

fn weekday_name(sunday_one: u32) -> Option<&'static str> {
    const NAMES: [&str; 7] = [
        "Sunday",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
    ];
    NAMES
        .get(usize::try_from(sunday_one).ok()?.checked_sub(1)?)
        .copied()
}

/// The seven days that contain the nth of each weekday.
fn week_of_month(days: &[u32]) -> Option<&'static str> {
    let first = *days.first()?;
    if days.len() != 7 || days.last() != Some(&(first + 6)) {
        return None;
    }
    match first {
        1 => Some("first"),
        8 => Some("second"),
        15 => Some("third"),
        22 => Some("fourth"),
        _ => None,
    }
}

fn ordinal(day: u32) -> String {
    let ending = match (day % 10, day % 100) {
        (1, n) if n != 11 => "st",
        (2, n) if n != 12 => "nd",
        (3, n) if n != 13 => "rd",
        _ => "th",
    };
    format!("{day}{ending}")
}

fn listed(names: &[&str]) -> String {
    match names {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests;
