//! Finds the problems that people have to mend, for the probes and metrics: counts and codes, no names.

use super::App;
use super::health::ToMend;
use crate::store::db::StoreError;
use crate::store::{everywhere, holds, tokens};

impl App {
    /// Looks for what people have to mend. It runs at each heartbeat, so it asks as much with a thousand workspaces as with one.
    pub(super) async fn look_for_mending(&self) -> Result<(), StoreError> {
        let mut own = self.db.read(&"".into(), self.clock.now()).await?;
        let refused = holds::everywhere(&mut own).await?;
        let not_renewed = tokens::failing(&mut own).await?;
        let refused = refused.into_iter().map(|hold| (hold.method, hold.code));
        let programs = everywhere::programs_to_look_after(&mut own).await?;
        self.health.to_mend(ToMend {
            ownerless: programs.ownerless,
            without_events: programs.without_events,
            refused: refused.collect(),
            not_renewed: not_renewed.into_iter().map(|(_, why)| why).collect(),
        });
        Ok(())
    }
}
