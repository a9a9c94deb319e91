//! All the SQL. One file per table, functions on [`Tx`]; the same text runs on SQLite and PostgreSQL.

pub mod audit;
pub mod db;
pub mod inbox;
pub mod limits;
pub mod nudged;
pub mod outbox;
pub mod own;
pub mod pairs;
pub mod participants;
pub mod people;
pub mod programs;
pub mod seal;
pub mod timers;
pub mod workspaces;

pub use db::{Db, Tx};
