//! A request that is being answered.

use crate::slack::inbound::Inbound;
use std::sync::Arc;
use tokio::time::Instant;

/// A request under way. Cheap to clone.
#[derive(Clone)]
pub(super) struct Asked {
    pub inbound: Arc<Inbound>,
    pub arrived: Instant,
}
