use super::*;
use jiff::ToSpan;
use proptest::prelude::*;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn runs(expression: &str, name: &str, from: &str, n: usize) -> Vec<String> {
    let (schedule, zone) = (Schedule::parse(expression).unwrap(), zone(name));
    std::iter::successors(schedule.next_after(at(from), &zone), |&last| {
        schedule.next_after(last, &zone)
    })
    .take(n)
    .map(|run| local(run, &zone).strftime("%a %F %T").to_string())
    .collect()
}

#[test]
fn five_six_and_seven_fields_mean_the_same() {
    for written in ["0 10 * * Mon", "0 0 10 * * Mon", "0 0 10 * * Mon *"] {
        assert_eq!(
            runs(written, "Europe/Berlin", "2026-03-24T00:00:00Z", 2),
            ["Mon 2026-03-30 10:00:00", "Mon 2026-04-06 10:00:00"],
            "{written}"
        );
    }
}

#[test]
fn numbered_weekdays_follow_the_custom_of_their_form() {
    for written in ["0 10 * * 1", "0 0 10 * * 2", "0 10 * * 1-1", "0 10 * * mon"] {
        let words = Schedule::parse(written).unwrap().in_words();
        assert_eq!(words, "every Monday at 10:00 AM", "{written}");
    }
    for (written, words) in [
        ("0 10 * * 0", "every Sunday at 10:00 AM"),
        ("0 10 * * 7", "every Sunday at 10:00 AM"),
        ("0 10 * * 6-7", "every Sunday and Saturday at 10:00 AM"),
        ("0 10 * * 1-5", "every weekday at 10:00 AM"),
        (
            "0 10 * * 1-5/2",
            "every Monday, Wednesday and Friday at 10:00 AM",
        ),
        ("0 10 * * 0-7", "every day at 10:00 AM"),
    ] {
        assert_eq!(Schedule::parse(written).unwrap().in_words(), words);
    }
}

#[test]
fn words_for_the_common_ones() {
    for (written, words) in [
        ("5 9 * * *", "every day at 9:05 AM"),
        (
            "0 10 1-7 * Mon",
            "the first Monday of the month at 10:00 AM",
        ),
        ("0 10 22 * *", "the 22nd of every month at 10:00 AM"),
        ("0 10 11 * ?", "the 11th of every month at 10:00 AM"),
        ("0 10 * 1,7 Mon", "0 10 * 1,7 Mon"),
        ("0 9,15 * * Mon", "0 9,15 * * Mon"),
        ("@weekly", "every Sunday at 12:00 AM"),
    ] {
        assert_eq!(Schedule::parse(written).unwrap().in_words(), words);
    }
}

#[test]
fn refusals_say_what_to_write() {
    for (written, problem) in [
        ("", BadSchedule::Unreadable),
        ("monday", BadSchedule::Unreadable),
        ("0 25 * * Mon", BadSchedule::Unreadable),
        ("0 10 * * 8", BadSchedule::Unreadable),
        ("0 10 * * Mon extra words here", BadSchedule::Unreadable),
        ("* 10 * * Mon", BadSchedule::TooOften),
        ("0,30 10 * * Mon", BadSchedule::TooOften),
        ("* 0 10 * * Mon", BadSchedule::TooOften),
        ("0 10 30 2 *", BadSchedule::Never),
        ("every", BadSchedule::UnreadableWeeks),
        (
            "every 1 weeks Mon 10:00 from 2026-03-02",
            BadSchedule::UnreadableWeeks,
        ),
        (
            "every 53 weeks Mon 10:00 from 2026-03-02",
            BadSchedule::UnreadableWeeks,
        ),
        (
            "every 2 weeks Mon 25:00 from 2026-03-02",
            BadSchedule::UnreadableWeeks,
        ),
        (
            "every 2 weeks Mon 10:00:30 from 2026-03-02",
            BadSchedule::UnreadableWeeks,
        ),
        (
            "every 2 weeks Mon 10:00 from 2026-02-30",
            BadSchedule::UnreadableWeeks,
        ),
        ("every 2 weeks Mon 10:00", BadSchedule::UnreadableWeeks),
        (
            "every 2 weeks Mon 10:00 from 2200-01-01",
            BadSchedule::Never,
        ),
    ] {
        assert_eq!(Schedule::parse(written), Err(problem), "{written}");
    }
    insta::assert_snapshot!(BadSchedule::Unreadable, @"Write a schedule as minute, hour, day, month and weekday, for example `0 10 * * Mon` for every Monday at 10:00 AM.");
}

