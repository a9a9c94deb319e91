//! A Socket Mode connection: Slack's requests over a `WebSocket` that we open, so that the bot needs no public address.
//! Slack: "Using Socket Mode".

use super::client::{CallError, Client};
use futures_util::{SinkExt, StreamExt};
use reqwest_websocket::{CloseCode, Message, Upgrade as _, WebSocket};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::time::Duration;
use tokio::time::timeout;

/// How long Slack may take to greet us, and the network to take a frame.
const PATIENCE: Duration = Duration::from_secs(10);

/// What Slack says over a connection.
#[derive(Debug)]
pub enum Said {
    /// The connection is open: requests may come now.
    Hello,
    /// A request, to be acknowledged under its id within three seconds.
    Request(Envelope),
    /// This connection ends soon, for this reason.
    Leaving(String),
    /// A sign of life.
    Alive,
    /// Something that this release does not know.
    Unknown,
}

/// A request and its envelope.
#[derive(Debug, Deserialize)]
pub struct Envelope {
    /// The id that acknowledges it.
    #[serde(rename = "envelope_id")]
    pub id: String,
    /// The request, as Slack posts it over HTTP, but always in JSON.
    pub payload: Box<RawValue>,
    /// Whether the acknowledgment may carry an answer.
    #[serde(default)]
    pub accepts_response_payload: bool,
}

/// The frames that are no request.
#[derive(Deserialize)]
struct Notice {
    #[serde(rename = "type")]
    kind: Option<String>,
    reason: Option<String>,
}

/// An open connection.
pub struct Socket(WebSocket);

impl Client {
    /// Opens a Socket Mode connection, for a client with an app-level token (`xapp-…`). Slack allows ten at a time.
    pub async fn open_socket(&self) -> Result<Socket, CallError> {
        let url = self.socket_url().await?;
        let sent = timeout(PATIENCE, self.http().get(url).upgrade().send());
        let answer = sent.await.map_err(|_| CallError::Unreached)?;
        let answer = answer.map_err(|_| CallError::Unreached)?;
        let socket = timeout(PATIENCE, answer.into_websocket()).await;
        match socket {
            Ok(Ok(socket)) => Ok(Socket(socket)),
            Ok(Err(_)) | Err(_) => Err(CallError::InDoubt("no WebSocket")),
        }
    }
}

impl Socket {
    /// The next thing Slack says; none once the connection has ended.
    pub async fn next(&mut self) -> Option<Said> {
        let text = match self.0.next().await? {
            Ok(Message::Text(text)) => text,
            // The library answers pings by itself.
            Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_)) => {
                return Some(Said::Alive);
            }
            Ok(Message::Close { .. }) | Err(_) => return None,
        };
        Some(read(&text))
    }

    /// Acknowledges a request, with an answer in JSON if there is one. False when the connection has ended.
    pub async fn acknowledge(&mut self, envelope: &str, answer: Option<&str>) -> bool {
        let id = serde_json::Value::from(envelope);
        let text = match answer {
            Some(answer) => format!("{{\"envelope_id\":{id},\"payload\":{answer}}}"),
            None => format!("{{\"envelope_id\":{id}}}"),
        };
        self.send(Message::Text(text)).await
    }

    /// Asks for a sign of life. False when the connection has ended.
    pub async fn ping(&mut self) -> bool {
        self.send(Message::Ping(bytes::Bytes::new())).await
    }

    pub async fn close(self) {
        let _ = timeout(
            Duration::from_secs(1),
            self.0.close(CloseCode::Normal, None),
        )
        .await;
    }

    async fn send(&mut self, message: Message) -> bool {
        let sent = timeout(PATIENCE, self.0.send(message)).await;
        matches!(sent, Ok(Ok(())))
    }
}

fn read(text: &str) -> Said {
    if let Ok(envelope) = serde_json::from_str::<Envelope>(text) {
        return Said::Request(envelope);
    }
    match serde_json::from_str::<Notice>(text) {
        Ok(Notice {
            kind: Some(kind),
            reason,
        }) => match kind.as_str() {
            "hello" => Said::Hello,
            "disconnect" => Said::Leaving(reason.unwrap_or_default()),
            _ => Said::Unknown,
        },
        Ok(Notice { kind: None, .. }) | Err(_) => Said::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_leniently() {
        assert!(matches!(
            read(r#"{"type":"hello","num_connections":1}"#),
            Said::Hello
        ));
        let Said::Leaving(reason) =
            read(r#"{"type":"disconnect","reason":"warning","debug_info":{}}"#)
        else {
            panic!("a disconnect");
        };
        assert_eq!(reason, "warning");
        let Said::Request(envelope) = read(
            r#"{"envelope_id":"e\"1","type":"interactive","payload":{"a": 1},"accepts_response_payload":true,"new":[]}"#,
        ) else {
            panic!("a request");
        };
        assert_eq!(
            (envelope.id.as_str(), envelope.payload.get()),
            ("e\"1", "{\"a\": 1}")
        );
        assert!(envelope.accepts_response_payload);
        for odd in [
            "",
            "{}",
            "[]",
            "null",
            r#"{"type":7}"#,
            r#"{"type":"new"}"#,
            r#"{"envelope_id":1}"#,
        ] {
            assert!(matches!(read(odd), Said::Unknown), "{odd}");
        }
    }
}
