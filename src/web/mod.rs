//! Slack's requests in, within three seconds: verify → decode → one transaction → acknowledge, then the rest.

mod answers;
mod waits;

pub use waits::Waits;

use crate::clock::Clock;
use crate::domain::ids::TeamId;
use crate::domain::key::Key;
use crate::features::{Error, Result};
use crate::router::{self, NoReply};
use crate::slack::blocks::{Choice, Modal};
use crate::slack::client::{CallError, Client};
use crate::slack::event::{Actor, Event, Reply, Surface};
use crate::slack::inbound::{self, Decoded, Inbound};
use crate::slack::verify::Verifier;
use crate::slack::words::Md;
use crate::store::outbox::{self, Kind, What};
use crate::store::{Db, RequestTx};
use answers::{Anew, Opening, Publishing, answer, empty, ephemeral, notice, submission_answer};
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use jiff::SignedDuration;
use metrics::{counter, histogram};
use serde::Serialize;
use serde_json::json;
use std::time::Instant;
use tokio_util::task::TaskTracker;

/// Slack's own payloads stay far below; read whole before the signature can be checked.
const BODY_LIMIT: usize = 1 << 20;
const APOLOGY: &str =
    "Sorry, something went wrong on our side, and this was not done. Please try again in a moment.";
const NOT_SAVED: &str = "Sorry, this could not be saved just now. What you wrote is still here: please press the button again in a moment.";
const FORM_DID_NOT_OPEN: &str = "That form did not open. Please try once more.";
/// A Home that could not be shown at once is not worth showing later than this.
const HOME_STALE: SignedDuration = SignedDuration::from_mins(5);

/// What requests need.
#[derive(Clone)]
pub struct Gate {
    pub db: Db,
    pub clock: Clock,
    pub client: Client,
    pub verifier: Verifier,
    /// Requests, and work that goes on after the acknowledgement; shutdown waits for them.
    pub after: TaskTracker,
    pub waits: Waits,
}

/// `/slack/events` takes everything: Slack lets an app use one URL for all.
pub fn routes(gate: Gate) -> Router {
    Router::new()
        .route("/slack/commands", post(receive))
        .route("/slack/interactions", post(receive))
        .route("/slack/events", post(receive))
        .route("/slack/options", post(receive))
        .with_state(gate)
}

