//! Acts on the outcomes of deliveries, each in its own transaction, so that a failing feature undoes no delivery.

use crate::domain::outgoing::Reaction;
use crate::features::Error;
use crate::router;
use crate::store::timers::{self, DueRow};
use crate::store::{Db, reactions};
use jiff::Timestamp;

/// Acts on the reaction `id`, for the timer in `row`.
pub(crate) async fn run(db: &Db, row: &DueRow, id: i64, now: Timestamp) -> Result<(), Error> {
    let mut reading = db.read(&row.team, now).await?;
    let reaction = reactions::find(&mut reading, id).await?;
    drop(reading);
    if let Some(Reaction::Listed(people)) = &reaction {
        for person in people {
            // One transaction each, so that a failure for one person does not affect the others.
            let mut tx = db.background_write(&row.team, now).await?;
            match router::person_answered(&mut tx, person).await {
                Ok(()) => tx.commit().await?,
                Err(error) => {
                    tracing::error!(%error, "what Slack says about a person could not be stored");
                    tx.rollback().await;
                }
            }
        }
    }
    let mut tx = db.background_write(&row.team, now).await?;
    if !timers::take(&mut tx, row.id).await? {
        // Another replica was faster.
        tx.rollback().await;
        return Ok(());
    }
    if let Some(reaction) = &reaction {
        router::reaction(&mut tx, reaction).await?;
    }
    reactions::done(&mut tx, id).await?;
    tx.commit().await?;
    Ok(())
}
