//! Slack's requests in, within three seconds: verify → decode → one transaction → acknowledge, then the rest.
//!
//! ```text
//! listener.rs      connections and their limits
//! endpoint.rs      the state that requests share
//! receiving.rs     a request over HTTP: its signature (signatures.rs) and its meaning; bodies.rs reads it
//! sockets.rs       requests over a Socket Mode connection
//! handling.rs      a request, however it arrived: its one transaction
//! running.rs       runs it (asked.rs) in time and contains failures; what the person is told then
//! following_up.rs  the acknowledgement (answers.rs writes it) and its follow-ups
//! calls.rs         calls to Slack that people wait for, within its limits (limits.rs)
//! consent.rs       installing the app in one of many workspaces
//! homes.rs         App Homes, one call at a time (turns.rs)
//! ```

mod answers;
mod asked;
mod bodies;
mod by_message;
mod calls;
mod consent;
mod endpoint;
mod following_up;
mod handling;
mod homes;
mod limits;
mod listener;
mod placing;
mod receiving;
mod running;
mod signatures;
mod sockets;
mod turns;

#[cfg(test)]
mod tests;

pub use consent::consent_routes;
pub use endpoint::Endpoint;
pub use listener::serve;
pub use signatures::Fit;
pub use sockets::News;

use crate::slack::verify::Verifier;
use axum::Router;
use axum::routing::post;
use receiving::{Door, receive};

/// `/slack/events` accepts every kind of request, because Slack lets an app use one URL for all.
pub fn routes(endpoint: Endpoint, verifier: Verifier) -> Router {
    Router::new()
        .route("/slack/commands", post(receive))
        .route("/slack/interactions", post(receive))
        .route("/slack/events", post(receive))
        .route("/slack/options", post(receive))
        .with_state(Door { endpoint, verifier })
}
