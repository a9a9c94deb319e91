//! Faults injected into a call, before or after it had its effect.

use super::refusal::refuse;
use super::reply::{JSON, Reply, write};
use crate::faults::Fault;
use crate::handle::Inner;
use crate::listener::Wire;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::time::Duration;

/// Waits and fails as the dice say. `Ok` means that the call goes on, and holds the fault that follows it.
pub(super) async fn before(
    inner: &Inner,
    wire: &Wire,
    name: &str,
) -> Result<Option<Fault>, (Response, String)> {
    let (latency, fault, hang) = {
        let mut state = inner.state();
        let (latency, fault) = state.trouble.roll(name);
        (latency, fault, state.trouble.faults.hang_ms)
    };
    if latency > 0 {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    let Some(fault) = fault else { return Ok(None) };
    let response = match &fault {
        Fault::HangAfter | Fault::CutAfter | Fault::SlowBody | Fault::InvalidJson => {
            return Ok(Some(fault));
        }
        Fault::HangBefore => {
            tokio::time::sleep(Duration::from_millis(hang)).await;
            return Ok(None);
        }
        Fault::CutBefore => {
            wire.cut();
            StatusCode::OK.into_response()
        }
        Fault::TooMany(seconds) => write(&Reply::too_many(i64::from(*seconds)), None),
        Fault::ServerError => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "<html><title>Server Error</title></html>",
        )
            .into_response(),
        Fault::Html => (
            [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
            "<!DOCTYPE html><html><title>Slack</title><body>Something went wrong.</body></html>",
        )
            .into_response(),
        Fault::Stranger(status) => (
            StatusCode::from_u16(*status).unwrap_or(StatusCode::FORBIDDEN),
            "<!DOCTYPE html><html><title>This network</title></html>",
        )
            .into_response(),
        Fault::Error(error) => write(&Reply::refused(refuse(error.clone())), None),
    };
    let outcome = match &fault {
        Fault::Error(error) => error,
        other => other.name(),
    };
    inner.state().tally.outcome(name, outcome);
    Err((response, outcome.to_owned()))
}

/// Answers, or injects the fault that follows the effect.
pub(super) async fn after(
    inner: &Inner,
    wire: &Wire,
    reply: Reply,
    fault: Option<Fault>,
) -> Response {
    let (scopes, hang) = {
        let state = inner.state();
        let scopes: Vec<_> = state.options.scopes.iter().map(String::as_str).collect();
        let hang = Duration::from_millis(state.trouble.faults.hang_ms);
        (scopes.join(","), hang)
    };
    match fault {
        Some(Fault::CutAfter) => wire.cut(),
        Some(Fault::HangAfter) => tokio::time::sleep(hang).await,
        Some(Fault::InvalidJson) => {
            let mut text = reply.body.to_string().into_bytes();
            text.truncate(text.len() / 2);
            return ([(header::CONTENT_TYPE, JSON)], text).into_response();
        }
        Some(Fault::SlowBody) => {
            // Bytes: the middle may be inside a letter.
            let text = reply.body.to_string().into_bytes();
            let (first, second) = text.split_at(text.len() / 2);
            let parts = [first.to_owned(), second.to_owned()];
            let stream =
                futures_util::stream::unfold(parts.into_iter(), move |mut parts| async move {
                    let part = parts.next()?;
                    if parts.len() == 0 {
                        tokio::time::sleep(hang).await;
                    }
                    Some((Ok::<_, Infallible>(part), parts))
                });
            let body = Body::from_stream(stream);
            return ([(header::CONTENT_TYPE, JSON)], body).into_response();
        }
        _ => {}
    }
    write(&reply, Some(&scopes))
}
