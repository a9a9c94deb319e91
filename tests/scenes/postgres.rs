//! PostgreSQL across a network: eavesdroppers, waiting, and the effect of a pooler.

use crate::process::Ground;
use crate::servers::Postgres;
use reverse_mentor::domain::ids::{TeamId, UserId};
use reverse_mentor::store::db::{Result, StoreError};
use reverse_mentor::store::seal::Keys;
use reverse_mentor::store::{Db, audit};
use std::process::Command;
use std::time::{Duration, Instant};

/// A request must be answered within Slack's three seconds.
pub const A_CLICK: Duration = Duration::from_millis(2_800);
pub fn keys() -> Keys {
    Keys::parse(&"5e".repeat(32)).unwrap()
}

pub fn now() -> jiff::Timestamp {
    "2026-03-02T10:00:00Z".parse().unwrap()
}

/// Writes a row for `team`. Returns the result and the time it took.
pub async fn writes(db: &Db, team: &str) -> (Result<()>, Duration) {
    let began = Instant::now();
    let written = async {
        let mut tx = db.write(&TeamId::from(team), now()).await?;
        audit::note(&mut tx, &UserId::from("U1"), "did", "it").await?;
        tx.commit().await
    };
    (written.await, began.elapsed())
}

pub async fn rows(url: &str, table: &'static str) -> i64 {
    use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row};
    let mut connection = AnyConnection::connect(url).await.unwrap();
    // Not prepared, because behind a pooler preparing and running could reach two servers.
    let sql = AssertSqlSafe(format!("select count(*) from {table}"));
    connection.fetch_one(sql).await.unwrap().get(0)
}

