//! What came of deliveries and is still to be acted on.

use super::db::{Columns as _, Reading, Result, StoreError, Tx, sql};
use super::timers;
use crate::domain::outgoing::Reaction;
use crate::domain::timer::Timer;

const TABLE: &str = "reactions";

/// Keeps a reaction, and sets its timer.
pub async fn keep(tx: &mut Tx, reaction: &Reaction) -> Result<()> {
    let id = tx.new_id();
    let text = serde_json::to_string(reaction).map_err(|_| StoreError::Unreadable("a reaction"))?;
    let sealed = tx.keys().seal(TABLE, &id.to_string(), &text)?;
    tx.run(sql!(
        "insert into reactions (id, team_id, reaction_sealed, created_at) values ($1, $2, $3, $4)",
        id,
        tx.team(),
        sealed,
        tx.now
    ))
    .await?;
    timers::soon(tx, &Timer::Reaction(id)).await
}

/// The reaction, if it has not been acted on.
pub async fn find(tx: &mut Reading, id: i64) -> Result<Option<Reaction>> {
    let row = sql!("select reaction_sealed from reactions where id = $1", id);
    let Some(row) = tx.first(row).await? else {
        return Ok(None);
    };
    let sealed: String = row.get("reaction_sealed")?;
    let text = tx.keys().open(TABLE, &id.to_string(), &sealed)?;
    let reaction = serde_json::from_str(&text).map_err(|_| StoreError::Unreadable("a reaction"))?;
    Ok(Some(reaction))
}

/// It has been acted on.
pub async fn done(tx: &mut Tx, id: i64) -> Result<()> {
    tx.run(sql!("delete from reactions where id = $1", id))
        .await?;
    Ok(())
}
