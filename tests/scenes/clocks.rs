//! One clock for the state that replicas share.

use crate::postgres::{keys, now};
use reverse_mentor::clock::Clock;
use reverse_mentor::domain::ids::TeamId;
use reverse_mentor::store::{Db, limits};
use reverse_mentor::work::rates;
use std::time::Duration;

#[tokio::test]
async fn replicas_go_by_the_clock_of_their_database() {
    let Some(_) = crate::support::postgres() else {
        println!("skipped: TEST_POSTGRES_URL is not set");
        return;
    };
    let url = crate::support::new_database().await;
    let (wall, origin) = (Clock::wall().now(), now());
    let right = Clock::fast(wall, origin, 1);
    let wrong = Clock::fast_and_wrong(wall, origin, 1, 45_000);
    assert!(wrong.now().duration_since(right.now()).as_secs() >= 44);
    let (one, two) = (
        Db::open(&url, keys()).await.unwrap(),
        Db::open(&url, keys()).await.unwrap(),
    );
    one.share_clock(&right);
    two.share_clock(&wrong);
    let team = TeamId::from("T1");
    let wanted =
        rates::allowance(&team, "conversations.open", rates::Installed::ByItsMaker).unwrap();
    // One replica uses the whole allowance: fifty in a minute. A clock 45 s ahead would consider most of these expired soon.
    let mut first = None;
    for _ in 0..50 {
        let mut tx = one.write(&team, right.now()).await.unwrap();
        first.get_or_insert(tx.now);
        limits::take(&mut tx, &wanted).await.unwrap().unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = two.write(&team, wrong.now()).await.unwrap();
    let since = tx.now.duration_since(first.unwrap());
    assert!((0..15).contains(&since.as_secs()), "{since}");
    let again = limits::take(&mut tx, &wanted).await.unwrap().unwrap_err();
    let wait = again.duration_since(tx.now);
    assert!(wait.as_secs() >= 40, "{wait}");
    tx.rollback().await;
    // Readers find due rows by the same clock, and sleepers know the offset of their own.
    assert!(
        (-46..=-44).contains(&two.offset().as_secs()),
        "{}",
        two.offset()
    );
    assert_eq!(one.offset().as_secs(), 0);
    let seen = two.read(&team, wrong.now()).await.unwrap().now;
    assert!(seen.duration_since(right.now()).as_secs().abs() <= 1);
    for tx in [
        two.try_write(&team, wrong.now()).await.unwrap().unwrap(),
        two.background_write(&"T2".into(), wrong.now())
            .await
            .unwrap(),
        two.write_once(&"T3".into(), &"U1".into(), wrong.now(), "key")
            .await
            .unwrap()
            .unwrap(),
    ] {
        assert!(tx.now.duration_since(right.now()).as_secs().abs() <= 1);
    }
}

#[tokio::test]
async fn the_clock_is_read_when_the_lock_is_held() {
    let Some(_) = crate::support::postgres() else {
        println!("skipped: TEST_POSTGRES_URL is not set");
        return;
    };
    let url = crate::support::new_database().await;
    let (one, two) = (
        Db::open(&url, keys()).await.unwrap(),
        Db::open(&url, keys()).await.unwrap(),
    );
    let clock = Clock::wall();
    one.share_clock(&clock);
    two.share_clock(&clock);
    let team = TeamId::from("T1");
    let held = one.write(&team, clock.now()).await.unwrap();
    let waiting = tokio::spawn(async move {
        let clock = Clock::wall();
        two.write(&TeamId::from("T1"), clock.now())
            .await
            .unwrap()
            .now
    });
    tokio::time::sleep(Duration::from_millis(800)).await;
    let released = held.now;
    held.rollback().await;
    let began = waiting.await.unwrap();
    assert!(
        began.duration_since(released).as_millis() >= 750,
        "{began} {released}"
    );
    // A manual clock is not adjusted.
    let by_hand = Db::open(&url, keys()).await.unwrap();
    by_hand.share_clock(&Clock::manual(now()));
    assert_eq!(by_hand.write(&team, now()).await.unwrap().now, now());
}
