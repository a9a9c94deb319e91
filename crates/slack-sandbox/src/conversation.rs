//! A conversation, and the messages in it.

use super::places::Posting;
use super::tally::Kind;
use std::collections::BTreeSet;

/// Index of a conversation.
pub(super) type Place = u32;

#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, as in Slack's own conversation object"
)]
pub(super) struct Conversation {
    pub id: Box<str>,
    pub kind: Kind,
    /// Channels: their name.
    pub name: Box<str>,
    /// The workspace that a channel is in. Other conversations of an organization are in all of its workspaces.
    pub team: Box<str>,
    /// People in it, the app aside.
    pub members: BTreeSet<String>,
    pub bot_is_member: bool,
    pub archived: bool,
    pub posting: Posting,
    pub private: bool,
    pub messages: Vec<u32>,
    /// Whether somebody's whole history is wanted.
    pub keep: bool,
}

/// A message, small: `body` is JSON text of `text` and `blocks`.
pub(super) struct Stored {
    /// Microseconds; unique, and growing with the index.
    pub ts: i64,
    pub place: Place,
    /// A person who wrote it; `None`: the app.
    pub author: Option<Box<str>>,
    pub body: Option<Box<str>>,
    pub metadata: Option<Metadata>,
    pub ephemeral_to: Option<Box<str>>,
    pub edited: bool,
    pub deleted: bool,
    pub said: u64,
}

pub(super) struct Metadata {
    pub event_type: u16,
    pub payload: Box<str>,
}
