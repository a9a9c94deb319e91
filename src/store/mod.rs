//! All the SQL. One file per table, functions on [`Reading`] and [`Tx`]; the same text runs on SQLite and PostgreSQL.

pub mod agreements;
pub mod audit;
pub mod candidates;
pub mod checkins;
pub mod companions;
pub mod cycles;
pub mod db;
pub mod digests;
pub mod facts;
pub mod holds;
pub mod imports;
pub mod inbox;
pub mod invitations;
pub mod known;
pub mod limits;
pub mod lookups;
pub mod met;
pub mod nudged;
pub mod open_things;
pub mod organization;
pub mod outbox;
pub mod pair_card;
pub mod pairs;
pub mod participants;
pub mod people;
pub mod personal_data;
pub mod programs;
pub mod reactions;
pub mod reflections;
mod request;
pub mod rounds;
pub mod seal;
pub mod timers;
pub mod workspaces;

pub use db::{Db, Reading, Tx};
pub use request::{NotBegun, RequestTx};
