//! A running workspace, and how its parts reach it.

use super::record::Exchange;
use super::site::Site;
use super::state::State;
use crate::clock::{Clock as _, WallClock};
use crate::options::{AppClock, Options};
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// A workspace of a running local Slack. Cheap to clone; Slack stops when the last clone of any of its workspaces is dropped.
#[derive(Clone)]
pub struct Sandbox {
    pub(super) inner: Arc<Inner>,
    /// `None` in a handle of the server's own, which must not keep it alive.
    pub(super) server: Option<Arc<Server>>,
    /// The workspace's id. Those of an organization share `inner`.
    pub(super) team: String,
}

impl Sandbox {
    /// A handle of the server's own.
    pub(super) fn of(inner: Arc<Inner>) -> Self {
        let team = inner.state().options.team_id.clone();
        Self {
            inner,
            server: None,
            team,
        }
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let address = self.inner.address;
        f.debug_tuple("Sandbox")
            .field(&address)
            .field(&self.team)
            .finish()
    }
}

/// Stops serving when dropped.
pub(super) struct Server {
    pub(super) task: tokio::task::AbortHandle,
    pub(super) site: Arc<Site>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
        self.site.close();
    }
}

pub(crate) type Hook = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// One workspace, or the workspaces of one organization.
pub(crate) struct Inner {
    pub(super) site: Arc<Site>,
    pub(super) state: Mutex<State>,
}

/// A workspace reaches what it shares with the others as its own.
impl std::ops::Deref for Inner {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

impl Inner {
    /// A workspace of this Slack.
    pub(super) fn open(site: &Arc<Site>, options: Options) -> Arc<Self> {
        let workspace = Arc::new(Self {
            site: site.clone(),
            state: Mutex::new(State::new(options)),
        });
        site.add(workspace.clone());
        workspace
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
