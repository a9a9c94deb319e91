//! Years of random programs. People answer or never do, sign or never sign, take breaks, leave and come back; owners vanish;
//! settings change. Each day it is checked that nothing stalls and nobody is pestered: see `checks`.
//!
//! `YEARS_SEED=7` replays one walk, `YEARS_SECONDS=600` walks for ten minutes, `YEARS=10000` walks so many years.
//!
//! ```text
//! walk.rs       the loop: timers, deliveries and plans in the order of their times
//! colleagues.rs who is there, with their habits
//! acts.rs       what they do
//! slack.rs      a Slack that takes messages and answers questions at once
//! checks.rs     what must hold each day
//! ```

mod acts;
mod checks;
mod colleagues;
mod slack;
mod walk;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use walk::Walk;

/// How long it walks unless told otherwise: a suite runs it each time.
const SECONDS: u64 = 40;
/// The simulated days of one walk: a year and some.
const DAYS: u32 = 400;
const THREADS: u64 = 2;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Walks one seed for a year and some, or until the time is over; panics with its last days if something does not hold.
/// Returns the days.
fn walk(seed: u64, is_over: impl Fn() -> bool) -> u32 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut walk = Walk::new(seed).await;
        for day in 0..DAYS {
            if is_over() {
                return day;
            }
            if let Err(wrong) = walk.day().await {
                panic!("{}", walk.report(seed, day, &wrong));
            }
        }
        DAYS
    })
}

#[test]
fn years_of_random_programs_stall_nowhere() {
    if let Some(seed) = number("YEARS_SEED") {
        walk(seed, || false);
        return;
    }
    let most = number("YEARS").map(|years| years * 365);
    let seconds =
        number("YEARS_SECONDS").unwrap_or(if most.is_some() { u64::MAX } else { SECONDS });
    let (began, first) = (Instant::now(), number("YEARS_FIRST").unwrap_or(1));
    let (next, days) = (AtomicU64::new(first), AtomicU64::new(0));
    let is_over = || {
        began.elapsed() >= Duration::from_secs(seconds)
            || most.is_some_and(|most| days.load(Ordering::Relaxed) >= most)
    };
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while !is_over() {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    days.fetch_add(u64::from(walk(seed, is_over)), Ordering::Relaxed);
                }
            });
        }
    });
    let walked = days.load(Ordering::Relaxed) / 365;
    println!(
        "{walked} program-years, seeds {first} to {}",
        next.load(Ordering::Relaxed) - 1
    );
    assert!(days.load(Ordering::Relaxed) > 0, "nothing was walked");
}
