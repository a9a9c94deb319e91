//! The bot over HTTP against the sandbox, on a test clock: what each person sees, and every promise of ARCHITECTURE.md.
//!
//! Scenes that run on both databases are written once with [`both!`]; PostgreSQL joins in when TEST_POSTGRES_URL names a
//! server on which databases may be created.

mod crash;
mod delivery;
mod house;
mod process;
mod replicas;
mod support;
mod wire;
