//! Ids that sort by the time of their making.

use super::error::Result;
use crate::store::seal::SealError;
use jiff::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Makes ids: milliseconds, sixteen random bits for this process, a counter that borrows from the next millisecond when
/// it is used up. They sort by time of making, which is what keeps the outbox first in, first out.
pub(super) struct IdGenerator {
    node: AtomicI64,
    last: Mutex<(i64, i64)>,
}

/// 2024-01-01T00:00:00Z in epoch milliseconds.
const MINT_EPOCH: i64 = 1_704_067_200_000;
const COUNTER_BITS: u32 = 6;
const NODE_BITS: u32 = 16;

/// When an id was made, or a little after: never before.
pub fn made_at(id: i64) -> Timestamp {
    let made = MINT_EPOCH + (id >> (COUNTER_BITS + NODE_BITS));
    Timestamp::from_millisecond(made).unwrap_or(Timestamp::MAX)
}

impl IdGenerator {
    pub(super) fn new() -> Result<Self> {
        let mut node = [0; 2];
        getrandom::fill(&mut node).map_err(|_| SealError::NoEntropy)?;
        Ok(Self {
            node: AtomicI64::new(i64::from(u16::from_le_bytes(node))),
            last: Mutex::new((0, 0)),
        })
    }

    /// A process's own bits, where they are to be the same every time.
    pub(super) fn set_node(&self, node: u8) {
        self.node.store(i64::from(node), Ordering::Relaxed);
    }

    /// The next id, at `now` in epoch milliseconds.
    pub(super) fn next(&self, now: i64) -> i64 {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (now - MINT_EPOCH).max(0);
        *last = match *last {
            (ms, count) if now <= ms && count + 1 < 1 << COUNTER_BITS => (ms, count + 1),
            (ms, _) if now <= ms => (ms + 1, 0),
            _ => (now, 0),
        };
        let node = self.node.load(Ordering::Relaxed);
        (last.0 << (COUNTER_BITS + NODE_BITS)) | (node << COUNTER_BITS) | last.1
    }
}
