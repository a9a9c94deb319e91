//! Who was nudged on which local day.

use super::db::{Reading, Result, Tx};
use crate::domain::ids::UserId;
use jiff::civil::Date;

/// Whether `user` was nudged on their local `day`.
pub async fn on(tx: &mut Reading, user: &UserId, day: Date) -> Result<bool> {
    let team = tx.team().to_string();
    let row =
        sqlx::query("select day from nudged where team_id = $1 and user_id = $2 and day = $3")
            .bind(team)
            .bind(user.as_str())
            .bind(day.to_string())
            .fetch_optional(tx.conn())
            .await?;
    Ok(row.is_some())
}

pub async fn note(tx: &mut Tx, user: &UserId, day: Date) -> Result<()> {
    let team = tx.team().to_string();
    sqlx::query(
        "insert into nudged (team_id, user_id, day) values ($1, $2, $3) on conflict do nothing",
    )
    .bind(team)
    .bind(user.as_str())
    .bind(day.to_string())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Gives a day back that was taken for a nudge which was not sent.
pub async fn give_back(tx: &mut Tx, user: &UserId, day: Date) -> Result<()> {
    let team = tx.team().to_string();
    sqlx::query("delete from nudged where team_id = $1 and user_id = $2 and day = $3")
        .bind(team)
        .bind(user.as_str())
        .bind(day.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Forgets days before `day`.
pub async fn prune(tx: &mut Tx, day: Date) -> Result<()> {
    sqlx::query("delete from nudged where day < $1")
        .bind(day.to_string())
        .execute(tx.conn())
        .await?;
    Ok(())
}
