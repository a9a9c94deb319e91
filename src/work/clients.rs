//! The client for each workspace: with the one configured token, or with the token of the workspace's own installation.

use super::rates::Installed;
use crate::clock::Clock;
use crate::domain::ids::TeamId;
use crate::slack::client::{CallError, Client};
use crate::store::{Db, workspaces};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Hands out clients. Cheap to clone.
#[derive(Clone)]
pub struct Clients {
    db: Db,
    clock: Clock,
    /// For calls that take no workspace's token; in the single workspace, with its token.
    app: Client,
    /// Whether `app` has the token of the single workspace.
    single: bool,
    known: Arc<Mutex<HashMap<TeamId, Client>>>,
}

impl Clients {
    /// For the one workspace that the client's token is for.
    pub fn single(db: Db, clock: Clock, client: Client) -> Self {
        Self::new(db, clock, client, true)
    }

    /// For each workspace with its own stored token; `app` has none.
    pub fn many(db: Db, clock: Clock, app: Client) -> Self {
        Self::new(db, clock, app, false)
    }

    fn new(db: Db, clock: Clock, app: Client, single: bool) -> Self {
        Self {
            db,
            clock,
            app,
            single,
            known: Arc::default(),
        }
    }

    /// For calls without a workspace.
    pub fn app(&self) -> &Client {
        &self.app
    }

    pub fn is_single(&self) -> bool {
        self.single
    }

    /// Which of Slack's limits hold.
    pub fn installed(&self) -> Installed {
        if self.single {
            Installed::ByItsMaker
        } else {
            Installed::ByMany
        }
    }

    /// The client of a workspace. Without a token Slack would say `not_authed`, so that is the answer.
    pub async fn of(&self, team: &TeamId) -> Result<Client, CallError> {
        if self.single {
            return Ok(self.app.clone());
        }
        if let Some(client) = self.known().get(team) {
            return Ok(client.clone());
        }
        let found = self.stored(team).await?;
        let client = found.ok_or_else(|| CallError::Refused("not_authed".into(), Vec::new()))?;
        self.known().insert(team.clone(), client.clone());
        Ok(client)
    }

    /// What a call came to. A token that Slack no longer takes may have been replaced meanwhile, by another replica or by a
    /// new installation: then the call is only to be tried again.
    pub async fn judged<T>(
        &self,
        team: &TeamId,
        used: &Client,
        came: Result<T, CallError>,
    ) -> Result<T, CallError> {
        let Err(error) = came else { return came };
        if self.single || !error.token_is_dead() {
            return Err(error);
        }
        self.forget(team);
        match self.of(team).await {
            Ok(now) if !now.has_token_of(used) => Err(CallError::Unreached),
            Ok(_) | Err(CallError::Refused(..)) => Err(error),
            Err(unread) => Err(unread),
        }
    }

    /// Reads a workspace's token anew when it is next needed: it was just installed.
    pub fn forget(&self, team: &TeamId) {
        self.known().remove(team);
    }

    async fn stored(&self, team: &TeamId) -> Result<Option<Client>, CallError> {
        let read = async {
            let mut tx = self.db.read(team, self.clock.now()).await?;
            workspaces::token(&mut tx).await
        };
        let token = read.await.map_err(|error| {
            tracing::error!(%error, "a workspace's token could not be read");
            CallError::Unreached
        })?;
        Ok(token.map(|token| self.app.with_token(&token)))
    }

    fn known(&self) -> MutexGuard<'_, HashMap<TeamId, Client>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
