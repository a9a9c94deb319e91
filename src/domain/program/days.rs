//! The checks on the days of the enrollment window.

use super::Settings;
use super::check::{Check, Problem, within};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

/// A first match further away is refused, because people who join would wait for it. In months.
const FURTHEST: i32 = 6;
const MATCH_MISSING: &str = "Say when the first match is, too.";

impl Settings {
    pub(super) fn join_until(&self) -> Check {
        match (self.join_until, self.first_match) {
            (Some(_), None) => Err(MATCH_MISSING.to_owned()),
            (Some(until), Some(first)) if first < until => Err(
                "The first match can't be before people have joined: pick an earlier day."
                    .to_owned(),
            ),
            _ => Ok(()),
        }
    }

    pub(super) fn least_people(&self) -> Check {
        match (self.least_people, self.first_match) {
            (Some(_), None) => Err(MATCH_MISSING.to_owned()),
            (Some(least), Some(_)) => within(least, 2, 1000, "person"),
            (None, _) => Ok(()),
        }
    }

    /// The days that are past, or too far away, and were not set `before`.
    pub(super) fn past_days(&self, before: Option<&Settings>, now: Timestamp) -> Vec<Problem> {
        let today = now.to_zoned(self.zone()).date();
        let new = |day: fn(&Settings) -> Option<Date>| {
            let day = day(self).filter(|one| before.and_then(day) != Some(*one));
            day.and_then(|day| wrong(day, today))
        };
        let joining = new(|one| one.join_until).map(|wrong| ("join_until", wrong));
        let first = new(|one| one.first_match).map(|wrong| ("first_match", wrong));
        joining.into_iter().chain(first).collect()
    }
}

fn wrong(day: Date, today: Date) -> Option<String> {
    if day <= today {
        return Some("Pick a day in the future.".to_owned());
    }
    let furthest = today.saturating_add(FURTHEST.months());
    (day > furthest)
        .then(|| format!("That's more than {FURTHEST} months away. Pick an earlier day."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn fields(join: Option<Date>, first: Option<Date>, least: Option<u32>) -> Vec<&'static str> {
        let settings = Settings {
            join_until: join,
            first_match: first,
            least_people: least,
            ..Settings::default()
        };
        let problems = settings.check().into_iter();
        problems.map(|(field, _)| field).collect()
    }

    #[test]
    fn the_match_is_not_before_the_end_of_joining() {
        let (friday, monday) = (Some(date(2026, 3, 20)), Some(date(2026, 3, 23)));
        assert_eq!(fields(friday, monday, Some(10)), [""; 0]);
        assert_eq!(fields(friday, friday, None), [""; 0]);
        assert_eq!(fields(None, monday, None), [""; 0]);
        assert_eq!(fields(monday, friday, None), ["join_until"]);
        assert_eq!(fields(monday, None, None), ["join_until"]);
        assert_eq!(fields(None, None, Some(10)), ["least_people"]);
        assert_eq!(fields(None, monday, Some(1)), ["least_people"]);
        assert_eq!(fields(None, monday, Some(1001)), ["least_people"]);
    }

    #[test]
    fn days_are_to_come_when_they_are_set() {
        let settings = Settings {
            time_zone: "Pacific/Auckland".into(),
            join_until: Some(date(2026, 3, 20)),
            first_match: Some(date(2026, 3, 23)),
            ..Settings::default()
        };
        let fields = |before: Option<&Settings>, now: &str| -> Vec<&'static str> {
            let problems = settings.past_days(before, now.parse().unwrap());
            problems.into_iter().map(|(field, _)| field).collect()
        };
        assert_eq!(fields(None, "2026-03-19T10:00:00Z"), [""; 0]);
        assert_eq!(fields(None, "2026-03-19T11:00:00Z"), ["join_until"]);
        let both = ["join_until", "first_match"];
        assert_eq!(fields(None, "2026-03-24T00:00:00Z"), both);
        assert_eq!(fields(None, "2025-08-01T00:00:00Z"), both, "too far away");
        assert_eq!(fields(Some(&settings), "2026-03-24T00:00:00Z"), [""; 0]);
    }
}
