//! What a person's erasure takes from the rounds.

use super::inputs::erase_inputs;
use crate::domain::ids::UserId;
use crate::store::db::{Result, Tx, sql};

/// Forgets somebody: their proposals, what bound them, what an owner asked about them, and what rounds with them were made
/// from.
pub async fn erase_person(tx: &mut Tx, user: &UserId) -> Result<()> {
    for sql in [
        "delete from proposals where team_id = $1 and (mentor = $2 or mentee = $2)",
        "delete from unmatched where team_id = $1 and user_id = $2",
        "delete from round_edits where team_id = $1 and (mentor = $2 or mentee = $2)",
    ] {
        tx.run(sql!(sql, tx.team(), user)).await?;
    }
    erase_inputs(tx, user).await
}
