//! Requests over a Socket Mode connection, into the same gate as those over HTTP.
//!
//! Slack has authenticated us when it handed out the connection's address, so there is no signature to check.

use super::answers::Ack;
use super::endpoint::Endpoint;
use super::handling::PATIENCE;
use crate::slack::inbound::{self, Decoded};
use crate::slack::socket::{Envelope, Said, Socket};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use std::pin::pin;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, interval, sleep_until};
use tokio_util::sync::CancellationToken;

/// Requests of one connection that are answered at the same time; more wait unread.
const MOST: usize = 64;
/// How often we ask for a sign of life.
const PING: Duration = Duration::from_secs(10);
/// A connection that has been silent for this long is dead: a network can drop it without a word.
const SILENCE: Duration = Duration::from_secs(35);
/// How long a connection that Slack is about to end is still listened to.
const LEAVING: Duration = Duration::from_mins(1);

/// What whoever keeps connections open has to know of one.
#[derive(Debug, PartialEq, Eq)]
pub enum News {
    /// Requests may come over it now.
    Open,
    /// Slack will end it, for this reason: it is time for another one. Requests may still come until then.
    Leaving(String),
}

impl Endpoint {
    /// Answers the requests of a connection until it ends, or until `stop` and those under way are answered.
    pub async fn converse(
        self,
        mut socket: Socket,
        news: mpsc::UnboundedSender<News>,
        stop: CancellationToken,
    ) {
        let (acks, mut done) = mpsc::channel::<(String, Ack)>(MOST);
        let (mut under_way, mut heard) = (0, Instant::now());
        let mut ends: Option<Instant> = None;
        let mut ping = interval(PING);
        loop {
            let stopping = stop.is_cancelled();
            if stopping && under_way == 0 {
                break;
            }
            tokio::select! {
                Some((id, ack)) = done.recv() => {
                    under_way -= 1;
                    if !acknowledge(&mut socket, &id, ack).await {
                        break;
                    }
                }
                said = socket.next(), if !stopping && under_way < MOST => {
                    heard = Instant::now();
                    match said {
                        None => break,
                        Some(Said::Request(envelope)) => {
                            under_way += 1;
                            let (endpoint, acks) = (self.clone(), acks.clone());
                            self.after.spawn(async move {
                                let id = envelope.id.clone();
                                let ack = endpoint.answer_envelope(envelope).await;
                                let _ = acks.send((id, ack)).await;
                            });
                        }
                        Some(Said::Hello) => {
                            let _ = news.send(News::Open);
                        }
                        Some(Said::Leaving(reason)) => {
                            ends.get_or_insert(Instant::now() + LEAVING);
                            let _ = news.send(News::Leaving(reason));
                        }
                        Some(Said::Alive | Said::Unknown) => {}
                    }
                }
                _ = ping.tick() => {
                    let silent = heard.elapsed() > SILENCE && under_way < MOST;
                    if silent || !socket.ping().await {
                        break;
                    }
                }
                () = stop.cancelled(), if !stopping => {}
                () = sleep_until(ends.unwrap_or(heard)), if ends.is_some() => break,
            }
        }
        socket.close().await;
    }

    async fn answer_envelope(&self, envelope: Envelope) -> Ack {
        let arrived = Instant::now();
        let deadline = pin!(sleep_until(arrived + PATIENCE));
        let payload = envelope.payload.get().as_bytes();
        let digest = format!("payload={}", const_hex::encode(Sha256::digest(payload)));
        let Decoded::Inbound(inbound) = inbound::decode(payload) else {
            return Ack::Taken;
        };
        let url = inbound.response_url.clone();
        let ack = self.handle(inbound, digest, arrived, deadline).await;
        match (ack, url) {
            (Ack::Answered(body), Some(url)) if !envelope.accepts_response_payload => {
                if let Ok(body) = RawValue::from_string(body) {
                    self.respond(&url, &body).await;
                }
                Ack::Taken
            }
            (ack, _) => ack,
        }
    }
}

/// False when the connection has ended.
async fn acknowledge(socket: &mut Socket, id: &str, ack: Ack) -> bool {
    match ack {
        Ack::Taken => socket.acknowledge(id, None).await,
        Ack::Answered(body) => socket.acknowledge(id, Some(&body)).await,
        // What is not acknowledged, Slack sends again.
        Ack::Again => true,
    }
}
