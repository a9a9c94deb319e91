//! What was done to the program, and by whom: Slack ids and verbs, never text.

use super::db::{Columns as _, Reading, Result, Tx, sql};
use crate::domain::ids::UserId;
use jiff::Timestamp;

pub async fn note(tx: &mut Tx, actor: &UserId, verb: &str, subject: &str) -> Result<()> {
    tx.run(sql!(
        "insert into audit (id, team_id, at, actor, verb, subject) values ($1, $2, $3, $4, $5, $6)",
        tx.new_id(),
        tx.team(),
        tx.now,
        actor,
        verb,
        subject
    ))
    .await?;
    Ok(())
}

/// What `user` did, or was done to their part in the program: verbs, oldest first.
pub async fn of(tx: &mut Reading, user: &UserId) -> Result<Vec<(Timestamp, String)>> {
    let actions = sql!(
        "select at, verb from audit where team_id = $1 and (actor = $2 or subject = $2) order by id",
        tx.team(),
        user
    );
    tx.read_all(actions, |_, row| Ok((row.get("at")?, row.get("verb")?)))
        .await
}
