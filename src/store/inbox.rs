//! Requests already handled.

use super::db::{Result, Tx, sql};

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
