//! Requests already handled.

use super::db::{Result, Tx, sql};
use jiff::Timestamp;

/// The note.
macro_rules! note {
    () => {
        "insert into inbox (dedupe_key, received_at) values ($1, $2) on conflict do nothing returning received_at"
    };
}
pub(super) use note;

/// Notes `key`; false when it was noted before, that is, when this is a retry of something finished.
pub async fn first_time(tx: &mut Tx, key: &str) -> Result<bool> {
    let note = sql!(note!(), key, tx.now);
    tx.any(note).await
}

/// Forgets what came in before `before`.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.run(sql!("delete from inbox where received_at < $1", before))
        .await
}
