//! The workspace that a request is for, where Slack names none for sure: of an organization's, the one in which the person takes part.

use super::endpoint::Endpoint;
use crate::domain::whose::meant;
use crate::slack::event::Event;
use crate::slack::inbound::Inbound;
use crate::store::db::{Result, StoreError};
use crate::store::everywhere;
use std::time::Duration;
use tokio::time::timeout;

/// The longest that it may take; the person waits for the answer.
const LOOK: Duration = Duration::from_millis(1_200);

/// What is known of a request's workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placed {
    Known,
    /// The person takes part in several, or is known in none.
    Unclear,
}

impl Endpoint {
    /// Moves the request to the workspace that it is for.
    pub(super) async fn place(&self, inbound: &mut Inbound) -> Result<Placed> {
        // What a menu offers is the same everywhere.
        let is_anyones = inbound.is_sure || matches!(inbound.event, Event::Options { .. });
        let Some(actor) = inbound.event.actor().filter(|_| !is_anyones) else {
            return Ok(Placed::Known);
        };
        let (user, team) = (actor.user.clone(), inbound.team.clone());
        let Some(organization) = inbound.organization.clone() else {
            return Ok(Placed::Known);
        };
        let found = timeout(LOOK, async {
            // By its first request, a workspace is one of ours.
            self.join_by_itself(inbound).await?;
            let mut tx = self.db.read(&team, self.clock.now()).await?;
            everywhere::places_of(&mut tx, &organization, &user).await
        });
        let slow = Err(StoreError::Unreadable("whose a request is, in time"));
        let places = found.await.unwrap_or(slow)?;
        let named = Some(&team).filter(|team| **team != organization);
        if let Some(team) = meant(named, &places) {
            inbound.move_to(team);
            return Ok(Placed::Known);
        }
        // Whoever asks back speaks for one of them.
        if let Some(first) = places.first() {
            inbound.move_to(&first.team);
        }
        Ok(Placed::Unclear)
    }
}
