//! The calendar file that follows a plan.

use super::*;
use icalendar::Component;
use std::collections::BTreeMap;

/// Reads an .ics file as a calendar does.
fn read_calendar(ics: &str) -> BTreeMap<String, String> {
    let calendar: icalendar::Calendar = ics.parse().unwrap();
    assert_eq!(calendar.components.len(), 1);
    let event = calendar.components[0].as_event().unwrap();
    let properties = event.properties().iter();
    properties
        .map(|(key, property)| (key.clone(), property.value().to_owned()))
        .collect()
}

#[tokio::test]
async fn behind_the_plan_comes_the_meeting_for_any_calendar() {
    let (mut test, pair, month) = opened().await;
    let goals = Goals {
        mentee: "Try AI tools".into(),
        mentor: "See how budgets are made".into(),
    };
    let mut tx = test.tx().await;
    agreements::add(&mut tx, pair, 1, &goals, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let made = test.now.strftime("%Y%m%dT%H%M%SZ").to_string();
    other_time(&test, &month, date(2026, 3, 6), time(15, 30, 0, 0)).await;
    let files = test.files().await;
    assert_eq!(files.len(), 1);
    assert!(files[0].content.is_ascii() && !files[0].content.contains("budgets"));
    let event = read_calendar(&files[0].content);
    let uid = format!("cycle-{}@reverse-mentor", month.id);
    let expected = [
        ("DTSTAMP", made.as_str()),
        ("DTSTART", "20260306T143000Z"),
        ("DTEND", "20260306T151500Z"),
        ("SEQUENCE", "1"),
        ("SUMMARY", "Reverse mentoring"),
        ("UID", &uid),
    ];
    for (key, value) in expected {
        assert_eq!(event[key], value, "{key}");
    }

    // Thursday, 15:00 in Berlin and 9:00 in New York: one working day before. The reminder brings no second copy.
    test.pass(at("2026-03-05T18:00:00Z").duration_since(test.now))
        .await;
    assert_eq!(test.of_kind(Kind::MeetingSoon).await, 1);
    assert_eq!(test.files().await.len(), 1);

    // The meeting moves: the same entry with a higher sequence.
    other_time(&test, &month, date(2026, 3, 18), time(15, 0, 0, 0)).await;
    let files = test.files().await;
    assert_eq!(files.len(), 2);
    let moved = read_calendar(&files[1].content);
    assert_eq!(moved["UID"], uid);
    assert_eq!(moved["SEQUENCE"], "2");
    assert_eq!(moved["DTSTART"], "20260318T140000Z");

    // It is off: the entry goes.
    let form = Form::Skip {
        cycle: month.id,
        plans: None,
    };
    test.submit(ANA, form, &[]).await.unwrap();
    let files = test.files().await;
    assert_eq!(files.len(), 3);
    assert!(files[2].content.contains("METHOD:CANCEL"));
    let off = read_calendar(&files[2].content);
    assert_eq!(off["UID"], uid);
    assert_eq!(off["STATUS"], "CANCELLED");
    assert_eq!(off["SEQUENCE"], "3");
    test.pass(days(14)).await;
    assert_eq!(test.files().await.len(), 3);
    test.everybody_was_left_in_peace(&settings()).await;
}

/// A month without anything planned has nothing to take out of a calendar.
#[tokio::test]
async fn what_was_never_planned_brings_no_file() {
    let (test, _, month) = opened().await;
    let form = Form::Skip {
        cycle: month.id,
        plans: None,
    };
    test.submit(ANA, form, &[]).await.unwrap();
    assert_eq!(test.files().await, []);
}

/// Two who are no pair any more have no meeting in their calendars; they read why first, in their working hours.
#[tokio::test]
async fn a_meeting_that_is_ahead_at_the_end_of_a_pair_leaves_calendars_behind_the_words() {
    for (hours, is_over_by_then) in [(0, false), (12, false), (200, true)] {
        let (mut test, pair, month) = planned().await;
        // In working hours, at night, and after the meeting.
        test.pass(SignedDuration::from_hours(hours)).await;
        let before = test.files().await.len();
        test.submit(MAX, Form::End { pair }, &[]).await.unwrap();
        test.pass(days(7)).await;
        let told = test.told().await;
        let farewell = told.find("This pair has come to an end.");
        let off = told.find("<canceled.ics");
        assert_eq!(off.is_none(), is_over_by_then, "{hours}: {told}");
        assert!(off.is_none() || farewell < off, "{hours}: {told}");
        let says = told.contains("the file that follows takes it out");
        assert_eq!(says, off.is_some(), "{hours}: {told}");
        let files = test.files().await.split_off(before);
        for file in files {
            let event = read_calendar(&file.content);
            assert_eq!(event["STATUS"], "CANCELLED");
            let uid = format!("cycle-{}@reverse-mentor", month.id);
            assert_eq!(event["UID"], uid);
        }
        test.everybody_was_left_in_peace(&settings()).await;
    }
}
