//! A machine whose clock is wrong, for a moment or from the start.

use crate::both;
use crate::health::serve;
use crate::support::{Engine, execute, harness, number, on, tables};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::clock::Clock;
use reverse_mentor::doctor;
use reverse_mentor::rehearse::harness::HarnessOptions;
use std::time::Duration;

const YEARS: SignedDuration = SignedDuration::from_hours(5 * 365 * 24);

both! {
    alone "one process, and its clock";
    /// The machine's clock is five years ahead for a moment, without lasting effects.
    async fn a_clock_that_jumps_is_held_and_goes_on_when_it_is_right(engine: Engine) {
        let harness = harness(engine, "").await;
        let clock = Clock::wrong(&harness.clock);
        let serving = serve(&harness.config, clock.clone()).await;
        serving.becomes(200, "clock: 0 s ahead").await;
        let before = tables(&harness).await;
        clock.set_wrong(YEARS);
        serving.becomes(503, "the clock is 157680000 s ahead of Slack's").await;
        let (_, metrics) = serving.probe("/metrics").await;
        assert!(metrics.contains("reverse_mentor_clock_skew_seconds"), "{metrics}");
        assert_eq!(tables(&harness).await, before);
        let later = "select count(*) from timers where due_at > 1900000000000";
        assert_eq!(number(&harness, later).await, 0);
        clock.set_wrong(SignedDuration::ZERO);
        serving.becomes(200, "clock: 0 s ahead").await;
        mended(&harness).await;
        // Work due in ten minutes is done in ten minutes.
        let sent = harness.slack.tally().ok("auth.test");
        for _ in 0..200 {
            harness.clock.set(harness.clock.now() + SignedDuration::from_secs(5));
            if harness.slack.tally().ok("auth.test") > sent {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(harness.slack.tally().ok("auth.test") > sent);
        serving.ends().await;
    }
}

async fn mended(harness: &Harness) {
    for _ in 0..200 {
        let count = "select count(*) from audit where verb = 'clock_mended'";
        let mark = "select cast(value as bigint) from facts where name = 'clock_mark'";
        if number(harness, count).await > 0
            && number(harness, mark).await <= harness.clock.now().as_millisecond()
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it was not mended");
}

both! {
    alone "one process, and its clock";
    /// A clock that was wrong before this start has left a mark; a clock that is wrong now is not believed.
    async fn the_mark_outlives_a_restart(engine: Engine) {
        let harness = harness(engine, "").await;
        // Stored by a run whose clock was five years ahead.
        execute(&harness, "insert into facts (name, value) values ('clock_mark', '1930000000000')").await;
        let serving = serve(&harness.config, Clock::wrong(&harness.clock)).await;
        serving.becomes(200, "ready\n").await;
        mended(&harness).await;
        serving.ends().await;

        // Slack does not answer, and the clock is far ahead of the mark.
        harness.slack.fail_with("auth.test", "fatal_error");
        let clock = Clock::wrong(&harness.clock);
        clock.set_wrong(YEARS);
        let serving = serve(&harness.config, clock).await;
        serving.becomes(503, "and Slack has not confirmed it").await;
        harness.slack.heal("auth.test");
        for _ in 0..13 {
            harness.clock.set(harness.clock.now() + SignedDuration::from_secs(5));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        serving.becomes(503, "ahead of Slack's").await;
        serving.ends().await;
        let mark = "select cast(value as bigint) from facts where name = 'clock_mark'";
        assert!(number(&harness, mark).await <= harness.clock.now().as_millisecond());
    }
}

#[tokio::test]
async fn doctor_tells_of_a_clock_that_was_ahead() {
    let harness = Harness::start(HarnessOptions::default()).await.unwrap();
    let report = doctor::examine(&harness.config, &harness.clock)
        .await
        .render();
    assert!(
        report.contains("agrees with Slack's (0 s ahead)"),
        "{report}"
    );
    assert!(!report.contains("was once"), "{report}");
    let sql = "insert into facts (name, value) values ('clock_mark', '1930000000000')";
    execute(&harness, sql).await;
    let report = doctor::examine(&harness.config, &harness.clock)
        .await
        .render();
    assert!(report.contains("was once"), "{report}");
    let wrong = Clock::wrong(&harness.clock);
    wrong.set_wrong(SignedDuration::from_mins(-3));
    let report = doctor::examine(&harness.config, &wrong).await.render();
    assert!(report.contains("is -180 s ahead of Slack's"), "{report}");
}

both! {
    alone "one process, and its clock";
    /// Clocks of scenes and rehearsals have their own pace, and cause no alarm.
    async fn a_manual_clock_may_be_pushed(engine: Engine) {
        let harness = Harness::start(on(engine, HarnessOptions::default()).await).await.unwrap();
        let serving = serve(&harness.config, harness.clock.clone()).await;
        serving.becomes(200, "ready\n").await;
        harness.clock.set(harness.clock.now() + SignedDuration::from_hours(24 * 40));
        tokio::time::sleep(Duration::from_millis(1500)).await;
        serving.becomes(200, "ready\n").await;
        serving.ends().await;
    }
}
