//! What orchestrators and Prometheus ask. All of it is answered from memory.

use super::App;
use crate::telemetry;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;

pub(super) fn routes(app: App) -> Router {
    telemetry::metrics();
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(app)
}

/// The first line says whether, or what is wrong; the others are true beside that.
async fn ready(State(app): State<App>) -> impl IntoResponse {
    let details = app.details();
    match app.unwell() {
        None => (StatusCode::OK, format!("ready\n{details}")),
        Some(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n{details}")),
    }
}

async fn metrics(State(app): State<App>) -> impl IntoResponse {
    app.publish();
    telemetry::metrics().render()
}
