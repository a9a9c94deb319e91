//! The bot over HTTP against the sandbox, on a test clock: what each person sees, and every promise of ARCHITECTURE.md.
//!
//! Scenes for both databases are written once with [`both!`]; PostgreSQL is included when `TEST_POSTGRES_URL` names a
//! server on which databases may be created.

#![expect(
    clippy::unwrap_used,
    reason = "a scene that cannot be set has failed, and says where"
)]

mod answered;
#[cfg(feature = "demo")]
mod browser;
mod calls;
mod cards;
mod chart;
mod checked;
mod circle;
mod clock;
mod clocks;
mod crash;
mod delivery;
mod directory;
mod fail_closed;
mod failover;
mod files;
mod first_match;
mod first_program;
mod frozen;
mod gate;
mod health;
mod house;
mod installing;
mod living;
mod looking_after;
mod many;
mod mondays;
mod network;
mod no_contradiction;
mod offline;
mod organization;
mod owners;
mod people;
mod personal_data;
mod postgres;
mod pressure;
mod process;
mod queues;
mod races_while_solving;
mod refusals;
mod rehearsal;
mod reminded;
mod replay;
mod replicas;
mod report;
mod rounds;
mod servers;
mod setting_up;
mod socket_mode;
mod sqlite;
mod stalled;
mod standing;
mod stopping;
mod storage;
mod strict;
mod support;
mod thousand;
mod timers;
mod twins;
mod upkeep;
mod wire;
mod withdrawn;
mod wording;
