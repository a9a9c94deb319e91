//! Everything that knows Slack's shapes. Nothing outside speaks its JSON.

pub mod blocks;
pub mod event;
pub mod words;