async fn receive(State(gate): State<Gate>, request: Request) -> Response {
    let began = Instant::now();
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        counter!("reverse_mentor_inbound_total", "kind" => "oversized", "outcome" => "refused")
            .increment(1);
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    if let Err(refused) = gate.verifier.check(&parts.headers, &body, gate.clock.now()) {
        if inbound::is_ssl_check(&body) {
            return StatusCode::OK.into_response();
        }
        counter!("reverse_mentor_inbound_total", "kind" => "unverified", "outcome" => refused.as_str()).increment(1);
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match inbound::decode(&body) {
        Decoded::SslCheck => StatusCode::OK.into_response(),
        Decoded::Challenge(challenge) => answer(&json!({"challenge": challenge})),
        Decoded::Inbound(inbound) => {
            let kind = inbound.kind;
            let key = dedupe_key(&inbound, &parts.headers);
            // In a task of its own: if Slack hangs up, what was begun is still finished.
            let after = gate.after.clone();
            let handled = after.spawn(handle(gate, *inbound, key)).await;
            let (outcome, response) = match handled {
                Ok(handled) => handled,
                Err(_) => ("panicked", StatusCode::OK.into_response()),
            };
            counter!("reverse_mentor_inbound_total", "kind" => kind, "outcome" => outcome)
                .increment(1);
            histogram!("reverse_mentor_ack_seconds").record(began.elapsed().as_secs_f64());
            response
        }
    }
}

/// Events carry an id; everything else is told apart by its signature, which covers time and body.
fn dedupe_key(inbound: &Inbound, headers: &HeaderMap) -> Option<String> {
    if let Some(id) = &inbound.event_id {
        return Some(format!("event/{id}"));
    }
    let signature = headers.get("x-slack-signature")?.to_str().ok()?;
    Some(format!("signature/{}/{signature}", inbound.team))
}

async fn handle(gate: Gate, inbound: Inbound, key: Option<String>) -> (&'static str, Response) {
    if let Event::Nothing(_) = inbound.event {
        tracing::debug!(kind = inbound.kind, "nothing of ours");
        return ("nothing", StatusCode::OK.into_response());
    }
    let (outcome, reply) = match run(&gate, &inbound, key.as_deref()).await {
        Ok(reply) => ("ok", reply),
        Err(NoReply::Repeated) => ("repeated", Reply::nothing()),
        Err(NoReply::Failed(Error::User(text))) => ("refused", Reply::say(text)),
        Err(NoReply::Failed(Error::Internal(error))) => {
            tracing::error!(kind = inbound.kind, %error, "a request failed");
            return ("failed", gate.failed(&inbound));
        }
    };
    (outcome, gate.acknowledge(&inbound, reply))
}

/// Runs the event's feature, in one transaction.
async fn run(gate: &Gate, inbound: &Inbound, key: Option<&str>) -> Result<Reply, NoReply> {
    let user = inbound.event.actor().map(|actor| &actor.user);
    let request = RequestTx::new(&gate.db, &inbound.team, user, gate.clock.now(), key);
    router::event(request, &inbound.event).await
}

impl Gate {
    /// Nothing of it was done.
    fn failed(self, inbound: &Inbound) -> Response {
        match &inbound.event {
            // What Slack tells once it tells again, when it is not taken.
            Event::PersonSeen(_) | Event::Uninstalled => {
                StatusCode::SERVICE_UNAVAILABLE.into_response()
            }
            // At a field, so that the form stays open with all that was written.
            Event::Submit { answers, .. } if !answers.0.is_empty() => {
                let field = answers.0.keys().next().map_or("", String::as_str);
                answer(&json!({"response_action": "errors", "errors": {field: NOT_SAVED}}))
            }
            _ => self.acknowledge(inbound, Reply::say(Md::from(APOLOGY))),
        }
    }

    /// The acknowledgement Slack waits for; whatever else the reply asks is begun after it.
    fn acknowledge(self, inbound: &Inbound, reply: Reply) -> Response {
        match &inbound.event {
            Event::Command { actor, .. } => {
                let said = reply.say.as_ref().map(ephemeral);
                let response = said.as_ref().map_or_else(empty, answer);
                self.follow_up(actor.clone(), inbound, Reply { say: None, ..reply });
                response
            }
            Event::Submit { actor, .. } => {
                let rest = Reply {
                    home: reply.home,
                    ..Reply::nothing()
                };
                self.follow_up(actor.clone(), inbound, rest);
                submission_answer(reply)
            }
            Event::Options { .. } => {
                let options: Vec<Choice> = reply
                    .options
                    .unwrap_or_default()
                    .iter()
                    .map(|(text, value)| Choice::new(text, value))
                    .collect();
                answer(&json!({"options": options}))
            }
            Event::Press { actor, .. }
            | Event::HomeOpened { actor }
            | Event::LogMeeting { actor } => {
                self.follow_up(actor.clone(), inbound, reply);
                empty()
            }
            Event::PersonSeen(_) | Event::Uninstalled | Event::Nothing(_) => empty(),
        }
    }

    fn follow_up(self, actor: Actor, inbound: &Inbound, reply: Reply) {
        if reply == Reply::nothing() {
            return;
        }
        let on = match &inbound.event {
            Event::Press { on, .. } => *on,
            Event::HomeOpened { .. } => Surface::Home,
            Event::Submit { .. } => Surface::Modal,
            _ => Surface::Message,
        };
        let (trigger, url) = (inbound.trigger.clone(), inbound.response_url.clone());
        let message = inbound.message.clone();
        let view = inbound.view.clone();
        let after = self.after.clone();
        after.spawn(async move {
            // First what has three seconds.
            if let Some(modal) = reply.modal {
                self.open(&actor, *modal, on, (trigger.as_deref(), url.as_deref()))
                    .await;
            } else if let Some(said) = &reply.say {
                match (&url, &trigger) {
                    (Some(url), _) => self.respond(url, &ephemeral(said)).await,
                    (None, Some(_)) => {
                        self.open(&actor, notice(said), on, (trigger.as_deref(), None))
                            .await;
                    }
                    (None, None) => tracing::warn!("nowhere to answer"),
                }
            }
            if on == Surface::Modal {
                self.update(&actor.team, view, reply.update).await;
            } else if let Some(said) = &reply.replace {
                let mut body = json!({"text": said.text, "blocks": said.blocks});
                if let Some(url) = &url {
                    body["replace_original"] = json!(true);
                    self.respond(url, &body).await;
                } else if let Some((channel, ts)) = &message {
                    body["channel"] = json!(channel);
                    body["ts"] = json!(ts);
                    if let Err(error) = self.call(&actor.team, "chat.update", &body).await {
                        tracing::warn!(%error, "a message could not be replaced");
                    }
                }
            }
            match on {
                Surface::Home if reply.home => self.publish_home(&actor).await,
                Surface::Modal if reply.home => {
                    if let Err(error) = self.home_later(&actor).await {
                        tracing::error!(%error, "an App Home could not be put off");
                    }
                }
                // Slack asks for the Home whenever somebody comes back to it.
                Surface::Message | Surface::Home | Surface::Modal => {}
            }
        });
    }

    async fn respond(&self, url: &str, body: &(impl Serialize + Sync)) {
        if let Err(error) = self.client.respond(url, body).await {
            tracing::warn!(%error, "an answer did not reach the person");
        }
    }

    async fn open(
        &self,
        actor: &Actor,
        modal: Modal,
        on: Surface,
        (trigger, url): (Option<&str>, Option<&str>),
    ) {
        let method = if on == Surface::Modal {
            "views.push"
        } else {
            "views.open"
        };
        let opened = match trigger {
            Some(trigger) => {
                let arguments = Opening {
                    trigger_id: trigger,
                    view: modal.into_view(),
                };
                self.call(&actor.team, method, &arguments).await
            }
            None => Err(CallError::Unreached),
        };
        if let Err(error) = opened {
            if let CallError::Refused(code, details) = &error {
                tracing::warn!(code, ?details, "a modal did not open");
            } else {
                tracing::warn!(%error, "a modal did not open");
            }
            if let Some(url) = url {
                self.respond(url, &json!({"response_type": "ephemeral", "replace_original": false, "text": FORM_DID_NOT_OPEN}))
                    .await;
            }
        }
    }

    /// Shows a modal anew. When it was closed meanwhile, nobody misses anything.
    async fn update(&self, team: &TeamId, id: Option<String>, modal: Option<Box<Modal>>) {
        let (Some(view_id), Some(modal)) = (id, modal) else {
            return;
        };
        let anew = Anew {
            view_id,
            view: modal.into_view(),
        };
        if let Err(error) = self.call(team, "views.update", &anew).await {
            tracing::warn!(%error, "a modal could not be shown anew");
        }
    }

    async fn publish_home(&self, actor: &Actor) {
        let rendered = async {
            let now = self.clock.now();
            let mut tx = self.db.read_for(&actor.team, &actor.user, now).await?;
            router::home(&mut tx, actor).await
        };
        let view = match rendered.await {
            Ok(view) => view,
            Err(error) => {
                tracing::error!(%error, "an App Home could not be rendered");
                return;
            }
        };
        let arguments = Publishing {
            user_id: &actor.user,
            view,
        };
        let shown = self.call(&actor.team, "views.publish", &arguments).await;
        if let Err(CallError::RateLimited(_)) = shown
            && let Err(error) = self.home_later(actor).await
        {
            tracing::error!(%error, "an App Home could not be put off");
        }
    }

    /// Shown when Slack's limits have room, as it is then.
    async fn home_later(&self, actor: &Actor) -> Result<()> {
        let mut tx = self.db.write(&actor.team, self.clock.now()).await?;
        let at = tx.now_ms();
        let expires = tx.now.saturating_add(HOME_STALE).ok();
        let what = What::Home {
            user: actor.user.clone(),
        };
        let key = Key::Home {
            user: actor.user.clone(),
            at,
        };
        outbox::push(&mut tx, Kind::Lookup, &key, &what, expires).await?;
        Ok(tx.commit().await?)
    }
}
