//! Laws of working hours: they hold at every moment, for all hours and zones.

use super::*;
use proptest::prelude::*;

fn any_zone() -> impl Strategy<Value = TimeZone> {
    prop::sample::select(vec![
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "America/Sao_Paulo",
        "Africa/Casablanca",
        "Asia/Tokyo",
    ])
    .prop_map(zone)
}

/// The usual hours of an office, and those of people who set their own; later than clocks change anywhere.
fn any_workday() -> impl Strategy<Value = Workday> {
    let hours = (8_u16..=42, 6_u16..=48).prop_filter_map("too long", |(starts, length)| {
        DayHours::new(starts * 30, (starts + length) * 30)
    });
    let hours = prop_oneof![Just(DayHours::USUAL), hours];
    (any_zone(), hours).prop_map(|(zone, hours)| Workday { zone, hours })
}

proptest! {
    #[test]
    fn next_open_is_open_and_the_first(ms in 0_i64..4_102_444_800_000, day in any_workday()) {
        let from = Timestamp::from_millisecond(ms).unwrap();
        let open = HOURS.next_open(from, &day);
        prop_assert!(open >= from && HOURS.is_open(open, &day));
        prop_assert_eq!(HOURS.next_open(open, &day), open);
        // As a walk in steps of half an hour finds it.
        let mut walked = from;
        while walked < open {
            prop_assert!(!HOURS.is_open(walked, &day), "{walked} before {open}");
            walked = later(walked, 30);
        }
        let just_before = Timestamp::from_nanosecond(open.as_nanosecond() - 1).unwrap();
        prop_assert!(open == from || !HOURS.is_open(just_before, &day));
    }

    #[test]
    fn everything_is_within_the_hours_of_those_it_is_for(
        ms in 946_684_800_000_i64..4_102_444_800_000,
        days in prop::collection::vec(any_workday(), 1..4),
        calendar_days in 0_i32..60,
    ) {
        let from = Timestamp::from_millisecond(ms).unwrap();
        let first = &days[0];
        for moment in [
            HOURS.days_after(from, calendar_days, first),
            HOURS.working_day_before(from, first),
            HOURS.working_day_after(from, first),
        ] {
            // A whole day is missing where a zone moved across the date line.
            let is_missing = local(moment, &first.zone).time() == Time::midnight();
            prop_assert!(is_missing || HOURS.is_open(moment, first), "{moment}");
        }
        let shared = HOURS.next_shared(from, &days);
        prop_assert!(shared >= from && HOURS.is_open(shared, first));
        let ends = HOURS.closes(shared, &days);
        if days.iter().all(|day| HOURS.is_open(shared, day)) {
            let last_moment = Timestamp::from_nanosecond(ends.as_nanosecond() - 1).unwrap();
            prop_assert!(ends > shared);
            prop_assert!(days.iter().all(|day| HOURS.is_open(last_moment, day)));
        } else {
            let half_hours = (0..2 * 24 * 14).map(|step| later(from, 30 * step));
            let mut missed = half_hours.filter(|at| days.iter().all(|day| HOURS.is_open(*at, day)));
            prop_assert_eq!(missed.next(), None);
        }
    }

    #[test]
    fn slots_keep_every_promise(
        ms in 946_684_800_000_i64..4_102_444_800_000,
        workdays in prop::collection::vec(any_workday(), 1..4),
        n in 0_usize..6,
    ) {
        let from = Timestamp::from_millisecond(ms).unwrap();
        let slots = HOURS.slots(from, &workdays, n, &Busy::default());
        let zone = &workdays[0].zone;
        prop_assert!(slots.len() <= n);
        prop_assert!(slots.is_sorted());
        prop_assert_eq!(&slots, &HOURS.slots(from, &workdays, n, &Busy::default()));
        for &slot in &slots {
            prop_assert!(slot > from);
            prop_assert!(local(slot, zone).date() > local(from, zone).date());
            prop_assert_eq!(local(slot, zone).minute() % 30, 0);
            for day in &workdays {
                prop_assert!(HOURS.is_open(slot, day));
                prop_assert!(HOURS.is_open(later(slot, MEETING_MINUTES - 1), day));
            }
        }
        for pair in slots.windows(2) {
            prop_assert!(later(pair[0], MEETING_MINUTES) <= pair[1]);
        }
        if n > 0 && workdays.iter().all(|day| day == &workdays[0]) {
            prop_assert_eq!(slots.len(), n);
            let days: std::collections::BTreeSet<Date> =
                slots.iter().map(|&slot| local(slot, zone).date()).collect();
            prop_assert_eq!(days.len(), n);
        }
    }

    #[test]
    fn local_times_never_run_backwards(
        ms in 946_684_800_000_i64..4_102_444_800_000, minutes in 0_i64..3_000, zone in any_zone(),
    ) {
        let civil = local(Timestamp::from_millisecond(ms).unwrap(), &zone);
        let after = civil.saturating_add(minutes.minutes());
        prop_assert!(at_local(civil, &zone) <= at_local(after, &zone));
        prop_assert!(at_local(civil, &zone) <= Timestamp::from_millisecond(ms).unwrap());
    }
}
