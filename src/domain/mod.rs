//! The program's rules as pure code: no async, no I/O, no clock. Everything here can be read and tested alone.

pub mod cadence;
pub mod calendar;
pub mod card;
pub mod checkin;
pub mod clock_watch;
pub mod command;
pub mod cycle;
pub mod delivery;
pub mod digest;
pub mod goals;
pub mod happening;
pub mod ids;
pub mod key;
pub mod matching;
pub mod message;
pub(crate) mod named;
pub mod open_thing;
pub mod outgoing;
pub mod pair;
pub mod participant;
mod parts;
pub mod program;
pub mod questions;
pub mod schedule;
pub mod timer;
pub mod trend;
pub mod week;
