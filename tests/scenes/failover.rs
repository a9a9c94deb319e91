//! Another PostgreSQL takes over: a standby with every commit, and the ways in which the bot finds it.

use crate::postgres::{A_CLICK, keys, now, rows, settles, writes};
use crate::pressure::is_true_of;
use crate::replicas::Replicas;
use crate::servers::Postgres;
use crate::twins::Harness;
use reverse_mentor::domain::ids::TeamId;
use reverse_mentor::rehearse::harness::HarnessOptions;
use reverse_mentor::store::Db;
use reverse_mentor::store::db::{StoreError, Transport, Tx};
use slack_sandbox::{Answers, Submitted, User};
use std::time::{Duration, Instant};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// An address that moves between servers, like a virtual address or a proxy's. A move cuts its open connections.
struct Address {
    port: u16,
    leads_to: watch::Sender<u16>,
}

impl Address {
    async fn of(server: &Postgres) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (leads_to, moved) = watch::channel(server.port);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(forward(client, moved.clone()));
            }
        });
        Self { port, leads_to }
    }

    fn move_to(&self, server: &Postgres) {
        self.leads_to.send_replace(server.port);
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}

async fn forward(mut client: TcpStream, mut moved: watch::Receiver<u16>) {
    let port = *moved.borrow_and_update();
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", port)).await else {
        return;
    };
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => {}
        _ = moved.changed() => {}
    }
}

/// Both servers, in libpq's format.
fn both(one: &Postgres, two: &Postgres, database: &str) -> String {
    format!(
        "postgres://postgres@127.0.0.1:{},127.0.0.1:{}/{database}?target_session_attrs=read-write",
        one.port, two.port
    )
}

async fn place(db: &Db) -> String {
    match db.transport().await.unwrap() {
        Transport::Plain { place, .. } => place,
        other => panic!("{other:?}"),
    }
}

const PEOPLE: usize = 100;
const KILLS: usize = 12;

/// A primary with a standby, and an empty database. None if no servers can be started.
fn primary_and_standby() -> Option<(Postgres, Postgres)> {
    let primary = Postgres::start(&[])?;
    primary.sql("create database mentors");
    let standby = primary.standby();
    Some((primary, standby))
}

/// Replicas under load lose their primary, and find the standby that replaces it. Then the old one comes back as a
/// standby, and nobody writes there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_find_the_new_primary_among_several_servers() {
    let Some((mut old, new)) = primary_and_standby() else {
        return;
    };
    let database = both(&old, &new, "mentors");
    let mut replicas = Replicas::start(&database, PEOPLE, KILLS).await;
    for kill in 0..KILLS {
        let killed = replicas.kill_one().await;
        if kill == KILLS / 3 {
            old.stop();
            tokio::time::sleep(Duration::from_millis(300)).await;
            new.promote();
        }
        if kill == 2 * KILLS / 3 {
            old.follow(&new);
            new.wait_for_standby();
        }
        replicas.start_again(killed);
    }
    let database = new.url("127.0.0.1", "mentors");
    replicas.have_told_everybody(&database).await;
}

/// The same behind one address that moves: to a standby that is not promoted yet, and then by mistake to the old
/// primary, which is a standby by then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_follow_an_address_that_moves() {
    let Some((mut old, new)) = primary_and_standby() else {
        return;
    };
    let address = Address::of(&old).await;
    let mut replicas = Replicas::start(&address.url("mentors"), PEOPLE, KILLS).await;
    for kill in 0..KILLS {
        let killed = replicas.kill_one().await;
        if kill == KILLS / 3 {
            old.stop();
            address.move_to(&new);
            tokio::time::sleep(Duration::from_millis(700)).await;
            new.promote();
        }
        if kill == 2 * KILLS / 3 {
            old.follow(&new);
            new.wait_for_standby();
            address.move_to(&old);
            tokio::time::sleep(Duration::from_millis(700)).await;
            address.move_to(&new);
        }
        replicas.start_again(killed);
    }
    let database = new.url("127.0.0.1", "mentors");
    replicas.have_told_everybody(&database).await;
}

