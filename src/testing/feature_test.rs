//! A harness for feature tests: the router with a database, without Slack. The outbox can be read as text.
//! (Scenes over HTTP, against the sandbox, are in `tests/`.)

use crate::domain::ids::{TeamId, UserId};
use crate::domain::message::Message;
use crate::domain::program::Settings;
use crate::features::{self, Error, Reply};
use crate::router::{self, NoReply};
use crate::slack::event::{Action, Actor, Answer, Answers, Event, Form, Surface};
use crate::slack::inbound::{self, Decoded};
use crate::store::outbox::{To, What};
use crate::store::seal::Keys;
use crate::store::timers::Work;
use crate::store::{Db, RequestTx, Tx, timers, workspaces};
use crate::testing::outgoing::{self, Queued};
use crate::work::scheduler;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub use slack_sandbox::render_view;

pub struct FeatureTest {
    pub db: Db,
    pub now: Timestamp,
    pub team: TeamId,
    file: std::path::PathBuf,
}

impl FeatureTest {
    /// A workspace with a running program. Monday, 2 March 2026, 09:00 UTC.
    pub async fn new(settings: Settings) -> Self {
        let test = Self::without_program().await;
        let mut tx = test.tx().await;
        features::setup::declared(&mut tx, settings).await.unwrap();
        router::happenings(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        test
    }

    /// A workspace where the app has just been installed, on the same day.
    pub async fn without_program() -> Self {
        let mut random = [0_u8; 8];
        getrandom::fill(&mut random).unwrap();
        let file = std::env::temp_dir().join(format!("rm-test-{}.db", const_hex::encode(random)));
        let keys = Keys::parse(&Keys::generate().unwrap()).unwrap();
        let db = Db::open(&format!("sqlite://{}", file.display()), keys)
            .await
            .unwrap();
        // No test needs its file after a crash of the machine.
        db.without_sync().await.unwrap();
        // What a test does goes the same way every time.
        db.set_node(0);
        let test = Self {
            db,
            now: "2026-03-02T09:00:00Z".parse().unwrap(),
            team: TeamId::from("T1"),
            file,
        };
        let mut tx = test.tx().await;
        outgoing::keep_words(&mut tx).await;
        workspaces::installed(&mut tx, &UserId::from("UBOT"))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        test
    }

    pub async fn tx(&self) -> Tx {
        self.db.write(&self.team, self.now).await.unwrap()
    }

    pub fn actor(&self, user: &str) -> Actor {
        Actor {
            team: self.team.clone(),
            user: user.into(),
        }
    }

    pub async fn event(&self, event: Event) -> Result<Reply, Error> {
        let user = event.actor().map(|actor| &actor.user);
        let request = RequestTx::new(&self.db, &self.team, user, self.now, None);
        match Box::pin(router::event(request, &event)).await {
            Ok(reply) => Ok(reply),
            Err(NoReply::Failed(error)) => Err(error),
            Err(NoReply::Repeated) => unreachable!("nothing is noted without a key"),
        }
    }

    pub async fn command(&self, user: &str, text: &str) -> Result<Reply, Error> {
        let (actor, text) = (self.actor(user), text.to_owned());
        self.event(Event::Command { actor, text }).await
    }

    pub async fn press(&self, user: &str, action: Action) -> Result<Reply, Error> {
        self.press_on(Surface::Message, user, action).await
    }

    pub async fn press_on(&self, on: Surface, user: &str, action: Action) -> Result<Reply, Error> {
        let actor = self.actor(user);
        self.event(Event::Press {
            actor,
            action,
            picked: None,
            typed: Answers::default(),
            on,
        })
        .await
    }

    pub async fn submit(
        &self,
        user: &str,
        form: Form,
        answers: &[(&str, Answer)],
    ) -> Result<Reply, Error> {
        let answers: BTreeMap<String, Answer> = answers
            .iter()
            .map(|(k, v)| ((*k).to_owned(), v.clone()))
            .collect();
        let actor = self.actor(user);
        self.event(Event::Submit {
            actor,
            form,
            answers: Answers(answers),
        })
        .await
    }

    /// Somebody joins with the modal's initial values, except for role and stage.
    pub async fn joins(&self, user: &str, role: &str, stage: &str) {
        let view = self.command(user, "join").await.unwrap();
        let view = view.modal.expect("the join modal").view();
        let mut answers = fill(&view);
        answers.insert("role".into(), Answer::One(role.into()));
        answers.insert("stage".into(), Answer::One(stage.into()));
        let reply = self.submits(user, Form::Join, answers).await.unwrap();
        assert_eq!(reply.errors, []);
    }

    /// Submits a modal that [`fill`] filled in.
    pub async fn submits(
        &self,
        user: &str,
        form: Form,
        answers: BTreeMap<String, Answer>,
    ) -> Result<Reply, Error> {
        let actor = self.actor(user);
        self.event(Event::Submit {
            actor,
            form,
            answers: Answers(answers),
        })
        .await
    }

    /// Lets `span` pass; every timer runs at its time, including matching.
    pub async fn pass(&mut self, span: SignedDuration) {
        let until = self.now + span;
        loop {
            let mut tx = self.tx().await;
            let next = timers::next_due(&mut tx, Work::All).await.unwrap();
            tx.rollback().await;
            match next {
                Some(due) if due <= until => {
                    self.now = self.now.max(due);
                    self.run_due().await;
                }
                _ => break,
            }
        }
        self.now = until;
    }

    /// Everything a person can see at this moment: their Home with its buttons, their status, and all messages to them or to a
    /// pair.
    pub async fn all_that_sees(&self, user: &str) -> Vec<String> {
        let mut tx = self.tx().await;
        let home = router::home(&mut tx, &self.actor(user)).await.unwrap();
        tx.rollback().await;
        let home = serde_json::to_value(home).unwrap();
        let status = self.command(user, "status").await.unwrap().say.unwrap();
        let mut seen = vec![render_view(&home), render(&status)];
        for lane in [user, "pair/"] {
            seen.extend(self.messages(lane).await.iter().map(render));
        }
        seen
    }

    /// Runs the timers due now.
    pub async fn run_due(&self) {
        for _ in 0..10_000 {
            let mut tx = self.db.read(&self.team, self.now).await.unwrap();
            let due = timers::list_due(&mut tx, Work::All, 1).await.unwrap();
            drop(tx);
            let Some(row) = due.first() else {
                return;
            };
            let timer = row.timer.as_ref().unwrap();
            Box::pin(scheduler::run(&self.db, row, timer, self.now))
                .await
                .unwrap();
        }
        panic!("timers never end at {}", self.now);
    }

    /// Every message so far in a lane (`U1`, `pair/7`, `C1`; all group DMs: `pair/`), oldest first.
    pub async fn messages(&self, lane: &str) -> Vec<Message> {
        let in_lane = |to: &str| to == lane || lane == "pair/" && to.starts_with(lane);
        let queued = self.queued().await.into_iter();
        queued
            .filter(|row| in_lane(&row.lane))
            .filter_map(|row| match row.what {
                What::Post { message, .. } => Some(message),
                _ => None,
            })
            .collect()
    }

    /// Those of them that reached somebody or are on their way: neither withdrawn nor waiting for their moment.
    pub async fn reached(&self, lane: &str) -> Vec<String> {
        let queued = self.queued().await.into_iter();
        queued
            .filter(|row| row.lane == lane && !row.unsent && !row.waits)
            .filter_map(|row| match row.what {
                What::Post { message, .. } => Some(render(&message)),
                _ => None,
            })
            .collect()
    }

    /// Every row of the outbox so far, oldest first.
    pub async fn queued(&self) -> Vec<Queued> {
        let mut tx = self.tx().await;
        let queued = outgoing::queued(&mut tx).await;
        tx.rollback().await;
        queued
    }

    /// The columns (`table.column`) in which a text can be read.
    pub async fn columns_with(&self, text: &str) -> Vec<String> {
        let mut tx = self.tx().await;
        let found = outgoing::columns_with(&mut tx, text).await;
        tx.rollback().await;
        found
    }

    /// All messages with their recipients, in order, for reading a whole scene at once.
    pub async fn told(&self) -> String {
        let mut out = String::new();
        for Queued { what, kind, .. } in self.queued().await {
            let kind = kind.as_str();
            match what {
                What::Post { to, message, .. } => {
                    let _ = writeln!(out, "── {} ({kind})\n{}", name(&to), render(&message));
                }
                What::Share { to, file, .. } => {
                    let (to, comment) = (name(&to), file.comment);
                    let _ = writeln!(
                        out,
                        "── {to} ({kind})\n{comment}\n<{}: {}>",
                        file.name, file.title
                    );
                }
                other => {
                    let _ = writeln!(out, "── {other:?}");
                }
            }
        }
        out
    }
}

fn name(to: &To) -> String {
    match to {
        To::Person(user) => user.to_string(),
        To::Pair { members, .. } => format!("{} + {}", members[0], members[1]),
        To::Channel(channel) => channel.to_string(),
    }
}

impl Drop for FeatureTest {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", self.file.display()));
        }
    }
}

/// A message as a person reads it, with mentions and dates as they were written.
pub fn render(message: &Message) -> String {
    slack_sandbox::render_message(&json!(message))
}

/// The answers of a client that knows nothing of us, as they arrive from Slack.
pub fn fill(view: &Value) -> BTreeMap<String, Answer> {
    let values = slack_sandbox::state_values(view, &slack_sandbox::fill(view)).unwrap();
    let view = json!({
        "callback_id": view["callback_id"],
        "private_metadata": view["private_metadata"],
        "state": {"values": values},
    });
    let submission = json!({
        "type": "view_submission",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "view": view,
    });
    let decoded = inbound::decode(submission.to_string().as_bytes());
    match decoded {
        Decoded::Inbound(inbound) => match inbound.event {
            Event::Submit { answers, .. } => answers.0,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_stage_stands() {
        let mut test = FeatureTest::new(Settings::default()).await;
        test.command("U1", "help").await.unwrap();
        test.pass(SignedDuration::from_hours(24)).await;
        assert_eq!(test.messages("U1").await.len(), 0);
    }
}
