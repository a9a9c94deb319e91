//! What came of deliveries and is still to be acted on.

use super::db::{Reading, Result, Sealed, Tx, sql};
use super::timers;
use crate::domain::outgoing::Reaction;
use crate::domain::timer::Timer;

const REACTION: Sealed = Sealed {
    table: "reactions",
    what: "a reaction",
};

/// Keeps a reaction, and sets its timer.
pub async fn keep(tx: &mut Tx, reaction: &Reaction) -> Result<()> {
    let id = tx.new_id();
    let sealed = REACTION.seal(tx.keys(), id, reaction)?;
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
    let sealed = sql!("select reaction_sealed from reactions where id = $1", id);
    let sealed: Option<String> = tx.maybe(sealed).await?;
    sealed
        .map(|sealed| REACTION.open(tx.keys(), id, &sealed))
        .transpose()
}

/// It has been acted on.
pub async fn done(tx: &mut Tx, id: i64) -> Result<()> {
    tx.run(sql!("delete from reactions where id = $1", id))
        .await?;
    Ok(())
}
