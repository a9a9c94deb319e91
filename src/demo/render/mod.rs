//! What Slack's own pages would show, as HTML: the words escaped first, Block Kit after.

pub mod blocks;
pub mod elements;
pub mod html;
mod menus;
pub mod mrkdwn;

#[cfg(test)]
mod tests;

use crate::sandbox::{MessageRef, Sandbox, User};
use html::Html;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Through whose eyes.
pub struct Eyes<'a> {
    pub slack: &'a Sandbox,
    pub user: &'a str,
    /// Everyone who can be picked, by name.
    pub people: &'a [User],
    /// Id and name of the channels that can be picked.
    pub channels: &'a [(String, String)],
}

impl Eyes<'_> {
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
    fn id(&self, block: &str, action: &str) -> String {
        let place = match &self.place {
            Place::Message(message) => format!("m{}", message.ts.replace('.', "")),
            Place::Home => "home".to_owned(),
            Place::Modal => "modal".to_owned(),
        };
        format!("{place}-{block}-{action}")
    }
}

fn string<'a>(value: &'a Json, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// The words of the text object under `key`, unescaped.
fn words(value: &Json, key: &str) -> String {
    mrkdwn::unescaped(value[key]["text"].as_str().unwrap_or_default())
}

/// A text object.
fn text(eyes: &Eyes, object: &Json) -> Html {
    let text = string(object, "text");
    if object["type"] == "mrkdwn" {
        mrkdwn::html(eyes, text)
    } else {
        mrkdwn::plain(text)
    }
}

fn list<'a>(value: &'a Json, key: &str) -> &'a [Json] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}