#[test]
fn spring_moves_a_skipped_time_to_the_end_of_the_gap() {
    assert_eq!(
        runs("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z", 3),
        [
            "Sat 2026-03-28 02:30:00",
            "Sun 2026-03-29 03:00:00",
            "Mon 2026-03-30 02:30:00"
        ]
    );
}

#[test]
fn autumn_runs_a_repeated_time_once() {
    let berlin = zone("Europe/Berlin");
    let schedule = Schedule::parse("30 2 * * *").unwrap();
    let first = at("2026-10-25T00:30:00Z");
    assert_eq!(
        schedule.next_after(at("2026-10-24T12:00:00Z"), &berlin),
        Some(first)
    );
    // Between the two 2:30s, and at the second one: the next run is on the next day.
    for from in [
        "2026-10-25T00:30:00Z",
        "2026-10-25T01:00:00Z",
        "2026-10-25T01:30:00Z",
    ] {
        assert_eq!(
            schedule.next_after(at(from), &berlin),
            Some(at("2026-10-26T01:30:00Z"))
        );
    }
}

#[test]
fn a_schedule_can_be_over() {
    let schedule = Schedule::parse("0 0 10 1 1 * 2026").unwrap();
    assert_eq!(
        schedule.next_after(at("2026-06-01T00:00:00Z"), &TimeZone::UTC),
        None
    );
}

#[test]
fn rounds_are_made_at_most_once_a_day() {
    for often in ["0 9,15 * * Mon", "0 * 1 * *", "0 0 9-10 * * *", "@hourly"] {
        assert_eq!(
            Schedule::parse_daily(often),
            Err(BadSchedule::MoreThanDaily),
            "{often}"
        );
        assert!(Schedule::parse(often).is_ok(), "{often}");
    }
    for daily in [
        "0 9 * * *",
        "@daily",
        "every 2 weeks Mon 10:00 from 2026-03-02",
    ] {
        assert_eq!(Schedule::parse_daily(daily), Schedule::parse(daily));
    }
    // As an earlier release stored it.
    let stored = Schedule::of_rounds("0 9,15 * * Mon").unwrap();
    assert_eq!(
        stored
            .say_upcoming(at("2026-03-02T09:00:00Z"), &TimeZone::UTC)
            .unwrap(),
        "Monday, March 9, March 16 and March 23 at 9:00 AM, UTC"
    );
}

#[test]
fn every_few_weeks_counts_from_its_first_day() {
    let written = "every 2 weeks Mon 10:00 from 2026-03-02";
    assert_eq!(
        runs(written, "Europe/Berlin", "2026-01-01T00:00:00Z", 4),
        [
            "Mon 2026-03-02 10:00:00",
            "Mon 2026-03-16 10:00:00",
            "Mon 2026-03-30 10:00:00",
            "Mon 2026-04-13 10:00:00"
        ]
    );
    // The first such weekday on or after the day; however people write it.
    for written in [
        "every 2 weeks on Monday at 10:00 from 2026-02-24",
        "Every 2 Weeks MON 10:00 FROM 2026-03-02",
    ] {
        assert_eq!(
            runs(written, "Europe/Berlin", "2026-03-02T09:00:00Z", 1),
            ["Mon 2026-03-16 10:00:00"],
            "{written}"
        );
    }
    assert_eq!(
        Schedule::parse(written).unwrap().in_words(),
        "every 2 weeks on Monday at 10:00 AM"
    );
}

