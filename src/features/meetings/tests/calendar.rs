//! The calendar file that follows the reminder.

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
async fn behind_the_reminder_comes_the_meeting_for_any_calendar() {
    let (mut test, pair, month) = planned().await;
    let goals = Goals {
        mentee: "Try AI tools".into(),
        mentor: "See how budgets are made".into(),
    };
    let mut tx = test.tx().await;
    agreements::add(&mut tx, pair, 1, &goals, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(test.files().await, [], "not with the plan");
    // Thursday, 15:00 in Berlin and 9:00 in New York: one working day before.
    test.pass(at("2026-03-05T18:00:00Z").duration_since(test.now))
        .await;
    assert_eq!(test.of_kind(Kind::MeetingSoon).await, 1);
    let files = test.files().await;
    assert_eq!(files.len(), 1);
    assert!(files[0].content.is_ascii() && !files[0].content.contains("budgets"));
    let event = read_calendar(&files[0].content);
    let uid = format!("cycle-{}@reverse-mentor", month.id);
    let expected = [
        ("DTSTAMP", "20260305T140000Z"),
        ("DTSTART", "20260306T143000Z"),
        ("DTEND", "20260306T151500Z"),
        ("SEQUENCE", "1"),
        ("SUMMARY", "Reverse mentoring"),
        ("UID", &uid),
    ];
    for (key, value) in expected {
        assert_eq!(event[key], value, "{key}");
    }

    // The meeting moves: the same entry with a higher sequence.
    other_time(&test, &month, date(2026, 3, 18), time(15, 0, 0, 0)).await;
    test.pass(days(14)).await;
    let files = test.files().await;
    assert_eq!(files.len(), 2);
    let moved = read_calendar(&files[1].content);
    assert_eq!(moved["UID"], uid);
    assert_eq!(moved["SEQUENCE"], "2");
    assert_eq!(moved["DTSTART"], "20260318T140000Z");
    test.everybody_was_left_in_peace(&settings()).await;
}

#[tokio::test]
async fn a_reminder_taken_back_takes_its_file_along() {
    let (mut test, _, month) = planned().await;
    test.pass(at("2026-03-05T18:00:00Z").duration_since(test.now))
        .await;
    other_time(&test, &month, date(2026, 3, 18), time(15, 0, 0, 0)).await;
    let [reminder, file] = reminder_and_file(&test).await;
    assert!(reminder.unsent && file.unsent, "one fate");
    assert_eq!(reminder.expires, file.expires);
    assert_eq!(reminder.lane, file.lane);
}
