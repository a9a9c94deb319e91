//! A program's recurring timers, and when each is due next.

use super::{Result, enrollment};
use crate::domain::cadence::{self, Hours};
use crate::domain::program::Settings;
use crate::domain::schedule::Schedule;
use crate::domain::timer::{Kind, Timer};
use crate::domain::workday::Workday;
use crate::store::timers::{self, Due};
use crate::store::{Reading, Tx, rounds};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// The longest time between two questions to Slack about people.
pub const DIRECTORY: SignedDuration = SignedDuration::from_hours(24);
/// The local hour at which the program deletes old data, when nobody is at work.
const RETENTION_HOUR: i8 = 3;
/// How far a clock may be set back without a second round on one day.
const SLACK: SignedDuration = SignedDuration::from_hours(6);
/// The longest until everybody left over by a round is told, in their working hours.
const INTRODUCE: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Sets a timer for its schedule's next time. Returns false when the schedule is over.
pub async fn set_scheduled(
    tx: &mut Tx,
    timer: &Timer,
    schedule: &str,
    zone: &TimeZone,
) -> Result<bool> {
    let now = tx.now;
    let Some(next) = next_scheduled(tx, timer, schedule, now, zone).await? else {
        return Ok(false);
    };
    set(tx, timer, cadence::local(next, zone), zone).await?;
    Ok(true)
}

/// Sets the timer that deletes old data.
pub async fn set_retention(tx: &mut Tx, zone: &TimeZone) -> Result<()> {
    let night = next_night(tx.now, zone);
    set(tx, &Timer::Retention, night, zone).await
}

/// Resets timers that are later than their next occurrence, and runs now those that nothing sets so far ahead.
pub async fn replan(tx: &mut Tx, settings: &Settings) -> Result<()> {
    let (now, zone) = (tx.now, settings.zone());
    let later = now.saturating_add(SLACK).unwrap_or(now);
    for (timer, schedule) in [
        (Timer::Round, &settings.round_schedule),
        (Timer::Digest, &settings.digest_schedule),
    ] {
        let latest = next_scheduled(tx, &timer, schedule, later, &zone).await?;
        let is_missing = timers::due(tx, &timer).await?.is_none();
        if is_missing || is_after(tx, &timer, latest).await? {
            set_scheduled(tx, &timer, schedule, &zone).await?;
        }
    }
    let latest = cadence::at_local(next_night(later, &zone), &zone);
    if is_after(tx, &Timer::Retention, Some(latest)).await? {
        set_retention(tx, &zone).await?;
    }
    let a_day_later = later.saturating_add(DIRECTORY).unwrap_or(later);
    let opens = Hours::from(settings).next_open(a_day_later, &Workday::usual(zone));
    let a_round_later = later.saturating_add(INTRODUCE).unwrap_or(later);
    for (kind, latest) in [
        (Kind::Directory, a_day_later),
        (Kind::Undelivered, opens),
        (Kind::Match, later),
        (Kind::WhatIf, later),
        (Kind::Reaction, later),
        (Kind::Introduce, a_round_later),
    ] {
        timers::hurry(tx, kind, latest).await?;
    }
    Ok(())
}

async fn is_after(tx: &mut Reading, timer: &Timer, latest: Option<Timestamp>) -> Result<bool> {
    let due = timers::due(tx, timer).await?;
    Ok(due.zip(latest).is_some_and(|(due, latest)| due > latest))
}

async fn set(tx: &mut Tx, timer: &Timer, civil: DateTime, zone: &TimeZone) -> Result<()> {
    let due = Due::Local {
        civil,
        zone,
        whose: None,
    };
    Ok(timers::set(tx, timer, &due).await?)
}

async fn next_scheduled(
    tx: &mut Reading,
    timer: &Timer,
    schedule: &str,
    after: Timestamp,
    zone: &TimeZone,
) -> Result<Option<Timestamp>> {
    let (schedule, after) = if *timer == Timer::Round {
        if let Some(first) = enrollment::next_step(tx).await? {
            // No round is made before the first match, whatever the schedule.
            return Ok(Some(first.max(after)));
        }
        let after = rounds_after(tx, after, zone).await?;
        (Schedule::of_rounds(schedule), after)
    } else {
        (Schedule::parse(schedule).ok(), after)
    };
    Ok(schedule.and_then(|schedule| schedule.next_after(after, zone)))
}

