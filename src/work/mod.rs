//! Background work: the sender empties the outbox, the scheduler runs timers, the matcher solves rounds.

mod calls;
pub mod clients;
pub mod clock_watch;
pub mod matcher;
pub mod rates;
pub(crate) mod reactions;
mod renewal;
pub mod scheduler;
pub mod sender;
