//! The site: one Slack at one address with one app, shared by all workspaces.

use super::codes::Codes;
use super::handle::{Hook, Inner, Sandbox};
use super::request_url::Challenged;
use super::sockets::Sockets;
use crate::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::watch;

pub(crate) struct Site {
    pub(crate) clock: Arc<dyn Clock>,
    /// How far Slack's clock is ahead of the app's, in milliseconds: only its answers' `Date` tells.
    pub(crate) ahead: AtomicI64,
    pub(crate) address: SocketAddr,
    /// When it began to serve, in real time.
    pub(crate) started: Instant,
    pub(crate) http: reqwest::Client,
    pub(crate) bot: Mutex<Option<String>>,
    pub(crate) sockets: Mutex<Sockets>,
    pub(crate) hook: Mutex<Option<Hook>>,
    /// The app's Request URL, and whether it sent its challenge back.
    pub(crate) challenged: Mutex<Option<Challenged>>,
    /// Codes of the consent page.
    pub(crate) codes: Mutex<Codes>,
    /// Notifies those who wait for a change.
    pub(crate) changed: watch::Sender<u64>,
    /// The first is the one in which the app was made. Emptied when Slack stops, since each of them holds this.
    pub(crate) workspaces: Mutex<Vec<Arc<Inner>>>,
}

impl Site {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The time in the `Date` of answers.
    pub(crate) fn slacks_now(&self) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.ahead.load(Ordering::Relaxed));
        self.clock
            .now()
            .saturating_add(ahead)
            .unwrap_or(Timestamp::MAX)
    }

    pub(crate) fn tell(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Files of a workspace have addresses that begin with this.
    pub(crate) fn files_of(&self, team: &str) -> String {
        self.url(&format!("/files-pri/{team}-"))
    }

    pub(crate) fn challenged(&self) -> MutexGuard<'_, Option<Challenged>> {
        let known = self.challenged.lock();
        known.unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn codes(&self) -> MutexGuard<'_, Codes> {
        self.codes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> MutexGuard<'_, Vec<Arc<Inner>>> {
        let known = self.workspaces.lock();
        known.unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn workspaces(&self) -> Vec<Arc<Inner>> {
        self.known().clone()
    }

    /// A handle for each workspace.
    pub(crate) fn handles(&self) -> Vec<Sandbox> {
        let all = self.workspaces();
        all.iter().flat_map(Sandbox::each).collect()
    }

    pub(crate) fn add(&self, workspace: Arc<Inner>) {
        self.known().push(workspace);
    }

    pub(crate) fn close(&self) {
        self.known().clear();
    }

    /// The workspace in which the app was made; `None` while Slack stops.
    pub(crate) fn first(&self) -> Option<Arc<Inner>> {
        self.known().first().cloned()
    }

    pub(crate) fn workspace(&self, team: &str) -> Option<Arc<Inner>> {
        self.find(|workspace| workspace.state().workspace(team).is_some())
    }

    /// The workspace that this token is for, or was for.
    pub(crate) fn of_token(&self, token: &str) -> Option<Arc<Inner>> {
        self.find(|workspace| workspace.state().knows_token(token))
    }

    fn find(&self, is_it: impl Fn(&Inner) -> bool) -> Option<Arc<Inner>> {
        self.workspaces().into_iter().find(|one| is_it(one))
    }
}
