//! The state that all requests share.

use super::bodies::Bodies;
use super::limits::KnownLimits;
use super::turns::Homes;
use crate::clock::Clock;
use crate::slack::client::Client;
use crate::slack::verify::Verifier;
use crate::store::Db;
use tokio_util::task::TaskTracker;

/// The state that requests need. Cheap to clone.
#[derive(Clone)]
pub struct Endpoint {
    pub db: Db,
    pub clock: Clock,
    pub client: Client,
    pub verifier: Verifier,
    /// Requests, and work that continues after the acknowledgement; shutdown waits for both.
    pub after: TaskTracker,
    pub(super) bodies: Bodies,
    pub(super) calls: KnownLimits,
    pub(super) homes: Homes,
}

impl Endpoint {
    pub fn new(db: Db, clock: Clock, client: Client, verifier: Verifier) -> Self {
        Self {
            db,
            clock,
            client,
            verifier,
            after: TaskTracker::new(),
            bodies: Bodies::default(),
            calls: KnownLimits::default(),
            homes: Homes::default(),
        }
    }
}
