//! The surface that blocks stand on, and the person who looks at it.

use serde_json::Value as Json;
use slack_sandbox::{MessageRef, Sandbox, User};
use std::collections::BTreeMap;

/// Through whose viewer.
pub struct Viewer<'a> {
    pub slack: &'a Sandbox,
    pub user: &'a str,
    /// Everyone who can be picked, by name.
    pub people: &'a [User],
    /// Id and name of the channels that can be picked.
    pub channels: &'a [(String, String)],
}

impl Viewer<'_> {
    /// Text with mentions and dates, as plain words.
    pub fn aloud(&self, text: &str) -> String {
        self.slack.aloud(self.user, text)
    }
}

/// Where blocks stand, and what is filled in there.
pub struct Surface {
    pub place: Place,
    /// `state.values`.
    pub values: Json,
    /// Block id → what is wrong with it.
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

    /// Makes ids of elements differ between one message and the next.
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
    /// How a form says where its blocks stand.
    pub fn named(&self) -> String {
        match self {
            Place::Message(message) => format!("{}/{}", message.channel, message.ts),
            Place::Home => "home".to_owned(),
            Place::Modal => "modal".to_owned(),
        }
    }
}
