//! Admits only this machine's own page: no other website, and no foreign name that points here.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;

/// Allows nothing inline and nothing from outside.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Admits requests meant for `listen`, and sets protective headers on responses.
pub async fn guard(State(listen): State<SocketAddr>, request: Request, next: Next) -> Response {
    if let Err(why) = admit(listen, request.method(), request.headers()) {
        return (StatusCode::FORBIDDEN, why).into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // With no referrer at all, browsers would send no Origin with forms either.
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(
        "cross-origin-opener-policy",
        HeaderValue::from_static("same-origin"),
    );
    response
}

fn admit(listen: SocketAddr, method: &Method, headers: &HeaderMap) -> Result<(), &'static str> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    let port = listen.port();
    let names = [
        listen.to_string(),
        format!("localhost:{port}"),
        format!("127.0.0.1:{port}"),
        format!("[::1]:{port}"),
    ];
    if !names.iter().any(|name| name == host) {
        return Err("This page only answers at its own address: see where `demo` says it listens.");
    }
    if method != Method::GET && method != Method::HEAD {
        let own = format!("http://{host}");
        let site = headers.get("sec-fetch-site");
        let from_here = site.is_none_or(|site| site == "same-origin" || site == "none");
        if !from_here || text(header::ORIGIN).is_some_and(|origin| origin != own) {
            return Err("This page only takes orders from itself.");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(method: &Method, headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).parse().unwrap(), HeaderValue::from_static(value)))
            .collect();
        admit("127.0.0.1:3000".parse().unwrap(), method, &headers).is_ok()
    }

    #[test]
    fn only_its_own_page_gets_in() {
        let (get, post) = (Method::GET, Method::POST);
        assert!(asks(&get, &[("host", "127.0.0.1:3000")]));
        assert!(asks(&get, &[("host", "localhost:3000")]));
        assert!(!asks(&get, &[("host", "evil.example:3000")]));
        assert!(!asks(&get, &[("host", "localhost:3001")]));
        assert!(!asks(&get, &[]));
        let own = ("host", "localhost:3000");
        assert!(asks(&post, &[own, ("origin", "http://localhost:3000")]));
        assert!(!asks(&post, &[own, ("origin", "https://evil.example")]));
        assert!(!asks(&post, &[own, ("origin", "null")]));
        assert!(!asks(&post, &[own, ("sec-fetch-site", "cross-site")]));
    }
}
