//! Requests that go wrong, and calls that people wait for: the gate on a database, and a stand-in for Slack that keeps
//! what it is told.

use super::running::Asked;
use super::*;
use crate::domain::ids::TeamId;
use crate::domain::participant::PersonInSlack;
use crate::domain::program::Settings;
use crate::features::{Error, Reply, refuse};
use crate::slack::client::CallError;
use crate::slack::event::Event;
use crate::slack::event::{Action, Actor, Answer, Answers, Form, Surface};
use crate::slack::words::Md;
use crate::store::db::StoreError;
use crate::store::limits;
use crate::testing::scene::Scene;
use axum::body::to_bytes;
use axum::response::Response;
use futures_util::FutureExt;
use jiff::ToSpan;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Far beyond what anything here takes.
const LONG: Duration = Duration::from_secs(60);

struct Door {
    gate: Gate,
    slack: MockServer,
    scene: Scene,
}

impl Door {
    async fn new() -> Self {
        let scene = Scene::new(Settings::default()).await;
        let slack = MockServer::start().await;
        let clock = Clock::manual(scene.now);
        let token = SecretString::from("xoxb-1");
        let client = Client::new(&slack.uri(), &token, LONG, clock.clone()).unwrap();
        let verifier = Verifier::new(&SecretString::from("a secret")).unwrap();
        let gate = Gate::new(scene.db.clone(), clock, client, verifier);
        let door = Self { gate, slack, scene };
        door.answers(ResponseTemplate::new(200).set_body_json(json!({"ok": true})))
            .await;
        door
    }

    /// From now on, Slack answers everything like this.
    async fn answers(&self, answer: ResponseTemplate) {
        self.slack.reset().await;
        Mock::given(any())
            .respond_with(answer)
            .mount(&self.slack)
            .await;
    }

    fn actor(&self) -> Actor {
        self.scene.actor("U1")
    }

    fn asked(&self, event: Event) -> Asked {
        let has_url = matches!(event, Event::Command { .. } | Event::Press { .. });
        let inbound = Inbound {
            kind: "test",
            team: self.scene.team.clone(),
            event,
            event_id: None,
            trigger: Some("1.2.3".into()),
            response_url: has_url.then(|| format!("{}/answer", self.slack.uri())),
            message: None,
            view: None,
        };
        Asked {
            inbound: Arc::new(inbound),
            arrived: Instant::now(),
        }
    }

    fn command(&self) -> Asked {
        let (actor, text) = (self.actor(), "resume".to_owned());
        self.asked(Event::Command { actor, text })
    }

    fn submission(&self, answers: &[&str]) -> Asked {
        let filled = answers
            .iter()
            .map(|field| ((*field).to_owned(), Answer::Text("my words".into())));
        self.asked(Event::Submit {
            actor: self.actor(),
            form: Form::Join,
            answers: Answers(filled.collect()),
        })
    }

    /// Runs it, with so much time; the label, and what Slack is answered.
    async fn settle(
        &self,
        asked: Asked,
        running: impl Future<Output = Result<Option<Reply>>> + Send + 'static,
        time: Duration,
    ) -> (&'static str, u16, String) {
        let deadline = pin!(sleep_until(Instant::now() + time));
        let (label, response) = self.gate.settle(asked, running, deadline).await;
        let (status, body) = read(response).await;
        (label, status, body)
    }

    /// What was said by `response_url` or in a modal, once all that follows is done.
    async fn heard(&self) -> Vec<String> {
        self.gate.after.close();
        self.gate.after.wait().await;
        self.gate.after.reopen();
        let requests = self.slack.received_requests().await.unwrap();
        requests
            .iter()
            .map(|request| {
                format!(
                    "{} {}",
                    request.url.path(),
                    String::from_utf8_lossy(&request.body)
                )
            })
            .collect()
    }

    async fn uses(&self, method: &str) -> i64 {
        use sqlx::Row;
        let mut tx = self.scene.tx().await;
        let scope = limits::scope(&self.scene.team, method);
        let row = sqlx::query("select count(*) from limit_uses where scope = $1").bind(scope);
        row.fetch_one(tx.conn()).await.unwrap().get(0)
    }

    async fn open(&self, method: &'static str, within: Duration) -> Result<(), CallError> {
        let (until, nothing) = (Instant::now() + within, json!({}));
        let called = self
            .gate
            .call_now(&self.scene.team, method, &nothing, until);
        called.await.map(|_| ())
    }
}

