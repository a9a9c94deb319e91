//! What only the store itself can see: its connections and what happens to them.

use super::statement::sql_with;
use super::*;
use crate::domain::cycle;
use crate::domain::ids::UserId;
use crate::domain::week::IsoWeek;
use crate::store::audit;
use crate::store::seal::Keys;
use jiff::civil::Date;
use sqlx::Executor;
use std::collections::BTreeSet;

fn keys() -> Keys {
    Keys::parse(&"5e".repeat(32)).unwrap()
}

fn now() -> Timestamp {
    "2026-03-02T10:00:00Z".parse().unwrap()
}

fn team() -> TeamId {
    TeamId::from("T1")
}

async fn sqlite() -> Db {
    let mut name = [0; 8];
    getrandom::fill(&mut name).unwrap();
    let folder = std::env::temp_dir().join(format!("rm-db-{}", const_hex::encode(name)));
    std::fs::create_dir_all(&folder).unwrap();
    let url = format!("sqlite://{}/program.db", folder.display());
    Db::open(&url, keys()).await.unwrap()
}

/// A database that is there for this and nothing else.
async fn postgres() -> Option<Db> {
    let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
        println!("skipped: TEST_POSTGRES_URL is not set");
        return None;
    };
    sqlx::any::install_default_drivers();
    let mut name = [0; 8];
    getrandom::fill(&mut name).unwrap();
    let name = format!("store_{}", const_hex::encode(name));
    let mut connection = <sqlx::AnyConnection as sqlx::Connection>::connect(&server)
        .await
        .unwrap();
    let create = sqlx::AssertSqlSafe(format!("create database {name}"));
    connection.execute(create).await.unwrap();
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&name);
    Some(Db::open(url.as_str(), keys()).await.unwrap())
}

async fn note(tx: &mut Tx, verb: &str) -> Result<()> {
    audit::note(tx, &UserId::from("U1"), verb, "it").await
}

async fn verbs(db: &Db) -> Vec<String> {
    let mut tx = db.read(&team(), now()).await.unwrap();
    let verbs = tx.values(sql!("select verb from audit order by verb"));
    verbs.await.unwrap()
}

/// A statement that both engines refuse, in a transaction that goes on as if nothing had happened.
async fn fails_in_the_middle(db: &Db) {
    let mut tx = db.write(&team(), now()).await.unwrap();
    note(&mut tx, "half").await.unwrap();
    let again = "insert into facts (name, value) values ('one', ''), ('one', '')";
    assert!(tx.conn().execute(again).await.is_err());
    assert!(matches!(tx.commit().await, Err(StoreError::Commit(_))));
    let mut tx = db.write(&team(), now()).await.unwrap();
    note(&mut tx, "whole").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(verbs(db).await, ["whole"]);
}

#[tokio::test]
async fn a_transaction_with_a_failed_statement_is_not_committed() {
    fails_in_the_middle(&sqlite().await).await;
    if let Some(db) = postgres().await {
        fails_in_the_middle(&db).await;
    }
}

/// What SQLite does on a full disk, without one.
#[tokio::test]
async fn a_full_database_loses_the_group_and_nothing_else() {
    let db = sqlite().await;
    let Connections::Sqlite(sqlite) = &db.0.connections else {
        panic!("not SQLite");
    };
    let limit = async |sql: &'static str| {
        let mut turn = sqlite.writer_turn(PATIENCE).await.unwrap();
        turn.conn.execute(sql).await.unwrap();
    };
    for _ in 0..3 {
        limit("pragma max_page_count = 1").await;
        let mut tx = db.write(&team(), now()).await.unwrap();
        let mut failed = None;
        for _ in 0..5_000 {
            if let Err(error) = note(&mut tx, "full").await {
                failed = Some(error);
                break;
            }
        }
        assert!(failed.is_some(), "it never got full");
        // SQLite may have rolled back: what came now would be committed by itself.
        assert!(note(&mut tx, "alone").await.is_err());
        assert!(tx.commit().await.is_err());
        limit("pragma max_page_count = 1000000").await;
        let mut tx = db.write(&team(), now()).await.unwrap();
        note(&mut tx, "well").await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(verbs(&db).await, ["well"; 3]);
}

