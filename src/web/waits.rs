//! What Slack asked us to wait with, in this process: looked at before every call that is made at once.

use super::Gate;
use crate::domain::ids::TeamId;
use crate::slack::client::CallError;
use crate::store::limits;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// By scope, as the limiter names them, until when. Cheap to clone.
#[derive(Clone, Default)]
pub struct Waits(Arc<Mutex<HashMap<String, Timestamp>>>);

impl Waits {
    /// How many seconds there are still to wait, if any.
    fn left(&self, scope: &str, now: Timestamp) -> Option<u64> {
        let mut waits = self.held();
        let until = *waits.get(scope)?;
        if until <= now {
            waits.remove(scope);
            return None;
        }
        let left = until.duration_since(now).as_secs();
        Some(u64::try_from(left).unwrap_or(0) + 1)
    }

    fn note(&self, scope: &str, until: Timestamp) {
        self.held().insert(scope.to_owned(), until);
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gate {
    /// Calls Slack at once, unless it asked us to wait with this; if it does so now, everybody waits.
    pub(super) async fn call(
        &self,
        team: &TeamId,
        method: &'static str,
        arguments: &(impl Serialize + Send + Sync),
    ) -> Result<Value, CallError> {
        let now = self.clock.now();
        let scope = limits::scope(team, method);
        if let Some(wait) = self.waits.left(&scope, now) {
            return Err(CallError::RateLimited(wait));
        }
        let called = self.client.call(method, arguments).await;
        if let Err(CallError::RateLimited(seconds)) = called {
            let wait = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(60));
            let until = now.saturating_add(wait).unwrap_or(now);
            self.waits.note(&scope, until);
            // The sender and other replicas are to know.
            let noted = async {
                let mut tx = self.db.write(team, now).await?;
                limits::block(&mut tx, &scope, until).await?;
                tx.commit().await
            };
            if let Err(error) = noted.await {
                tracing::warn!(%error, "that Slack asks us to wait could not be noted");
            }
        }
        called
    }
}
