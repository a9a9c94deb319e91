mod laws;

use super::*;
use crate::domain::workday::DayHours;
use jiff::civil::date;

const WEEK: [Day; 5] = [Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri];
const HOURS: Hours<'static> = Hours {
    work_week: &WEEK,
    holidays: &[],
};

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

/// 9 to 5 in zone `name`.
fn usual(name: &str) -> Workday {
    Workday::usual(zone(name))
}

/// From one hour until another in zone `name`.
fn own(name: &str, starts: u16, ends: u16) -> Workday {
    Workday {
        hours: DayHours::new(starts * 60, ends * 60).unwrap(),
        ..usual(name)
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The local time in zone `name`.
fn shows(at: Timestamp, name: &str) -> String {
    local(at, &zone(name)).strftime("%a %F %R").to_string()
}

#[test]
fn the_day_is_open_from_nine_until_just_before_five() {
    let utc = usual("UTC");
    assert!(!HOURS.is_open(at("2026-03-03T08:59:59.999Z"), &utc));
    assert!(HOURS.is_open(at("2026-03-03T09:00:00Z"), &utc));
    assert!(HOURS.is_open(at("2026-03-03T16:59:59.999Z"), &utc));
    assert!(!HOURS.is_open(at("2026-03-03T17:00:00Z"), &utc));
    assert!(!HOURS.is_open(at("2026-03-07T12:00:00Z"), &utc), "Saturday");
    assert!(HOURS.is_open(at("2026-03-03T23:00:00Z"), &usual("America/Los_Angeles")));
}

#[test]
fn next_open_skips_nights_weekends_and_holidays() {
    let holidays = [date(2026, 3, 9)];
    let hours = Hours {
        holidays: &holidays,
        ..HOURS
    };
    let berlin = usual("Europe/Berlin");
    let next = |from| shows(hours.next_open(at(from), &berlin), "Europe/Berlin");
    assert_eq!(next("2026-03-06T15:00:00Z"), "Fri 2026-03-06 16:00");
    assert_eq!(next("2026-03-06T16:00:00Z"), "Tue 2026-03-10 09:00");
    assert_eq!(next("2026-03-05T03:00:00Z"), "Thu 2026-03-05 09:00");
}

#[test]
fn without_working_days_nothing_moves_and_everything_ends() {
    let hours = Hours {
        work_week: &[],
        holidays: &[],
    };
    let utc = usual("UTC");
    let now = at("2026-03-07T03:00:00Z");
    assert_eq!(hours.next_open(now, &utc), now);
    assert_eq!(hours.next_shared(now, &[utc.clone(), utc.clone()]), now);
    assert_eq!(hours.working_day_before(now, &utc), now);
    assert_eq!(
        hours.slots(now, std::slice::from_ref(&utc), 3, &Busy::default()),
        []
    );
    let end = hours.next_open(Timestamp::MAX, &utc);
    assert_eq!(end, Timestamp::MAX);
    assert_eq!(HOURS.days_after(Timestamp::MAX, 7, &utc).max(end), end);
}

#[test]
fn next_shared_is_inside_everybodys_hours() {
    let zones = [usual("Europe/Berlin"), usual("America/New_York")];
    // 10:00 in Berlin on a Friday: New York opens at 15:00 Berlin time.
    let shared = HOURS.next_shared(at("2026-01-16T09:00:00Z"), &zones);
    assert_eq!(shows(shared, "America/New_York"), "Fri 2026-01-16 09:00");
    // Friday evening: Monday, when the later of them opens.
    let shared = HOURS.next_shared(at("2026-01-16T18:00:00Z"), &zones);
    assert_eq!(shows(shared, "America/New_York"), "Mon 2026-01-19 09:00");
    assert_eq!(shows(shared, "Europe/Berlin"), "Mon 2026-01-19 15:00");
}

#[test]
fn next_shared_falls_back_to_the_first_zone() {
    let zones = [usual("Europe/Berlin"), usual("Pacific/Honolulu")];
    let shared = HOURS.next_shared(at("2026-01-16T18:00:00Z"), &zones);
    assert_eq!(shows(shared, "Europe/Berlin"), "Mon 2026-01-19 09:00");
    let now = at("2026-01-16T18:00:00Z");
    assert_eq!(HOURS.next_shared(now, &[]), now);
}

#[test]
fn a_closed_fortnight_does_not_make_hours_unshared() {
    let holidays: Vec<Date> = days_from(date(2026, 12, 14)).take(21).collect();
    let hours = Hours {
        holidays: &holidays,
        ..HOURS
    };
    let zones = [usual("Europe/Berlin"), usual("America/New_York")];
    let shared = hours.next_shared(at("2026-12-12T09:00:00Z"), &zones);
    assert_eq!(shows(shared, "Europe/Berlin"), "Mon 2027-01-04 15:00");
}

#[test]
fn two_meet_in_the_hours_that_both_are_at_work() {
    let days = [own("Europe/Berlin", 7, 15), own("Europe/Berlin", 12, 20)];
    let friday = at("2026-03-06T20:00:00Z");
    let shown = |at| shows(at, "Europe/Berlin");
    let shared = HOURS.next_shared(friday, &days);
    assert_eq!(shown(shared), "Mon 2026-03-09 12:00");
    assert_eq!(shown(HOURS.closes(shared, &days)), "Mon 2026-03-09 15:00");
    let slots = HOURS.slots(friday, &days, 3, &Busy::default());
    let slots: Vec<String> = slots.into_iter().map(shown).collect();
    assert_eq!(
        slots,
        [
            "Tue 2026-03-10 13:00",
            "Thu 2026-03-12 13:30",
            "Mon 2026-03-16 13:00"
        ]
    );
    for (start, fits) in [
        ("2026-03-10T10:45:00Z", false),
        ("2026-03-10T11:00:00Z", true),
        ("2026-03-10T13:15:00Z", true),
        ("2026-03-10T13:30:00Z", false),
    ] {
        assert_eq!(HOURS.fit(at(start), &days), fits, "{start}");
    }
    let late = own("Europe/Berlin", 12, 20);
    let before = HOURS.working_day_before(at("2026-03-10T09:00:00Z"), &late);
    assert_eq!(shown(before), "Mon 2026-03-09 12:00");
    let week_later = HOURS.days_after(at("2026-03-10T08:00:00Z"), 7, &late);
    assert_eq!(shown(week_later), "Tue 2026-03-17 12:00");
}

#[test]
fn slots_are_on_different_days_and_at_different_times() {
    let slots = HOURS.slots(
        at("2026-03-06T20:00:00Z"),
        &[usual("UTC")],
        3,
        &Busy::default(),
    );
    let shown: Vec<String> = slots.iter().map(|&slot| shows(slot, "UTC")).collect();
    assert_eq!(
        shown,
        [
            "Tue 2026-03-10 10:00",
            "Thu 2026-03-12 14:00",
            "Mon 2026-03-16 11:00"
        ]
    );
}

#[test]
fn slots_squeeze_into_two_shared_hours_over_a_dst_change() {
    // New York changes its clocks on March 8, Berlin on March 29: the overlap grows by an hour between.
    let zones = [usual("Europe/Berlin"), usual("America/New_York")];
    let slots = HOURS.slots(at("2026-03-04T10:00:00Z"), &zones, 3, &Busy::default());
    let shown: Vec<String> = slots
        .iter()
        .map(|&slot| shows(slot, "Europe/Berlin"))
        .collect();
    assert_eq!(
        shown,
        [
            "Thu 2026-03-05 15:00",
            "Mon 2026-03-09 15:00",
            "Wed 2026-03-11 14:30"
        ]
    );
    assert_eq!(
        HOURS.slots(
            at("2026-03-04T10:00:00Z"),
            &[usual("Europe/Berlin"), usual("Pacific/Honolulu")],
            3,
            &Busy::default()
        ),
        []
    );
}

#[test]
fn what_is_planned_is_left_out_and_what_is_proposed_where_there_is_a_choice() {
    let from = at("2026-03-06T20:00:00Z");
    let utc = [usual("UTC")];
    let proposed = HOURS.slots(from, &utc, 3, &Busy::default());
    let beside = Busy {
        planned: Vec::new(),
        proposed: proposed.clone(),
    };
    let others = HOURS.slots(from, &utc, 3, &beside);
    assert_eq!(others.len(), 3);
    for other in &others {
        assert!(!touches(&proposed, *other), "{other}");
    }
    // They share one hour a day, and all of them are proposed elsewhere: a double booking beats no slot.
    let apart = [usual("Europe/Berlin"), usual("America/Los_Angeles")];
    let week = Hours {
        work_week: &[Day::Wed],
        holidays: &[],
    };
    let zones = [usual("Europe/Berlin"), usual("America/New_York")];
    let few = week.slots(from, &zones, 3, &Busy::default());
    let all = Busy {
        planned: Vec::new(),
        proposed: few.clone(),
    };
    assert_eq!(week.slots(from, &zones, 3, &all).len(), few.len());
    let taken = Busy {
        planned: few.clone(),
        proposed: Vec::new(),
    };
    for slot in week.slots(from, &zones, 3, &taken) {
        assert!(!taken.clashes(slot), "{slot}");
    }
    assert_eq!(HOURS.slots(from, &apart, 3, &taken), []);
}

#[test]
fn a_quarter_of_an_hour_is_left_between_two_meetings() {
    let busy = Busy {
        planned: vec![at("2026-03-10T10:00:00Z")],
        proposed: Vec::new(),
    };
    for (start, clashes) in [
        ("2026-03-10T09:00:00Z", false),
        ("2026-03-10T09:01:00Z", true),
        ("2026-03-10T10:00:00Z", true),
        ("2026-03-10T10:59:00Z", true),
        ("2026-03-10T11:00:00Z", false),
    ] {
        assert_eq!(busy.clashes(at(start)), clashes, "{start}");
    }
}

#[test]
fn a_week_with_one_working_day_gives_two_slots_on_each() {
    let hours = Hours {
        work_week: &[Day::Wed],
        holidays: &[],
    };
    let slots = hours.slots(
        at("2026-03-04T10:00:00Z"),
        &[usual("UTC")],
        4,
        &Busy::default(),
    );
    let shown: Vec<String> = slots.iter().map(|&slot| shows(slot, "UTC")).collect();
    assert_eq!(slots.len(), 4, "{shown:?}");
    assert!(shown[0].starts_with("Wed 2026-03-11") && shown[3].starts_with("Wed 2026-03-18"));
}

#[test]
fn days_after_keeps_the_wall_clock_over_dst() {
    let berlin = usual("Europe/Berlin");
    let opened = at("2026-03-24T09:00:00Z"); // 10:00, winter time
    let week = HOURS.days_after(opened, 7, &berlin);
    assert_eq!(shows(week, "Europe/Berlin"), "Tue 2026-03-31 10:00");
    assert_eq!(week, at("2026-03-31T08:00:00Z"));
    let weekend = HOURS.days_after(opened, 4, &berlin);
    assert_eq!(shows(weekend, "Europe/Berlin"), "Mon 2026-03-30 09:00");
}

#[test]
fn the_reminder_comes_one_working_day_before() {
    let holidays = [date(2026, 4, 3), date(2026, 4, 6)]; // Good Friday, Easter Monday
    let hours = Hours {
        holidays: &holidays,
        ..HOURS
    };
    let berlin = usual("Europe/Berlin");
    let before = |meeting| {
        shows(
            hours.working_day_before(at(meeting), &berlin),
            "Europe/Berlin",
        )
    };
    assert_eq!(before("2026-04-07T12:00:00Z"), "Thu 2026-04-02 14:00");
    assert_eq!(before("2026-04-09T14:45:00Z"), "Wed 2026-04-08 16:45");
    assert_eq!(before("2026-04-09T18:00:00Z"), "Wed 2026-04-08 16:30");
    assert_eq!(before("2026-04-09T05:00:00Z"), "Wed 2026-04-08 09:00");
}

#[test]
fn months_end_where_the_month_does() {
    let berlin = zone("Europe/Berlin");
    let start = at("2027-01-31T09:00:00Z");
    let shown: Vec<String> = (0..4)
        .map(|n| shows(months_after(start, n, &berlin), "Europe/Berlin"))
        .collect();
    assert_eq!(
        shown,
        [
            "Sun 2027-01-31 10:00",
            "Sun 2027-02-28 10:00",
            "Wed 2027-03-31 10:00",
            "Fri 2027-04-30 10:00"
        ]
    );
    assert_eq!(
        shows(
            months_after(at("2028-01-31T10:00:00Z"), 1, &TimeZone::UTC),
            "UTC"
        ),
        "Tue 2028-02-29 10:00"
    );
}

#[test]
fn skipped_and_repeated_wall_times() {
    let berlin = zone("Europe/Berlin");
    let skipped = at_local(date(2026, 3, 29).at(2, 30, 0, 0), &berlin);
    assert_eq!(skipped, at("2026-03-29T01:00:00Z"));
    let twice = at_local(date(2026, 10, 25).at(2, 30, 0, 0), &berlin);
    assert_eq!(twice, at("2026-10-25T00:30:00Z"));
    // Samoa skipped December 30, 2011 altogether.
    let apia = zone("Pacific/Apia");
    let skipped = at_local(date(2011, 12, 30).at(10, 0, 0, 0), &apia);
    assert_eq!(shows(skipped, "Pacific/Apia"), "Sat 2011-12-31 00:00");
    let open = HOURS.next_open(
        at_local(date(2011, 12, 29).at(18, 0, 0, 0), &apia),
        &usual("Pacific/Apia"),
    );
    assert_eq!(shows(open, "Pacific/Apia"), "Mon 2012-01-02 09:00");
}

#[test]
fn dates_are_said_as_people_say_them() {
    let now = at("2026-03-01T12:00:00Z");
    let utc = TimeZone::UTC;
    assert_eq!(
        say_when(at("2026-03-03T10:00:00Z"), &utc, now),
        "Tuesday, March 3 at 10:00 AM"
    );
    assert_eq!(
        say_when(at("2027-01-04T13:05:00Z"), &utc, now),
        "Monday, January 4, 2027 at 1:05 PM"
    );
    assert_eq!(
        say_when_and_where(at("2026-03-03T16:30:00Z"), &zone("America/New_York"), now),
        "Tuesday, March 3 at 11:30 AM (America/New York)"
    );
    assert_eq!(
        say_day(at("2026-03-03T10:00:00Z"), &utc, now),
        "Tuesday, March 3"
    );
}
