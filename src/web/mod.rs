//! Slack's requests in, within three seconds: verify → decode → one transaction → acknowledge, then the rest.
//!
//! ```text
//! listener.rs      connections, and how many
//! receiving.rs     a request: Slack's or not, and what it is; bodies.rs reads it
//! mod.rs           `run`: one transaction
//! running.rs       in time, and contained; what is said when it is not
//! following_up.rs  the acknowledgement (answers.rs writes it) and what follows it
//! calls.rs         calls to Slack that people wait for, within its limits; homes.rs: App Homes
//! ```

mod answers;
mod bodies;
mod calls;
mod following_up;
mod homes;
mod listener;
mod receiving;
mod running;

#[cfg(test)]
mod tests;

pub use listener::serve;

use crate::clock::Clock;
use crate::features::Result;
use crate::router::{self, NoReply};
use crate::slack::client::Client;
use crate::slack::event::Reply;
use crate::slack::inbound::Inbound;
use crate::slack::verify::Verifier;
use crate::store::{Db, RequestTx};
use axum::Router;
use axum::routing::post;
use bodies::Bodies;
use calls::Calls;
use homes::Homes;
use receiving::receive;
use tokio_util::task::TaskTracker;

/// What requests need. Cheap to clone.
#[derive(Clone)]
pub struct Gate {
    pub db: Db,
    pub clock: Clock,
    pub client: Client,
    pub verifier: Verifier,
    /// Requests, and work that goes on after the acknowledgement; shutdown waits for them.
    pub after: TaskTracker,
    bodies: Bodies,
    calls: Calls,
    homes: Homes,
}

impl Gate {
    pub fn new(db: Db, clock: Clock, client: Client, verifier: Verifier) -> Self {
        Self {
            db,
            clock,
            client,
            verifier,
            after: TaskTracker::new(),
            bodies: Bodies::default(),
            calls: Calls::default(),
            homes: Homes::default(),
        }
    }

    /// Waits until everything that requests have set off is done. No more may come in.
    pub async fn finish(&self) {
        self.after.close();
        self.after.wait().await;
        self.count_uses().await;
    }
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

/// Runs the event's feature, in one transaction; none when it was handled before.
async fn run(gate: &Gate, inbound: &Inbound, key: Option<String>) -> Result<Option<Reply>> {
    let user = inbound.event.actor().map(|actor| &actor.user);
    let now = gate.clock.now();
    let request = RequestTx::new(&gate.db, &inbound.team, user, now, key.as_deref());
    match router::event(request, &inbound.event).await {
        Ok(reply) => Ok(Some(reply)),
        Err(NoReply::Repeated) => Ok(None),
        Err(NoReply::Failed(error)) => Err(error),
    }
}
