//! Answers, and how they are written on the wire.

use super::refusal::{Refusal, refuse};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value as Json, json};
use std::borrow::Cow;

/// An answer before it is written on the wire.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) body: Json,
    pub(super) retry_after: Option<i64>,
    pub(super) outcome: Cow<'static, str>,
}

impl Reply {
    pub(super) fn refused(refusal: Refusal) -> Self {
        let mut body = refusal.more;
        body.insert("ok".into(), json!(false));
        body.insert("error".into(), json!(refusal.error));
        Self {
            status: StatusCode::OK,
            body: Json::Object(body),
            retry_after: None,
            outcome: refusal.error,
        }
    }

    pub(super) fn too_many(seconds: i64) -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            retry_after: Some(seconds),
            ..Self::refused(refuse("ratelimited"))
        }
    }
}

pub(super) const JSON: &str = "application/json; charset=utf-8";

pub(super) fn write(reply: &Reply, scopes: Option<&str>) -> Response {
    let mut response = (
        reply.status,
        [(header::CONTENT_TYPE, JSON)],
        reply.body.to_string(),
    )
        .into_response();
    let headers = response.headers_mut();
    if let Some(seconds) = reply.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(scopes) = scopes.and_then(|scopes| HeaderValue::from_str(scopes).ok()) {
        headers.insert("x-oauth-scopes", scopes);
    }
    response
}
