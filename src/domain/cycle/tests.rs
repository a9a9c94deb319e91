//! The states of a month, its openings, and its plan.

use super::*;

/// The table in the documentation of [`State`], as pairs of names.
fn table() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for line in include_str!("../cycle.rs").lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let ["///", from, to, _, ""] = cells.as_slice()
            && State::parse(to).is_some()
        {
            found.extend(
                from.split(", ")
                    .map(|from| (from.to_owned(), (*to).to_owned())),
            );
        }
    }
    found
}

#[test]
fn the_table_is_the_code() {
    let table = table();
    for from in State::ALL {
        assert_eq!(State::parse(from.as_str()), Some(from));
        for to in State::ALL {
            let row = (from.as_str().to_owned(), to.as_str().to_owned());
            assert_eq!(from.may_become(to), table.contains(&row), "{row:?}");
        }
    }
}

#[test]
fn openings_are_counted_from_the_first() {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let first: Timestamp = "2026-01-30T10:00:00+01:00[Europe/Berlin]"
        .parse::<jiff::Zoned>()
        .unwrap()
        .timestamp();
    let anchor = Anchor::for_opening(None, 1, first, &zone);
    let days: Vec<String> = (1..=4)
        .map(|number| anchor.opening(number, &zone).to_zoned(zone.clone()))
        .map(|at| at.strftime("%m-%d %H:%M").to_string())
        .collect();
    assert_eq!(
        days,
        ["01-30 10:00", "02-28 10:00", "03-30 10:00", "04-30 10:00"]
    );
}

#[test]
fn a_late_opening_starts_the_count_afresh_and_keeps_its_three_weeks() {
    let zone = TimeZone::UTC;
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let anchor = Anchor::for_opening(None, 1, at("2026-01-05T09:00:00Z"), &zone);
    let little_late = at("2026-02-09T09:00:00Z");
    assert_eq!(
        Anchor::for_opening(Some(anchor), 2, little_late, &zone),
        anchor
    );
    assert_eq!(
        anchor.next_opening(2, little_late, &zone),
        at("2026-03-05T09:00:00Z")
    );
    let late = at("2026-02-23T09:00:00Z");
    let afresh = Anchor::for_opening(Some(anchor), 2, late, &zone);
    assert_eq!(
        afresh,
        Anchor {
            at: late,
            number: 2
        }
    );
    assert_eq!(
        anchor.next_opening(2, late, &zone),
        at("2026-03-16T09:00:00Z")
    );
}

/// The cards of both follow a plan at every moment at which it says something else to either of them.
#[test]
fn a_plan_changes_when_it_says() {
    let at = |hours: i64| Timestamp::from_second(hours * 3600).unwrap();
    for state in State::ALL {
        for arranged in [None, Some(State::Planned), Some(State::Sorting)] {
            let cycle = Cycle {
                id: CycleId(1),
                pair: PairId(1),
                number: 1,
                state,
                anchor: Anchor {
                    at: at(0),
                    number: 1,
                },
                opened_at: at(0),
                closes_at: at(700),
                meets_at: Some(at(100)),
                plans: 1,
                taken_up_at: None,
                proposed: Vec::new(),
                held_at: None,
                closed_at: None,
                is_off: false,
                arranged,
                recipe: None,
            };
            for hour in 0..200 {
                let (now, soon) = (at(hour), at(hour + 1));
                let follows = cycle.plan_changes_at(now).is_some_and(|it| it <= soon);
                for knows in [false, true] {
                    let seen = cycle.clone().as_seen(knows);
                    let same = seen.plan(now) == seen.plan(soon);
                    assert!(same || follows, "{state:?} {arranged:?} {knows} {hour}");
                }
            }
        }
    }
}
