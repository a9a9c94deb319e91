//! Finished messages, to show them in another place.

use super::text::Mrkdwn;
use super::{Block, Blocks, SECTION};
use crate::domain::message::Message;
use crate::md;
use crate::slack::words::Md;
use serde_json::Value;

impl Blocks {
    /// The contents of a finished message, to show them in another place.
    pub fn of(message: &Message) -> Self {
        if message.blocks.is_empty() {
            return Self::new().section(Md::already_safe(message.text.clone()));
        }
        Self(
            message
                .blocks
                .iter()
                .cloned()
                .map(Block::Finished)
                .collect(),
        )
    }

    /// The same to be read only: without buttons, and with a line in place of each picture, which has no file yet.
    pub fn to_read(message: &Message) -> Self {
        let mut read = Self::of(message);
        for block in &mut read.0 {
            let Block::Finished(value) = block else {
                continue;
            };
            if value["type"] == "image" {
                let text = md!("_A picture: {}_", picture_of(value));
                let elements = [Mrkdwn::new(text, SECTION)];
                *block = Block::Context { elements };
            } else if let Some(fields) = value.as_object_mut() {
                fields.remove("accessory");
            }
        }
        read.0
            .retain(|block| !matches!(block, Block::Finished(value) if value["type"] == "actions"));
        read
    }
}

/// Its title.
fn picture_of(image: &Value) -> &str {
    image["title"]["text"].as_str().unwrap_or_default()
}
