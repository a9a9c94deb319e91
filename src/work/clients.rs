//! The client for each workspace: with the one configured token, or with the token of the workspace's own installation.

use super::rates::Installed;
use crate::clock::Clock;
use crate::domain::ids::TeamId;
use crate::slack::authorize::AppCredentials;
use crate::slack::client::{CallError, Client};
use crate::store::Db;
use crate::store::db::StoreError;
use crate::store::tokens::{self, Expiry};
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Hands out clients. Cheap to clone.
#[derive(Clone)]
pub struct Clients {
    pub(super) db: Db,
    pub(super) clock: Clock,
    /// For calls that take no workspace's token; in the single workspace, with its token.
    app: Client,
    /// The app's own, for many workspaces. Without them, `app` has the token of the single workspace.
    credentials: Option<Arc<AppCredentials>>,
    known: Arc<Mutex<HashMap<TeamId, Known>>>,
}

/// A workspace's client, with the token that was stored when it was made.
#[derive(Clone)]
struct Known {
    client: Client,
    /// Whose token it is: the workspace's, or its organization's.
    holder: TeamId,
    /// None where the token lasts.
    expiry: Option<Expiry>,
}

impl Known {
    /// Whether another token may be stored by now.
    fn is_old(&self, now: Timestamp) -> bool {
        let expiry = self.expiry.as_ref();
        expiry.is_some_and(|expiry| expiry.renews <= now || expiry.ends <= now)
    }

    fn has_ended(&self, now: Timestamp) -> bool {
        let expiry = self.expiry.as_ref();
        expiry.is_some_and(|expiry| expiry.ends <= now)
    }
}

impl Clients {
    /// For the one workspace that the client's token is for.
    pub fn single(db: Db, clock: Clock, client: Client) -> Self {
        Self::new(db, clock, client, None)
    }

    /// For each workspace with its own stored token.
    pub fn many(db: Db, clock: Clock, credentials: AppCredentials) -> Self {
        let app = credentials.client.clone();
        Self::new(db, clock, app, Some(Arc::new(credentials)))
    }

    fn new(db: Db, clock: Clock, app: Client, credentials: Option<Arc<AppCredentials>>) -> Self {
        Self {
            db,
            clock,
            app,
            credentials,
            known: Arc::default(),
        }
    }

    /// For calls without a workspace.
    pub fn app(&self) -> &Client {
        &self.app
    }

    pub fn is_single(&self) -> bool {
        self.credentials.is_none()
    }

    pub(super) fn credentials(&self) -> Option<&AppCredentials> {
        self.credentials.as_deref()
    }

    /// Which of Slack's limits hold.
    pub fn installed(&self) -> Installed {
        if self.is_single() {
            Installed::ByItsMaker
        } else {
            Installed::ByMany
        }
    }

    /// The client of a workspace. Without a token Slack would say `not_authed`, so that is the answer. A token that has ended is
    /// renewed first.
    pub async fn of(&self, team: &TeamId) -> Result<Client, CallError> {
        if self.is_single() {
            return Ok(self.app.clone().in_workspace(team));
        }
        let now = self.clock.now();
        if let Some(known) = self.known().get(team)
            && !known.is_old(now)
        {
            return Ok(known.client.clone());
        }
        let mut found = self.stored(team).await?;
        if found.has_ended(now) {
            self.renew_apart(found.holder).await?;
            found = self.stored(team).await?;
        }
        if found.has_ended(now) {
            // Somebody else renews it, or it fails: what has to be sent waits for it.
            return Err(CallError::Unreached);
        }
        let client = found.client.clone();
        self.known().insert(team.clone(), found);
        Ok(client)
    }

    /// Renews a token in a task of its own: whoever waits for it may give up, and what Slack answers is stored all the same.
    async fn renew_apart(&self, holder: TeamId) -> Result<(), CallError> {
        let clients = self.clone();
        let renewal = tokio::spawn(async move { clients.renew(&holder).await });
        match renewal.await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(unread(&error)),
            Err(_) => Err(CallError::Unreached),
        }
    }

    /// What a call came to. A token that Slack no longer takes may have been replaced meanwhile, by another replica or by a
    /// new installation, or it has ended: then the call is only to be tried again.
    pub async fn judged<T>(
        &self,
        team: &TeamId,
        used: &Client,
        came: Result<T, CallError>,
    ) -> Result<T, CallError> {
        let Err(error) = came else { return came };
        if self.is_single() || !error.token_is_dead() {
            return Err(error);
        }
        self.forget(team);
        match self.stored(team).await {
            Ok(now) if !now.client.has_token_of(used) => Err(CallError::Unreached),
            Ok(Known {
                expiry: Some(expiry),
                holder,
                ..
            }) if error.token_has_ended() => {
                self.note_end(&holder, &expiry).await;
                Err(CallError::Unreached)
            }
            Ok(_) | Err(CallError::Refused(..)) => Err(error),
            Err(unread) => Err(unread),
        }
    }

    /// Slack says that a token has ended.
    async fn note_end(&self, holder: &TeamId, expiry: &Expiry) {
        let noted = async {
            let now = self.clock.now();
            let mut tx = self.db.background_write(holder, now).await?;
            tokens::has_ended(&mut tx, expiry).await?;
            tx.commit().await
        };
        if let Err(error) = noted.await {
            tracing::warn!(%error, "could not store that a token has ended");
        }
    }

    /// Reads a workspace's token anew when it is next needed: it was just installed.
    pub fn forget(&self, team: &TeamId) {
        self.known().remove(team);
    }

    async fn stored(&self, team: &TeamId) -> Result<Known, CallError> {
        let read = async {
            let mut tx = self.db.read(team, self.clock.now()).await?;
            tokens::current(&mut tx).await
        };
        let current = read.await.map_err(|error| unread(&error))?;
        let current = current.ok_or_else(|| CallError::Refused("not_authed".into(), Vec::new()))?;
        Ok(Known {
            client: self
                .app
                .with_token(&current.token)
                .in_workspace(team)
                .marking(),
            holder: current.holder,
            expiry: current.expiry,
        })
    }

    fn known(&self) -> MutexGuard<'_, HashMap<TeamId, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unread(error: &StoreError) -> CallError {
    tracing::error!(%error, "a workspace's token could not be read");
    CallError::Unreached
}
