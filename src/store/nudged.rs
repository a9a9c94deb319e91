//! Who was nudged on which local day.

use super::db::{Reading, Result, Tx, sql};
use crate::domain::ids::UserId;
use jiff::civil::Date;

/// Whether `user` was nudged on their local `day`.
pub async fn on(tx: &mut Reading, user: &UserId, day: Date) -> Result<bool> {
    tx.any(sql!(
        "select day from nudged where team_id = $1 and user_id = $2 and day = $3",
        tx.team(),
        user,
        day
    ))
    .await
}

pub async fn note(tx: &mut Tx, user: &UserId, day: Date) -> Result<()> {
    tx.run(sql!(
        "insert into nudged (team_id, user_id, day) values ($1, $2, $3) on conflict do nothing",
        tx.team(),
        user,
        day
    ))
    .await?;
    Ok(())
}

/// Gives a day back that was taken for a nudge which was not sent.
pub async fn give_back(tx: &mut Tx, user: &UserId, day: Date) -> Result<()> {
    tx.run(sql!(
        "delete from nudged where team_id = $1 and user_id = $2 and day = $3",
        tx.team(),
        user,
        day
    ))
    .await?;
    Ok(())
}
