//! What runs by itself: the sender empties the outbox, the scheduler runs timers, the matcher solves rounds.

pub mod clock_watch;
pub mod limiter;
pub mod matcher;
mod outcome;
mod picture;
pub mod scheduler;
pub mod sender;
mod sharing;
pub(crate) mod unsent;
