//! Endpoints for orchestrators and Prometheus, all answered from memory.

use super::health::Health;
use crate::telemetry;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use std::sync::Arc;

pub(super) fn routes(health: Arc<Health>) -> Router {
    telemetry::metrics();
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(health)
}

/// The first line is "ready" or the problem; the others are further facts.
async fn ready(State(health): State<Arc<Health>>) -> impl IntoResponse {
    let details = health.details();
    match health.unwell() {
        None => (StatusCode::OK, format!("ready\n{details}")),
        Some(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n{details}")),
    }
}

async fn metrics(State(health): State<Arc<Health>>) -> impl IntoResponse {
    health.publish();
    telemetry::metrics().render()
}
