//! The product: one folder or file per feature, with its flow, its texts and its views.
//!
//! A feature is a function of a transaction and a person's action. It changes rows, puts messages into the outbox, sets
//! timers and returns a [`Reply`]. It never sees a Slack client, a clock or another feature: it announces what others must know
//! as a `Happening`, which the router passes on in the same transaction. Code that several features need is in
//! [`crate::shared`].

pub mod agreement;
pub mod checkins;
pub mod circle;
pub mod cockpit;
pub mod cohort;
pub mod digest;
pub mod direct_messages;
pub mod directory;
pub mod endings;
pub mod enrollment;
pub mod help;
pub mod home;
pub mod introduction;
pub mod invite;
pub mod join;
pub mod launch;
pub mod matching;
pub mod meetings;
#[cfg(test)]
mod notes_about_pairs;
pub mod organization;
pub mod privacy;
pub mod program_break;
pub mod reflections;
pub mod reorganization;
pub mod report;
pub mod retention;
pub mod setup;
pub mod standing;
pub mod support;
#[cfg(test)]
mod unchanged;

pub use crate::shared::owners::{is_owner, owners_only, owns};
pub use crate::shared::{
    Error, NextMatch, Reply, Result, View, back_in, days, find_partner_button, months, next_match,
    next_round, not_erased, nothing_changed, pause_button, refuse, settings, worded_button,
};
