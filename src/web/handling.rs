//! A decoded request, however it arrived: one transaction, one acknowledgment.

use super::answers::Ack;
use super::asked::Asked;
use super::endpoint::Endpoint;
use super::placing::Placed;
use crate::features;
use crate::router::{self, NoReply};
use crate::slack::event::{Event, Reply};
use crate::slack::inbound::Inbound;
use crate::store::RequestTx;
use crate::store::db::Result as Stored;
use metrics::{counter, histogram};
use std::fmt::Display;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// The longest from a request's arrival to our answer. Slack waits three seconds; the rest is for the network.
pub(super) const PATIENCE: Duration = Duration::from_millis(2_400);

impl Endpoint {
    /// Runs a request and returns the acknowledgment, by `deadline` at the latest. `digest` is the same for each copy of
    /// the request, and for no other request; events have ids instead.
    pub(super) async fn handle(
        &self,
        mut inbound: Box<Inbound>,
        digest: impl Display,
        arrived: Instant,
        deadline: Pin<&mut Sleep>,
    ) -> Ack {
        let kind = inbound.kind;
        let placed = self.place(&mut inbound).await;
        let key = dedupe_key(&inbound, digest);
        self.note_event(&inbound);
        let asked = Asked {
            inbound: Arc::from(inbound),
            arrived,
        };
        let (outcome, ack) = match asked.inbound.event {
            Event::Nothing(_) => {
                tracing::debug!(kind, "nothing of ours");
                ("nothing", Ack::Taken)
            }
            Event::Unreadable { .. } => {
                tracing::warn!(kind, "written by another release");
                ("unreadable", self.answer_unreadable(&asked))
            }
            _ => {
                let running = {
                    let (endpoint, inbound) = (self.clone(), asked.inbound.clone());
                    async move { run(&endpoint, &inbound, placed, &key).await }
                };
                self.settle(asked, running, deadline).await
            }
        };
        counter!("reverse_mentor_inbound_total", "kind" => kind, "outcome" => outcome).increment(1);
        histogram!("reverse_mentor_ack_seconds").record(arrived.elapsed().as_secs_f64());
        ack
    }
}

/// Runs the event's feature in one transaction. None if the event was handled before.
async fn run(
    endpoint: &Endpoint,
    inbound: &Inbound,
    placed: Stored<Placed>,
    key: &str,
) -> features::Result<Option<Reply>> {
    let placed = placed?;
    endpoint.join_by_itself(inbound).await?;
    let user = inbound.event.actor().map(|actor| &actor.user);
    let now = endpoint.clock.now();
    let request = RequestTx::new(&endpoint.db, &inbound.team, user, now, Some(key));
    let came = match placed {
        Placed::Known => router::event(request, &inbound.event).await,
        Placed::Unclear => router::unclear(request, &inbound.event).await,
    };
    match came {
        Ok(reply) => Ok(Some(reply)),
        Err(NoReply::Repeated) => Ok(None),
        Err(NoReply::Failed(error)) => Err(error),
    }
}

/// What identifies a request among its retries.
fn dedupe_key(inbound: &Inbound, digest: impl Display) -> String {
    match &inbound.event_id {
        Some(id) => format!("event/{id}"),
        None => format!("signature/{}/{digest}", inbound.team),
    }
}
