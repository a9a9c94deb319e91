//! What came of deliveries and is still to be acted on.

use super::db::{Reading, Result, StoreError, Tx};
use super::timers;
use crate::domain::outgoing::Reaction;
use crate::domain::timer::Timer;
use sqlx::Row;

const TABLE: &str = "reactions";

/// Keeps a reaction, and sets its timer.
pub async fn keep(tx: &mut Tx, reaction: &Reaction) -> Result<()> {
    let (id, team, now) = (tx.new_id(), tx.team().to_string(), tx.now_ms());
    let text = serde_json::to_string(reaction).map_err(|_| StoreError::Unreadable("a reaction"))?;
    let sealed = tx.keys().seal(TABLE, &id.to_string(), &text)?;
    sqlx::query(
        "insert into reactions (id, team_id, reaction_sealed, created_at) values ($1, $2, $3, $4)",
    )
    .bind(id)
    .bind(team)
    .bind(sealed)
    .bind(now)
    .execute(tx.conn())
    .await?;
    timers::soon(tx, &Timer::Reaction(id)).await
}

/// The reaction, if it has not been acted on.
pub async fn find(tx: &mut Reading, id: i64) -> Result<Option<Reaction>> {
    let row = sqlx::query("select reaction_sealed from reactions where id = $1")
        .bind(id)
        .fetch_optional(tx.conn())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let text = tx.keys().open(TABLE, &id.to_string(), row.try_get(0)?)?;
    let reaction = serde_json::from_str(&text).map_err(|_| StoreError::Unreadable("a reaction"))?;
    Ok(Some(reaction))
}

/// It has been acted on.
pub async fn done(tx: &mut Tx, id: i64) -> Result<()> {
    sqlx::query("delete from reactions where id = $1")
        .bind(id)
        .execute(tx.conn())
        .await?;
    Ok(())
}
