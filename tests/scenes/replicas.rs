//! Several processes on one PostgreSQL database: nothing is claimed twice, nothing sent twice.

use crate::process::Ground;
use crate::support::{new_database, postgres};
use reverse_mentor::domain::ids::{CheckinId, PairId, TeamId, UserId};
use reverse_mentor::domain::key::Key;
use reverse_mentor::sandbox::User;
use reverse_mentor::slack::words::Md;
use reverse_mentor::store::outbox::{self, Kind, To};
use reverse_mentor::store::seal::Keys;
use reverse_mentor::store::{Db, limits};
use reverse_mentor::work::limiter;
use std::time::Duration;

const PEOPLE: usize = 200;

/// Two processes of four senders each empty one outbox of 200 people's messages and 40 group DMs.
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
    let team = TeamId::from("T0SANDBOX");
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
    // Whatever would be sent twice would be sent soon.
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

/// The limits are one account for all: eight tasks asking at once never get more than Slack allows.
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
                let wanted = limiter::allowance(&team, "conversations.open").unwrap();
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
