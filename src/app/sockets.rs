//! Keeps Socket Mode connections open: two, so that one takes over while the other is replaced.
//!
//! Slack ends each connection after some hours, and announces it: the next one is open before the old one ends.

use super::App;
use super::backoff::Backoff;
use super::loops::Loops;
use crate::slack::client::{CallError, Client};
use crate::web::News;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

/// How many connections each process keeps. Slack allows ten for an app, so four replicas leave room for replacements.
const CONNECTIONS: u8 = 2;
/// How long Slack may take to say hello.
const HELLO: Duration = Duration::from_secs(10);
/// A connection that ended earlier has failed: the next one is not opened at once.
const SHORT: Duration = Duration::from_secs(10);
/// The reason Slack gives when Socket Mode is turned off in the app's settings.
const TURNED_OFF: &str = "link_disabled";

/// Why a connection is to be replaced.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Ended {
    #[error("Slack asked for a new connection")]
    Refresh,
    #[error("the connection ended")]
    Closed,
    #[error("Slack did not greet us")]
    NoHello,
    #[error("Slack ended the connection ({0})")]
    Refused(String),
    #[error("{0}")]
    Unopened(CallError),
}

impl App {
    /// Answers requests over Socket Mode connections until `stop`, for scenes and rehearsals.
    pub async fn serve_sockets(self, stop: CancellationToken) {
        let mut servers = Loops::default();
        self.open_sockets(&mut servers, &stop);
        servers.finish().await;
    }

    /// Opens Socket Mode connections, if there is an app-level token.
    pub(super) fn open_sockets(&self, servers: &mut Loops, stop: &CancellationToken) {
        let Some(client) = &self.entrance.sockets else {
            return;
        };
        for _ in 0..CONNECTIONS {
            let kept = self.clone().keep_socket(client.clone(), stop.clone());
            servers.spawn("a Socket Mode connection", kept);
        }
    }

    /// Keeps one connection open until `stop`, and answers what is under way then.
    async fn keep_socket(self, client: Client, stop: CancellationToken) {
        let mut backoff = Backoff::default();
        let mut conversations = JoinSet::new();
        while !stop.is_cancelled() {
            let began = Instant::now();
            let ended = tokio::select! {
                ended = self.one_socket(&client, &mut conversations, &stop) => ended,
                () = stop.cancelled() => break,
            };
            while conversations.try_join_next().is_some() {}
            let worked = matches!(ended, Ended::Refresh | Ended::Closed);
            if worked && began.elapsed() >= SHORT {
                backoff.worked();
                tracing::info!("{ended}: opening the next one");
                continue;
            }
            let pause = backoff.failed();
            if pause.tell {
                tell(&ended);
            }
            self.health.sockets.trouble(Some(ended.to_string()));
            tokio::select! {
                () = tokio::time::sleep(pause.wait) => {}
                () = stop.cancelled() => {}
            }
        }
        while conversations.join_next().await.is_some() {}
    }

    /// Opens a connection, and returns when it is to be replaced. Its conversation may last longer.
    async fn one_socket(
        &self,
        client: &Client,
        conversations: &mut JoinSet<()>,
        stop: &CancellationToken,
    ) -> Ended {
        let socket = match client.open_socket().await {
            Ok(socket) => socket,
            Err(error) => return Ended::Unopened(error),
        };
        let (news, mut heard) = mpsc::unbounded_channel();
        let conversation = self.endpoint.clone().converse(socket, news, stop.clone());
        let open = self.health.sockets.clone();
        let (greeted, greeting) = tokio::sync::oneshot::channel();
        let conversation = conversations.spawn(async move {
            tokio::pin!(conversation);
            tokio::select! {
                () = &mut conversation => return,
                Ok(()) = greeting => {}
            }
            let _open = open.one_more();
            conversation.await;
        });
        match timeout(HELLO, heard.recv()).await {
            Ok(Some(News::Open)) => {}
            Ok(Some(News::Leaving(reason))) => return Ended::Refused(reason),
            Ok(None) | Err(_) => {
                conversation.abort();
                return Ended::NoHello;
            }
        }
        let _ = greeted.send(());
        tracing::info!("a Socket Mode connection is open");
        self.health.sockets.trouble(None);
        loop {
            match heard.recv().await {
                Some(News::Open) => {}
                Some(News::Leaving(reason)) if reason == TURNED_OFF => {
                    return Ended::Refused(reason);
                }
                Some(News::Leaving(_)) => return Ended::Refresh,
                None => return Ended::Closed,
            }
        }
    }
}

fn tell(ended: &Ended) {
    let mend = match ended {
        Ended::Refused(reason) if reason == TURNED_OFF => {
            "Turn Socket Mode on in your Slack app's settings"
        }
        Ended::Refused(reason) if reason == "too_many_websockets" => {
            "Slack allows ten connections for an app: is another process using the same SLACK_APP_TOKEN?"
        }
        Ended::Unopened(CallError::Refused(..)) => {
            "SLACK_APP_TOKEN must be an app-level token (xapp-…) with the scope connections:write"
        }
        Ended::Unopened(_) | Ended::Refused(_) | Ended::NoHello => "It is tried again",
        Ended::Refresh | Ended::Closed => "It did not last; it is tried again",
    };
    tracing::warn!("no Socket Mode connection: {ended}. {mend}");
}
