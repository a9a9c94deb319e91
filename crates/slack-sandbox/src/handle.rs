//! The running workspace, and how its parts reach it.

use super::record::Exchange;
use super::sockets::Sockets;
use super::state::State;
use crate::clock::{Clock, WallClock};
use crate::options::AppClock;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::watch;

/// A running local Slack. Cheap to clone; it stops when the last clone is dropped.
#[derive(Clone)]
pub struct Sandbox {
    pub(super) inner: Arc<Inner>,
    /// `None` in a handle of the server's own, which must not keep it alive.
    pub(super) _server: Option<Arc<Server>>,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Sandbox").field(&self.inner.address).finish()
    }
}

/// Stops serving when dropped.
pub(super) struct Server(pub(super) tokio::task::AbortHandle);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

pub(super) type Hook = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

pub(super) struct Inner {
    pub(super) clock: Arc<dyn Clock>,
    /// How far Slack's clock is ahead of the app's, in milliseconds: only its answers' `Date` tells.
    pub(super) ahead: AtomicI64,
    pub(super) address: SocketAddr,
    /// When it began to serve, in real time.
    pub(super) started: Instant,
    pub(super) state: Mutex<State>,
    pub(super) http: reqwest::Client,
    pub(super) bot: Mutex<Option<String>>,
    pub(super) sockets: Mutex<Sockets>,
    pub(super) hook: Mutex<Option<Hook>>,
    /// Notifies those who wait for a change.
    pub(super) changed: watch::Sender<u64>,
}

impl Inner {
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The time in the `Date` of answers.
    pub(super) fn slacks_now(&self) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.ahead.load(Ordering::Relaxed));
        self.clock
            .now()
            .saturating_add(ahead)
            .unwrap_or(Timestamp::MAX)
    }

    /// When a request to the app is signed.
    pub(super) fn signed_at(&self, state: &State) -> Timestamp {
        match state.options.app_clock {
            AppClock::Shared => self.now(),
            AppClock::Machine => WallClock.now(),
        }
    }

    /// The time on which limits are counted, in milliseconds.
    pub(super) fn limits_now(&self, app: AppClock) -> i64 {
        let now = self.now().as_millisecond();
        let stands = self.clock.manual().is_some();
        if app == AppClock::Machine && stands {
            let passed = i64::try_from(self.started.elapsed().as_millis());
            return now.saturating_add(passed.unwrap_or(i64::MAX));
        }
        now
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // A panic while the lock is held has failed the test already.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The app's path for buttons, modals and shortcuts.
    pub(super) fn interactions(&self) -> String {
        self.state().options.paths.interactions.clone()
    }

    pub(super) fn tell(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Notes a call of the app's and what it got.
    pub(super) fn note_call(
        &self,
        call: (&str, &HeaderMap, &Bytes),
        got: (StatusCode, String, &str),
        started: Instant,
    ) {
        let at = self.now();
        let mut state = self.state();
        state
            .record
            .note(|| Exchange::of_call(at, call, got, started));
    }
}