/// The moment after which the next round may be made: the last of that day if the schedule has made one on it, since there is at
/// most one a day.
pub async fn rounds_after(
    tx: &mut Reading,
    after: Timestamp,
    zone: &TimeZone,
) -> Result<Timestamp> {
    let today = cadence::local(after, zone).date();
    let midnight = |day: Date| cadence::at_local(day.to_datetime(Time::midnight()), zone);
    let (begins, ends) = (midnight(today), midnight(today.saturating_add(1.days())));
    if rounds::was_scheduled(tx, begins, ends).await? {
        return Ok(cadence::after(ends, SignedDuration::from_millis(-1)));
    }
    Ok(after)
}

/// The next time that the program's clock shows the hour of retention.
fn next_night(after: Timestamp, zone: &TimeZone) -> DateTime {
    let here = cadence::local(after, zone);
    let tonight = here.date().at(RETENTION_HOUR, 0, 0, 0);
    if tonight > here {
        tonight
    } else {
        tonight.saturating_add(jiff::Span::new().days(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::setup;
    use crate::testing::feature_test::FeatureTest;

    const RECURRING: [Timer; 4] = [
        Timer::Round,
        Timer::Digest,
        Timer::Retention,
        Timer::Directory,
    ];

    async fn plan(test: &FeatureTest) -> Vec<Option<Timestamp>> {
        let mut tx = test.tx().await;
        let mut plan = Vec::new();
        for timer in RECURRING {
            plan.push(timers::due(&mut tx, &timer).await.unwrap());
        }
        tx.rollback().await;
        plan
    }

    #[tokio::test]
    async fn a_clock_that_was_years_ahead_does_not_put_the_program_to_sleep() {
        let mut test = FeatureTest::new(Settings::default()).await;
        test.run_due().await;
        let before = plan(&test).await;
        assert!(before.iter().all(Option::is_some));
        let now = test.now;
        test.now = "2031-03-05T09:00:00Z".parse().unwrap();
        test.run_due().await;
        let ahead = test.now;
        assert!(plan(&test).await.iter().all(|due| *due > Some(ahead)));
        test.now = now;
        let mut tx = test.tx().await;
        setup::replan(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let after = plan(&test).await;
        assert_eq!(after[..3], before[..3]);
        assert_eq!(after[3], Some(now), "Slack is asked at once");
    }

    #[tokio::test]
    async fn what_is_set_as_it_should_be_is_left_alone() {
        let mut test = FeatureTest::new(Settings::default()).await;
        for hours in [0, 1, 17, 24, 24 * 6, 24 * 30] {
            test.pass(SignedDuration::from_hours(hours)).await;
            let before = plan(&test).await;
            // The same after a clock is set back a little.
            for back in [0, 1, 5] {
                let now = test.now;
                test.now = now - SignedDuration::from_hours(back);
                let mut tx = test.tx().await;
                setup::replan(&mut tx).await.unwrap();
                tx.commit().await.unwrap();
                test.now = now;
            }
            assert_eq!(plan(&test).await, before, "after {hours} hours");
        }
    }

    #[tokio::test]
    async fn what_is_set_for_soon_does_not_stay_years_away() {
        let test = FeatureTest::new(Settings::default()).await;
        let mut tx = test.tx().await;
        let now = tx.now;
        let ahead = now + SignedDuration::from_hours(5 * 365 * 24);
        timers::at(&mut tx, &Timer::Undelivered, ahead)
            .await
            .unwrap();
        timers::at(&mut tx, &Timer::Match, ahead).await.unwrap();
        setup::replan(&mut tx).await.unwrap();
        for timer in [Timer::Undelivered, Timer::Match] {
            assert_eq!(timers::due(&mut tx, &timer).await.unwrap(), Some(now));
        }
        tx.rollback().await;
    }
}
