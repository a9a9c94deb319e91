//! Who was left over in a round, what bound, and who was told.

use crate::domain::ids::{RoundId, UserId};
use crate::domain::matching::Binding;
use crate::store::db::{Reading, Result, StoreError, Tx, instant};
use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

/// Notes who was left over; once per person and round.
pub async fn add_unmatched(
    tx: &mut Tx,
    round: RoundId,
    user: &UserId,
    why: &Binding,
) -> Result<()> {
    let team = tx.team().to_string();
    let why = serde_json::to_string(why).map_err(|_| StoreError::Unreadable("a constraint"))?;
    sqlx::query(
        "insert into unmatched (round_id, team_id, user_id, why) values ($1, $2, $3, $4) on conflict do nothing",
    )
    .bind(round.0)
    .bind(team)
    .bind(user.as_str())
    .bind(why)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Everyone left over in a round, by id.
pub async fn unmatched(tx: &mut Reading, round: RoundId) -> Result<Vec<(UserId, Binding)>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select user_id, why from unmatched where team_id = $1 and round_id = $2 order by user_id",
    )
    .bind(team)
    .bind(round.0)
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(left_over).collect()
}

/// Those of them whom nobody has looked after yet.
pub async fn untold(tx: &mut Reading, round: RoundId) -> Result<Vec<(UserId, Binding)>> {
    let team = tx.team().to_string();
    let rows = sqlx::query(
        "select user_id, why from unmatched
         where team_id = $1 and round_id = $2 and done = 0 order by user_id",
    )
    .bind(team)
    .bind(round.0)
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(left_over).collect()
}

/// Notes that somebody was told (or need not be).
pub async fn looked_after(tx: &mut Tx, round: RoundId, user: &UserId, told: bool) -> Result<()> {
    let (team, now) = (tx.team().to_string(), tx.now_ms());
    sqlx::query(
        "update unmatched set done = 1, told_at = $1 where team_id = $2 and round_id = $3 and user_id = $4",
    )
    .bind(told.then_some(now))
    .bind(team)
    .bind(round.0)
    .bind(user.as_str())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// They were not told after all.
pub async fn not_looked_after(tx: &mut Tx, round: RoundId, user: &UserId) -> Result<()> {
    let team = tx.team().to_string();
    sqlx::query(
        "update unmatched set done = 0, told_at = null where team_id = $1 and round_id = $2 and user_id = $3",
    )
    .bind(team)
    .bind(round.0)
    .bind(user.as_str())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What somebody was last told, and when.
pub async fn last_told(tx: &mut Reading, user: &UserId) -> Result<Option<(Binding, Timestamp)>> {
    let team = tx.team().to_string();
    let row = sqlx::query(
        "select user_id, why, told_at from unmatched
         where team_id = $1 and user_id = $2 and told_at is not null order by told_at desc limit 1",
    )
    .bind(team)
    .bind(user.as_str())
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (_, why) = left_over(&row)?;
    Ok(Some((why, instant(row.try_get(2)?))))
}

/// Whether a later round, decided by now, left somebody over as well: what it says is newer.
pub async fn left_over_again(tx: &mut Reading, after: RoundId, user: &UserId) -> Result<bool> {
    let team = tx.team().to_string();
    let row = sqlx::query(
        "select count(*) from unmatched u join rounds r on r.id = u.round_id
         where u.team_id = $1 and u.user_id = $2 and u.round_id > $3 and r.state in ('approved', 'empty')",
    )
    .bind(team)
    .bind(user.as_str())
    .bind(after.0)
    .fetch_one(tx.conn())
    .await?;
    Ok(row.try_get::<i64, _>(0)? > 0)
}

/// Forgets who was left over, and what owners asked, in rounds made before `before`; but not yet who was told so since
/// `told`, to not tell them again too soon.
pub async fn prune_unmatched(tx: &mut Tx, before: Timestamp, told: Timestamp) -> Result<()> {
    let before = before.as_millisecond();
    sqlx::query(
        "delete from unmatched where round_id in (select id from rounds where created_at < $1)
           and (told_at is null or told_at < $2)",
    )
    .bind(before)
    .bind(told.as_millisecond())
    .execute(tx.conn())
    .await?;
    sqlx::query(
        "delete from round_edits where round_id in (select id from rounds where created_at < $1)",
    )
    .bind(before)
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn left_over(row: &AnyRow) -> Result<(UserId, Binding)> {
    let why: String = row.try_get(1)?;
    let why = serde_json::from_str(&why).map_err(|_| StoreError::Unreadable("a constraint"))?;
    Ok((UserId(row.try_get(0)?), why))
}
