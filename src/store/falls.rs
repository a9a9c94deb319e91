//! Falls of confidence that owners have read of in their weekly note, which the channel reads later.

use super::db::{Reading, Result, Tx, sql};
use crate::domain::ids::UserId;
use jiff::Timestamp;

/// Notes that an owner reads of a mean that is `tenths` below the one at the start.
pub async fn tell(tx: &mut Tx, owner: &UserId, tenths: i32) -> Result<()> {
    tx.run(sql!(
        "insert into falls (team_id, owner, tenths, told_at) values ($1, $2, $3, $4) on conflict do nothing",
        tx.team(),
        owner,
        i64::from(tenths),
        tx.now
    ))
    .await?;
    Ok(())
}

/// What an owner was told since `since` did not reach them.
pub async fn not_told(tx: &mut Tx, owner: &UserId, since: Timestamp) -> Result<()> {
    tx.run(sql!(
        "delete from falls where team_id = $1 and owner = $2 and told_at >= $3",
        tx.team(),
        owner,
        since
    ))
    .await?;
    Ok(())
}

/// The newest fall that some owner was told of before `before`, in tenths.
pub async fn told(tx: &mut Reading, before: Timestamp) -> Result<Option<i32>> {
    let told = sql!(
        "select tenths from falls where team_id = $1 and told_at < $2 order by told_at desc, tenths limit 1",
        tx.team(),
        before
    );
    let told = tx.values::<i64>(told).await?.pop();
    Ok(told.and_then(|tenths| i32::try_from(tenths).ok()))
}

/// Confidence is back: another fall is news again.
pub async fn forget(tx: &mut Tx) -> Result<()> {
    tx.run(sql!("delete from falls where team_id = $1", tx.team()))
        .await?;
    Ok(())
}
