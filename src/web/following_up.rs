//! The acknowledgement and its follow-ups: modals, answers where the person acted, the Home.

use super::answers::{
    Ack, Anew, Opening, answer_in, ephemeral, notice, options_answer, submission_answer,
};
use super::asked::Asked;
use super::by_message::{Answered, answer_key, number};
use super::endpoint::Endpoint;
use crate::domain::ids::TeamId;
use crate::domain::message::Message;
use crate::slack::blocks::{Blocks, Modal, button};
use crate::slack::client::CallError;
use crate::slack::event::{Actor, Event, Form, Reply, Surface};
use crate::slack::origin;
use crate::slack::words::Md;
use futures_util::FutureExt;
use serde::Serialize;
use serde_json::json;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::time::{Instant, timeout};

const DID_NOT_OPEN: &str = "That form didn't open. Please try again.";
const SLOW_TO_OPEN: &str = "That form is slow to open. If you don't see it, please try again.";
const NOT_SHOWN: &str = "Sorry, something went wrong on our side while showing you this. Please look again in a moment.";

/// Slack: a trigger lives three seconds. Counted from the click; the rest is for saying that nothing opened.
const TRIGGER: Duration = Duration::from_millis(2_600);
/// A late form is tried anyway, because Slack decides whether the trigger has expired.
const LAST_TRY: Duration = Duration::from_millis(400);
/// Nobody reads an answer that takes longer.
const RESPOND: Duration = Duration::from_secs(3);

impl Endpoint {
    /// The acknowledgement that Slack waits for; the rest of the reply starts after it.
    pub(super) fn acknowledge(&self, asked: &Asked, reply: Reply) -> Ack {
        match &asked.inbound.event {
            Event::Command { actor, .. } => {
                let said = reply.say.as_ref().map(ephemeral);
                let marks = self.marks(&actor.team);
                let ack = said.map_or(Ack::Taken, |said| answer_in(marks, &said));
                self.follow_up(actor, asked, Reply { say: None, ..reply });
                ack
            }
            Event::Submit { actor, .. } => {
                let rest = Reply {
                    home: reply.home,
                    ..Reply::nothing()
                };
                self.follow_up(actor, asked, rest);
                submission_answer(reply, self.marks(&actor.team))
            }
            Event::Unreadable {
                actor,
                form: Some(_),
            } => submission_answer(reply, self.marks(&actor.team)),
            Event::Options { .. } => options_answer(reply),
            // The answer to a direct message waits in the outbox already, except for a refusal.
            Event::Press { actor, .. }
            | Event::Unreadable { actor, form: None }
            | Event::HomeOpened { actor }
            | Event::LogMeeting { actor }
            | Event::DirectMessage { actor, .. } => {
                self.follow_up(actor, asked, reply);
                Ack::Taken
            }
            Event::PersonSeen(_)
            | Event::Uninstalled
            | Event::AccessChanged { .. }
            | Event::Nothing(_) => Ack::Taken,
        }
    }

    /// Shows the contents of the reply, in its own task.
    pub(super) fn follow_up(&self, actor: &Actor, asked: &Asked, reply: Reply) {
        if reply == Reply::nothing() {
            return;
        }
        let (endpoint, actor, asked) = (self.clone(), actor.clone(), asked.clone());
        self.after.spawn(async move {
            let shown = AssertUnwindSafe(endpoint.show(&actor, &asked, reply)).catch_unwind();
            if shown.await.is_err() {
                tracing::error!(kind = asked.inbound.kind, "following up a request panicked");
                metrics::counter!("reverse_mentor_inbound_total", "kind" => asked.inbound.kind, "outcome" => "panicked")
                    .increment(1);
                let answered = Answered::NotOpened(number(NOT_SHOWN));
                endpoint.tell(&actor, &asked, answered, Md::from(NOT_SHOWN).into()).await;
            }
        });
    }

