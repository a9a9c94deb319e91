//! The state that all requests share.

use super::bodies::Bodies;
use super::limits::KnownLimits;
use super::signatures::Signatures;
use super::turns::Homes;
use crate::clock::Clock;
use crate::domain::ids::TeamId;
use crate::features::Error;
use crate::router;
use crate::slack::inbound::Inbound;
use crate::store::db::StoreError;
use crate::store::{Db, facts, workspaces};
use crate::work::clients::Clients;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::task::TaskTracker;

/// The state that requests need. Cheap to clone.
#[derive(Clone)]
pub struct Endpoint {
    pub db: Db,
    pub clock: Clock,
    pub clients: Clients,
    /// Requests, and work that continues after the acknowledgement; shutdown waits for both.
    pub after: TaskTracker,
    pub(super) bodies: Bodies,
    pub(super) calls: KnownLimits,
    pub(super) homes: Homes,
    pub signatures: Signatures,
    /// The workspaces whose first event is noted.
    heard_of: Arc<Mutex<HashSet<TeamId>>>,
}

impl Endpoint {
    pub fn new(db: Db, clock: Clock, clients: Clients) -> Self {
        Self {
            db,
            clock,
            clients,
            after: TaskTracker::new(),
            bodies: Bodies::default(),
            calls: KnownLimits::default(),
            homes: Homes::default(),
            signatures: Signatures::default(),
            heard_of: Arc::default(),
        }
    }

    /// The workspace has just installed the app: what this process knows of it is from before.
    pub(super) fn forget(&self, team: &TeamId) {
        self.clients.forget(team);
        let known = self.heard_of.lock();
        known.unwrap_or_else(PoisonError::into_inner).remove(team);
    }

    /// The workspace has the app by its organization's installation.
    pub(super) async fn join(
        &self,
        team: &TeamId,
        organization: &TeamId,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.write(team, self.clock.now()).await?;
        if let Err(error) = router::joins_organization(&mut tx, organization).await {
            tx.rollback().await;
            return Err(match error {
                Error::Internal(error) => error,
                Error::User(_) => StoreError::Unreadable("a workspace's program"),
            });
        }
        tx.commit().await?;
        self.forget(team);
        Ok(())
    }

    /// A workspace of an organization that has the app is one of ours from its first request on. Buttons and forms of such
    /// an installation name only the team of whoever pressed them, so they don't count.
    pub(super) async fn join_by_itself(&self, inbound: &Inbound) -> Result<(), StoreError> {
        let names_team = inbound.kind == "command" || inbound.event_id.is_some();
        let Some(organization) = inbound.organization.as_ref().filter(|_| names_team) else {
            return Ok(());
        };
        let mut tx = self.db.read(&inbound.team, self.clock.now()).await?;
        let joins = workspaces::joins_by_itself(&mut tx, organization).await?;
        drop(tx);
        if joins {
            self.join(&inbound.team, organization).await?;
        }
        Ok(())
    }

    /// Notes that Slack tells us events: without a verified URL it tells none, and everything else looks well.
    pub(super) fn note_event(&self, inbound: &Inbound) {
        let known = || self.heard_of.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news = inbound.event_id.is_some() && known().insert(inbound.team.clone());
        if !is_news {
            return;
        }
        let (endpoint, team) = (self.clone(), inbound.team.clone());
        self.after.spawn(async move {
            let noted = async {
                let mut tx = endpoint.db.write(&team, endpoint.clock.now()).await?;
                facts::event_came(&mut tx).await?;
                tx.commit().await
            };
            if let Err(error) = noted.await {
                tracing::warn!(%error, "the first event could not be noted");
                endpoint
                    .heard_of
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .remove(&team);
            }
        });
    }
}
