//! When rows of the outbox are due, over all workspaces: waking, mending, forgetting.

use super::{Reading, Result, Tx, UNSEEN, due, promote, sql};
use crate::domain::delivery::{Doubt, LEASE, later};
use crate::domain::ids::TeamId;
use crate::store::db::Columns as _;
use jiff::{SignedDuration, Timestamp};

/// Nothing waits longer on purpose than the rarest repeat does, and its jitter.
const LONGEST: SignedDuration = SignedDuration::from_hours(26);
/// What is due within this is not brought forward after an outage: Slack may still be at work on it.
const SETTLING: SignedDuration = SignedDuration::from_mins(1);

/// When the earliest queue is due: to sleep until then.
pub async fn next_due(tx: &mut Reading) -> Result<Option<Timestamp>> {
    tx.maybe(sql!(
        "select due_at from outbox_queues q
         where exists (select 1 from workspaces w
                 join workspaces t on t.team_id = coalesce(w.enterprise_id, w.team_id)
                 where w.team_id = q.team_id and w.state = 'installed' and (t.token_ends_at is null or t.token_ends_at > $1))
         order by due_at limit 1",
        tx.now
    ))
    .await
}

/// The transaction's workspace is back: its queues are looked at.
pub async fn wake(tx: &mut Tx) -> Result<()> {
    tx.run(sql!(
        "update outbox_queues set due_at = $1 where team_id = $2 and due_at > $1",
        tx.now,
        tx.team()
    ))
    .await?;
    tx.posted = true;
    Ok(())
}

/// Slack answers again after an outage: what was tried in vain is tried once more now, however long it was to wait.
pub async fn outage_over(tx: &mut Tx) -> Result<()> {
    tx.run(sql!(
        "update outbox set not_before = $1 where team_id = $2 and state = 'queued' and waits_for is not null
         and attempts > 0 and not_before > $3",
        tx.now,
        tx.team(),
        later(tx.now, SETTLING)
    ))
    .await?;
    wake(tx).await
}

/// Gives lanes a head that have none: an earlier release's rows, beside us or before us, do not name what they wait for.
pub async fn adopt(tx: &mut Tx) -> Result<u64> {
    let own = tx.team().clone();
    let headless = sql!(
        "select team_id, lane from outbox where state in ('queued', 'leased') group by team_id, lane
         having max(case when waits_for is null or waits_for = 'unreadable' then 0 else 1 end) = 0
            and max(case when waits_for is null then 1 else 0 end) = 1"
    );
    let rows = tx.all(headless).await?;
    for row in &rows {
        tx.act_for(row.get("team_id")?);
        promote(tx, &row.get::<String>("lane")?).await?;
    }
    tx.act_for(own);
    Ok(rows.len() as u64)
}

/// A clock that was ahead for a while left instants behind that nobody will live to see: they are due now.
pub async fn mend_times(tx: &mut Tx) -> Result<()> {
    let (own, now) = (tx.team().clone(), tx.now);
    let mended = sql!(
        "update outbox set not_before = $1 where state in ('queued', 'leased')
         and (not_before > $2 or (state = 'leased' and leased_until > $3)) returning team_id",
        now,
        later(now, LONGEST),
        later(now, LEASE * 2)
    );
    for team in tx.values::<TeamId>(mended).await? {
        tx.act_for(team);
        due(tx, UNSEEN, now).await?;
    }
    tx.act_for(own);
    tx.run(sql!(
        "update outbox_queues set due_at = $1 where due_at > $1",
        now
    ))
    .await?;
    tx.posted = true;
    Ok(())
}

/// A copy of the database takes its place: whatever waits in it, in any workspace, may have been sent since.
pub async fn doubt_all(tx: &mut Tx) -> Result<u64> {
    let possible = Doubt::Possible;
    let open = sql!(
        "update outbox set doubt = $1 where state in ('waiting', 'queued', 'leased') and doubt = 0",
        possible
    );
    tx.run(open).await
}