pub fn doctor(database: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_reverse-mentor"))
        .arg("doctor")
        .env("DATABASE_URL", database)
        .env("REVERSE_MENTOR_KEY", "5e".repeat(32))
        .env_remove("SLACK_BOT_TOKEN")
        .env_remove("SLACK_SIGNING_SECRET")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stands_still_costs_a_click_no_more_than_its_time() {
    let Some(mut server) = Postgres::start(&[]) else {
        return;
    };
    let url = server.url("127.0.0.1", "postgres");
    let db = Db::open(&url, keys()).await.unwrap();
    let (team, user) = (TeamId::from("T1"), UserId::from("U1"));
    writes(&db, "T1").await.0.unwrap();
    drop(db.read_for(&team, &user, now()).await.unwrap());
    // One transaction is interrupted.
    let mut caught = db.write(&team, now()).await.unwrap();
    server.freeze();
    let began = Instant::now();
    assert!(audit::note(&mut caught, &user, "did", "it").await.is_err());
    assert!(caught.commit().await.is_err());
    assert!(began.elapsed() < A_CLICK, "{:?}", began.elapsed());
    // More callers than connections, twice.
    for _ in 0..2 {
        let began = Instant::now();
        let mut waiting = tokio::task::JoinSet::new();
        for number in 0..8 {
            let (db, team, user) = (db.clone(), team.clone(), user.clone());
            waiting.spawn(async move {
                let key = format!("key {number}");
                match number % 3 {
                    0 => db.write_once(&team, &user, now(), &key).await.is_err(),
                    1 => db.read_for(&team, &user, now()).await.is_err(),
                    _ => db
                        .write(&TeamId(format!("T{number}")), now())
                        .await
                        .is_err(),
                }
            });
        }
        assert!(
            waiting
                .join_all()
                .await
                .into_iter()
                .all(|is_error| is_error)
        );
        assert!(began.elapsed() < A_CLICK, "{:?}", began.elapsed());
    }
    server.thaw();
    settles(&db).await;
    // The same with a server that is gone.
    server.stop();
    let (written, took) = writes(&db, "T1").await;
    assert!(written.is_err() && took < A_CLICK, "{took:?} {written:?}");
    server.serve();
    settles(&db).await;
    // Sessions that a restart ended are replaced invisibly.
    server.stop();
    server.serve();
    let (written, _) = writes(&db, "T1").await;
    written.unwrap();
    drop(db.read(&team, now()).await.unwrap());
}

/// Waits until writes work again.
pub async fn settles(db: &Db) {
    let began = Instant::now();
    while let (Err(error), _) = writes(db, "T1").await {
        assert!(began.elapsed() < Duration::from_secs(20), "{error}");
    }
    let (written, took) = writes(db, "T1").await;
    assert!(
        written.is_ok() && took < Duration::from_secs(1),
        "{took:?} {written:?}"
    );
    db.read(&TeamId::from("T1"), now()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workspace_whose_lock_is_kept_delays_no_other() {
    let Some(_) = crate::support::postgres() else {
        println!("skipped: TEST_POSTGRES_URL is not set");
        return;
    };
    let url = crate::support::new_database().await;
    let db = Db::open(&url, keys()).await.unwrap();
    let other = Db::open(&url, keys()).await.unwrap();
    let (kept, free) = (TeamId::from("T1"), TeamId::from("T2"));
    // Another replica holds the lock and is suspended.
    let keeping = other.write(&kept, now()).await.unwrap();
    let mut waiting = tokio::task::JoinSet::new();
    for number in 0..12 {
        let db = db.clone();
        waiting.spawn(async move {
            if number % 2 == 0 {
                return writes(&db, "T1").await;
            }
            let began = Instant::now();
            let key = format!("key {number}");
            let noted = db
                .write_once(&TeamId::from("T1"), &"U1".into(), now(), &key)
                .await;
            (noted.map(drop), began.elapsed())
        });
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    for _ in 0..5 {
        let (written, took) = writes(&db, "T2").await;
        assert!(
            written.is_ok() && took < Duration::from_millis(500),
            "{took:?} {written:?}"
        );
    }
    let began = Instant::now();
    assert!(db.try_write(&kept, now()).await.unwrap().is_none());
    assert!(other.try_write(&kept, now()).await.unwrap().is_none());
    drop(db.try_write(&free, now()).await.unwrap().unwrap());
    drop(db.read(&kept, now()).await.unwrap());
    assert!(
        began.elapsed() < Duration::from_millis(500),
        "{:?}",
        began.elapsed()
    );
    for (written, took) in waiting.join_all().await {
        assert!(
            matches!(written, Err(StoreError::Busy | StoreError::NoAnswer)) && took < A_CLICK,
            "{took:?} {written:?}"
        );
    }
    keeping.rollback().await;
    // The server may still be ending an abandoned session.
    let mut began = None;
    for _ in 0..100 {
        began = db.try_write(&kept, now()).await.unwrap();
        if began.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(began.is_some(), "the workspace is free again");
    drop(began);
    // Senders that use up their connections take none from requests and readers.
    let mut busy = Vec::new();
    for number in 0..3 {
        busy.push(
            db.background_write(&TeamId(format!("B{number}")), now())
                .await
                .unwrap(),
        );
    }
    let (written, took) = writes(&db, "T1").await;
    assert!(
        written.is_ok() && took < Duration::from_millis(500),
        "{took:?} {written:?}"
    );
    drop(db.read(&kept, now()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_start_waits_for_a_server_and_not_for_a_wrong_name() {
    let Some(mut server) = Postgres::prepare(&[]) else {
        return;
    };
    let mut ground = Ground::new(1, Some(server.url("127.0.0.1", "postgres")), "").await;
    let said = ground.folder.join("said");
    ground.said = Some(said.clone());
    let place = format!("127.0.0.1:{}", server.port);
    let serving = ground.spawn();
    let began = Instant::now();
    while !std::fs::read_to_string(&said)
        .unwrap_or_default()
        .contains(&place)
    {
        assert!(began.elapsed() < Duration::from_secs(5), "nothing was said");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let words = std::fs::read_to_string(&said).unwrap();
    assert!(
        words.contains("waiting for PostgreSQL") && !words.contains("postgres@"),
        "{words}"
    );
    server.serve();
    serving.answers().await;
    drop(serving);
    for (url, words) in [
        (server.url("127.0.0.1", "nowhere"), "nowhere"),
        (
            server
                .url("127.0.0.1", "postgres")
                .replace("postgres@", "nobody:hush@"),
            "nobody",
        ),
    ] {
        ground.database = url;
        let began = Instant::now();
        let code = ground.spawn().ends();
        let told = std::fs::read_to_string(&said).unwrap();
        assert_eq!(code, Some(2), "{told}");
        assert!(began.elapsed() < Duration::from_secs(5));
        assert!(told.contains(words) && !told.contains("hush"), "{told}");
    }
}

#[tokio::test]
async fn a_server_that_only_reads_is_an_error_at_once_and_no_memory() {
    let Some(server) = Postgres::start(&[]) else {
        return;
    };
    let url = server.url("127.0.0.1", "postgres");
    let db = Db::open(&url, keys()).await.unwrap();
    writes(&db, "T1").await.0.unwrap();
    server.sql("alter system set default_transaction_read_only = on");
    server.sql("select pg_reload_conf()");
    tokio::time::sleep(Duration::from_millis(300)).await;
    for _ in 0..5 {
        let (written, took) = writes(&db, "T1").await;
        assert!(
            written.is_err() && took < Duration::from_secs(1),
            "{took:?} {written:?}"
        );
    }
    assert_eq!(rows(&url, "audit").await, 1);
    server.sql("alter system reset default_transaction_read_only");
    server.sql("select pg_reload_conf()");
    tokio::time::sleep(Duration::from_millis(300)).await;
    writes(&db, "T1").await.0.unwrap();
    assert_eq!(rows(&url, "audit").await, 2);
}
