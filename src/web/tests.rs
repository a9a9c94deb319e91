//! Requests that fail, and (in `calls`) calls that people wait for: the endpoint with a database and a stand-in for Slack
//! that records its requests.

mod calls;

use super::asked::Asked;
use super::*;
use crate::clock::Clock;
use crate::domain::participant::PersonInSlack;
use crate::domain::program::Settings;
use crate::features::{Error, Reply, Result, refuse};
use crate::slack::client::Client;
use crate::slack::event::{Action, Actor, Answer, Answers, Event, Form, Surface};
use crate::slack::inbound::Inbound;
use crate::slack::words::Md;
use crate::store::db::StoreError;
use crate::testing::feature_test::FeatureTest;
use crate::work::clients::Clients;
use axum::body::to_bytes;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Much longer than anything here takes.
const LONG: Duration = Duration::from_mins(1);

struct Door {
    endpoint: Endpoint,
    slack: MockServer,
    test: FeatureTest,
}

impl Door {
    async fn new() -> Self {
        let test = FeatureTest::new(Settings::default()).await;
        let slack = MockServer::start().await;
        let clock = Clock::manual(test.now);
        let token = SecretString::from("xoxb-1");
        let client = Client::new(&slack.uri(), &token, LONG).unwrap();
        let endpoint = {
            let clients = Clients::single(test.db.clone(), clock.clone(), client);
            Endpoint::new(test.db.clone(), clock, clients)
        };
        let door = Self {
            endpoint,
            slack,
            test,
        };
        door.answers(ResponseTemplate::new(200).set_body_json(json!({"ok": true})))
            .await;
        door
    }

    /// From now on, Slack answers every request like this.
    async fn answers(&self, answer: ResponseTemplate) {
        self.slack.reset().await;
        Mock::given(any())
            .respond_with(answer)
            .mount(&self.slack)
            .await;
    }

    fn actor(&self) -> Actor {
        self.test.actor("U1")
    }

    fn asked(&self, event: Event) -> Asked {
        let has_url = matches!(event, Event::Command { .. } | Event::Press { .. });
        let inbound = Inbound {
            kind: "test",
            team: self.test.team.clone(),
            organization: None,
            is_sure: true,
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

    /// Runs a request with this much time. Returns the label and our answer to Slack.
    async fn settle(
        &self,
        asked: Asked,
        running: impl Future<Output = Result<Option<Reply>>> + Send + 'static,
        time: Duration,
    ) -> (&'static str, u16, String) {
        let deadline = pin!(sleep_until(Instant::now() + time));
        let (label, response) = self.endpoint.settle(asked, running, deadline).await;
        let (status, body) = read(response.into_response()).await;
        (label, status, body)
    }

    /// The texts sent to `response_url` or in a modal, once all follow-ups are done.
    async fn heard(&self) -> Vec<String> {
        self.endpoint.after.close();
        self.endpoint.after.wait().await;
        self.endpoint.after.reopen();
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
}

async fn read(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn panics() -> impl Future<Output = Result<Option<Reply>>> + Send {
    std::future::poll_fn(|_| panic!("a feature has a bug"))
}

fn json_of(body: &str) -> Value {
    serde_json::from_str(body).unwrap()
}

/// A bug in a feature leads to an apology where the person acted, and keeps what they typed.
#[tokio::test]
async fn a_panic_stays_where_it_happened() {
    let door = Door::new().await;
    let (label, status, body) = door.settle(door.command(), panics(), LONG).await;
    assert_eq!((label, status), ("panicked", 200));
    assert!(
        json_of(&body)["text"]
            .as_str()
            .unwrap()
            .contains("wasn't done"),
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

    // Without fields, nothing typed can be lost and no error can be attached.
    let (_, status, body) = door.settle(door.submission(&[]), panics(), LONG).await;
    assert_eq!(
        (status, &json_of(&body)["response_action"]),
        (200, &json!("update"))
    );
    assert!(body.contains("wasn't done"), "{body}");

    let press = Event::Press {
        actor: door.actor(),
        action: Action::Pause,
        picked: None,
        typed: crate::slack::event::Answers::default(),
        on: Surface::Message,
    };
    let (_, status, body) = door.settle(door.asked(press), panics(), LONG).await;
    assert_eq!((status, body.as_str()), (200, ""));
    let heard = door.heard().await;
    assert!(
        heard[0].starts_with("/answer ") && heard[0].contains("wasn't done"),
        "{heard:?}"
    );

    let shortcut = Event::LogMeeting {
        actor: door.actor(),
    };
    let (_, status, _) = door.settle(door.asked(shortcut), panics(), LONG).await;
    assert_eq!(status, 200);
    let heard = door.heard().await;
    assert!(
        heard[1].starts_with("/views.open ") && heard[1].contains("wasn't done"),
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

/// Too slow for Slack: the person is told so in time, and then told the outcome.
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
        said.contains("can't tell yet") && !said.contains("wasn't done"),
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

    // A form stays open and says that it may have been saved; a late success says nothing more.
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

/// A late failure is told to the person who was asked to look again.
#[tokio::test]
async fn what_fails_late_is_told() {
    for (outcome, words) in [
        (Err(Error::Internal(StoreError::NotOurs)), "wasn't done"),
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

/// After Slack hangs up, the work is finished and its outcome told in the ways that are left.
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

/// The commit's answer was lost, so nobody is told that nothing was done.
#[tokio::test]
async fn a_commit_in_doubt_is_not_called_undone() {
    let door = Door::new().await;
    let lost = || async { Err(StoreError::Commit("the connection broke".into()).into()) };
    let (label, _, body) = door.settle(door.command(), lost(), LONG).await;
    assert_eq!(label, "failed");
    assert!(
        body.contains("can't tell yet") && !body.contains("wasn't done"),
        "{body}"
    );
    let (_, _, body) = door.settle(door.submission(&["goals"]), lost(), LONG).await;
    assert!(body.contains("may still be saved"), "{body}");
    let failed = async { Err(StoreError::NotOurs.into()) };
    let (_, _, body) = door.settle(door.command(), failed, LONG).await;
    assert!(body.contains("wasn't done"), "{body}");
}
