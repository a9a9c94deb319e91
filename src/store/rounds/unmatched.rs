//! Who was left over in a round, what bound, and who was told.

use crate::domain::ids::{RoundId, UserId};
use crate::domain::matching::Binding;
use crate::store::db::{AnyRow, Columns as _, Reading, Result, Tx, from_json, sql, to_json};
use jiff::Timestamp;

const WHY: &str = "a constraint";

/// Somebody who was left over in a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOver {
    pub user: UserId,
    pub why: Binding,
    /// Whether they have a partner now, and would have taken another.
    pub has_partner: bool,
}

/// Notes who was left over; once per person and round.
pub async fn add_unmatched(
    tx: &mut Tx,
    round: RoundId,
    user: &UserId,
    why: &Binding,
) -> Result<()> {
    tx.run(sql!(
        "insert into unmatched (round_id, team_id, user_id, why) values ($1, $2, $3, $4) on conflict do nothing",
        round,
        tx.team(),
        user,
        to_json(why, WHY)?
    ))
    .await?;
    Ok(())
}

/// Everyone left over in a round, by id.
pub async fn unmatched(tx: &mut Reading, round: RoundId) -> Result<Vec<LeftOver>> {
    let unmatched = sql!(
        "select u.user_id, u.why, cast(case when exists (select 1 from pairs p where p.team_id = u.team_id
             and p.closed_at is null and (p.mentor = u.user_id or p.mentee = u.user_id)) then 1 else 0 end as bigint)
             as has_partner
         from unmatched u where u.team_id = $1 and u.round_id = $2 order by u.user_id",
        tx.team(),
        round
    );
    let read = |_: &Reading, row: &AnyRow| {
        Ok(LeftOver {
            user: row.get("user_id")?,
            why: why(row)?,
            has_partner: row.get("has_partner")?,
        })
    };
    tx.read_all(unmatched, read).await
}

/// Those of them whom nobody has looked after yet.
pub async fn untold(tx: &mut Reading, round: RoundId) -> Result<Vec<(UserId, Binding)>> {
    let untold = sql!(
        "select user_id, why from unmatched
         where team_id = $1 and round_id = $2 and done = 0 order by user_id",
        tx.team(),
        round
    );
    tx.read_all(untold, left_over).await
}

/// Notes that somebody was told (or need not be).
pub async fn looked_after(tx: &mut Tx, round: RoundId, user: &UserId, told: bool) -> Result<()> {
    tx.run(sql!(
        "update unmatched set done = 1, told_at = $1 where team_id = $2 and round_id = $3 and user_id = $4",
        told.then_some(tx.now),
        tx.team(),
        round,
        user
    ))
    .await?;
    Ok(())
}

/// They were not told after all.
pub async fn not_looked_after(tx: &mut Tx, round: RoundId, user: &UserId) -> Result<()> {
    tx.run(sql!(
        "update unmatched set done = 0, told_at = null where team_id = $1 and round_id = $2 and user_id = $3",
        tx.team(),
        round,
        user
    ))
    .await?;
    Ok(())
}

/// What somebody was last told, and when.
pub async fn last_told(tx: &mut Reading, user: &UserId) -> Result<Option<(Binding, Timestamp)>> {
    let told = sql!(
        "select user_id, why, told_at from unmatched
         where team_id = $1 and user_id = $2 and told_at is not null order by told_at desc limit 1",
        tx.team(),
        user
    );
    tx.read_first(told, |_, row| Ok((why(row)?, row.get("told_at")?)))
        .await
}

/// What the last round that told somebody why said, unless their profile or standing has changed since.
pub async fn left_over_since_change(tx: &mut Reading, user: &UserId) -> Result<Option<Binding>> {
    let told = sql!(
        "select u.user_id, u.why from unmatched u
         join participants q on q.team_id = u.team_id and q.user_id = u.user_id
         where u.team_id = $1 and u.user_id = $2 and u.told_at >= q.updated_at order by u.told_at desc limit 1",
        tx.team(),
        user
    );
    let told = tx.read_first(told, left_over).await?;
    Ok(told.map(|(_, why)| why).filter(Binding::is_an_obstacle))
}

/// Whether a later round, decided by now, left somebody over as well: what it says is newer.
pub async fn left_over_again(tx: &mut Reading, after: RoundId, user: &UserId) -> Result<bool> {
    let again: i64 = tx
        .value(sql!(
            "select count(*) from unmatched u join rounds r on r.id = u.round_id
             where u.team_id = $1 and u.user_id = $2 and u.round_id > $3 and r.state in ('approved', 'empty')",
            tx.team(),
            user,
            after
        ))
        .await?;
    Ok(again > 0)
}

fn left_over(_: &Reading, row: &AnyRow) -> Result<(UserId, Binding)> {
    Ok((row.get("user_id")?, why(row)?))
}

fn why(row: &AnyRow) -> Result<Binding> {
    from_json(&row.get::<String>("why")?, WHY)
}