#[test]
fn the_next_dates_are_said_in_one_line() {
    let now = at("2026-12-07T12:00:00Z");
    for (written, said) in [
        (
            "0 10 * * Mon",
            "Monday, December 14, December 21 and December 28 at 10:00 AM, Berlin time",
        ),
        (
            "every 2 weeks Mon 10:00 from 2026-12-07",
            "Monday, December 21, January 4, 2027 and January 18, 2027 at 10:00 AM, Berlin time",
        ),
        (
            "0 10 9 * *",
            "Wednesday, December 9, Saturday, January 9, 2027 and Tuesday, February 9, 2027 at 10:00 AM, Berlin time",
        ),
        (
            "0 9,15 * * Wed",
            "Wednesday, December 9 at 9:00 AM, December 9 at 3:00 PM and December 16 at 9:00 AM, Berlin time",
        ),
        (
            "0 0 10 31 12 * 2026",
            "Thursday, December 31 at 10:00 AM, Berlin time",
        ),
    ] {
        let schedule = Schedule::parse(written).unwrap();
        assert_eq!(
            schedule
                .say_upcoming(now, &zone("Europe/Berlin"))
                .as_deref(),
            Some(said)
        );
    }
    let over = Schedule::parse("0 0 10 1 1 * 2026").unwrap();
    assert_eq!(over.say_upcoming(now, &TimeZone::UTC), None);
}

fn expression() -> impl Strategy<Value = String> {
    let minute = 0..60;
    let hour = prop::sample::select(vec!["*", "0", "1", "2", "3", "10", "23", "1,2,3", "*/2"]);
    let day = prop::sample::select(vec!["*", "1-7", "31", "29", "*/3"]);
    let weekday = prop::sample::select(vec!["*", "Mon", "0", "7", "1-5", "Sun,Wed"]);
    (minute, hour, day, weekday)
        .prop_map(|(minute, hour, day, weekday)| format!("{minute} {hour} {day} * {weekday}"))
}

fn dst_zone() -> impl Strategy<Value = TimeZone> {
    prop::sample::select(vec![
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Africa/Casablanca",
        "Asia/Beirut",
        "Pacific/Apia",
        "Asia/Kathmandu",
    ])
    .prop_map(zone)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Each run is strictly later, no civil time runs twice, and every scheduled civil time
    /// has its run. This checks against a walk over every minute the clocks could show.
    #[test]
    fn every_scheduled_time_runs_exactly_once(
        expression in expression(), zone in dst_zone(), day in 0_i64..11_000,
    ) {
        let schedule = Schedule::parse(&expression).unwrap();
        let from = Timestamp::from_second(946_684_800 + day * 86_400).unwrap();
        let until = from.checked_add((400 * 24).hours()).unwrap();
        let mut runs = Vec::new();
        let mut last = from;
        while let Some(next) = schedule.next_after(last, &zone).filter(|&run| run <= until) {
            prop_assert!(next > last);
            runs.push(next);
            last = next;
        }
        let shown: std::collections::BTreeSet<DateTime> =
            runs.iter().map(|&run| local(run, &zone)).collect();
        prop_assert_eq!(shown.len(), runs.len());
        let mut wanted: Vec<Timestamp> = Vec::new();
        let mut civil = local(from, &zone).saturating_sub(2.days());
        while let Some(next) = schedule.civil_after(civil) {
            if at_local(next, &zone) > until {
                break;
            }
            wanted.push(at_local(next, &zone));
            civil = next;
        }
        wanted.retain(|&run| run > from);
        wanted.dedup();
        prop_assert_eq!(runs, wanted);
    }

    #[test]
    fn the_crate_agrees_where_no_clock_changes(expression in expression(), day in 0_i64..11_000) {
        let from = 946_684_800 + day * 86_400;
        let schedule = Schedule::parse(&expression).unwrap();
        let ours = schedule.next_after(Timestamp::from_second(from).unwrap(), &TimeZone::UTC);
        let Times::Cron(fields) = &schedule.times else { panic!("{expression}") };
        let theirs = fields.after(&chrono::DateTime::from_timestamp(from, 0).unwrap()).next();
        prop_assert_eq!(ours.map(Timestamp::as_second), theirs.map(|run| run.timestamp()));
    }

    #[test]
    fn parsing_never_panics(text in ".{0,60}") {
        let _ = Schedule::parse(&text);
    }

    #[test]
    fn parsing_near_misses_never_panics(text in "[-0-9*/,?@a-z ]{0,30}") {
        if let Ok(schedule) = Schedule::parse(&text) {
            let _ = schedule.in_words();
            let _ = schedule.next_after(Timestamp::UNIX_EPOCH, &TimeZone::UTC);
        }
    }
}
