//! Reverse Mentor: a Slack bot that runs a company's reverse mentoring program.
//!
//! Slack in → one transaction → Slack out. Everything that happens (a command, a button, an event, a timer) becomes a typed
//! event, runs one feature in one database transaction, and leaves changed rows, rows in the outbox and a reply.
//!
//! Reading order: [`router`] (all that can happen), a folder of [`features`] (what one does and says), [`domain`] (the rules),
//! [`store`] (the rows), [`slack`] (its shapes), [`web`] (requests), [`work`] (background work).

pub mod app;
mod chart;
pub mod cli;
pub mod clock;
pub mod config;
#[cfg(feature = "demo")]
pub mod demo;
pub mod doctor;
pub mod domain;
pub mod erase;
pub mod export;
pub mod features;
pub mod import;
pub mod install;
pub mod offline;
pub mod operator;
pub mod people_file;
pub mod rehearse;
pub mod report;
mod report_page;
pub mod router;
mod shared;
pub mod slack;
pub mod store;
mod telemetry;
#[cfg(test)]
mod testing;
pub mod upkeep;
mod web;
pub mod work;
