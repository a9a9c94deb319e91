//! People's own working hours.

use super::*;
use crate::domain::workday::DayHours;
use jiff::SignedDuration;

/// Saves the form with these hours, in minutes of the day.
async fn works(test: &FeatureTest, user: &str, starts: u16, ends: u16) -> Reply {
    let mut answers = form(test, user).await;
    answers.insert("day_starts".into(), one(&starts.to_string()));
    answers.insert("day_ends".into(), one(&ends.to_string()));
    submit(test, user, answers).await
}

async fn hours(test: &FeatureTest, user: &str) -> Option<DayHours> {
    profile(test, user).await.unwrap().hours
}

#[tokio::test]
async fn hours_are_kept_until_somebody_sets_others() {
    let test = FeatureTest::new(Settings::default()).await;
    let answers = form(&test, "U1").await;
    submit(&test, "U1", answers).await;
    assert_eq!(hours(&test, "U1").await, None);
    works(&test, "U1", 12 * 60, 24 * 60).await;
    let late = DayHours::new(12 * 60, 24 * 60);
    assert_eq!(hours(&test, "U1").await, late);
    let again = shown(&test.command("U1", "profile").await.unwrap());
    assert!(again.contains("[ 12:00 PM ▾ ]"), "{again}");
    assert!(again.contains("[ midnight ▾ ]"), "{again}");
    let answers = form(&test, "U1").await;
    submit(&test, "U1", answers).await;
    assert_eq!(hours(&test, "U1").await, late);
    let own = test.press("U1", Action::ExportMine).await.unwrap();
    let own = render(&own.say.unwrap());
    assert!(own.contains("*At work:* 12:00 PM to midnight"), "{own}");
    works(&test, "U1", 9 * 60, 17 * 60).await;
    assert_eq!(hours(&test, "U1").await, None);
}

#[tokio::test]
async fn a_day_of_less_than_three_hours_is_said_at_its_field() {
    let test = FeatureTest::new(Settings::default()).await;
    for (starts, ends, least) in [
        (9 * 60, 11 * 60 + 30, "12:00 PM"),
        (9 * 60, 8 * 60, "12:00 PM"),
        (21 * 60, 23 * 60, "midnight"),
    ] {
        let reply = works(&test, "U1", starts, ends).await;
        let words = format!(
            "Please pick {least} or later, so that your working day has at least three hours."
        );
        assert_eq!(reply.errors, [("day_ends", words)]);
    }
    assert_eq!(profile(&test, "U1").await, None);
}

/// A break ends when its person's day begins, whatever hours they set meanwhile.
#[tokio::test]
async fn a_break_ends_at_the_beginning_of_their_day() {
    let mut test = FeatureTest::new(Settings::default()).await;
    works(&test, "U1", 12 * 60, 20 * 60).await;
    test.seen("U1", "Europe/Berlin").await;
    test.pauses("U1", "2").await;
    let ends = async |test: &FeatureTest| {
        let mut tx = test.tx().await;
        let timer = Timer::PauseEnds("U1".into());
        let due = timers::due(&mut tx, &timer).await.unwrap();
        tx.rollback().await;
        due.unwrap().to_string()
    };
    assert_eq!(ends(&test).await, "2026-03-16T11:00:00Z");
    works(&test, "U1", 6 * 60 + 30, 14 * 60).await;
    assert_eq!(ends(&test).await, "2026-03-16T05:30:00Z");
    test.pass(SignedDuration::from_hours(14 * 24)).await;
    assert_eq!(test.count("U1", "Your break is over").await, 1);
}
