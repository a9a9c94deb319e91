//! Years of random programs. People answer or never do, sign or never sign, take breaks, leave and come back; owners vanish;
//! settings change. Each day it is checked that nothing stalls and nobody is pestered: see `checks`.
//!
//! `YEARS_SEED=7` replays one walk, `YEARS_SECONDS=600` walks for ten minutes, `YEARS=10000` walks so many years, which
//! is worth a release build: `YEARS=10000 cargo test --release --lib years_of`.
//!
//! ```text
//! walk.rs       the loop: timers, deliveries and plans in the order of their times
//! colleagues.rs who is there, with their habits
//! acts.rs       what they do
//! slack.rs      a Slack that takes messages and answers questions at once
//! checks.rs     what must hold each day
//! cards.rs      and what each card must show
//! sabotage.rs   faults made on purpose, which a walk must find
//! ```

mod acts;
mod cards;
mod checks;
mod colleagues;
mod sabotage;
mod slack;
mod walk;

use futures_util::future::{join, join_all};
use sabotage::Sabotage;
use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use walk::Walk;

/// How long it walks unless told otherwise: a suite runs it each time.
const SECONDS: u64 = 60;
/// The simulated days of one walk: a year and some.
const DAYS: u32 = 400;
const THREADS: u64 = 2;
/// Walks that take turns on one thread: while one waits for its database, another goes on.
const ABREAST: usize = 8;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// One thread: each statement crosses to the database's and back.
fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().build().unwrap()
}

/// Walks one seed for so many days, or until the time is over; panics with its last days if something does not hold.
/// Returns the days, and a fingerprint of what was sent.
async fn walk(seed: u64, days: u32, is_over: impl Fn() -> bool) -> (u32, String) {
    let mut walk = Walk::new(seed).await;
    for day in 0..days {
        if is_over() {
            return (day, walk.fingerprint());
        }
        if let Err(wrong) = walk.day().await {
            panic!("{}", walk.report(seed, day, &wrong));
        }
    }
    (days, walk.fingerprint())
}

#[test]
fn years_of_random_programs_stall_nowhere() {
    if let Some(seed) = number("YEARS_SEED") {
        runtime().block_on(walk(seed, DAYS, || false));
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
                let walks = (0..ABREAST).map(async |_| {
                    while !is_over() {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        let (walked, _) = walk(seed, DAYS, is_over).await;
                        days.fetch_add(u64::from(walked), Ordering::Relaxed);
                    }
                });
                runtime().block_on(join_all(walks))
            });
        }
    });
    let (walked, last) = (days.into_inner(), next.into_inner() - 1);
    // Past the test's capture: a run that walked little proves little.
    let told = writeln!(
        std::io::stderr(),
        "{} program-years walked, seeds {first} to {last}, in {} s",
        walked / 365,
        began.elapsed().as_secs()
    );
    assert!(told.is_ok() && walked > 0, "nothing was walked");
}

/// A failure can be replayed.
#[test]
fn a_seed_goes_the_same_way_every_time() {
    for seed in 1..=4 {
        let twice = join(walk(seed, 60, || false), walk(seed, 60, || false));
        let (once, again) = runtime().block_on(twice);
        assert_eq!(once, again, "seed {seed}");
    }
}

/// The days of a walk after which a fault shows that is made after the first quarter; none if it does not in this walk.
fn found_after(seed: u64, how: Sabotage) -> Option<u32> {
    runtime().block_on(async {
        let mut walk = Walk::new(seed).await;
        for day in 0..DAYS {
            walk.sabotage = (day >= 90).then_some(how);
            if walk.day().await.is_err() {
                return Some(day);
            }
        }
        None
    })
}

/// A walk that finds nothing proves nothing unless it finds what is wrong.
#[test]
fn walks_find_faults_that_are_made_on_purpose() {
    for how in sabotage::ALL {
        let found = (1..=20).find_map(|seed| Some((seed, found_after(seed, how)?)));
        let (seed, day) = found.unwrap_or_else(|| panic!("{how:?} was not found"));
        println!("{how:?} shows on day {day} of walk {seed}");
    }
}
