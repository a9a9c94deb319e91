//! A request over HTTP: whether Slack sent it, and its meaning.
//!
//! The headers are checked first, and most refused requests end there without reading the body. Then the body is read, its
//! signature checked, and its event handled.

use super::answers::answer;
use super::bodies::{Unread, read_short};
use super::endpoint::Endpoint;
use super::handling::PATIENCE;
use crate::slack::inbound::{self, Decoded};
use crate::slack::verify::{Claim, Refused, Signature, Verifier};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use metrics::counter;
use serde_json::json;
use std::pin::{Pin, pin};
use tokio::time::{Instant, Sleep, sleep_until};

/// What requests over HTTP need.
#[derive(Clone)]
pub(super) struct Door {
    pub endpoint: Endpoint,
    pub verifier: Verifier,
}

pub(super) async fn receive(State(door): State<Door>, request: Request) -> Response {
    let endpoint = &door.endpoint;
    let arrived = Instant::now();
    let mut deadline = pin!(sleep_until(arrived + PATIENCE));
    let (parts, body) = request.into_parts();
    let claim = match Claim::read(&parts.headers, endpoint.clock.now()) {
        Ok(claim) => claim,
        Err(refused) => {
            endpoint.signatures.refused(refused);
            return refuse(refused, body, deadline).await;
        }
    };
    let (signature, decoded) = match read(&door, &claim, body, deadline.as_mut()).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    match decoded {
        Decoded::SslCheck => StatusCode::OK.into_response(),
        Decoded::Challenge(challenge) => answer(&json!({"challenge": challenge})).into_response(),
        Decoded::Inbound(inbound) => {
            let ack = endpoint.handle(inbound, signature, arrived, deadline);
            ack.await.into_response()
        }
    }
}

/// Reads the body, checks that Slack signed it, and decodes it. The body is dropped afterwards.
async fn read(
    Door { endpoint, verifier }: &Door,
    claim: &Claim,
    body: Body,
    deadline: Pin<&mut Sleep>,
) -> Result<(Signature, Decoded), Response> {
    let whole = tokio::select! {
        biased;
        whole = endpoint.bodies.read(body) => whole,
        () = deadline => Err(Unread::Slow),
    };
    let whole = whole.map_err(|unread| {
        count_refused("unread", unread.as_str());
        unread.answer()
    })?;
    match verifier.check(claim, &whole.bytes) {
        Ok(signature) => {
            endpoint.signatures.fits();
            Ok((signature, inbound::decode(&whole.bytes)))
        }
        Err(refused) => {
            endpoint.signatures.refused(refused);
            count_refused("unverified", refused.as_str());
            Err(StatusCode::UNAUTHORIZED.into_response())
        }
    }
}

/// Refuses headers that cannot be Slack's. The body is read only if it may be Slack's certificate check, which is unsigned.
async fn refuse(refused: Refused, body: Body, deadline: Pin<&mut Sleep>) -> Response {
    if refused == Refused::Unsigned {
        let short = tokio::select! {
            biased;
            short = read_short(body) => short,
            () = deadline => None,
        };
        if short.is_some_and(|body| inbound::is_ssl_check(&body)) {
            return StatusCode::OK.into_response();
        }
    }
    count_refused("unverified", refused.as_str());
    // The rest of the request is not read.
    (StatusCode::UNAUTHORIZED, [(header::CONNECTION, "close")]).into_response()
}

fn count_refused(kind: &'static str, outcome: &'static str) {
    counter!("reverse_mentor_inbound_total", "kind" => kind, "outcome" => outcome).increment(1);
}
