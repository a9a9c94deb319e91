//! Messages, modals and Homes as people see them.

use super::blocks::Values;
use super::fields;
use super::handle::Sandbox;
use super::render;
use super::tally::Kind;
use jiff::Timestamp;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Points at a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MessageRef {
    /// `C…` or `D…`.
    pub channel: String,
    /// The message's `ts`, which is its id within the channel.
    pub ts: String,
}

/// A file in a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedFile {
    /// `F…`.
    pub id: String,
    /// The file name.
    pub name: String,
    /// The title that people read.
    pub title: String,
    /// The contents.
    pub bytes: Vec<u8>,
}

/// A message as one person (or, in a channel, anyone) sees it.
#[derive(Clone, Debug)]
pub struct Message {
    /// Grows with every message; [`Sandbox::since`] goes on from it.
    pub seq: u64,
    /// The kind of conversation it is in.
    pub kind: Kind,
    /// The conversation's id.
    pub channel: String,
    /// Its id within the conversation.
    pub ts: String,
    /// The same as a time.
    pub at: Timestamp,
    /// The author: the app's user id or a person's.
    pub user: String,
    /// The top-level `text`.
    pub text: String,
    /// Files shared with it.
    pub files: Vec<SharedFile>,
    /// Metadata event type.
    pub event_type: Option<String>,
    /// The metadata payload's `key`.
    pub key: Option<String>,
    /// It was changed by `chat.update`, or through its `response_url`.
    pub edited: bool,
    /// Only this person sees it.
    pub ephemeral_to: Option<String>,
    /// The people in the conversation, the app aside; empty for channels.
    pub members: Vec<String>,
    pub(super) viewer: String,
    pub(super) body: String,
    pub(super) sandbox: Sandbox,
}

impl Message {
    /// Points at it, for a click.
    pub fn reference(&self) -> MessageRef {
        MessageRef {
            channel: self.channel.clone(),
            ts: self.ts.clone(),
        }
    }

    /// The blocks as the app sent them.
    pub fn blocks(&self) -> Vec<Json> {
        match serde_json::from_str::<Json>(&self.body) {
            Ok(mut body) => match body["blocks"].take() {
                Json::Array(blocks) => blocks,
                _ => Vec::new(),
            },
            Err(_) => Vec::new(),
        }
    }

    /// Readable plain text, as the person sees it.
    pub fn render(&self) -> String {
        let state = self.sandbox.inner.state();
        let body: Json = serde_json::from_str(&self.body).unwrap_or_default();
        let mut shown = render::message(&state, &self.viewer, &body, self.sandbox.inner.now());
        if self.ephemeral_to.is_some() {
            shown = format!("(only you see this)\n{shown}");
        }
        if self.edited {
            shown.push_str(" (edited)");
        }
        shown
    }

    /// The words of a notification or screen reader: the top-level text.
    pub fn aloud(&self) -> String {
        let state = self.sandbox.inner.state();
        let now = self.sandbox.inner.now();
        render::line(&state, &self.viewer, &self.text, now)
    }

    /// The words on its buttons.
    pub fn buttons(&self) -> Vec<String> {
        buttons(&self.blocks())
    }
}

fn buttons(blocks: &[Json]) -> Vec<String> {
    super::blocks::elements(blocks)
        .into_iter()
        .filter(|element| element.kind() == "button")
        .map(|element| element.label().to_owned())
        .collect()
}

/// A group DM with the app in it.
#[derive(Clone, Debug)]
pub struct GroupDm {
    /// The conversation's id.
    pub channel: String,
    /// The people in it, the app aside.
    pub members: Vec<String>,
    /// All its messages, oldest first.
    pub messages: Vec<Message>,
}

/// A modal or Home tab as one person sees it.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// `V…`.
    pub view_id: String,
    /// The modal's title; empty for Home.
    pub title: String,
    /// As the app gave it; else empty.
    pub callback_id: String,
    /// As the app gave it; else empty.
    pub private_metadata: String,
    /// Readable plain text, as the person sees it.
    pub text: String,
    /// As the app sent it, ids filled in.
    pub json: Json,
    /// `state.values`.
    pub values: Json,
}

impl Rendered {
    /// Readable plain text, as the person sees it.
    pub fn render(&self) -> String {
        self.text.clone()
    }

    /// Its blocks, ids filled in.
    pub fn blocks(&self) -> Vec<Json> {
        self.json["blocks"].as_array().cloned().unwrap_or_default()
    }

    /// The words on its buttons.
    pub fn buttons(&self) -> Vec<String> {
        buttons(&self.blocks())
    }

    /// Block id → what Slack says beside each field that keeps it from being submitted.
    pub fn unfinished(&self) -> BTreeMap<String, String> {
        let values: Values = serde_json::from_value(self.values.clone()).unwrap_or_default();
        let unfinished = fields::unfinished(&self.json, &values).into_iter();
        unfinished
            .map(|(field, why)| (field.block_id().to_owned(), why))
            .collect()
    }
}

/// A modal on somebody's screen.
pub type Modal = Rendered;
/// Somebody's Home tab.
pub type Home = Rendered;

/// One thing in a transcript.
#[derive(Clone, Debug)]
pub struct Seen {
    /// When it came up.
    pub at: Timestamp,
    /// `dm`, `group dm`, `#channel`, `screen` (modals, Home) or `does` (what the person did).
    pub place: String,
    /// Readable plain text.
    pub text: String,
}