/// A standby refuses a transaction before it does anything, including one that only reads data which may be old. No
/// connection to it is left once the address leads to a primary again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_is_neither_written_to_nor_read_from() {
    let Some((mut old, new)) = primary_and_standby() else {
        return;
    };
    let address = Address::of(&old).await;
    let db = Db::open(&address.url("mentors"), keys()).await.unwrap();
    writes(&db, "T1").await.0.unwrap();
    let team = TeamId::from("T1");
    let refuses = async || {
        for _ in 0..5 {
            let (written, took) = writes(&db, "T1").await;
            assert!(
                matches!(written, Err(StoreError::TakesNoWrites(_))) && took < A_CLICK,
                "{took:?} {written:?}"
            );
            let background = db.try_write(&team, now()).await.map(drop);
            assert!(
                matches!(background, Err(StoreError::TakesNoWrites(_))),
                "{background:?}"
            );
            let read = db.read(&team, now()).await.map(drop);
            assert!(
                matches!(read, Err(StoreError::TakesNoWrites(_))),
                "{read:?}"
            );
        }
    };
    address.move_to(&new);
    refuses().await;
    let opened = Db::open(&new.url("127.0.0.1", "mentors"), keys()).await;
    assert!(matches!(opened.err(), Some(StoreError::TakesNoWrites(_))));
    // Reports can be made on any server.
    let to_read = Db::open_to_read(&new.url("127.0.0.1", "mentors"), keys()).await;
    drop(to_read.unwrap().read(&team, now()).await.unwrap());
    address.move_to(&old);
    goes_on_at_once(&db).await;
    // The address leads to the standby for good, which is promoted, and the old primary follows it.
    old.stop();
    address.move_to(&new);
    refuses().await;
    new.promote();
    goes_on_at_once(&db).await;
    old.follow(&new);
    address.move_to(&old);
    refuses().await;
    address.move_to(&new);
    goes_on_at_once(&db).await;
}

/// Transactions on all connections that requests have.
async fn all_connections(db: &Db) -> Vec<Tx> {
    let teams = ["T1", "T2", "T3"].map(TeamId::from);
    let begun = teams.each_ref().map(|team| db.write(team, now()));
    futures_util::future::try_join_all(begun).await.unwrap()
}

async fn goes_on_at_once(db: &Db) {
    for _ in 0..5 {
        let (written, took) = writes(db, "T1").await;
        assert!(
            written.is_ok() && took < Duration::from_secs(1),
            "{took:?} {written:?}"
        );
        drop(db.read(&TeamId::from("T1"), now()).await.unwrap());
    }
}

/// Of several servers the writable one is used, at any place in the list. When a primary is gone or hangs, the standby
/// is used once it is promoted, and stays in use.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_servers_the_one_that_takes_writes_is_used() {
    let Some((mut one, mut two)) = primary_and_standby() else {
        return;
    };
    let at = |server: &Postgres| format!("127.0.0.1:{}", server.port);
    for url in [both(&one, &two, "mentors"), both(&two, &one, "mentors")] {
        let db = Db::open(&url, keys()).await.unwrap();
        assert_eq!(place(&db).await, at(&one));
    }
    let url = both(&two, &one, "mentors");
    let db = Db::open(&url, keys()).await.unwrap();
    writes(&db, "T1").await.0.unwrap();
    // The primary is gone, and for a while no server takes writes.
    one.stop();
    let (written, took) = writes(&db, "T1").await;
    assert!(written.is_err() && took < A_CLICK, "{took:?} {written:?}");
    let opened = Db::open(&url, keys()).await;
    assert!(matches!(
        opened.err(),
        Some(StoreError::TakesNoWrites(_) | StoreError::Sql(_))
    ));
    two.promote();
    let (written, took) = writes(&db, "T1").await;
    assert!(written.is_ok(), "a click finds it: {took:?} {written:?}");
    assert_eq!(place(&db).await, at(&two));
    one.follow(&two);
    two.wait_for_standby();
    goes_on_at_once(&db).await;
    assert_eq!(place(&db).await, at(&two));
    // It hangs, as when its machine is cut off, and later comes back as a primary by its own belief.
    drop(all_connections(&db).await);
    two.freeze();
    one.promote();
    let mut failed = 0;
    while let (Err(error), took) = writes(&db, "T1").await {
        failed += 1;
        assert!(took < A_CLICK, "{took:?} {error}");
        assert!(failed <= 2, "not every session has to hang by itself");
    }
    assert_eq!(place(&db).await, at(&one));
    two.thaw();
    goes_on_at_once(&db).await;
    // A caller that waits for a connection triggers a check. The old server is first in the list, but we stay.
    let held = all_connections(&db).await;
    let fourth = TeamId::from("T4");
    let waits = tokio::time::timeout(Duration::from_secs(1), db.write(&fourth, now()));
    assert!(waits.await.is_err());
    drop(held);
    goes_on_at_once(&db).await;
    assert_eq!(place(&db).await, at(&one));
    // A server that is promoted during our sessions is used at once.
    two.follow(&one);
    one.stop();
    two.promote();
    settles(&db).await;
    assert_eq!(place(&db).await, at(&two));
}

