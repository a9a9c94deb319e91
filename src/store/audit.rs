//! What was done to the program, and by whom: Slack ids and verbs, never text.

use super::db::{Reading, Result, Tx, instant};
use crate::domain::ids::UserId;
use jiff::Timestamp;
use sqlx::Row;

pub async fn note(tx: &mut Tx, actor: &UserId, verb: &str, subject: &str) -> Result<()> {
    let (id, team, now) = (tx.new_id(), tx.team().to_string(), tx.now_ms());
    sqlx::query(
        "insert into audit (id, team_id, at, actor, verb, subject) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(team)
    .bind(now)
    .bind(actor.as_str())
    .bind(verb)
    .bind(subject)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What `user` did, or was done to their part in the program: verbs, oldest first.
pub async fn of(tx: &mut Reading, user: &UserId) -> Result<Vec<(Timestamp, String)>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select at, verb from audit where team_id = $1 and (actor = $2 or subject = $2) order by id",
    )
    .bind(team)
    .bind(user.as_str())
    .fetch_all(tx.conn())
    .await?;
    rows.iter()
        .map(|row| Ok((instant(row.try_get(0)?), row.try_get(1)?)))
        .collect()
}

/// Forgets what happened before `before`.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let done = sqlx::query("delete from audit where at < $1")
        .bind(before.as_millisecond())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected())
}
