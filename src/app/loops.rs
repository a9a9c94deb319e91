//! The loops that run as long as the process: if one ends, the process ends.

use std::collections::HashMap;
use std::future::Future;
use tokio::task::{Id, JoinSet};

/// Named loops.
#[derive(Default)]
pub(super) struct Loops {
    running: JoinSet<()>,
    names: HashMap<Id, &'static str>,
}

/// A loop that ended before the stop signal. Without it, the bot looks alive and does nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} {how}; the process exits so that it can be restarted")]
pub(super) struct Dead {
    pub name: &'static str,
    how: &'static str,
}

impl Loops {
    pub(super) fn spawn(
        &mut self,
        name: &'static str,
        work: impl Future<Output = ()> + Send + 'static,
    ) {
        let task = self.running.spawn(work);
        self.names.insert(task.id(), name);
    }

    /// Returns when a loop has ended; without loops, never.
    pub(super) async fn first_to_end(&mut self) -> Dead {
        let (id, how) = match self.running.join_next_with_id().await {
            Some(Ok((id, ()))) => (id, "has ended"),
            // Its message may contain people's words, and is already on standard error.
            Some(Err(error)) => (error.id(), "has panicked"),
            None => std::future::pending().await,
        };
        Dead {
            name: self.names.get(&id).copied().unwrap_or("a loop"),
            how,
        }
    }

    /// Waits for all loops, which have been told to stop.
    pub(super) async fn finish(&mut self) {
        while self.running.join_next().await.is_some() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_loop_that_ends_or_panics_is_named() {
        let mut loops = Loops::default();
        loops.spawn("the sender", std::future::pending());
        loops.spawn("the scheduler", async {});
        let dead = loops.first_to_end().await;
        assert_eq!((dead.name, dead.how), ("the scheduler", "has ended"));
        loops.spawn("the matcher", async { panic!("on purpose") });
        let dead = loops.first_to_end().await;
        assert_eq!((dead.name, dead.how), ("the matcher", "has panicked"));
    }
}
