//! This process's knowledge of Slack's limits, and the calls it has not counted yet.

use crate::domain::ids::TeamId;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The longest until this process learns of another replica's block.
const FRESH: SignedDuration = SignedDuration::from_secs(1);

/// The known limits. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct KnownLimits(pub Arc<Inner>);

#[derive(Default)]
pub(super) struct Inner {
    /// By scope, as in `work::rates`.
    blocks: Mutex<HashMap<String, Block>>,
    /// Until when each allowance had no room, when it was last asked.
    pub full: Mutex<HashMap<String, Block>>,
    pub uses: Mutex<HashMap<Use, i64>>,
}

/// When a limit was last read, and until when it allows nothing.
#[derive(Clone, Copy)]
pub(super) struct Block {
    pub looked: Timestamp,
    pub until: Timestamp,
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Use {
    pub team: TeamId,
    pub method: &'static str,
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl KnownLimits {
    /// Until when `scope` is blocked as far as this process knows, and whether to read it again. Of many who ask at
    /// once, only one is told to read.
    pub fn blocked(&self, scope: &str, now: Timestamp) -> (Timestamp, bool) {
        let mut blocks = lock(&self.0.blocks);
        let Some(block) = blocks.get_mut(scope) else {
            let block = Block {
                looked: now,
                until: now,
            };
            blocks.insert(scope.to_owned(), block);
            return (now, true);
        };
        let age = now.duration_since(block.looked);
        // It was read in the future: the clock was set back, so the value means nothing.
        let is_stale = age.is_negative() || block.until <= now && age >= FRESH;
        if is_stale {
            *block = Block {
                looked: now,
                until: now,
            };
        }
        (block.until, is_stale)
    }

    pub fn block(&self, scope: &str, now: Timestamp, until: Timestamp) {
        let block = Block { looked: now, until };
        lock(&self.0.blocks).insert(scope.to_owned(), block);
    }

    /// Notes a call. Returns true if no count is scheduled yet.
    pub fn note(&self, team: &TeamId, method: &'static str) -> bool {
        let mut uses = lock(&self.0.uses);
        let is_first = uses.is_empty();
        let team = team.clone();
        *uses.entry(Use { team, method }).or_default() += 1;
        is_first
    }
}
