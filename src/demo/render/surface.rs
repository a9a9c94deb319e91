//! The surface that blocks are on, and the person who sees it.

use serde_json::Value as Json;
use slack_sandbox::{MessageRef, Sandbox, User};
use std::collections::BTreeMap;

/// The person who sees the page.
pub struct Viewer<'a> {
    pub slack: &'a Sandbox,
    pub user: &'a str,
    /// Everyone who can be chosen, by name.
    pub people: &'a [User],
    /// Id and name of the channels that can be chosen.
    pub channels: &'a [(String, String)],
}

impl Viewer<'_> {
    /// Text with mentions and dates, as plain text.
    pub fn aloud(&self, text: &str) -> String {
        self.slack.aloud(self.user, text)
    }
}

/// The surface of blocks, and the values filled in there.
pub struct Surface {
    pub place: Place,
    /// `state.values`.
    pub values: Json,
    /// Block id → its error.
    pub errors: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Message(MessageRef),
    Home,
    Modal,
}

impl Surface {
    pub fn new(place: Place, values: Json) -> Self {
        Self {
            place,
            values,
            errors: BTreeMap::new(),
        }
    }

    /// An element id that differs between messages.
    pub fn id(&self, block: &str, action: &str) -> String {
        let place = match &self.place {
            Place::Message(message) => format!("m{}", message.ts.replace('.', "")),
            Place::Home => "home".to_owned(),
            Place::Modal => "modal".to_owned(),
        };
        format!("{place}-{block}-{action}")
    }
}

impl Place {
    /// The name by which a form identifies its surface.
    pub fn named(&self) -> String {
        match self {
            Place::Message(message) => format!("{}/{}", message.channel, message.ts),
            Place::Home => "home".to_owned(),
            Place::Modal => "modal".to_owned(),
        }
    }
}
