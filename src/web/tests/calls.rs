//! Calls that people wait for, and the shared limits.

use super::*;
use crate::domain::ids::TeamId;
use crate::slack::blocks::{Blocks, Modal};
use crate::slack::client::CallError;
use crate::slack::event::Form;
use crate::store::limits;
use jiff::ToSpan;
use sqlx::Row;

impl Door {
    async fn uses(&self, method: &str) -> i64 {
        let mut tx = self.test.tx().await;
        let scope = limits::scope(&self.test.team, method);
        let row = sqlx::query("select count(*) from limit_uses where scope = $1").bind(scope);
        row.fetch_one(tx.conn()).await.unwrap().get(0)
    }

    async fn open(&self, method: &'static str, within: Duration) -> Result<(), CallError> {
        let (until, nothing) = (Instant::now() + within, json!({}));
        let called = self
            .endpoint
            .call_now(&self.test.team, method, &nothing, until);
        called.await.map(|_| ())
    }
}

/// When Slack blocked a replica or the sender, the click is answered without a call to Slack.
#[tokio::test]
async fn a_block_that_others_wrote_is_heeded() {
    let door = Door::new().await;
    assert_eq!(door.open("views.open", LONG).await, Ok(()));
    let until = door.test.now + 60.seconds();
    let mut tx = door.test.tx().await;
    let scope = limits::scope(&door.test.team, "views.open");
    limits::block(&mut tx, &scope, until).await.unwrap();
    tx.commit().await.unwrap();
    // This process's knowledge may be a second old.
    door.endpoint.clock.set(door.test.now + 1.second());
    let refused = door.open("views.open", LONG).await;
    assert_eq!(refused, Err(CallError::RateLimited(60)));
    assert_eq!(
        door.open("views.push", LONG).await,
        Ok(()),
        "that method alone"
    );
    door.endpoint.clock.set(until);
    assert_eq!(door.open("views.open", LONG).await, Ok(()));
    assert_eq!(door.heard().await.len(), 3);
}

/// A block by Slack holds here at once, and for all replicas as soon as it is stored.
#[tokio::test]
async fn a_429_is_heeded_here_and_told_to_others() {
    let door = Door::new().await;
    let wait = ResponseTemplate::new(429).insert_header("retry-after", "40");
    door.answers(wait).await;
    for _ in 0..3 {
        assert!(matches!(
            door.open("views.open", LONG).await,
            Err(CallError::RateLimited(40..=41))
        ));
    }
    assert_eq!(door.heard().await.len(), 1);
    let mut tx = door.test.tx().await;
    let scope = limits::scope(&door.test.team, "views.open");
    let until = limits::blocked_until(&mut tx, &scope).await.unwrap();
    assert_eq!(until, Some(door.test.now + 40.seconds()));
}

/// Many clicks share one commit, and make at most as many rows as Slack's limit has places.
#[tokio::test]
async fn what_cannot_wait_is_counted_afterwards() {
    let door = Door::new().await;
    for _ in 0..130 {
        assert_eq!(
            door.open("views.open", LONG).await,
            Ok(()),
            "never refused by our own count"
        );
    }
    assert_eq!(door.open("views.push", LONG).await, Ok(()));
    door.endpoint.count_uses().await;
    assert_eq!(door.uses("views.open").await, 100);
    assert_eq!(door.uses("views.push").await, 1);
    door.endpoint.count_uses().await;
    assert_eq!(door.uses("views.push").await, 1, "counted once");
}

/// A call that can wait takes a place first, and is not made without one.
#[tokio::test]
async fn what_can_wait_keeps_strictly_to_the_allowance() {
    let door = Door::new().await;
    let team = TeamId::from("T1");
    let mut made = 0;
    for _ in 0..60 {
        let called = door
            .endpoint
            .call_within(&team, "chat.update", &json!({}))
            .await;
        made += usize::from(called.is_ok());
    }
    assert_eq!(made, 50);
    assert_eq!(door.heard().await.len(), 50);
    door.endpoint.clock.set(door.test.now + 61.seconds());
    let called = door
        .endpoint
        .call_within(&team, "chat.update", &json!({}))
        .await;
    assert!(called.is_ok());
}

/// When Slack is silent, a form is given up in time to say so, in words that are true either way.
#[tokio::test]
async fn a_form_that_hangs_is_told_in_time() {
    let door = Door::new().await;
    let silent = ResponseTemplate::new(200).set_delay(LONG);
    Mock::given(wiremock::matchers::path("/views.open"))
        .respond_with(silent)
        .with_priority(1)
        .mount(&door.slack)
        .await;
    let opened = door.open("views.open", Duration::from_millis(50)).await;
    assert_eq!(opened, Err(CallError::InDoubt("timed out")));
    let form = Modal::form(Form::Join, "Join", "Join", Blocks::new().section("Hello."));
    let notice = super::answers::notice(&Md::from("Hello.").into());
    // A notice says all it has to say without opening.
    for (modal, says) in [(form, "slow to open"), (notice, "Hello.")] {
        let mut asked = door.command();
        // The click arrived a while ago, so little is left of its three seconds.
        asked.arrived = Instant::now() - Duration::from_millis(2_600);
        let began = Instant::now();
        let running = async { Ok(Some(Reply::modal(modal))) };
        door.settle(asked, running, LONG).await;
        let heard = door.heard().await;
        assert!(began.elapsed() < Duration::from_secs(30));
        let told = heard.last().unwrap();
        assert!(
            told.starts_with("/answer ") && told.contains(says),
            "{heard:?}"
        );
    }
}
