//! Runs requests in time and contains their failures.
//!
//! Each runs in its own task. It finishes even if Slack hangs up; a panic ends the task's transaction
//! and nothing else; and when it takes too long, the person is told before Slack stops waiting.

use super::answers::{Ack, answer};
use super::asked::Asked;
use super::endpoint::Endpoint;
use crate::features::{Error, Result};
use crate::slack::event::{Event, Reply};
use crate::slack::words::Md;
use crate::store::db::StoreError;
use futures_util::FutureExt;
use serde_json::json;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use tokio::sync::oneshot;
use tokio::time::Sleep;

const NOT_DONE: &str =
    "Sorry, something went wrong on our side, and this wasn't done. Please try again in a moment.";
const NOT_SAVED: &str = "Sorry, this couldn't be saved just now. What you wrote is still here: please press the button again in a moment.";
const MAYBE_DONE: &str = "Sorry, this is taking longer than it should, and I can't tell yet whether it went through. Please check in a moment before you try again.";
const MAYBE_SAVED: &str = "Sorry, this is taking longer than it should, and it may still be saved. What you wrote is still here: please press the button again in a moment.";

const CHANGED: &str = "I've changed since this was sent, and this button does nothing any more. `/reverse-mentor status` shows where things stand, with buttons that do.";
const CHANGED_FORM: &str = "I've changed since this form was opened, so it wasn't saved. What you wrote is still here: please copy it, close the form, and open it again.";

/// The outcome of a request.
enum Outcome {
    Done(Reply),
    /// It was handled before.
    Repeated,
    /// The feature refused it, in these words.
    Refused(Md),
    /// It failed, and its transaction was rolled back.
    Undone(&'static str),
    /// It may be done or not: the commit's answer was lost, or is still pending.
    Unsure(&'static str),
}

impl Outcome {
    fn of(ran: std::thread::Result<Result<Option<Reply>>>, kind: &'static str) -> Self {
        match ran {
            Ok(Ok(Some(reply))) => Outcome::Done(reply),
            Ok(Ok(None)) => Outcome::Repeated,
            Ok(Err(Error::User(text))) => Outcome::Refused(text),
            Ok(Err(Error::Internal(error))) => {
                tracing::error!(kind, %error, "a request failed");
                match error {
                    StoreError::Commit(_) => Outcome::Unsure("failed"),
                    _ => Outcome::Undone("failed"),
                }
            }
            Err(_) => {
                tracing::error!(kind, "a request panicked");
                Outcome::Undone("panicked")
            }
        }
    }

    /// For metrics.
    fn label(&self) -> &'static str {
        match self {
            Outcome::Done(_) => "ok",
            Outcome::Repeated => "repeated",
            Outcome::Refused(_) => "refused",
            Outcome::Undone(label) | Outcome::Unsure(label) => label,
        }
    }
}

impl Endpoint {
    /// Waits until all work that requests started is done. No new requests may arrive.
    pub async fn finish(&self) {
        self.after.close();
        self.after.wait().await;
        self.count_uses().await;
    }

    /// Runs the request and returns our answer to Slack, by `deadline` at the latest; the label is for metrics.
    pub(super) async fn settle(
        &self,
        asked: Asked,
        running: impl Future<Output = Result<Option<Reply>>> + Send + 'static,
        deadline: Pin<&mut Sleep>,
    ) -> (&'static str, Ack) {
        let kind = asked.inbound.kind;
        let (done, mut outcome) = oneshot::channel();
        let (endpoint, of) = (self.clone(), asked.clone());
        self.after.spawn(async move {
            let ran = AssertUnwindSafe(running).catch_unwind().await;
            if let Err(late) = done.send(Outcome::of(ran, kind)) {
                endpoint.tell_late(&of, late);
            }
        });
        let outcome = tokio::select! {
            biased;
            outcome = &mut outcome => outcome.unwrap_or(Outcome::Unsure("lost")),
            () = deadline => {
                // From now on the task knows that it is late, unless it finished at this very moment.
                outcome.close();
                outcome.try_recv().unwrap_or(Outcome::Unsure("slow"))
            }
        };
        let label = outcome.label();
        if label == "slow" {
            tracing::warn!(kind, "a request takes longer than Slack waits");
        }
        let written = catch_unwind(AssertUnwindSafe(|| self.answer(&asked, outcome)));
        match written {
            Ok(ack) => (label, ack),
            Err(_) => ("panicked", self.apologize(&asked, MAYBE_DONE, MAYBE_SAVED)),
        }
    }

