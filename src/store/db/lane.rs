//! Who asks the database, and how long they can wait.

use super::error::{Result, StoreError};
use std::time::Duration;

/// How long somebody who asks waits at most until we begin: Slack waits three seconds for all of it.
pub(in crate::store) const PATIENCE: Duration = Duration::from_secs(2);

/// Who asks, and with that how long they can wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// Somebody's click: Slack waits three seconds.
    Request,
    /// Senders and timers, which come again.
    Background,
    /// Whoever only reads.
    Read,
}

impl Lane {
    /// Until a transaction is begun, the lock included.
    pub(super) fn patience(self) -> Duration {
        match self {
            Self::Request | Self::Read => PATIENCE,
            Self::Background => Duration::from_secs(10),
        }
    }
}

/// Waits for `work` no longer than `limit`.
pub(super) async fn within<T>(limit: Duration, work: impl Future<Output = Result<T>>) -> Result<T> {
    match tokio::time::timeout(limit, work).await {
        Ok(Err(StoreError::Sql(sqlx::Error::PoolTimedOut))) | Err(_) => Err(StoreError::NoAnswer),
        // 55P03: the lock was not free in time.
        Ok(Err(StoreError::Sql(sqlx::Error::Database(error))))
            if error.code().as_deref() == Some("55P03") =>
        {
            Err(StoreError::Busy)
        }
        Ok(done) => done,
    }
}
