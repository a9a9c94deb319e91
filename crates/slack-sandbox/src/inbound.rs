//! Requests from Slack to the app: signed, timed, and repeated if they are events.

use super::event::Event;
use super::faults::EventFault;
use super::handle::{Inner, Sandbox};
use super::payload;
use super::record::{Exchange, Way, shortened};
use super::request_url::Admission;
use super::state::Token;
use axum::body::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;
use sha2::Sha256;
use std::collections::BTreeSet;
use std::io;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

/// Slack waits this long for an answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);
/// Slack repeats an event at once, after a minute, after five minutes.
const RETRIES: [SignedDuration; 3] = [
    SignedDuration::ZERO,
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
];

pub(super) const FORM: &str = "application/x-www-form-urlencoded";
pub(super) const JSON: &str = "application/json";

/// Slack's signature, version 0: HMAC-SHA256 over `v0:{timestamp}:{body}`.
pub(super) fn sign(secret: &str, timestamp: i64, body: &[u8]) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(format!("v0:{timestamp}:").as_bytes());
    mac.update(body);
    format!("v0={}", const_hex::encode(mac.finalize().into_bytes()))
}

/// Speaks plain HTTP to this machine only, so it loads no certificates.
pub(super) fn http_client() -> io::Result<reqwest::Client> {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .user_agent("Slackbot 1.0 (+https://api.slack.com/robots)")
        .build()
        .map_err(io::Error::other)
}

/// The app's answer to a request.
#[derive(Debug)]
pub(super) struct Ack {
    /// 0: nothing came back.
    pub status: u16,
    pub body: Bytes,
    pub took: Duration,
    /// As `x-slack-retry-reason` says it.
    pub failure: Option<&'static str>,
    no_retry: bool,
}

impl Ack {
    /// Acknowledged over a socket, with this answer.
    pub(super) fn taken(body: String, took: Duration) -> Self {
        Self {
            status: 200,
            body: body.into(),
            took,
            failure: None,
            no_retry: false,
        }
    }

    pub(super) fn failed(failure: &'static str, took: Duration) -> Self {
        Self {
            status: 0,
            body: Bytes::new(),
            took,
            failure: Some(failure),
            no_retry: false,
        }
    }
}

/// Whether [`Ack::failure`] says this.
#[cfg(feature = "server")]
pub(super) fn is_failure(word: &str) -> bool {
    ["http_timeout", "connection_failed", "http_error"].contains(&word)
}

/// The parts of a request that are recorded.
pub(super) struct Kept {
    pub number: u64,
    pub at: jiff::Timestamp,
    pub headers: Vec<(String, String)>,
    pub request: String,
}

impl Inner {
    /// Signs and posts `body`, waits three real seconds at most, and counts what came of it.
    pub async fn send(
        &self,
        path: &str,
        content_type: &str,
        body: String,
        headers: &[(&str, String)],
    ) -> Ack {
        self.state().tally.sent += 1;
        let ack = self.send_uncounted(path, content_type, body, headers).await;
        self.count(path, &ack);
        ack
    }

    /// The same without counting, for requests whose failure is no mistake of the app's: it may not be up yet.
    pub async fn send_uncounted(
        &self,
        path: &str,
        content_type: &str,
        body: String,
        headers: &[(&str, String)],
    ) -> Ack {
        if self.state().options.socket_mode {
            return self.send_to_socket(path, content_type, body, headers).await;
        }
        let bot = {
            let place = self.bot.lock();
            place.unwrap_or_else(PoisonError::into_inner).clone()
        };
        let Some(bot) = bot else {
            return Ack::failed("connection_failed", Duration::ZERO);
        };
        let (timestamp, signature, number) = {
            let mut state = self.state();
            let timestamp = self.signed_at(&state).as_second();
            let secret = &state.options.signing_secret;
            let signature = sign(secret, timestamp, body.as_bytes());
            (timestamp, signature, state.record.next_number())
        };
        let kept = Kept {
            number,
            at: self.now(),
            headers: [
                ("content-type", content_type.to_owned()),
                ("x-slack-request-timestamp", timestamp.to_string()),
                ("x-slack-signature", shortened(&signature)),
            ]
            .into_iter()
            .chain(headers.iter().cloned())
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
            request: body.clone(),
        };
        let mut request = self
            .http
            .post(format!("{bot}{path}"))
            .header("content-type", content_type)
            .header("x-slack-request-timestamp", timestamp.to_string())
            .header("x-slack-signature", signature)
            .body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let started = Instant::now();
        let answer = tokio::time::timeout(PATIENCE, async {
            let response = request.send().await?;
            let status = response.status();
            let no_retry = response.headers().get("x-slack-no-retry");
            let no_retry = no_retry.is_some_and(|value| value == "1");
            let body = response.bytes().await?;
            Ok::<_, reqwest::Error>((status, no_retry, body))
        });
        let answer = answer.await;
        let took = started.elapsed();
        let ack = match answer {
            Err(_) => Ack::failed("http_timeout", took),
            Ok(Err(_)) => Ack::failed("connection_failed", took),
            Ok(Ok((status, no_retry, body))) => Ack {
                status: status.as_u16(),
                body,
                took,
                failure: (!status.is_success()).then_some("http_error"),
                no_retry,
            },
        };
        self.keep(path, kept, &ack);
        ack
    }

