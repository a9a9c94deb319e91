//! Everything that knows Slack's data formats. No other module handles its JSON.

pub mod authorize;
pub mod blocks;
pub mod client;
pub mod connector;
pub mod event;
mod http;
pub mod inbound;
pub mod manifest;
pub mod origin;
pub mod socket;
pub mod verify;
pub mod words;
