//! Applies the steps of the state machine to a row, while the row is as the step expects it.

use super::heads::Head;
use super::{Kind, MESSAGE, Result, Tx, due, promote, sql};
use crate::domain::delivery::{Requeue, State, Step, waits_for};
use crate::domain::ids::ChannelId;

/// Applies what a step says of the row; false when the row is not as the step expects it. What Slack has is noted
/// whatever lease it came under; everything else only under the row's own.
pub async fn apply(tx: &mut Tx, head: &Head, step: &Step) -> Result<bool> {
    match step {
        Step::Sent { channel, ts } => {
            let posted = (channel.as_ref(), ts.as_deref());
            close(tx, head, State::Sent, None, posted).await
        }
        Step::Fail(code) => close(tx, head, State::Failed, Some(code), NOWHERE).await,
        Step::Expire => close(tx, head, State::Expired, None, NOWHERE).await,
        Step::Queue(again) => requeue(tx, head, again).await,
        Step::SetPairChannel(..)
        | Step::Block(..)
        | Step::Uninstalled
        | Step::Answered(_)
        | Step::React(_) => Ok(true),
    }
}

async fn requeue(tx: &mut Tx, head: &Head, again: &Requeue) -> Result<bool> {
    let mut next = head.delivery.clone();
    next.doubt = again.doubt;
    if again.channel.is_some() {
        next.channel.clone_from(&again.channel);
    }
    let mut sealed = None;
    if let Some(what) = &again.what {
        next.what = what.clone();
        sealed = Some(MESSAGE.seal(tx.keys(), next.id, what)?);
    }
    let method = waits_for(&next);
    let queued = tx.run(sql!(
        "update outbox set state = 'queued', leased_until = null, not_before = $1, doubt = $2, attempts = $3,
             waits_for = $4, channel_id = coalesce($5, channel_id), error = coalesce($6, error),
             what_sealed = coalesce($7, what_sealed)
         where id = $8 and leases = $9 and state in ('queued', 'leased')",
        again.at, again.doubt, again.attempts, method, again.channel, again.error, sealed, next.id, head.lease
    ));
    if queued.await? != 1 {
        return Ok(false);
    }
    due(tx, method, again.at).await?;
    tx.posted = true;
    Ok(true)
}

/// Where a message stands at Slack: conversation and time stamp.
type Posted<'a> = (Option<&'a ChannelId>, Option<&'a str>);
const NOWHERE: Posted<'_> = (None, None);

/// The row is finished, and its words are forgotten: only a message that failed may be sent again. The next of its lane
/// gets its turn.
async fn close(
    tx: &mut Tx,
    head: &Head,
    state: State,
    error: Option<&String>,
    (channel, ts): Posted<'_>,
) -> Result<bool> {
    let keeps = state == State::Failed && head.delivery.kind != Kind::DataFile;
    let closed = tx.run(sql!(
        "update outbox set state = $1, finished_at = $2, leased_until = null, waits_for = null, doubt = 0, error = $3,
             channel_id = coalesce($4, channel_id), ts = $5,
             what_sealed = case when $6 = 1 then what_sealed else '' end
         where id = $7 and state in ('queued', 'leased') and (leases = $8 or $1 = 'sent')",
        state, tx.now, error, channel, ts, keeps, head.delivery.id, head.lease
    ));
    if closed.await? != 1 {
        return Ok(false);
    }
    promote(tx, &head.delivery.what.lane().to_string()).await?;
    Ok(true)
}