async fn read(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn panics() -> Result<Option<Reply>> {
    panic!("a feature has a bug");
}

fn json_of(body: &str) -> Value {
    serde_json::from_str(body).unwrap()
}

/// A bug in a feature is an apology where the person acted, and what they wrote is still there.
#[tokio::test]
async fn a_panic_stays_where_it_happened() {
    let door = Door::new().await;
    let (label, status, body) = door.settle(door.command(), panics(), LONG).await;
    assert_eq!((label, status), ("panicked", 200));
    assert!(
        json_of(&body)["text"]
            .as_str()
            .unwrap()
            .contains("was not done"),
        "{body}"
    );

    let form = door.submission(&["goals", "topics"]);
    let (label, status, body) = door.settle(form, panics(), LONG).await;
    assert_eq!((label, status), ("panicked", 200));
    let body = json_of(&body);
    assert_eq!(body["response_action"], "errors", "the form stays open");
    assert!(
        body["errors"]["goals"]
            .as_str()
            .unwrap()
            .contains("still here"),
        "{body}"
    );

    // Nothing was written that could be lost; an error needs a field.
    let (_, status, body) = door.settle(door.submission(&[]), panics(), LONG).await;
    assert_eq!(
        (status, &json_of(&body)["response_action"]),
        (200, &json!("update"))
    );
    assert!(body.contains("was not done"), "{body}");

    let press = Event::Press {
        actor: door.actor(),
        action: Action::Pause,
        picked: None,
        on: Surface::Message,
    };
    let (_, status, body) = door.settle(door.asked(press), panics(), LONG).await;
    assert_eq!((status, body.as_str()), (200, ""));
    let heard = door.heard().await;
    assert!(
        heard[0].starts_with("/answer ") && heard[0].contains("was not done"),
        "{heard:?}"
    );

    let shortcut = Event::LogMeeting {
        actor: door.actor(),
    };
    let (_, status, _) = door.settle(door.asked(shortcut), panics(), LONG).await;
    assert_eq!(status, 200);
    let heard = door.heard().await;
    assert!(
        heard[1].starts_with("/views.open ") && heard[1].contains("was not done"),
        "{heard:?}"
    );

    let options = Event::Options {
        actor: door.actor(),
        field: "zone".into(),
        typed: "ber".into(),
    };
    let (_, status, body) = door.settle(door.asked(options), panics(), LONG).await;
    assert_eq!((status, json_of(&body)), (200, json!({"options": []})));

    let person = PersonInSlack {
        user: "U1".into(),
        zone: None,
        full_member: true,
        deleted: false,
        admin: false,
        updated: None,
    };
    let events = [
        Event::PersonSeen(person),
        Event::Uninstalled,
        Event::HomeOpened {
            actor: door.actor(),
        },
    ];
    for event in events {
        let (_, status, _) = door.settle(door.asked(event), panics(), LONG).await;
        assert_eq!(status, 503, "Slack tells it again");
    }
    assert_eq!(door.heard().await.len(), 2);
}

/// Too long for Slack: the person hears what is true, in time, and then what came of it.
#[tokio::test]
async fn what_takes_too_long_is_told_in_time_and_again_when_it_is_done() {
    let door = Door::new().await;
    let (finish, finished) = oneshot::channel();
    let running = async move { finished.await.map_err(|_| unreachable()) };
    let short = Duration::from_millis(20);
    let (label, status, body) = door.settle(door.command(), running, short).await;
    assert_eq!((label, status), ("slow", 200));
    let said = json_of(&body)["text"].as_str().unwrap().to_owned();
    assert!(
        said.contains("can't say yet") && !said.contains("not done"),
        "{said}"
    );
    finish
        .send(Some(Reply::say(Md::from("You are back."))))
        .unwrap();
    let heard = door.heard().await;
    assert!(
        heard[0].starts_with("/answer ") && heard[0].contains("You are back."),
        "{heard:?}"
    );

    // A form stays open, with a word that it may be saved all the same; that it was is not said again.
    let (finish, finished) = oneshot::channel();
    let running = async move { finished.await.map_err(|_| unreachable()) };
    let (label, _, body) = door
        .settle(door.submission(&["goals"]), running, short)
        .await;
    let told = json_of(&body)["errors"]["goals"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(label, "slow");
    assert!(
        told.contains("may still be saved") && told.contains("still here"),
        "{told}"
    );
    finish.send(Some(Reply::say(Md::from("Saved.")))).unwrap();
    assert_eq!(door.heard().await.len(), 1);

    let slow = door.settle(
        door.asked(Event::Uninstalled),
        std::future::pending(),
        short,
    );
    let (_, status, _) = slow.await;
    assert_eq!(status, 503);
}

fn unreachable() -> Error {
    Error::User(Md::from("nobody answered"))
}

/// It failed after all: the person who was told to look again hears that, too.
#[tokio::test]
async fn what_fails_late_is_told() {
    for (outcome, words) in [
        (Err(Error::Internal(StoreError::NotOurs)), "was not done"),
        (
            refuse("You have a partner already."),
            "You have a partner already.",
        ),
    ] {
        let door = Door::new().await;
        let (finish, finished) = oneshot::channel::<Result<Option<Reply>>>();
        let running = async move { finished.await.unwrap() };
        let short = Duration::from_millis(20);
        let (label, ..) = door.settle(door.command(), running, short).await;
        assert_eq!(label, "slow");
        assert!(finish.send(outcome).is_ok());
        let heard = door.heard().await;
        assert!(heard.len() == 1 && heard[0].contains(words), "{heard:?}");
    }
}

/// Slack hung up: what was begun is finished, and told by the ways that are left.
#[tokio::test]
async fn who_hangs_up_is_answered_all_the_same() {
    let door = Door::new().await;
    let (finish, finished) = oneshot::channel();
    let running = async move { finished.await.map_err(|_| unreachable()) };
    {
        let settling = pin!(door.settle(door.command(), running, LONG));
        assert!(
            settling.now_or_never().is_none(),
            "it has begun, and is not done"
        );
    }
    finish
        .send(Some(Reply::say(Md::from("You are back."))))
        .unwrap();
    let heard = door.heard().await;
    assert!(heard[0].contains("You are back."), "{heard:?}");
}

/// The commit's answer was lost: nobody is told that it was not done.
#[tokio::test]
async fn a_commit_in_doubt_is_not_called_undone() {
    let door = Door::new().await;
    let lost = || async { Err(StoreError::Commit("the connection broke".into()).into()) };
    let (label, _, body) = door.settle(door.command(), lost(), LONG).await;
    assert_eq!(label, "failed");
    assert!(
        body.contains("can't say yet") && !body.contains("not done"),
        "{body}"
    );
    let (_, _, body) = door.settle(door.submission(&["goals"]), lost(), LONG).await;
    assert!(body.contains("may still be saved"), "{body}");
    let failed = async { Err(StoreError::NotOurs.into()) };
    let (_, _, body) = door.settle(door.command(), failed, LONG).await;
    assert!(body.contains("was not done"), "{body}");
}

/// Slack asked some replica, or the sender, to wait: the click is answered, and Slack is left alone.
#[tokio::test]
async fn a_block_that_others_wrote_is_heeded() {
    let door = Door::new().await;
    assert_eq!(door.open("views.open", LONG).await, Ok(()));
    let until = door.scene.now + 60.seconds();
    let mut tx = door.scene.tx().await;
    let scope = limits::scope(&door.scene.team, "views.open");
    limits::block(&mut tx, &scope, until).await.unwrap();
    tx.commit().await.unwrap();
    // What is known here may be a second old.
    door.gate.clock.set(door.scene.now + 1.second());
    let refused = door.open("views.open", LONG).await;
    assert_eq!(refused, Err(CallError::RateLimited(60)));
    assert_eq!(
        door.open("views.push", LONG).await,
        Ok(()),
        "that method alone"
    );
    door.gate.clock.set(until);
    assert_eq!(door.open("views.open", LONG).await, Ok(()));
    assert_eq!(door.heard().await.len(), 3);
}

/// Slack asked us to wait: known here at once, and to everybody else as soon as it is written down.
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
    let mut tx = door.scene.tx().await;
    let scope = limits::scope(&door.scene.team, "views.open");
    let until = limits::blocked_until(&mut tx, &scope).await.unwrap();
    assert_eq!(until, Some(door.scene.now + 40.seconds()));
}

/// Many clicks, one commit: and however many there were, no more rows than Slack's limit has places.
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
    door.gate.count_uses().await;
    assert_eq!(door.uses("views.open").await, 100);
    assert_eq!(door.uses("views.push").await, 1);
    door.gate.count_uses().await;
    assert_eq!(door.uses("views.push").await, 1, "counted once");
}

