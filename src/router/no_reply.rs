//! Why there is no reply to an event.

use crate::features::Error;
use crate::store::NotBegun;
use crate::store::db::StoreError;

/// Why there is no reply to an event.
#[derive(Debug, thiserror::Error)]
pub enum NoReply {
    #[error("a retry of a request that was handled before")]
    Repeated,
    /// Its transaction is rolled back.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<StoreError> for NoReply {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<NotBegun> for NoReply {
    fn from(why: NotBegun) -> Self {
        match why {
            NotBegun::Repeated => Self::Repeated,
            NotBegun::Store(error) => error.into(),
        }
    }
}
