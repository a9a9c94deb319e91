//! Dates as people type them after `pause`.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

pub(super) enum DateProblem {
    Unclear,
    /// Not after today.
    Past(Date),
    /// More than a year from today.
    Far(Date),
}

const FILLERS: [&str; 9] = [
    "until", "till", "til", "for", "in", "on", "the", "of", "next",
];
const NUMBERS: [&str; 12] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// The day a pause ends, from lower-case words; none when there is nothing left to read.
pub(super) fn read(words: &[&str], today: Date) -> Result<Option<Date>, DateProblem> {
    let next = words.contains(&"next");
    let words: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !FILLERS.contains(word))
        .collect();
    let date = match words.as_slice() {
        [] if next => None,
        [] | ["indefinitely" | "further" | "please" | "now", ..] => return Ok(None),
        ["today"] => Some(today),
        ["tomorrow"] => today.tomorrow().ok(),
        ["week"] if next => today.nth_weekday(1, Weekday::Monday).ok(),
        ["month"] if next => today.last_of_month().tomorrow().ok(),
        ["year"] if next => today.last_of_year().tomorrow().ok(),
        [amount, unit] if length(amount, unit).is_some() => {
            length(amount, unit).map(|span| today.saturating_add(span))
        }
        [unit] if length("1", unit).is_some() => {
            length("1", unit).map(|span| today.saturating_add(span))
        }
        [day] if weekday(day).is_some() => {
            weekday(day).and_then(|day| today.nth_weekday(1, day).ok())
        }
        [one] => numeric(one).or_else(|| coming(today, (month(one)?, 1), 2.months())),
        [a, b] => month_and_day(a, b).and_then(|day| coming(today, day, 1.month())),
        [a, b, year] => month_and_day(a, b).and_then(|(month, day)| {
            let year: i16 = year.parse().ok().filter(|year| *year >= 1000)?;
            Date::new(year, month, day).ok()
        }),
        _ => None,
    };
    match date {
        None => Err(DateProblem::Unclear),
        Some(date) if date <= today => Err(DateProblem::Past(date)),
        Some(date) if date > today.saturating_add(1.year()) => Err(DateProblem::Far(date)),
        Some(date) => Ok(Some(date)),
    }
}

/// Whether they are a day, and nothing says that something ends then.
pub(super) fn is_a_day_alone(words: &[&str], today: Date) -> bool {
    let has_length = words.iter().any(|word| length("1", word).is_some());
    !may_end_then(words) && !has_length && matches!(read(words, today), Ok(Some(_)))
}

/// Whether "next" may put off the day that they name by a week: on a Tuesday, "until next Friday".
pub(super) fn may_be_a_week_later(words: &[&str], today: Date) -> bool {
    let is_this_week =
        |day: Weekday| day.to_monday_one_offset() > today.weekday().to_monday_one_offset();
    let days = words.windows(2).filter(|pair| pair[0] == "next");
    days.filter_map(|pair| weekday(pair[1])).any(is_this_week)
}

/// Whether the words may name when a break begins ("vacation next week", "away in August", "sick today", "away for Monday"), or no
/// day at all ("pause my part"). A length ("for two weeks") and a day after "until" are its end, and so is a date alone.
pub(super) fn may_begin_then(words: &[&str]) -> bool {
    let has = |any: &[&str]| words.iter().any(|word| any.contains(word));
    if has(&["until", "till", "til"]) {
        return false;
    }
    let has_length = words.iter().any(|word| length("1", word).is_some());
    let is_counted = words
        .windows(2)
        .any(|pair| length(pair[0], pair[1]).is_some());
    // "For the week" and "for the next two weeks" are lengths, but "for next week" is when something is.
    let is_length = is_counted || has_length && !has(&["next"]);
    if has(&["for"]) {
        return !is_length || has(&["in", "on", "from", "during"]);
    }
    let has_digit = words
        .iter()
        .any(|word| word.contains(|c: char| c.is_ascii_digit()));
    let has_month = words.iter().any(|word| month(word).is_some());
    has(&["in", "on", "from", "during"])
        || has_month && !has_digit
        || !has_digit && (!has_length || has(&["next"]))
}

