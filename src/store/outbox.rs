//! What is on its way to Slack: one row a message, file or question.
//!
//! The store only keeps and applies; what is to be done is decided in [`crate::domain::delivery`]. The first open row of
//! a lane is its head and names the method it waits for (`waits_for`). Heads are found through `outbox_queues`, one row a
//! workspace and method with something due, so finding work costs the same however much waits.

mod again;
mod apply;
pub mod cards;
mod enqueue;
mod heads;
mod read;
mod times;

pub use crate::domain::outgoing::{
    Chart, ChartUpload, DayReservation, Kind, Lane, Passed, PassesOn, To, Upload, What,
};
pub use again::{
    drop_words, failed, failed_announcement, kept, key, let_go, moment_has_come, send_again,
    take_back, wait_again, words_to_contacts,
};
pub use apply::apply;
pub use enqueue::{give_key_back, homes_later, keep, pass_on, post, push, share, withdraw};
#[cfg(test)]
pub use heads::open;
pub use heads::{Head, Queue, due_queues, heads, lease, served};
pub use read::{
    Failed, depth, error, failed_since, has, has_failed, is_held_back, is_queued, last_failure,
    owners_told, queued, told_to_mend, unreadable, waiting, written_at,
};
pub use times::{adopt, doubt_all, mend_times, next_due, outage_over, wake};

use super::db::{Reading, Result, Sealed, StoreError, Tx, sql};
use super::pairs;
use crate::domain::ids::ChannelId;
use jiff::Timestamp;

const MESSAGE: Sealed = Sealed {
    table: "outbox",
    what: "an outgoing message",
};
/// A head whose text has not been looked at yet: any sender may, whatever Slack's limits.
pub const UNSEEN: &str = "?";

/// The group DM of the pair it goes to, if Slack has opened it.
async fn pair_channel(tx: &mut Reading, what: &What) -> Result<Option<ChannelId>> {
    match what.to() {
        Some(To::Pair { pair, .. }) => pairs::channel(tx, *pair).await,
        Some(To::Person(_) | To::Channel(_)) | None => Ok(None),
    }
}

/// Something waits for `method` in the transaction's workspace from `at` on.
async fn due(tx: &mut Tx, method: &str, at: Timestamp) -> Result<()> {
    tx.run(sql!(
        "insert into outbox_queues (team_id, waits_for, due_at) values ($1, $2, $3)
         on conflict (team_id, waits_for) do update set due_at = excluded.due_at
         where outbox_queues.due_at > excluded.due_at",
        tx.team(),
        method,
        at
    ))
    .await?;
    Ok(())
}

/// The first open row of a lane becomes its head, if it is not.
pub(super) async fn promote(tx: &mut Tx, lane: &str) -> Result<()> {
    let now = tx.now;
    let promoted = tx.changes(sql!(
        "update outbox set waits_for = '?', not_before = case when not_before < $1 then $1 else not_before end
         where waits_for is null and id = (select min(o.id) from outbox o where o.team_id = $2 and o.lane = $3
             and o.state in ('queued', 'leased') and (o.waits_for is null or o.waits_for <> 'unreadable'))",
        now, tx.team(), lane
    ));
    if promoted.await? {
        due(tx, UNSEEN, now).await?;
        tx.posted = true;
    }
    Ok(())
}
