//! How many Socket Mode connections are open, for the probes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The connections that are open, and why there is none. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct OpenSockets {
    count: Arc<AtomicUsize>,
    trouble: Arc<Mutex<Option<String>>>,
}

/// An open connection, until it is dropped.
pub(super) struct Open(Arc<AtomicUsize>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl OpenSockets {
    pub(super) fn one_more(&self) -> Open {
        self.count.fetch_add(1, Ordering::Relaxed);
        Open(self.count.clone())
    }

    pub(super) fn trouble(&self, why: Option<String>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = why;
    }

    pub(super) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    pub(super) fn describe(&self) -> String {
        let count = self.count();
        if count > 0 {
            return format!("{count} open");
        }
        let why = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let why = why.as_deref().unwrap_or("not opened yet");
        format!("none open ({why}): Slack cannot reach the bot")
    }
}