/// Whether a day or a length of time is when something ends: "until Friday", "for two weeks".
pub(super) fn may_end_then(words: &[&str]) -> bool {
    let ends = ["until", "till", "til", "for"];
    words.iter().any(|word| ends.contains(word))
}

/// Whether a month is all that they name: on its first day, it need not be that day.
pub(super) fn is_a_month(words: &[&str]) -> bool {
    let rest = words.iter().filter(|word| !FILLERS.contains(word));
    let rest: Vec<&&str> = rest.collect();
    matches!(rest.as_slice(), [one] if month(one).is_some())
}

/// Whether no day was meant: "pause for a while".
pub(super) fn is_vague(words: &[&str]) -> bool {
    let names = |word: &&str| {
        ["until", "till", "til"].contains(word) || word.contains(|c: char| c.is_ascii_digit())
    };
    !words.iter().any(names)
}

/// Whether one of the words alone names a day or a length of time, or puts it off.
pub(super) fn names_a_day(words: &[&str]) -> bool {
    let names = |word: &&str| {
        ["soon", "later", "next", "today", "tomorrow"].contains(word)
            || month(word).is_some()
            || weekday(word).is_some()
            || numeric(word).is_some()
            || length("1", word).is_some()
    };
    words.iter().any(names)
}

/// `n` weeks from `today`.
pub(super) fn weeks_after(today: Date, n: i32) -> Date {
    today.saturating_add(n.weeks())
}

/// "2 weeks", "a month", "ten days".
fn length(amount: &str, unit: &str) -> Option<Span> {
    let n = match amount {
        "a" | "an" => 1,
        word => NUMBERS
            .iter()
            .zip(1..)
            .find_map(|(number, n)| (*number == word).then_some(n))
            .or_else(|| word.parse().ok())
            .filter(|n: &i32| (0..=10_000).contains(n))?,
    };
    match unit {
        "day" | "days" => Some(n.days()),
        "week" | "weeks" => Some(n.weeks()),
        "month" | "months" => Some(n.months()),
        "year" | "years" => Some(Span::new().years(n.min(1_000))),
        _ => None,
    }
}

/// `2027-01-15`, `2027/1/15` and `15.1.2027`. Not `1/2/2027`, which is ambiguous.
fn numeric(word: &str) -> Option<Date> {
    let (separator, year_first) = match word {
        _ if word.contains('-') => ('-', true),
        _ if word.contains('/') => ('/', true),
        _ => ('.', false),
    };
    let mut parts = word.split(separator);
    let (first, month, last) = (parts.next()?, parts.next()?, parts.next()?);
    let (year, day) = if year_first {
        (first, last)
    } else {
        (last, first)
    };
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn month_and_day(a: &str, b: &str) -> Option<(i8, i8)> {
    match (month(a), month(b)) {
        (Some(month), _) => Some((month, day_of_month(b)?)),
        (_, Some(month)) => Some((month, day_of_month(a)?)),
        _ => None,
    }
}

/// A month by name, from three letters up.
fn month(word: &str) -> Option<i8> {
    // Any prefix of three letters matches: "sep", "sept".
    let at = MONTHS
        .iter()
        .position(|month| word.len() >= 3 && month.starts_with(word))?;
    i8::try_from(at + 1).ok()
}

/// A weekday by name, from three letters up.
fn weekday(word: &str) -> Option<Weekday> {
    WEEKDAYS
        .iter()
        .find(|(name, _)| word.len() >= 3 && name.starts_with(word))
        .map(|&(_, day)| day)
}

/// `15`, `15th`, `1st`.
fn day_of_month(word: &str) -> Option<i8> {
    let digits = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending))
        .unwrap_or(word);
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

/// The day in this year if it is not past, otherwise in the next year. But one that is `lately` past is that day: in August, "until
/// July 30" is a slip, and no break of a year.
fn coming(today: Date, (month, day): (i8, i8), lately: Span) -> Option<Date> {
    let in_year = |years| Date::new(today.year().checked_add(years)?, month, day).ok();
    let dates = (-1..=1).filter_map(in_year);
    let is_just_past = |date: &Date| *date < today && date.saturating_add(lately) >= today;
    let mut dates = dates.filter(|date| *date >= today || is_just_past(date));
    dates.next()
}
