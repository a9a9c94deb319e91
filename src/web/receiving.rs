//! A request as it arrives: whether Slack sent it, and its meaning.
//!
//! The headers are checked first, and most refused requests end there without reading the body. Then the body is read, its
//! signature checked, and its event run.

use super::answers::answer;
use super::asked::Asked;
use super::bodies::{Unread, read_short};
use super::endpoint::Endpoint;
use crate::features;
use crate::router::{self, NoReply};
use crate::slack::event::{Event, Reply};
use crate::slack::inbound::{self, Decoded, Inbound};
use crate::slack::verify::{Claim, Refused, Signature};
use crate::store::RequestTx;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use metrics::{counter, histogram};
use serde_json::json;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// The longest from a request's headers to our answer. Slack waits three seconds; the rest is for the network.
pub(super) const PATIENCE: Duration = Duration::from_millis(2_400);

pub(super) async fn receive(State(endpoint): State<Endpoint>, request: Request) -> Response {
    let arrived = Instant::now();
    let mut deadline = pin!(sleep_until(arrived + PATIENCE));
    let (parts, body) = request.into_parts();
    let claim = match Claim::read(&parts.headers, endpoint.clock.now()) {
        Ok(claim) => claim,
        Err(refused) => return refuse(refused, body, deadline).await,
    };
    let (signature, decoded) = match read(&endpoint, &claim, body, deadline.as_mut()).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let inbound = match decoded {
        Decoded::SslCheck => return StatusCode::OK.into_response(),
        Decoded::Challenge(challenge) => return answer(&json!({"challenge": challenge})),
        Decoded::Inbound(inbound) => Arc::<Inbound>::from(inbound),
    };
    let kind = inbound.kind;
    let (outcome, response) = if let Event::Nothing(_) = inbound.event {
        tracing::debug!(kind, "nothing of ours");
        ("nothing", StatusCode::OK.into_response())
    } else {
        let asked = Asked { inbound, arrived };
        let running = {
            let (endpoint, inbound) = (endpoint.clone(), asked.inbound.clone());
            let key = dedupe_key(&inbound, signature);
            async move { run(&endpoint, &inbound, Some(key)).await }
        };
        endpoint.settle(asked, running, deadline).await
    };
    counter!("reverse_mentor_inbound_total", "kind" => kind, "outcome" => outcome).increment(1);
    histogram!("reverse_mentor_ack_seconds").record(arrived.elapsed().as_secs_f64());
    response
}

/// Runs the event's feature in one transaction. None if the event was handled before.
async fn run(
    endpoint: &Endpoint,
    inbound: &Inbound,
    key: Option<String>,
) -> features::Result<Option<Reply>> {
    let user = inbound.event.actor().map(|actor| &actor.user);
    let now = endpoint.clock.now();
    let request = RequestTx::new(&endpoint.db, &inbound.team, user, now, key.as_deref());
    match router::event(request, &inbound.event).await {
        Ok(reply) => Ok(Some(reply)),
        Err(NoReply::Repeated) => Ok(None),
        Err(NoReply::Failed(error)) => Err(error),
    }
}

/// Reads the body, checks that Slack signed it, and decodes it. The body is dropped afterwards.
async fn read(
    endpoint: &Endpoint,
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
    match endpoint.verifier.check(claim, &whole.bytes) {
        Ok(signature) => Ok((signature, inbound::decode(&whole.bytes))),
        Err(refused) => {
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

/// Events have an id; other requests are identified by their signature, which covers time and body.
fn dedupe_key(inbound: &Inbound, signature: Signature) -> String {
    match &inbound.event_id {
        Some(id) => format!("event/{id}"),
        None => format!("signature/{}/{signature}", inbound.team),
    }
}
