//! Slack's requests in, within three seconds: verify → decode → one transaction → acknowledge, then the rest.
//!
//! ```text
//! listener.rs      connections, and how many
//! endpoint.rs          what requests have in common
//! receiving.rs     a request: Slack's or not, what it is, and its one transaction; bodies.rs reads it
//! running.rs       in time, and contained; what is said when it is not
//! following_up.rs  the acknowledgement (answers.rs writes it) and what follows it
//! calls.rs         calls to Slack that people wait for, within its limits (allowances.rs)
//! homes.rs         App Homes, one call at a time (turns.rs)
//! ```

mod allowances;
mod answers;
mod bodies;
mod calls;
mod endpoint;
mod following_up;
mod homes;
mod listener;
mod receiving;
mod running;
mod turns;

#[cfg(test)]
mod tests;

pub use endpoint::Endpoint;
pub use listener::serve;

use axum::Router;
use axum::routing::post;
use receiving::receive;

/// `/slack/events` takes everything: Slack lets an app use one URL for all.
pub fn routes(endpoint: Endpoint) -> Router {
    Router::new()
        .route("/slack/commands", post(receive))
        .route("/slack/interactions", post(receive))
        .route("/slack/events", post(receive))
        .route("/slack/options", post(receive))
        .with_state(endpoint)
}
