//! Two owners press in the same moment, each at another replica: there is one outcome, and both read the truth.

use super::{card, pairs, reads, set};
use crate::support::{Engine, number, play, postgres};
use crate::twins::Harness;
use jiff::SignedDuration;
use reverse_mentor::app::App;
use slack_sandbox::{Answer, Screen};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

/// How often each of them presses.
const TIMES: i64 = 5;
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// A second bot on the same database, which serves and works like the first.
struct Replica {
    bot: App,
    address: String,
    asked: Arc<AtomicUsize>,
    server: AbortHandle,
}

impl Replica {
    async fn beside(harness: &Harness) -> Self {
        let bot = App::new(&harness.config, harness.clock.clone())
            .await
            .unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let counts = asked.clone();
        let count = axum::middleware::map_request(move |request: axum::extract::Request| {
            counts.fetch_add(1, Ordering::Relaxed);
            std::future::ready(request)
        });
        let routes = bot.routes().layer(count);
        let server = tokio::spawn(async move { axum::serve(listener, routes).await });
        Self {
            bot,
            address,
            asked,
            server: server.abort_handle(),
        }
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Both press, one at each replica; then the cards follow, whichever of the two sends them.
async fn both_press(harness: &Harness, other: &Replica, (owen, ola): (&str, &str)) -> [Answer; 2] {
    let asked = other.asked.load(Ordering::Relaxed);
    let screens = ["UOWEN", "UOLA"].map(|owner| Screen::from(&card(harness, owner).reference()));
    let here = async {
        harness.slack.connect(&harness.address);
        harness.slack.press("UOWEN", &screens[0], owen).await
    };
    let there = async {
        harness.slack.connect(&other.address);
        harness.slack.press("UOLA", &screens[1], ola).await
    };
    let (one, two) = tokio::join!(here, there);
    harness.slack.connect(&harness.address);
    assert_eq!(other.asked.load(Ordering::Relaxed), asked + 1, "one each");
    follow(harness, other).await;
    [one, two]
}

async fn follow(harness: &Harness, other: &Replica) {
    for _ in 0..3 {
        let (one, two) = tokio::join!(harness.run_due(), other.bot.run_due());
        one.unwrap();
        two.unwrap();
        harness.pass(SECOND * 2).await.unwrap();
    }
}

async fn noted(harness: &Harness, verb: &str) -> i64 {
    let sql = format!("select count(*) from audit where verb = '{verb}'");
    number(harness, &sql).await
}

async fn one_outcome() {
    let harness = set(Engine::Postgres).await;
    let other = Replica::beside(&harness).await;
    for time in 1..=TIMES {
        // The same press from both.
        for (press, words, verb) in [
            (
                "confirm_pair",
                "1 pair is about to be introduced and 1 is left to look over.",
                "pair_confirmed",
            ),
            ("edit", "[ Checked: introduce them ]", "check_undone"),
            ("approve_round", "*Approved: 1 pair.*", "pairs_approved"),
            ("undo_approval", "I found *2 pairs*.", "approval_undone"),
        ] {
            for answer in both_press(&harness, &other, (press, press)).await {
                assert!(answer.is_ok(), "{press}: {answer:?}");
            }
            reads(&harness, words);
            assert_eq!(noted(&harness, verb).await, time, "{verb}");
        }
    }
    // One presses this, the other that: neither is lost, and whoever came second has decided the round.
    for presses in [
        ("confirm_pair", "approve_round"),
        ("approve_round", "confirm_pair"),
    ] {
        both_press(&harness, &other, presses).await;
        let [one, two] = ["UOWEN", "UOLA"].map(|owner| card(&harness, owner).render());
        assert_eq!(one, two);
        let is_whole = one.contains("approved this round") && one.contains(": 2 pairs.");
        assert!(
            is_whole || one.contains("2 pairs are about to be introduced."),
            "{one}"
        );
        let presses = if is_whole { "undo_approval" } else { "edit" };
        both_press(&harness, &other, ("undo_approval", presses)).await;
        if card(&harness, "UOWEN")
            .render()
            .contains("is about to be introduced")
        {
            both_press(&harness, &other, ("edit", "edit")).await;
        }
        reads(&harness, "I found *2 pairs*.");
    }
    assert_eq!(pairs(&harness).await, 0, "nobody has met");
    assert!(
        harness.slack.tally().remarks.is_empty(),
        "{:?}",
        harness.slack.tally().remarks
    );
}

/// One takes it back in the minute in which the other replica begins to introduce: they have met, or both owners still have the
/// button. Nobody reads anything else.
async fn the_last_moment() {
    let harness = set(Engine::Postgres).await;
    let other = Replica::beside(&harness).await;
    let mut undone = 0;
    for time in 0..TIMES {
        both_press(&harness, &other, ("confirm_pair", "confirm_pair")).await;
        let begins = number(
            &harness,
            "select introduce_at from proposals where introduce_at is not null",
        )
        .await;
        let begins = jiff::Timestamp::from_millisecond(begins).unwrap();
        harness.clock.set(begins - SignedDuration::from_millis(1));
        let screen = Screen::from(&card(&harness, "UOWEN").reference());
        let undo = harness.slack.press("UOWEN", &screen, "edit");
        let introduce = async {
            // Sooner or later while the press is on its way.
            for _ in 0..time * 20 {
                tokio::task::yield_now().await;
            }
            harness.clock.set(begins);
            other.bot.run_due().await.unwrap();
        };
        let (pressed, ()) = tokio::join!(undo, introduce);
        assert!(pressed.is_ok(), "{pressed:?}");
        follow(&harness, &other).await;
        harness.pass(SignedDuration::from_mins(2)).await.unwrap();
        if pairs(&harness).await == 1 {
            reads(&harness, "1 pair is introduced and 1 is left to look over.");
            assert_eq!(harness.slack.group_dms("UNIK").len(), 1);
            break;
        }
        undone += 1;
        reads(&harness, "[ Checked: introduce them ]");
        assert_eq!(noted(&harness, "check_undone").await, undone);
        assert_eq!(harness.slack.group_dms("UNIK").len(), 0);
    }
    assert!(
        harness.slack.tally().remarks.is_empty(),
        "{:?}",
        harness.slack.tally().remarks
    );
}

#[test]
fn two_owners_at_two_replicas_have_one_outcome() {
    if postgres().is_none() {
        println!("skipped: TEST_POSTGRES_URL is not set");
        return;
    }
    play(one_outcome);
}

#[test]
fn a_check_undone_in_the_last_moment_is_undone_or_they_have_met() {
    if postgres().is_none() {
        println!("skipped: TEST_POSTGRES_URL is not set");
        return;
    }
    play(the_last_moment);
}
