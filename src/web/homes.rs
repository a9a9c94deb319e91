//! App Homes: shown at once if Slack's limits have room, otherwise later, and once for many openings.

use super::answers::Publishing;
use super::endpoint::Endpoint;
use crate::domain::ids::{TeamId, UserId};
use crate::router;
use crate::slack::client::CallError;
use crate::slack::event::Actor;
use crate::store::db::Result;
use crate::store::outbox;
use std::collections::BTreeSet;

impl Endpoint {
    /// Shows a person their Home, one call at a time. If it is opened again meanwhile, one more call follows for all openings,
    /// because a Home is rendered when it is shown.
    pub(super) async fn publish_home(&self, actor: &Actor) {
        let Some(mut turn) = self.homes.turn(actor) else {
            return;
        };
        loop {
            self.show_home(actor).await;
            if !turn.again() {
                return;
            }
        }
    }

    async fn show_home(&self, actor: &Actor) {
        match self.room(&actor.team, "views.publish").await {
            Ok(()) => {}
            Err(CallError::RateLimited(_)) => return self.home_later(actor).await,
            Err(error) => {
                tracing::warn!(%error, "an App Home could not be shown");
                return;
            }
        }
        let rendered = async {
            let now = self.clock.now();
            let mut tx = self.db.read_for(&actor.team, &actor.user, now).await?;
            router::home(&mut tx, actor).await
        };
        let view = match rendered.await {
            Ok(view) => view,
            Err(error) => {
                tracing::error!(%error, "an App Home could not be rendered");
                return;
            }
        };
        let arguments = Publishing {
            user_id: &actor.user,
            view,
        };
        let shown = self
            .call_in_room(&actor.team, "views.publish", &arguments)
            .await;
        match shown {
            Ok(_) => {}
            Err(CallError::RateLimited(_)) => self.home_later(actor).await,
            Err(error) => tracing::warn!(%error, "an App Home could not be shown"),
        }
    }

    /// Queues a Home for when Slack's limits have room. People who come during a transaction share the next one.
    pub(super) async fn home_later(&self, actor: &Actor) {
        let Some(mut writing) = self.homes.put_off(actor) else {
            return;
        };
        while let Some((team, people)) = writing.next() {
            if let Err(error) = self.queue_homes(&team, people).await {
                tracing::error!(%error, "App Homes could not be postponed");
            }
        }
    }

    async fn queue_homes(&self, team: &TeamId, people: BTreeSet<UserId>) -> Result<()> {
        let mut tx = self.db.write(team, self.clock.now()).await?;
        outbox::homes_later(&mut tx, people).await?;
        tx.commit().await
    }
}
