//! Socket Mode: requests go to the app over `WebSocket`s that it opened, in envelopes that it acknowledges.

use super::handle::{Inner, Sandbox};
use super::inbound::{Ack, FORM, Kept, PATIENCE};
use axum::extract::ws::{Message, WebSocket};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Map, Value as Json, json};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{interval, timeout};

/// Slack allows an app this many connections.
const MOST: usize = 10;
/// How often Slack asks for a sign of life, and how long it waits for one.
const PING: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(20);

/// The app's connections.
#[derive(Default)]
pub(crate) struct Sockets {
    open: Vec<Line>,
    /// Envelope id → who waits for the acknowledgment.
    waiting: HashMap<String, oneshot::Sender<Json>>,
    /// Envelopes whose acknowledgment is late.
    late: HashSet<String>,
    /// Tickets of addresses that were handed out and not used.
    tickets: HashSet<String>,
    counter: u64,
}

/// One connection.
struct Line {
    number: u64,
    /// None cuts it without a word.
    say: mpsc::UnboundedSender<Option<Message>>,
    leaving: bool,
}

impl Sockets {
    pub fn hand_out(&mut self, ticket: String) {
        self.tickets.insert(ticket);
    }

    fn say(&self, text: &Json, to: impl Fn(&Line) -> bool) {
        for line in self.open.iter().filter(|line| to(line)) {
            let _ = line.say.send(Some(Message::Text(text.to_string().into())));
        }
    }

    /// One that takes the next request: in turn, and one that is about to end only if there is no other.
    fn next_line(&mut self) -> Option<mpsc::UnboundedSender<Option<Message>>> {
        self.counter += 1;
        let staying: Vec<&Line> = self.open.iter().filter(|line| !line.leaving).collect();
        let lines = if staying.is_empty() {
            self.open.iter().collect()
        } else {
            staying
        };
        let at = usize::try_from(self.counter).unwrap_or(0) % lines.len().max(1);
        lines.get(at).map(|line| line.say.clone())
    }
}

fn disconnect(reason: &str) -> Json {
    json!({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
}

/// The envelope's type, its payload, and whether an answer may come with the acknowledgment.
fn envelope(content_type: &str, body: &str) -> (&'static str, Json, bool) {
    let read = |text: &str| serde_json::from_str(text).unwrap_or_default();
    if content_type != FORM {
        return ("events_api", read(body), false);
    }
    let fields: Map<String, Json> = form_urlencoded::parse(body.as_bytes())
        .map(|(name, value)| (name.into_owned(), json!(value)))
        .collect();
    match fields.get("payload").and_then(Json::as_str) {
        Some(payload) => ("interactive", read(payload), true),
        None => ("slash_commands", Json::Object(fields), true),
    }
}

impl Inner {
    pub(super) fn sockets(&self) -> MutexGuard<'_, Sockets> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request over one of the app's connections, waits for its acknowledgment, and records both.
    pub(super) async fn send_to_socket(
        &self,
        path: &str,
        content_type: &str,
        body: String,
        headers: &[(&str, String)],
    ) -> Ack {
        let number = self.state().record.next_number();
        let at = self.now();
        let sent = self.send_over_socket(content_type, &body, headers);
        let ack = sent.await;
        let kept = Kept {
            number,
            at,
            headers: vec![("socket".to_owned(), "Socket Mode".to_owned())],
            request: body,
        };
        self.keep(path, kept, &ack);
        ack
    }

    async fn send_over_socket(
        &self,
        content_type: &str,
        body: &str,
        headers: &[(&str, String)],
    ) -> Ack {
        let started = Instant::now();
        let id = self.state().code(36);
        let (kind, payload, accepts) = envelope(content_type, body);
        let mut request = json!({
            "envelope_id": id, "type": kind, "payload": payload, "accepts_response_payload": accepts,
        });
        if kind == "events_api" {
            let header = |name: &str| {
                let found = headers.iter().find(|(known, _)| *known == name);
                found.map_or("", |(_, value)| value.as_str())
            };
            let attempt: u32 = header("x-slack-retry-num").parse().unwrap_or(0);
            request["retry_attempt"] = json!(attempt);
            request["retry_reason"] = json!(header("x-slack-retry-reason"));
        }
        let acknowledged = {
            let mut sockets = self.sockets();
            let (tell, acknowledged) = oneshot::channel();
            let Some(line) = sockets.next_line() else {
                return Ack::failed("connection_failed", started.elapsed());
            };
            sockets.waiting.insert(id.clone(), tell);
            let _ = line.send(Some(Message::Text(request.to_string().into())));
            acknowledged
        };
        let answer = timeout(PATIENCE, acknowledged).await;
        let took = started.elapsed();
        let Ok(Ok(answer)) = answer else {
            let mut sockets = self.sockets();
            sockets.waiting.remove(&id);
            sockets.late.insert(id);
            return Ack::failed("http_timeout", took);
        };
        // Slack's own library for JavaScript acknowledges everything with an empty object.
        let is_empty = |payload: &Json| payload.is_null() || *payload == json!({});
        let payload = answer.get("payload").filter(|payload| !is_empty(payload));
        if payload.is_some() && !accepts {
            self.misunderstood(kind, "this envelope takes no payload");
        }
        Ack::taken(payload.map_or_else(String::new, Json::to_string), took)
    }

    /// Takes an acknowledgment that the app sent over a connection, and counts whatever else it sent as a mistake.
    fn hear(&self, text: &str) {
        let said: Json = serde_json::from_str(text).unwrap_or_default();
        let Some(id) = said["envelope_id"].as_str() else {
            self.misunderstood("a socket", "no envelope_id");
            return;
        };
        let mut sockets = self.sockets();
        let known = sockets.waiting.remove(id);
        let is_late = sockets.late.remove(id);
        drop(sockets);
        match known {
            Some(waiting) => {
                let _ = waiting.send(said);
            }
            None if is_late => {}
            None => self.misunderstood("a socket", "nothing was sent under this envelope_id"),
        }
    }

    /// Speaks with the app over a connection until it ends.
    pub(super) async fn serve_socket(self: Arc<Self>, mut socket: WebSocket, ticket: String) {
        let (say, mut to_say) = mpsc::unbounded_channel();
        let refused = {
            let is_on = self.state().options.socket_mode;
            let mut sockets = self.sockets();
            let is_full = sockets.open.len() >= MOST;
            match (sockets.tickets.remove(&ticket), is_on, is_full) {
                (false, ..) => return,
                (true, false, _) => Some("link_disabled"),
                (true, true, true) => Some("too_many_websockets"),
                (true, true, false) => None,
            }
        };
        if let Some(reason) = refused {
            let text = disconnect(reason).to_string();
            let _ = socket.send(Message::Text(text.into())).await;
            return;
        }
        let (number, count) = {
            let mut sockets = self.sockets();
            sockets.counter += 1;
            let number = sockets.counter;
            sockets.open.push(Line {
                number,
                say,
                leaving: false,
            });
            (number, sockets.open.len())
        };
        let app = self.state().options.app_id.clone();
        let hello = json!({
            "type": "hello", "num_connections": count, "connection_info": {"app_id": app},
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18_060},
        });
        let (mut out, mut from) = socket.split();
        let mut open = out
            .send(Message::Text(hello.to_string().into()))
            .await
            .is_ok();
        self.tell();
        let (mut ping, mut heard) = (interval(PING), Instant::now());
        while open {
            tokio::select! {
                said = to_say.recv() => match said {
                    Some(Some(message)) => open = out.send(message).await.is_ok(),
                    Some(None) | None => open = false,
                },
                said = from.next() => {
                    heard = Instant::now();
                    match said {
                        Some(Ok(Message::Text(text))) => self.hear(&text),
                        Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_))) => {}
                        Some(Ok(Message::Close(_)) | Err(_)) | None => open = false,
                    }
                }
                _ = ping.tick() => {
                    open = heard.elapsed() < SILENCE && out.send(Message::Ping(Vec::new().into())).await.is_ok();
                }
            }
        }
        self.sockets().open.retain(|line| line.number != number);
        self.tell();
    }
}

