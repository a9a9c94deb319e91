//! The program's rules, pure: no async, no I/O, no clock. Everything here can be read and tested alone.

pub mod cadence;
pub mod calendar;
pub mod command;
pub mod digest;
pub mod ids;
pub mod matching;
pub mod participant;
pub mod program;
pub mod schedule;
