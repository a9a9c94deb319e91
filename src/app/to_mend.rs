//! Finds the problems that people have to mend, for the probes and metrics: counts and codes, no names.

use super::App;
use super::health::ToMend;
use crate::features::Error;
use crate::shared::owners;
use crate::store::db::StoreError;
use crate::store::{facts, holds, programs, tokens, workspaces};

impl App {
    /// Looks for what people have to mend. It runs at each heartbeat.
    pub(super) async fn look_for_mending(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut own = self.db.read(&"".into(), now).await?;
        let refused = holds::everywhere(&mut own).await?;
        let not_renewed = tokens::failing(&mut own).await?;
        let refused = refused.into_iter().map(|hold| (hold.method, hold.code));
        let mut found = ToMend {
            ownerless: 0,
            without_events: 0,
            refused: refused.collect(),
            not_renewed: not_renewed.into_iter().map(|(_, why)| why).collect(),
        };
        let all = workspaces::all(&mut own).await?;
        drop(own);
        for workspace in all.into_iter().filter(|workspace| workspace.installed) {
            let mut tx = self.db.read(&workspace.team, now).await?;
            let has_program = programs::find(&mut tx).await?.is_some();
            let living = owners::living(&mut tx).await;
            let living = living.map_err(|error| match error {
                Error::Internal(error) => error,
                Error::User(_) => StoreError::Unreadable("who owns the program"),
            })?;
            found.ownerless += usize::from(has_program && living.is_empty());
            let hears = facts::has_event_come(&mut tx).await?;
            found.without_events += usize::from(has_program && !hears);
        }
        self.health.to_mend(found);
        Ok(())
    }
}
