//! Block Kit: checks, ids, and look-ups by the names that people use.

mod check;
mod elements;
mod values;

pub(super) use check::{Invalid, message, view};
pub(super) use values::{Lookup, initial, initial_values, is_empty, needs, option, set};

use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The surface that blocks stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    Message,
    Modal,
    Home,
}

/// `state.values`: block id → action id → what is filled in.
pub(super) type Values = BTreeMap<String, BTreeMap<String, Json>>;

/// Something in a block that people can use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    pub block: &'a Json,
    pub element: &'a Json,
}

impl<'a> Element<'a> {
    pub fn kind(&self) -> &'a str {
        string(self.element, "type")
    }

    pub fn action_id(&self) -> &'a str {
        string(self.element, "action_id")
    }

    pub fn block_id(&self) -> &'a str {
        string(self.block, "block_id")
    }

    pub fn is_input(&self) -> bool {
        string(self.block, "type") == "input"
    }

    /// The words the person reads on or above it.
    pub fn label(&self) -> &'a str {
        let own = text_of(self.element, "text");
        if !own.is_empty() {
            return own;
        }
        if self.is_input() {
            return text_of(self.block, "label");
        }
        let placeholder = text_of(self.element, "placeholder");
        if placeholder.is_empty() {
            text_of(self.block, "text")
        } else {
            placeholder
        }
    }

    /// Whether a person (or a test) who says `name` means this one.
    pub fn is_called(&self, name: &str) -> bool {
        let plain = |text: &str| text.trim_matches(['*', ' ', ':', '\n']) == name;
        name == self.action_id()
            || name == self.block_id()
            || name == self.label().trim()
            || name == text_of(self.element, "placeholder")
            || plain(text_of(self.block, "text"))
    }
}

/// Everything usable in `blocks`, in reading order.
pub(super) fn elements(blocks: &[Json]) -> Vec<Element<'_>> {
    let mut found = Vec::new();
    for block in blocks {
        let list = block["elements"].as_array().map_or(&[][..], Vec::as_slice);
        let single = ["accessory", "element"].map(|key| &block[key]);
        for element in list.iter().chain(single) {
            if element["action_id"].is_string() {
                found.push(Element { block, element });
            }
        }
    }
    found
}

/// Gives every block and element without an id one, as Slack does.
pub(super) fn give_ids(blocks: &mut Json, mut next: impl FnMut() -> String) {
    let Some(blocks) = blocks.as_array_mut() else {
        return;
    };
    for block in blocks {
        if !block["block_id"].is_string() {
            block["block_id"] = next().into();
        }
        let Some(block) = block.as_object_mut() else {
            continue;
        };
        let kind = block.get("type").and_then(Json::as_str).unwrap_or_default();
        if kind == "actions"
            && let Some(list) = block.get_mut("elements").and_then(Json::as_array_mut)
        {
            for element in list {
                give_action_id(element, &mut next);
            }
        }
        for key in ["accessory", "element"] {
            if let Some(element) = block.get_mut(key)
                && element["type"] != "image"
            {
                give_action_id(element, &mut next);
            }
        }
    }
}

fn give_action_id(element: &mut Json, next: &mut impl FnMut() -> String) {
    if element.is_object() && !element["action_id"].is_string() {
        element["action_id"] = next().into();
    }
}

pub(super) fn string<'a>(value: &'a Json, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// The words of the text object under `key`.
pub(super) fn text_of<'a>(value: &'a Json, key: &str) -> &'a str {
    value[key]["text"].as_str().unwrap_or_default()
}

/// All options of a select, radio group, check boxes or overflow menu, groups flattened.
pub(super) fn options(element: &Json) -> Vec<&Json> {
    let groups = element["option_groups"].as_array().into_iter().flatten();
    let grouped = groups.flat_map(|group| group["options"].as_array().into_iter().flatten());
    let plain = element["options"].as_array().into_iter().flatten();
    plain.chain(grouped).collect()
}
