//! Calls that people wait for, within the limits that all replicas and the sender share.
//!
//! A call with a trigger cannot wait, because the trigger expires after three seconds. It is made unless Slack answered 429 for
//! that method to any replica, and counted afterwards, many at a time. Every other call first takes a place in the allowance,
//! like the sender's calls, and is not made if there is none.

use super::endpoint::Endpoint;
use super::limits::{Block, Use, lock};
use crate::domain::ids::TeamId;
use crate::slack::client::CallError;
use crate::store::db::Result;
use crate::store::limits;
use crate::work::rates;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// How long to wait for the database to say whether a method is blocked; the trigger is expiring meanwhile.
const GLANCE: Duration = Duration::from_millis(250);
/// How often calls are counted.
const COUNT_EVERY: Duration = Duration::from_secs(1);

fn wait(now: Timestamp, until: Timestamp) -> CallError {
    let left = until.duration_since(now).as_secs();
    CallError::RateLimited(u64::try_from(left).unwrap_or(0) + 1)
}

impl Endpoint {
    /// Makes a call that cannot wait, unless a replica knows that Slack blocks this method. Gives up at `until`.
    pub(super) async fn call_now(
        &self,
        team: &TeamId,
        method: &'static str,
        arguments: &(impl Serialize + Send + Sync),
        until: Instant,
    ) -> Result<Value, CallError> {
        let (now, scope) = (self.clock.now(), limits::scope(team, method));
        let (mut blocked, look) = self.calls.blocked(&scope, now);
        if look && let Some(found) = self.blocked_until(team, &scope, now).await {
            self.calls.block(&scope, now, found);
            blocked = found;
        }
        if blocked > now {
            return Err(wait(now, blocked));
        }
        if self.calls.note(team, method) {
            let endpoint = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(COUNT_EVERY).await;
                endpoint.count_uses().await;
            });
        }
        let called = timeout_at(until, self.call(team, method, arguments)).await;
        let called = called.unwrap_or(Err(CallError::InDoubt("timed out")));
        self.remember_429(team, &scope, now, &called);
        called
    }

    async fn call(
        &self,
        team: &TeamId,
        method: &'static str,
        arguments: &(impl Serialize + Send + Sync),
    ) -> Result<Value, CallError> {
        let client = self.clients.of(team).await?;
        let called = client.call(method, arguments).await;
        self.clients.judged(team, &client, called).await
    }

    /// Makes a call if the allowance has room for it now.
    pub(super) async fn call_within(
        &self,
        team: &TeamId,
        method: &'static str,
        arguments: &(impl Serialize + Send + Sync),
    ) -> Result<Value, CallError> {
        self.room(team, method).await?;
        self.call_in_room(team, method, arguments).await
    }

    /// Takes a place in the allowance of `method`, if there is one now.
    pub(super) async fn room(&self, team: &TeamId, method: &'static str) -> Result<(), CallError> {
        let (now, scope) = (self.clock.now(), limits::scope(team, method));
        let full = lock(&self.calls.0.full).get(&scope).copied();
        if let Some(Block { looked, until }) = full
            && (looked..until).contains(&now)
        {
            return Err(wait(now, until));
        }
        let taken: Result<_> = async {
            let mut tx = self.db.write(team, now).await?;
            let taken = match rates::allowance(team, method, self.clients.installed()) {
                Some(allowance) => limits::take(&mut tx, &allowance).await?,
                None => Ok(()),
            };
            tx.commit().await?;
            Ok(taken)
        }
        .await;
        match taken {
            Ok(Ok(())) => Ok(()),
            Ok(Err(until)) => {
                lock(&self.calls.0.full).insert(scope, Block { looked: now, until });
                Err(wait(now, until))
            }
            Err(error) => {
                tracing::warn!(%error, method, "a call was not made: the limits cannot be read");
                Err(CallError::Unreached)
            }
        }
    }

    /// Makes a call that has its place in the allowance.
    pub(super) async fn call_in_room(
        &self,
        team: &TeamId,
        method: &'static str,
        arguments: &(impl Serialize + Send + Sync),
    ) -> Result<Value, CallError> {
        let called = self.call(team, method, arguments).await;
        let scope = limits::scope(team, method);
        self.remember_429(team, &scope, self.clock.now(), &called);
        called
    }

    /// Until when the shared rows block `scope`; none when the database is too slow.
    async fn blocked_until(&self, team: &TeamId, scope: &str, now: Timestamp) -> Option<Timestamp> {
        let looked = async {
            let mut tx = self.db.read(team, now).await?;
            limits::blocked_until(&mut tx, scope).await
        };
        match timeout(GLANCE, looked).await {
            Ok(Ok(until)) => Some(until.unwrap_or(now)),
            Ok(Err(_)) | Err(_) => None,
        }
    }

    /// After a 429, blocks the method here at once, and on other replicas as soon as it is stored.
    fn remember_429(
        &self,
        team: &TeamId,
        scope: &str,
        now: Timestamp,
        called: &Result<Value, CallError>,
    ) {
        let Err(CallError::RateLimited(seconds)) = called else {
            return;
        };
        let wait = SignedDuration::from_secs(i64::try_from(*seconds).unwrap_or(i64::MAX));
        let until = now.saturating_add(wait).unwrap_or(Timestamp::MAX);
        self.calls.block(scope, now, until);
        let (endpoint, team, scope) = (self.clone(), team.clone(), scope.to_owned());
        self.after.spawn(async move {
            let noted = async {
                let mut tx = endpoint.db.write(&team, now).await?;
                limits::block(&mut tx, &scope, until).await?;
                tx.commit().await
            };
            if let Err(error) = noted.await {
                tracing::warn!(%error, "could not record that Slack asks us to wait");
            }
        });
    }

    /// Stores the calls that were made since the last time.
    pub(super) async fn count_uses(&self) {
        let uses = std::mem::take(&mut *lock(&self.calls.0.uses));
        if uses.is_empty() {
            return;
        }
        for (Use { team, method }, calls) in uses {
            let Some(allowance) = rates::allowance(&team, method, self.clients.installed()) else {
                continue;
            };
            let counted = async {
                // Takes the workspace's lock, like the sender.
                let mut tx = self.db.background_write(&team, self.clock.now()).await?;
                // A count above Slack's limit per minute makes no difference.
                let calls = calls.min(allowance.calls);
                let calls = usize::try_from(calls).unwrap_or(0);
                limits::note(&mut tx, &allowance.scope, calls).await?;
                tx.commit().await
            };
            if let Err(error) = counted.await {
                tracing::warn!(%error, "calls to Slack could not be counted");
            }
        }
    }
}
