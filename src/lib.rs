//! Reverse Mentor: a Slack bot that runs a company's reverse mentoring program.

pub mod clock;
pub mod domain;
pub mod features;
pub mod router;
pub mod sandbox;
pub mod slack;
pub mod store;
