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
use crate::domain::ids::UserId;
use crate::features::Result;
use crate::router;
use crate::slack::client::Client;
use crate::slack::event::{Event, Reply};
use crate::slack::inbound::Inbound;
use crate::slack::verify::Verifier;
use crate::store::db::StoreError;
use crate::store::{Db, workspaces};
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

/// Runs the event in one transaction; none when it was handled before.
async fn run(gate: &Gate, inbound: &Inbound, key: Option<String>) -> Result<Option<Reply>> {
    let now = gate.clock.now();
    if router::only_reads(&inbound.event) {
        let mut tx = match &inbound.event {
            // Most of them are about whoever asks.
            Event::Command { actor, .. } => gate.db.read_for(&actor.team, &actor.user, now).await?,
            _ => gate.db.read(&inbound.team, now).await?,
        };
        return router::event(&mut tx, &inbound.event).await.map(Some);
    }
    let mut tx = match key {
        Some(key) => {
            let user = inbound
                .event
                .actor()
                .map_or("", |actor| actor.user.as_str());
            let user = UserId::from(user);
            match gate.db.write_once(&inbound.team, &user, now, &key).await? {
                Some(tx) => tx,
                None => return Ok(None),
            }
        }
        None => gate.db.write(&inbound.team, now).await?,
    };
    let handled = async {
        if let Event::Uninstalled | Event::PersonSeen(_) = inbound.event
            && workspaces::find(&mut tx).await?.is_none()
        {
            // Not a workspace of ours. If it is ours under another name, our token will tell.
            if inbound.event == Event::Uninstalled {
                workspaces::check_tokens(&mut tx).await?;
            }
            return Ok(Some(Reply::nothing()));
        }
        router::event(&mut tx, &inbound.event).await.map(Some)
    }
    .await;
    match handled {
        Ok(reply) => {
            // Nobody knows what became of it when the commit's answer is lost.
            let committed = tx.commit().await;
            committed.map_err(|error| StoreError::Commit(error.to_string()))?;
            Ok(reply)
        }
        Err(error) => {
            tx.rollback().await;
            Err(error)
        }
    }
}
