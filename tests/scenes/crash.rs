//! Kill -9 at any moment loses nothing.

use crate::process::{Ground, Serving};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use slack_sandbox::{Answers, Submitted, User};
use sqlx::{AnyConnection, Connection, Row};
use std::collections::HashMap;
use std::time::Duration;

const PAIRS: usize = 100;
const KILLS: usize = 200;
/// Ten times the speed of the wall clock, so that the leases of a dead process expire in three seconds.
const SPEED: u32 = 10;

const PROGRAM: &str = r#"
owners = ["U0WNER"]
approval = false
floor = 0
work_week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
"#;

async fn joins(ground: &Ground, user: &str, role: &str, stage: &str) {
    // Slack opens a hundred modals a minute; the others are tried again a little later.
    for _ in 0..60 {
        if ground.slack.command(user, "join").await.modal {
            break;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    let answers = Answers::from([
        ("role", role),
        ("stage", stage),
        ("manager", "U0WNER"),
        ("share", "AI tools"),
        ("learn", "AI tools"),
        ("pledge", "I make these three pledges"),
    ]);
    let submitted = ground.slack.submit(user, &answers).await;
    assert!(
        matches!(submitted, Submitted::Updated),
        "{user}: {submitted:?}"
    );
}

async fn count(ground: &Ground, sql: &'static str) -> i64 {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&ground.database).await.unwrap();
    sqlx::query(sql)
        .fetch_one(&mut connection)
        .await
        .unwrap()
        .get(0)
}

/// A round of 100 pairs; the bot is killed 200 times at seeded moments and restarted on the same database. Every person gets
/// every direct message exactly once, and every pair its introduction.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_round_survives_two_hundred_kills() {
    let ground = Ground::new(SPEED, None, PROGRAM).await;
    ground
        .slack
        .add_user(User::new("U0WNER", "Olga Owner").admin());
    for number in 0..PAIRS {
        ground
            .slack
            .add_user(User::new(&format!("U1N{number}"), "Junior"));
        ground
            .slack
            .add_user(User::new(&format!("U2N{number}"), "Senior"));
    }
    let mut serving = ground.serve().await;
    wait_for(|| async { count(&ground, "select count(*) from programs").await == 1 }).await;
    // The manager of all reports to nobody, and is too senior to mentor anybody.
    joins(&ground, "U0WNER", "mentor", "Executive").await;
    for number in 0..PAIRS {
        joins(&ground, &format!("U1N{number}"), "mentor", "Early career").await;
        joins(&ground, &format!("U2N{number}"), "mentee", "Executive").await;
    }
    // Slack is asked about everybody before anyone is matched.
    wait_for(|| async {
        count(&ground, "select count(*) from people where full_member = 1").await > 200
    })
    .await;
    ground.slack.command("U0WNER", "round").await;
    wait_for(|| async { count(&ground, "select count(*) from pairs").await == 100 }).await;

    let mut dice = ChaCha8Rng::seed_from_u64(7);
    for kill in 0..KILLS {
        let calls = ground.slack.tally().messages.total();
        // Some die at once, some during work, some just after a message was sent.
        if kill % 3 == 0 {
            wait_briefly(|| ground.slack.tally().messages.total() > calls).await;
        }
        tokio::time::sleep(Duration::from_micros(dice.random_range(0..120_000))).await;
        serving.kill();
        serving = ground.serve().await;
    }
    settled(&ground, &serving).await;

    let tally = ground.slack.tally();
    assert_eq!(tally.duplicated.total(), 0, "{:?}", tally.remarks);
    assert_eq!(
        tally.duplicated_marked.im, 0,
        "a direct message is never repeated"
    );
    assert_eq!(count(&ground, "select count(*) from pairs").await, 100);
    assert_eq!(
        count(
            &ground,
            "select count(*) from outbox where state = 'failed'"
        )
        .await,
        0
    );
    everything_arrived(&ground).await;
}

/// Every message that the bot counts as sent is in Slack, under its own key.
async fn everything_arrived(ground: &Ground) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&ground.database).await.unwrap();
    let rows =
        sqlx::query("select id, lane, kind from outbox where state = 'sent' and kind <> 'lookup'")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    let mut arrived: HashMap<String, usize> = HashMap::new();
    for message in ground.slack.since(0) {
        *arrived.entry(message.key.unwrap_or_default()).or_default() += 1;
    }
    let mut introductions = 0;
    for row in &rows {
        let (id, lane, kind): (i64, String, String) = (row.get(0), row.get(1), row.get(2));
        assert!(
            arrived.contains_key(&id.to_string()),
            "{kind} to {lane} is lost"
        );
        introductions += usize::from(kind == "introduction" && lane.starts_with("pair/"));
    }
    assert_eq!(introductions, PAIRS);
    for number in 0..PAIRS {
        for user in [format!("U1N{number}"), format!("U2N{number}")] {
            assert_eq!(
                ground.slack.group_dms(&user).len(),
                1,
                "{user} has one partner"
            );
            assert!(!ground.slack.dm(&user).is_empty(), "{user} got a primer");
        }
    }
}

async fn settled(ground: &Ground, _serving: &Serving) {
    eprintln!(
        "after the kills: {} pairs, {} open rows, {} sent",
        count(ground, "select count(*) from pairs").await,
        count(
            ground,
            "select count(*) from outbox where state in ('queued', 'leased')"
        )
        .await,
        count(ground, "select count(*) from outbox where state = 'sent'").await,
    );
    wait_for(|| async {
        count(ground, "select count(*) from pairs").await == 100
            && count(
                ground,
                "select count(*) from outbox where state in ('queued', 'leased')",
            )
            .await
                == 0
    })
    .await;
}

async fn wait_for<F: AsyncFn() -> bool>(done: F) {
    for _ in 0..900 {
        if done().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("waited in vain");
}

async fn wait_briefly(done: impl Fn() -> bool) {
    for _ in 0..300 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
