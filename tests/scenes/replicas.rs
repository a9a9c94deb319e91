//! Several processes on one PostgreSQL database: nothing is claimed or sent twice.

use crate::process::{Ground, Serving};
use crate::servers::Postgres;
use crate::support::{new_database, postgres};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use reverse_mentor::domain::ids::{CheckinId, PairId, TeamId, UserId};
use reverse_mentor::domain::key::Key;
use reverse_mentor::slack::words::Md;
use reverse_mentor::store::db::StoreError;
use reverse_mentor::store::outbox::{self, Kind, To};
use reverse_mentor::store::seal::Keys;
use reverse_mentor::store::{Db, limits};
use reverse_mentor::work::rates;
use slack_sandbox::User;
use sqlx::{AnyConnection, Connection, Row};
use std::time::Duration;

const PEOPLE: usize = 200;

/// Two processes with four senders each empty one outbox with messages for 200 people and 40 group DMs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_senders_share_one_outbox() {
    if postgres().is_none() {
        println!("skipped: TEST_POSTGRES_URL is not set");
        return;
    }
    let database = new_database().await;
    let mut ground = Ground::new(1, Some(database.clone()), "").await;
    ground.extra = vec!["--senders".into(), "4".into()];
    for number in 0..PEOPLE {
        ground
            .slack
            .add_user(User::new(&format!("U1N{number}"), "Somebody"));
    }
    let _one = ground.serve().await;
    let _two = ground.serve().await;
    let db = Db::open(&database, Keys::parse(&"5e".repeat(32)).unwrap())
        .await
        .unwrap();
    let team = TeamId::from(crate::twins::team());
    let mut tx = db.write(&team, ground.clock.now()).await.unwrap();
    for number in 0..PEOPLE {
        let to = To::Person(UserId(format!("U1N{number}")));
        outbox::post(
            &mut tx,
            to,
            Kind::Notice,
            &Key::Checkin(CheckinId(i64::try_from(number).unwrap())),
            Md::from("hello").into(),
            None,
        )
        .await
        .unwrap();
        if number % 5 == 0 {
            let members = vec![
                UserId(format!("U1N{number}")),
                UserId(format!("U1N{}", number + 1)),
            ];
            let to = To::Pair {
                pair: PairId(i64::try_from(number).unwrap()),
                members,
            };
            outbox::post(
                &mut tx,
                to,
                Kind::Notice,
                &Key::Thanks(PairId(i64::try_from(number).unwrap())),
                Md::from("both").into(),
                None,
            )
            .await
            .unwrap();
        }
    }
    tx.commit().await.unwrap();
    for _ in 0..600 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        if ground.slack.tally().messages.total() >= 240 {
            break;
        }
    }
    // A second sending would happen soon.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let tally = ground.slack.tally();
    assert_eq!(
        (tally.messages.im, tally.messages.mpim),
        (200, 40),
        "{:?}",
        tally.remarks
    );
    assert_eq!(
        tally.duplicated.total() + tally.duplicated_marked.total(),
        0
    );
    assert_eq!(tally.rate_limited, 0, "the limits are shared");
}

/// All replicas share the limits: eight tasks at once never get more than Slack allows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_limits_are_one_account() {
    let Some(_) = postgres() else {
        println!("skipped: TEST_POSTGRES_URL is not set");
        return;
    };
    let database = new_database().await;
    let keys = Keys::parse(&"5e".repeat(32)).unwrap();
    let now = "2026-03-02T10:00:00Z".parse().unwrap();
    let team = TeamId::from("T1");
    let mut asking = Vec::new();
    for _ in 0..8 {
        let (db, team) = (
            Db::open(&database, keys.clone()).await.unwrap(),
            team.clone(),
        );
        asking.push(tokio::spawn(async move {
            let mut got = 0;
            for _ in 0..20 {
                let mut tx = db.write(&TeamId::from("*sender*"), now).await.unwrap();
                let wanted =
                    rates::allowance(&team, "conversations.open", rates::Installed::ByItsMaker)
                        .unwrap();
                got += usize::from(limits::take(&mut tx, &wanted).await.unwrap().is_ok());
                tx.commit().await.unwrap();
            }
            db.close().await;
            got
        }));
    }
    let mut total = 0;
    for one in asking {
        total += one.await.unwrap();
    }
    assert_eq!(total, 50);
}

/// Ten times the speed of the wall clock, so that the leases of a dead process expire in three seconds.
const SPEED: u32 = 10;
/// How far the third replica's clock is ahead: 45 seconds of everybody's time.
const AHEAD_MS: i64 = 4_500;
const KILLS: usize = 24;