/// A connection that only reads, as after a failover or when the file system was made read-only for a while.
#[tokio::test]
async fn a_writer_that_may_not_write_is_replaced() {
    let db = sqlite().await;
    let Connections::Sqlite(sqlite) = &db.0.connections else {
        panic!("not SQLite");
    };
    // Between two transactions nobody notices.
    let mut turn = sqlite.writer_turn(PATIENCE).await.unwrap();
    turn.conn.execute("pragma query_only = on").await.unwrap();
    drop(turn);
    let mut tx = db.write(&team(), now()).await.unwrap();
    note(&mut tx, "well").await.unwrap();
    tx.commit().await.unwrap();
    // In the middle of one that one fails.
    let mut tx = db.write(&team(), now()).await.unwrap();
    tx.conn().execute("pragma query_only = on").await.unwrap();
    assert!(note(&mut tx, "not").await.is_err());
    assert!(tx.commit().await.is_err());
    let known = db.write_once(&team(), &"U1".into(), now(), "key").await;
    let mut tx = known.unwrap().unwrap();
    note(&mut tx, "well").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(verbs(&db).await, ["well", "well"]);
}

async fn shown(tx: &mut Reading, sql: &'static str) -> String {
    tx.value(sql!(sql)).await.unwrap()
}

/// The server's sessions over which the next few transactions run.
async fn sessions(db: &Db) -> BTreeSet<String> {
    let mut sessions = BTreeSet::new();
    for _ in 0..12 {
        let mut tx = patient_write(db).await;
        sessions.insert(shown(&mut tx, SESSION).await);
        tx.commit().await.unwrap();
    }
    sessions
}

/// A machine that is busy with other tests may need more than a click's two seconds.
async fn patient_write(db: &Db) -> Tx {
    for _ in 0..20 {
        match db.write(&team(), now()).await {
            Ok(tx) => return tx,
            Err(StoreError::Busy | StoreError::NoAnswer) => {}
            Err(error) => panic!("{error}"),
        }
    }
    panic!("something else holds the workspace");
}

const SESSION: &str = "select pg_backend_pid()::text";