/// What can wait takes its place first, and is not made without one.
#[tokio::test]
async fn what_can_wait_keeps_strictly_to_the_allowance() {
    let door = Door::new().await;
    let team = TeamId::from("T1");
    let mut made = 0;
    for _ in 0..60 {
        let called = door
            .gate
            .call_within(&team, "chat.update", &json!({}))
            .await;
        made += usize::from(called.is_ok());
    }
    assert_eq!(made, 50);
    assert_eq!(door.heard().await.len(), 50);
    door.gate.clock.set(door.scene.now + 61.seconds());
    let called = door
        .gate
        .call_within(&team, "chat.update", &json!({}))
        .await;
    assert!(called.is_ok());
}

/// Slack is silent: a form is given up in time to say so, in words that are true either way.
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
    let mut asked = door.command();
    // The click came in a while ago: little is left of its three seconds.
    asked.arrived = Instant::now() - Duration::from_millis(2_600);
    let notice = super::answers::notice(&Md::from("Hello.").into());
    let began = Instant::now();
    let running = async { Ok(Some(Reply::modal(notice))) };
    door.settle(asked, running, LONG).await;
    let heard = door.heard().await;
    assert!(began.elapsed() < Duration::from_secs(30));
    let told = heard.last().unwrap();
    assert!(
        told.starts_with("/answer ") && told.contains("slow to open"),
        "{heard:?}"
    );
}