/// When the primary is lost after a commit has begun, and whether the standby has the commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lost {
    AtOnce { is_received: bool },
    AfterAnApology { is_received: bool },
}

/// The primary is lost between a commit and its answer, and the standby may have the commit or not. Nobody is told
/// that it was not done when it was, and doing it again has no further effect.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_was_lost_in_a_failover_is_in_doubt() {
    let answers = Answers::from([
        ("role", "mentor"),
        ("stage", "Early career"),
        ("share", "AI tools"),
        ("learn", "AI tools"),
        ("pledge", "I make these three pledges"),
    ]);
    for lost in [
        Lost::AtOnce { is_received: true },
        Lost::AtOnce { is_received: false },
        Lost::AfterAnApology { is_received: true },
    ] {
        let Some((mut old, mut new)) = primary_and_standby() else {
            return;
        };
        let setting = HarnessOptions {
            database: Some(both(&old, &new, "mentors")),
            ..HarnessOptions::default()
        };
        let harness = Harness::start(setting).await.unwrap();
        harness.slack.add_user(User::new("U9", "Ana"));
        assert!(harness.slack.command("U9", "join").await.modal);
        harness.bot.settled().await;
        is_counted(&old).await;
        let (Lost::AtOnce { is_received } | Lost::AfterAnApology { is_received }) = lost;
        hold_up_commits(&old, &mut new, is_received);
        let pressed = async {
            let began = Instant::now();
            (harness.slack.submit("U9", &answers).await, began.elapsed())
        };
        let (answer, took) = if let Lost::AtOnce { .. } = lost {
            let loses = async {
                waits_for_its_commit(&old, is_received).await;
                old.stop();
            };
            tokio::join!(pressed, loses).0
        } else {
            let waits = waits_for_its_commit(&old, is_received);
            let (answered, ()) = tokio::join!(pressed, waits);
            old.stop();
            answered
        };
        assert!(took < Duration::from_secs(3), "{took:?}");
        let Submitted::Errors(told) = answer else {
            panic!("{answer:?}");
        };
        let told = told.values().next().unwrap();
        if !is_received {
            new.serve();
        }
        new.promote();
        harness.bot.settled().await;
        let at = new.url("127.0.0.1", "mentors");
        let was_done = rows(&at, "participants").await == 1;
        assert_eq!(was_done, is_received, "what this is about: {told}");
        assert!(is_true_of(told, was_done), "{lost:?}: {told}");
        // The button is pressed again.
        settles(&harness.bot.db).await;
        let answer = harness.slack.submit("U9", &answers).await;
        assert!(matches!(answer, Submitted::Updated), "{answer:?}");
        assert_eq!(rows(&at, "participants").await, 1);
    }
}

/// Returns once the call that opened the form is counted, a second after it. Otherwise that commit would hang, and keep
/// the workspace's lock, so that no answer is written.
async fn is_counted(primary: &Postgres) {
    let opened = "limit_uses where scope like '%:views.open'";
    let began = Instant::now();
    while rows(&primary.url("127.0.0.1", "mentors"), opened).await == 0 {
        assert!(began.elapsed() < Duration::from_secs(20), "never counted");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// From now on every commit hangs: waiting for a standby that does not apply it, or for one that is gone.
fn hold_up_commits(primary: &Postgres, standby: &mut Postgres, is_received: bool) {
    if !is_received {
        standby.stop();
        return;
    }
    primary.sql("alter system set synchronous_commit = 'remote_apply'");
    primary.sql("select pg_reload_conf()");
    standby.sql("select pg_wal_replay_pause()");
}

/// Returns once the transaction of a person who joins waits for the standby.
async fn waits_for_its_commit(primary: &Postgres, is_received: bool) {
    let waiting = "pg_locks join pg_stat_activity using (pid)
        where relation = 'participants'::regclass and mode = 'RowExclusiveLock' and wait_event = 'SyncRep'";
    let received = "pg_stat_replication where flush_lsn = pg_current_wal_flush_lsn()";
    let url = primary.url("127.0.0.1", "mentors");
    let began = Instant::now();
    while rows(&url, waiting).await == 0 || is_received && rows(&url, received).await == 0 {
        assert!(began.elapsed() < A_CLICK, "no commit waits");
    }
}