    pub(super) fn keep(&self, path: &str, kept: Kept, ack: &Ack) {
        self.state().record.note(|| Exchange {
            number: kept.number,
            at: kept.at,
            way: Way::ToBot,
            name: path.to_owned(),
            headers: kept.headers,
            request: kept.request,
            status: ack.status,
            answer: String::from_utf8_lossy(&ack.body).into_owned(),
            outcome: ack.failure.unwrap_or("ok").to_owned(),
            took: ack.took,
        });
    }

    /// Counts a request that was not sent, because nobody answered the challenge ahead of it.
    fn count_unsent(&self, path: &str, ack: &Ack) {
        self.state().tally.sent += 1;
        self.count(path, ack);
    }

    fn count(&self, path: &str, ack: &Ack) {
        let tally = &mut self.state().tally;
        let took = u64::try_from(ack.took.as_millis()).unwrap_or(u64::MAX);
        tally.slowest_ack_ms = tally.slowest_ack_ms.max(took);
        match ack.failure {
            Some("http_timeout") => {
                tally.ack_late += 1;
                tally.remark(|| format!("no answer to {path} within 3 s"));
            }
            Some(failure) => {
                tally.ack_bad += 1;
                tally.remark(|| format!("{failure} ({}) for {path}", ack.status));
            }
            None => {}
        }
    }

    /// Counts an answer that was 2xx but that Slack does not understand.
    pub fn misunderstood(&self, path: &str, why: &str) {
        let tally = &mut self.state().tally;
        tally.ack_bad += 1;
        tally.remark(|| format!("answer to {path} not understood: {why}"));
    }
}

/// Messages are subscribed to by kind of conversation: `message.im`, `message.channels`; `message` here means all.
fn is_subscribed(events: &BTreeSet<String>, kind: &str, event: &Json) -> bool {
    if events.contains(kind) {
        return true;
    }
    let by_place = match (kind, event["channel_type"].as_str()) {
        ("message", Some("im")) => "message.im",
        ("message", Some("mpim")) => "message.mpim",
        ("message", Some("channel")) => "message.channels",
        ("message", Some("group")) => "message.groups",
        _ => return false,
    };
    events.contains(by_place)
}

impl Sandbox {
    /// Sends an event if the app subscribed to its type, with whatever fault is due.
    pub(super) async fn send_event(&self, event: Json) {
        if let Some(event) = self.subscribed(event) {
            self.deliver(event).await;
        }
    }

    /// The event under its id, if the app subscribed to its type.
    pub(super) fn subscribed(&self, event: Json) -> Option<Event> {
        self.subscribed_in(self.team.clone(), event)
    }

    /// The same, about this workspace of an organization.
    pub(super) fn subscribed_in(&self, team: String, event: Json) -> Option<Event> {
        let at = self.inner.now();
        let mut state = self.inner.state();
        let kind = event["type"].as_str().unwrap_or_default();
        // An app that is not installed hears nothing of a workspace, but that it was removed.
        let is_last = matches!(kind, "tokens_revoked" | "app_uninstalled");
        let of_access = matches!(kind, "team_access_granted" | "team_access_revoked");
        let is_there = state.token != Token::Uninstalled && (of_access || state.has_access(&team));
        let is_there = is_last || is_there;
        let heard = is_there && is_subscribed(&state.options.events, kind, &event);
        heard.then(|| Event::new(state.id("Ev"), team, at, event))
    }