    fn answer(&self, asked: &Asked, outcome: Outcome) -> Ack {
        match outcome {
            Outcome::Done(reply) => self.acknowledge(asked, reply),
            Outcome::Repeated => self.acknowledge(asked, Reply::nothing()),
            Outcome::Refused(text) => self.acknowledge(asked, Reply::say(text)),
            Outcome::Undone(_) => self.apologize(asked, NOT_DONE, NOT_SAVED),
            Outcome::Unsure(_) => self.apologize(asked, MAYBE_DONE, MAYBE_SAVED),
        }
    }

    /// The answer to a button or a form of another release. Nothing is done and nothing is lost.
    pub(super) fn answer_unreadable(&self, asked: &Asked) -> Ack {
        self.apologize(asked, CHANGED, CHANGED_FORM)
    }

    /// Says `words` where the person acted, or `at_a_field` in the form, which stays open with everything typed.
    fn apologize(&self, asked: &Asked, words: &'static str, at_a_field: &'static str) -> Ack {
        match &asked.inbound.event {
            // Slack sends these only once, and again only if they are refused.
            Event::PersonSeen(_)
            | Event::Uninstalled
            | Event::AccessChanged { .. }
            | Event::HomeOpened { .. }
            | Event::DirectMessage { .. } => Ack::Again,
            Event::Submit { answers, .. }
            | Event::Unreadable {
                form: Some(answers),
                ..
            } => match answers.0.keys().next() {
                Some(field) => {
                    answer(&json!({"response_action": "errors", "errors": {field: at_a_field}}))
                }
                None => self.acknowledge(asked, Reply::say(Md::from(words))),
            },
            Event::Command { .. }
            | Event::Press { .. }
            | Event::Unreadable { form: None, .. }
            | Event::LogMeeting { .. } => self.acknowledge(asked, Reply::say(Md::from(words))),
            Event::Options { .. } => self.acknowledge(asked, Reply::nothing()),
            Event::Nothing(_) => Ack::Taken,
        }
    }

    /// Reports a late outcome, after Slack got its answer or hung up, in the ways that are still possible.
    fn tell_late(&self, asked: &Asked, outcome: Outcome) {
        let refused = match &outcome {
            Outcome::Refused(text) => Some(text.clone()),
            Outcome::Done(_) | Outcome::Repeated | Outcome::Undone(_) | Outcome::Unsure(_) => None,
        };
        let reply = match outcome {
            Outcome::Done(reply) => reply,
            Outcome::Refused(text) => Reply::say(text),
            Outcome::Undone(_) => Reply::say(Md::from(NOT_DONE)),
            Outcome::Repeated | Outcome::Unsure(_) => return,
        };
        match &asked.inbound.event {
            Event::Command { actor, .. }
            | Event::Press { actor, .. }
            | Event::LogMeeting { actor }
            | Event::HomeOpened { actor } => self.follow_up(actor, asked, reply),
            // The form is still open and already says that it may have been saved.
            Event::Submit { actor, .. } => {
                let home = Reply {
                    home: reply.home,
                    ..Reply::nothing()
                };
                self.follow_up(actor, asked, home);
            }
            // Slack tells us again of a message that we have not taken.
            Event::DirectMessage { actor, .. } => {
                if let Some(said) = refused {
                    self.follow_up(actor, asked, Reply::say(said));
                }
            }
            Event::Options { .. }
            | Event::Unreadable { .. }
            | Event::PersonSeen(_)
            | Event::Uninstalled
            | Event::AccessChanged { .. }
            | Event::Nothing(_) => {}
        }
    }
}
