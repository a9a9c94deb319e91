//! A whole program against the local Slack, on a clock of its own.

pub mod stage;