    async fn show(&self, actor: &Actor, asked: &Asked, mut reply: Reply) {
        let inbound = &asked.inbound;
        let on = match &inbound.event {
            Event::Press { on, .. } => *on,
            Event::HomeOpened { .. } => Surface::Home,
            Event::Submit { .. } => Surface::Modal,
            _ => Surface::Message,
        };
        if on == Surface::Modal && reply.update.is_some() {
            reply.modal = None;
        }
        // The modal goes first, because its trigger expires after three seconds.
        if let Some(modal) = reply.modal {
            self.open(actor, *modal, on, asked).await;
        } else if let Some(said) = &reply.say {
            match (&inbound.response_url, &inbound.trigger) {
                (Some(url), _) => self.respond_in(&actor.team, url, &ephemeral(said)).await,
                (None, Some(_)) => self.open(actor, notice(said), on, asked).await,
                (None, None) => self.write_to(actor, answer_key(asked), said.clone()).await,
            }
        }
        if on == Surface::Modal {
            let replaced = reply.replace.as_ref().map(|said| Box::new(notice(said)));
            let modal = reply.update.or(replaced);
            self.update(&actor.team, inbound.view.clone(), modal).await;
        } else if on == Surface::Home {
            // There is no message to replace.
            if let Some(said) = &reply.replace {
                self.open(actor, notice(said), on, asked).await;
            }
        } else if let Some(said) = &reply.replace {
            let mut body = json!({"text": said.text, "blocks": said.blocks});
            if let Some(url) = &inbound.response_url {
                body["replace_original"] = json!(true);
                self.respond_in(&actor.team, url, &body).await;
            } else if let Some((channel, ts)) = &inbound.message {
                body["channel"] = json!(channel);
                body["ts"] = json!(ts);
                let replaced = self.call_within(&actor.team, "chat.update", &body).await;
                if let Err(error) = replaced {
                    tracing::warn!(%error, "a message could not be replaced");
                }
            }
        }
        match on {
            Surface::Home if reply.home => self.publish_home(actor).await,
            // Nobody sees the Home behind a form, so it is shown when the limits have room.
            Surface::Modal if reply.home => self.home_later(actor).await,
            // Slack asks for the Home whenever somebody opens it.
            Surface::Message | Surface::Home | Surface::Modal => {}
        }
    }

    /// The workspace, where one bot serves several: then what it sends says of which it is.
    fn marks<'a>(&self, team: &'a TeamId) -> Option<&'a TeamId> {
        Some(team).filter(|_| !self.clients.is_single())
    }

    async fn respond_in(&self, team: &TeamId, url: &str, body: &(impl Serialize + Sync)) {
        match self.marks(team) {
            Some(team) => self.respond(url, &origin::marked(body, team)).await,
            None => self.respond(url, body).await,
        }
    }

    pub(super) async fn respond(&self, url: &str, body: &(impl Serialize + Sync)) {
        let sent = timeout(RESPOND, self.clients.app().respond(url, body)).await;
        match sent.unwrap_or(Err(CallError::InDoubt("timed out"))) {
            Ok(()) => {}
            Err(error) => tracing::warn!(%error, "an answer did not reach the person"),
        }
    }

    /// Says what could not be shown, or that it couldn't be: where the person acted, or else in a direct message.
    async fn tell(&self, actor: &Actor, asked: &Asked, answered: Answered, message: Message) {
        match &asked.inbound.response_url {
            Some(url) => {
                let said = ephemeral(&message);
                self.respond_in(&actor.team, url, &said).await;
            }
            None => self.write_to(actor, answered, message).await,
        }
    }

    async fn open(&self, actor: &Actor, modal: Modal, on: Surface, asked: &Asked) {
        let method = if on == Surface::Modal {
            "views.push"
        } else {
            "views.open"
        };
        let reopens = modal.form.opened_by();
        let notice = (modal.form == Form::Notice).then(|| modal.clone().into_message());
        let opened = match &asked.inbound.trigger {
            Some(trigger_id) => {
                let arguments = Opening {
                    trigger_id,
                    view: modal.into_view(),
                };
                let until = (asked.arrived + TRIGGER).max(Instant::now() + LAST_TRY);
                self.call_now(&actor.team, method, &arguments, until).await
            }
            None => Err(CallError::Unreached),
        };
        let Err(error) = opened else { return };
        if let CallError::Refused(code, details) = &error {
            tracing::warn!(code, ?details, "a modal did not open");
        } else {
            tracing::warn!(%error, "a modal did not open");
        }
        // A notice only has words, so they are sent as a message instead.
        if let Some(said) = notice {
            let same = Answered::NotOpened(number(&said.blocks));
            return self.tell(actor, asked, same, said).await;
        }
        let words = if error.leaves_doubt() {
            SLOW_TO_OPEN
        } else {
            DID_NOT_OPEN
        };
        let (text, form) = (Md::from(words), number(&reopens));
        let message = match reopens {
            None => text.into(),
            Some(opens) => Blocks::new()
                .section(text.clone())
                .buttons([button("Open the form", &opens)])
                .message(text),
        };
        self.tell(actor, asked, Answered::NotOpened(form), message)
            .await;
    }

    /// Updates a modal. If it was closed meanwhile, the update is not needed.
    async fn update(&self, team: &TeamId, id: Option<String>, modal: Option<Box<Modal>>) {
        let (Some(view_id), Some(modal)) = (id, modal) else {
            return;
        };
        let anew = Anew {
            view_id,
            view: modal.into_view(),
        };
        let until = Instant::now() + RESPOND;
        if let Err(error) = self.call_now(team, "views.update", &anew, until).await {
            tracing::warn!(%error, "a modal could not be shown again");
        }
    }
}
