//! Measures finding the next message and the next due time, with ever more rows that wait for another method.
//!
//! ```text
//! cargo bench --bench outbox        a table
//! ```

use reverse_mentor::domain::ids::{CheckinId, PairId, TeamId, UserId};
use reverse_mentor::domain::key::{Introduced, Key};
use reverse_mentor::slack::words::Md;
use reverse_mentor::store::outbox::{self, Kind, To};
use reverse_mentor::store::seal::Keys;
use reverse_mentor::store::{Db, timers, workspaces};
use reverse_mentor::work::rates;
use std::time::{Duration, Instant};

const WAITING: [i64; 4] = [100, 1_000, 10_000, 100_000];
/// The median of this many runs.
const TIMES: usize = 101;
/// Rows written in one transaction.
const CHUNK: i64 = 1_000;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    println!(
        "| rows waiting | next due queue | its first message | next due time | next due timer |"
    );
    println!("|---|---|---|---|---|");
    for waiting in WAITING {
        runtime.block_on(measure(waiting));
    }
}

async fn measure(waiting: i64) {
    let folder = std::env::temp_dir().join(format!("rm-bench-{}-{waiting}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let url = format!("sqlite://{}/outbox.db?mode=rwc", folder.display());
    let keys = Keys::parse(&"5e".repeat(32)).expect("a key");
    let db = Db::open(&url, keys).await.expect("a database");
    db.without_sync().await.expect("a database");
    let (team, now) = (
        TeamId::from("T1"),
        "2026-03-02T10:00:00Z".parse().expect("an instant"),
    );
    let mut number = 0;
    while number < waiting {
        let mut tx = db.write(&team, now).await.expect("a transaction");
        workspaces::installed(&mut tx, &UserId::from("UBOT"))
            .await
            .expect("a row");
        for _ in 0..CHUNK.min(waiting - number) {
            number += 1;
            let to = To::Pair {
                pair: PairId(number),
                members: vec![
                    UserId(format!("U1N{number}")),
                    UserId(format!("U2N{number}")),
                ],
            };
            let key = Key::Introduction(PairId(number), Introduced::Both);
            outbox::post(
                &mut tx,
                to,
                Kind::Introduction,
                &key,
                Md::from("hello").into(),
                None,
            )
            .await
            .expect("a row");
        }
        tx.commit().await.expect("a commit");
    }
    let mut tx = db.write(&team, now).await.expect("a transaction");
    let to = To::Person(UserId::from("U1"));
    outbox::post(
        &mut tx,
        to,
        Kind::Answer,
        &Key::Checkin(CheckinId(1)),
        Md::from("hi").into(),
        None,
    )
    .await
    .expect("a row");
    tx.commit().await.expect("a commit");
    assert!(rates::allowance(&team, "conversations.open", rates::Installed::ByItsMaker).is_some());
    let mut took: [Vec<Duration>; 4] = Default::default();
    for _ in 0..TIMES {
        let mut tx = db.write(&team, now).await.expect("a transaction");
        let began = Instant::now();
        let queues = outbox::due_queues(&mut tx, 64).await.expect("queues");
        took[0].push(began.elapsed());
        assert_eq!(queues.len(), 2);
        let began = Instant::now();
        let heads = outbox::heads(&mut tx, "chat.postMessage", 24)
            .await
            .expect("heads");
        took[1].push(began.elapsed());
        assert_eq!(heads.len(), 1);
        let began = Instant::now();
        let _ = outbox::next_due(&mut tx).await.expect("an instant");
        took[2].push(began.elapsed());
        let began = Instant::now();
        let _ = timers::next_due(&mut tx, timers::Work::Others)
            .await
            .expect("an instant");
        took[3].push(began.elapsed());
        tx.rollback().await;
    }
    let cells = took.map(|mut times| {
        times.sort();
        format!("{} µs", times[TIMES / 2].as_micros())
    });
    println!("| {waiting} | {} |", cells.join(" | "));
    db.close().await;
    let _ = std::fs::remove_dir_all(&folder);
}