#[tokio::test]
async fn a_session_that_only_reads_or_was_ended_is_not_used_again() {
    let Some(db) = postgres().await else { return };
    assert!(sessions(&db).await.len() <= 3, "sessions are used again");
    let mut tx = db.write(&team(), now()).await.unwrap();
    let only_reads = shown(&mut tx, SESSION).await;
    let set = "set local transaction_read_only = on";
    tx.conn().execute(set).await.unwrap();
    assert!(note(&mut tx, "not").await.is_err());
    tx.rollback().await;
    assert!(!sessions(&db).await.contains(&only_reads));
    // Ended in the middle of it, as a restart of the server does.
    let mut tx = db.write(&team(), now()).await.unwrap();
    let ended = "select pg_terminate_backend(pg_backend_pid())";
    assert!(tx.conn().execute(ended).await.is_err());
    assert!(tx.commit().await.is_err());
    // All that wait to be used, ended behind our back.
    let admin = "select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()";
    let mut reading = db.read(&team(), now()).await.unwrap();
    reading.conn().execute(admin).await.unwrap();
    for _ in 0..5 {
        let mut tx = db.write(&team(), now()).await.unwrap();
        note(&mut tx, "well").await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(verbs(&db).await, ["well"; 5]);
}

#[tokio::test]
async fn every_transaction_has_an_end_and_no_session_keeps_anything() {
    let Some(db) = postgres().await else { return };
    let limits = "select string_agg(name || ' ' || setting, ', ' order by name) from pg_settings where name in
        ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_read_only')";
    let mut request = db.write(&team(), now()).await.unwrap();
    assert_eq!(
        shown(&mut request, limits).await,
        "idle_in_transaction_session_timeout 10000, lock_timeout 1750, statement_timeout 2000, transaction_read_only off"
    );
    request.commit().await.unwrap();
    let mut background = db.background_write(&team(), now()).await.unwrap();
    assert_eq!(
        shown(&mut background, limits).await,
        "idle_in_transaction_session_timeout 30000, lock_timeout 9750, statement_timeout 30000, transaction_read_only off"
    );
    background.commit().await.unwrap();
    let mut reading = db.read(&team(), now()).await.unwrap();
    assert_eq!(
        shown(&mut reading, limits).await,
        "idle_in_transaction_session_timeout 60000, lock_timeout 1750, statement_timeout 15000, transaction_read_only on"
    );
    let wrote = reading.conn().execute("delete from audit").await;
    assert!(wrote.is_err());
    drop(reading);
    let mut again = db.try_write(&team(), now()).await.unwrap().unwrap();
    let alive = shown(&mut again, "select current_setting('tcp_keepalives_idle')").await;
    assert_eq!(alive, "60", "a server notices that we are gone");
    again.commit().await.unwrap();
    // A statement that takes too long is an error, not the end of the session.
    let mut slow = db.write(&"T2".into(), now()).await.unwrap();
    let session = shown(&mut slow, SESSION).await;
    assert!(slow.conn().execute("select pg_sleep(5)").await.is_err());
    slow.rollback().await;
    assert!(sessions(&db).await.contains(&session));
}

/// What a row of these values says, on both engines.
async fn reads(check: impl Fn(&AnyRow), values: &[Option<&str>; 3]) {
    for db in [Some(sqlite().await), postgres().await]
        .into_iter()
        .flatten()
    {
        let mut tx = db.read(&team(), now()).await.unwrap();
        let [day, state, week] = values;
        let row = sql!(
            "select cast($1 as text) as day, $2 as state, $3 as week, 300 as large, 0 as no",
            day,
            state,
            week
        );
        check(&tx.one(row).await.unwrap());
    }
}

#[tokio::test]
async fn values_are_read_by_their_names() {
    let check = |row: &AnyRow| {
        let day: Option<Date> = row.maybe("day").unwrap();
        assert_eq!(day, Some(jiff::civil::date(2026, 3, 2)));
        assert_eq!(
            row.get::<cycle::State>("state").unwrap(),
            cycle::State::Held
        );
        let week: IsoWeek = row.get("week").unwrap();
        assert_eq!(week.to_string(), "2026-W10");
        assert!(!row.get::<bool>("no").unwrap());
    };
    reads(check, &[Some("2026-03-02"), Some("held"), Some("2026-W10")]).await;
}

#[tokio::test]
async fn what_this_release_does_not_know_is_an_error_that_names_it() {
    let check = |row: &AnyRow| {
        assert_eq!(row.maybe::<Date>("day").unwrap(), None);
        let unreadable = [
            row.get::<cycle::State>("state").map(drop),
            row.maybe::<cycle::State>("state").map(drop),
            row.get::<IsoWeek>("week").map(drop),
            row.get::<u8>("large").map(drop),
        ];
        let named = unreadable.map(|read| match read {
            Err(StoreError::Unreadable(what)) => what,
            read => panic!("{read:?}"),
        });
        assert_eq!(
            named,
            [
                "a cycle's state",
                "a cycle's state",
                "a week",
                "a small number"
            ]
        );
        // A null where none may be is the database's error.
        assert!(matches!(row.get::<Date>("day"), Err(StoreError::Sql(_))));
    };
    reads(check, &[None, Some("later"), Some("soon")]).await;
}

#[tokio::test]
async fn statements_with_many_values_bind_them_in_order() {
    let db = sqlite().await;
    let mut tx = db.read(&team(), now()).await.unwrap();
    let joined = sql_with("select $1 || $2 || $3", ["a", "b", "c"]);
    assert_eq!(tx.value::<String>(joined).await.unwrap(), "abc");
}