impl Sandbox {
    /// The app's open Socket Mode connections.
    pub fn open_sockets(&self) -> usize {
        self.inner.sockets().open.len()
    }

    /// Tells the app to open new connections, as Slack does after some hours: `warning`, `refresh_requested`. Those that are
    /// open now take requests only while there is no other, until [`Sandbox::close_leaving_sockets`].
    pub fn refresh_sockets(&self, reason: &str) {
        let mut sockets = self.inner.sockets();
        sockets.say(&disconnect(reason), |_| true);
        for line in &mut sockets.open {
            line.leaving = true;
        }
    }

    /// Ends the connections that the app was told to replace.
    pub fn close_leaving_sockets(&self) {
        let sockets = self.inner.sockets();
        for line in sockets.open.iter().filter(|line| line.leaving) {
            let _ = line.say.send(Some(Message::Close(None)));
        }
    }

    /// Cuts all connections without a word, as networks do.
    pub fn cut_sockets(&self) {
        for line in &self.inner.sockets().open {
            let _ = line.say.send(None);
        }
    }

    /// Whether requests go over connections that the app opens.
    pub fn is_in_socket_mode(&self) -> bool {
        self.inner.state().options.socket_mode
    }

    /// Turns Socket Mode on or off in the app's settings. When it is turned off, connections end with `link_disabled`.
    pub fn set_socket_mode(&self, on: bool) {
        for workspace in self.inner.workspaces() {
            workspace.state().options.socket_mode = on;
        }
        if on {
            return;
        }
        let sockets = self.inner.sockets();
        sockets.say(&disconnect("link_disabled"), |_| true);
        for line in &sockets.open {
            let _ = line.say.send(Some(Message::Close(None)));
        }
    }

    /// Waits until the app has this many connections open, for ten real seconds at most.
    pub async fn sockets_open(&self, count: usize) -> bool {
        let mut changed = self.inner.changed.subscribe();
        let reached = async {
            while self.open_sockets() < count {
                if changed.changed().await.is_err() {
                    return;
                }
            }
        };
        timeout(Duration::from_secs(10), reached).await.is_ok()
    }
}
