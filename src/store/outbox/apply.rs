//! Applies the steps of the state machine to a row, while the row is as the step expects it.

use super::heads::Head;
use super::{MESSAGE, Result, To, Tx, What, cards, due, pairs, promote, sql};
use crate::domain::card::Posted;
use crate::domain::delivery::{Requeue, State, Step, waits_for};
use crate::domain::key::Key;
use crate::store::db::{AnyRow, Columns as _};
use metrics::counter;

/// Applies what a step says of the row; false when the row is not as the step expects it. What Slack has is noted
/// whatever lease it came under; everything else only under the row's own.
///
/// A row that is finished forgets its words: only a message that failed may be sent again. The next of its lane gets its
/// turn.
pub async fn apply(tx: &mut Tx, head: &Head, step: &Step) -> Result<bool> {
    let (state, error, channel, ts) = match step {
        Step::Queue(again) => return requeue(tx, head, again).await,
        Step::Sent { channel, ts } => (State::Sent, None, channel.as_ref(), ts.as_ref()),
        Step::Fail(code) => (State::Failed, Some(code), None, None),
        Step::Expire => (State::Expired, None, None, None),
        Step::Wait => return wait(tx, head).await,
        Step::React(_) => return Ok(true),
    };
    let (id, kind) = (head.delivery.id, head.delivery.kind);
    let keeps = state == State::Failed && !kind.is_requested_file();
    let now = tx.now;
    let closed = tx.first(sql!(
        "update outbox set state = $1, finished_at = $2, leased_until = null, waits_for = null, doubt = 0, error = $3,
             channel_id = coalesce($4, channel_id), ts = $5,
             what_sealed = case when $6 = 1 then what_sealed else '' end
         where id = $7 and state in ('queued', 'leased') and (leases = $8 or $1 = 'sent')
         returning dedupe_key, channel_id",
        state, now, error, channel, ts, keeps, id, head.lease
    ));
    let Some(row) = closed.await? else {
        return Ok(false);
    };
    match (&head.delivery.what, ts) {
        (What::Post { .. }, Some(ts)) => card_placed(tx, head, &row, ts).await?,
        (What::Post { .. }, None) if state != State::Sent => card_unplaced(tx, head, &row).await?,
        _ => {}
    }
    let (outcome, kind) = (state.as_str(), kind.as_str());
    counter!("reverse_mentor_outbox_total", "outcome" => outcome, "kind" => kind).increment(1);
    promote(tx, &head.lane).await?;
    Ok(true)
}

/// Slack has a message, under this time stamp: notes where its card stands now.
async fn card_placed(tx: &mut Tx, head: &Head, row: &AnyRow, ts: &str) -> Result<()> {
    // Another release's key is no card of ours.
    let (Ok(key), Some(channel)) = (row.get::<Key>("dedupe_key"), row.maybe("channel_id")?) else {
        return Ok(());
    };
    let posted = Posted {
        channel,
        ts: ts.to_owned(),
    };
    cards::placed(tx, &key, &head.delivery.what.lane(), &posted).await
}

/// Slack will not have a message: the copy of its card that stands there stays the living one, and says what is true now.
async fn card_unplaced(tx: &mut Tx, head: &Head, row: &AnyRow) -> Result<()> {
    let card = row.get::<Key>("dedupe_key").ok().and_then(|key| key.card());
    match card {
        Some(card) => cards::changed(tx, card, &[head.delivery.what.lane()]).await,
        None => Ok(()),
    }
}

/// News waits for another moment, and so does the file behind it. It is given up as if it had not waited.
async fn wait(tx: &mut Tx, head: &Head) -> Result<bool> {
    let waits = sql!(
        "update outbox set state = 'waiting', leased_until = null, waits_for = null
         where id = $1 and leases = $2 and state in ('queued', 'leased') returning dedupe_key",
        head.delivery.id,
        head.lease
    );
    let Some(row) = tx.first(waits).await? else {
        return Ok(false);
    };
    if let Ok(key) = row.get::<Key>("dedupe_key") {
        tx.run(sql!(
            "update outbox set state = 'waiting', waits_for = null
             where team_id = $1 and dedupe_key = $2 and state = 'queued'",
            tx.team(),
            key.file()
        ))
        .await?;
    }
    promote(tx, &head.lane).await?;
    Ok(true)
}

/// Back to the queue, in the lane where it belongs: a change of a card that waited behind a copy of it waits in its own
/// from now on.
async fn requeue(tx: &mut Tx, head: &Head, again: &Requeue) -> Result<bool> {
    let (next, method) = (&again.delivery, waits_for(&again.delivery));
    let lane = next.what.lane().to_string();
    let moves = lane != head.lane;
    let mut sealed = None;
    if next.what != head.delivery.what {
        sealed = Some(MESSAGE.seal(tx.keys(), next.id, &next.what)?);
    }
    let queued = tx.changes(sql!(
        "update outbox set state = 'queued', leased_until = null, not_before = $1, doubt = $2, attempts = $3,
             channel_id = $5, error = coalesce($6, error), what_sealed = coalesce($7, what_sealed), lane = $10,
             waits_for = case when $11 = 1 and exists (select 1 from outbox o where o.team_id = outbox.team_id
                 and o.lane = $10 and o.state in ('queued', 'leased') and o.waits_for is not null
                 and o.waits_for <> 'unreadable') then null else $4 end
         where id = $8 and leases = $9 and state in ('queued', 'leased')",
        again.at, next.doubt, next.attempts, method, next.channel, again.error, sealed, next.id, head.lease, lane, moves
    ));
    if !queued.await? {
        return Ok(false);
    }
    if moves {
        promote(tx, &head.lane).await?;
    }
    if let (Some(To::Pair { pair, .. }), true) =
        (next.what.to(), next.channel != head.delivery.channel)
    {
        match &next.channel {
            Some(channel) => pairs::set_channel(tx, *pair, channel).await?,
            None => pairs::forget_channel(tx, *pair).await?,
        }
    }
    due(tx, method, again.at).await?;
    tx.posted = true;
    Ok(true)
}