/// Three replicas, one with a clock that is 45 s ahead, killed at random under load while the server is restarted twice.
/// Nothing is lost, no direct message is sent twice, and Slack's limits are kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_with_different_clocks_survive_kills_and_restarts_of_the_server() {
    let Some(mut server) = Postgres::start(&[]) else {
        return;
    };
    server.sql("create database replicas");
    let database = server.url("127.0.0.1", "replicas");
    let mut replicas = Replicas::start(&database, PEOPLE, KILLS).await;
    for kill in 0..KILLS {
        let killed = replicas.kill_one().await;
        if kill == KILLS / 3 || kill == 2 * KILLS / 3 {
            server.stop();
            tokio::time::sleep(Duration::from_millis(300)).await;
            server.serve();
        }
        replicas.start_again(killed);
    }
    replicas.have_told_everybody(&database).await;
}

/// Three processes on one database, with messages to send between any two kills.
pub struct Replicas {
    ground: Ground,
    serving: Vec<Serving>,
    dice: ChaCha8Rng,
    people: usize,
    kills: usize,
    killed: usize,
    written: usize,
}

impl Replicas {
    /// Messages `people` people, until `kills` processes have been killed.
    pub async fn start(database: &str, people: usize, kills: usize) -> Self {
        let ground = Ground::new(SPEED, Some(database.to_owned()), "").await;
        for number in 0..people {
            ground
                .slack
                .add_user(User::new(&format!("U1N{number}"), "Somebody"));
        }
        let serving = vec![ground.spawn(), ground.spawn(), ground.spawn_ahead(AHEAD_MS)];
        for replica in &serving {
            replica.answers().await;
        }
        Self {
            ground,
            serving,
            dice: ChaCha8Rng::seed_from_u64(11),
            people,
            kills,
            killed: 0,
            written: 0,
        }
    }

    /// Writes the messages for the time until the next kill, and kills a replica a little later. Returns which.
    pub async fn kill_one(&mut self) -> usize {
        self.killed += 1;
        while self.written * self.kills < self.people * self.killed {
            write(&self.ground, self.written).await;
            self.written += 1;
        }
        tokio::time::sleep(Duration::from_millis(self.dice.random_range(0..400))).await;
        let which = self.dice.random_range(0..self.serving.len());
        self.serving[which].kill();
        which
    }

    pub fn start_again(&mut self, which: usize) {
        let ahead = if which == 2 { AHEAD_MS } else { 0 };
        self.serving[which] = self.ground.spawn_ahead(ahead);
    }

    /// Everybody was told once, however often processes died; `database` is the database at the end.
    pub async fn have_told_everybody(&self, database: &str) {
        for _ in 0..1_200 {
            if open(database).await == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(open(database).await, 0, "everything has gone out");
        let tally = self.ground.slack.tally();
        assert_eq!(tally.duplicated.total(), 0, "{:?}", tally.remarks);
        assert_eq!(tally.duplicated_marked.im, 0, "we can look there");
        assert_eq!(tally.rate_limited, 0, "the limits are shared");
        assert_eq!(tally.messages.im, self.people as u64);
        assert_eq!(
            tally.messages.mpim - tally.duplicated_marked.mpim,
            self.people.div_ceil(5) as u64
        );
    }
}

/// Writes one person's message, and for every fifth a pair's. Retries while the server is away.
async fn write(ground: &Ground, number: usize) {
    for _ in 0..200 {
        if try_to_write(ground, number).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the server does not come back");
}

async fn try_to_write(ground: &Ground, number: usize) -> Result<(), StoreError> {
    let db = Db::open(&ground.database, Keys::parse(&"5e".repeat(32)).unwrap()).await?;
    db.share_clock(&ground.clock);
    let mut tx = db
        .write(&TeamId::from(crate::twins::team()), ground.clock.now())
        .await?;
    let to = To::Person(UserId(format!("U1N{number}")));
    let hello = || Md::from("hello").into();
    let id = i64::try_from(number).unwrap();
    let key = Key::Checkin(CheckinId(id));
    outbox::post(&mut tx, to, Kind::Notice, &key, hello(), None).await?;
    if number.is_multiple_of(5) {
        let members = vec![
            UserId(format!("U1N{number}")),
            UserId(format!("U1N{}", number + 1)),
        ];
        let pair = PairId(id);
        let (to, key) = (To::Pair { pair, members }, Key::Thanks(pair));
        outbox::post(&mut tx, to, Kind::Notice, &key, hello(), None).await?;
    }
    tx.commit().await?;
    db.close().await;
    Ok(())
}

/// The number of open rows.
async fn open(database: &str) -> i64 {
    let Ok(mut connection) = AnyConnection::connect(database).await else {
        return i64::MAX;
    };
    let sql = "select count(*) from outbox where state in ('queued', 'leased') and kind = 'notice'";
    match sqlx::query(sql).fetch_one(&mut connection).await {
        Ok(row) => row.get(0),
        Err(_) => i64::MAX,
    }
}