    /// Sends an event with whatever fault is due.
    pub(super) async fn deliver(&self, event: Event) {
        let fault = self.inner.state().trouble.roll_event();
        match fault {
            None => self.dispatch(event).await,
            Some(EventFault::Late(seconds)) => {
                self.deliver_later(event, SignedDuration::from_secs(seconds));
            }
            Some(EventFault::Twice) => {
                tokio::join!(self.dispatch(event.clone()), self.dispatch(event));
            }
            Some(EventFault::TwoIds) => {
                let mut other = event.clone();
                other.id = self.inner.state().id("Ev");
                self.dispatch(event).await;
                self.dispatch(other).await;
            }
        }
    }

    /// Keeps the event until `wait` has passed on the clock.
    pub(super) fn deliver_later(&self, event: Event, wait: SignedDuration) {
        let due = self.inner.now().saturating_add(wait);
        let due = due.unwrap_or(Timestamp::MAX).as_millisecond();
        let mut state = self.inner.state();
        let number = state.number();
        state.due.insert((due, number), event);
    }

    /// Sends the event now, and when that fails again at once or later ([`Sandbox::deliver_due`]).
    async fn dispatch(&self, mut event: Event) {
        loop {
            let Some(ack) = self.try_to_send(&event).await else {
                return;
            };
            let Some(failure) = ack.failure.filter(|_| !ack.no_retry) else {
                return;
            };
            let Some(wait) = RETRIES.get(event.retry) else {
                self.inner.state().tally.events_given_up += 1;
                return;
            };
            event.retry += 1;
            event.reason = Some(failure);
            self.inner.state().tally.events_retried += 1;
            if wait.is_positive() {
                self.deliver_later(event, *wait);
                return;
            }
        }
    }

    /// Sends the event once. `None` means that the Request URL is not verified, so the event goes nowhere.
    async fn try_to_send(&self, event: &Event) -> Option<Ack> {
        let (path, body) = {
            let state = self.inner.state();
            let body = payload::event(&state, event);
            (state.options.paths.events.clone(), body.to_string())
        };
        match self.admission(&path).await {
            Admission::Open => {}
            Admission::Unreached(ack) => {
                self.inner.count_unsent(&path, &ack);
                return Some(ack);
            }
            Admission::Closed => {
                let kind = event.content["type"].as_str().unwrap_or_default();
                let tally = &mut self.inner.state().tally;
                tally.events_unverified += 1;
                tally.remark(|| {
                    format!("{kind} was not delivered: the Request URL is not verified")
                });
                return None;
            }
        }
        let mut headers = Vec::new();
        if event.retry > 0 {
            headers.push(("x-slack-retry-num", event.retry.to_string()));
            let reason = event.reason.unwrap_or("unknown_error");
            headers.push(("x-slack-retry-reason", reason.to_owned()));
        }
        Some(self.inner.send(&path, JSON, body, &headers).await)
    }

    /// Delivers the events whose retry (or late delivery) is due on the clock; answers with how many.
    pub async fn deliver_due(&self) -> usize {
        let now = self.inner.now().as_millisecond();
        let due: Vec<Event> = {
            let mut state = self.inner.state();
            let later = state.due.split_off(&(now + 1, 0));
            std::mem::replace(&mut state.due, later)
                .into_values()
                .collect()
        };
        let count = due.len();
        for event in due {
            self.dispatch(event).await;
        }
        count
    }

    /// When [`Sandbox::deliver_due`] has something to do next.
    pub fn next_due(&self) -> Option<Timestamp> {
        let state = self.inner.state();
        let (due, _) = state.due.keys().next()?;
        Timestamp::from_millisecond(*due).ok()
    }

    /// Sends any body to any path, signed: payloads from elsewhere, probes.
    pub async fn send_raw(&self, path: &str, content_type: &str, body: &str) -> u16 {
        let ack = self.inner.send(path, content_type, body.to_owned(), &[]);
        ack.await.status
    }
}
