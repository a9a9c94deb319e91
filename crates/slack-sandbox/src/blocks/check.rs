//! Slack's limits on messages and views: <https://docs.slack.dev/reference/block-kit/blocks>.

use super::Surface;
use serde_json::{Map, Value as Json};
use std::collections::HashSet;
use std::fmt::Display;

/// Why Slack refuses blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invalid {
    pub error: &'static str,
    pub messages: Vec<String>,
}

/// Characters of all blocks of a message together; not documented, seen in practice.
const MESSAGE_CHARACTERS: usize = 13_200;
const VIEW_BYTES: usize = 250_000;

/// Checks the blocks of a message. `has_file` knows the ids of uploaded files.
pub(crate) fn message(blocks: &Json, has_file: &dyn Fn(&str) -> bool) -> Result<(), Invalid> {
    let mut check = Check::new(Surface::Message, has_file);
    check.blocks(blocks, 50);
    if check.characters > MESSAGE_CHARACTERS {
        return Err(Invalid {
            error: "msg_blocks_too_long",
            messages: vec![format!("blocks hold {} characters", check.characters)],
        });
    }
    check.finish("invalid_blocks")
}

/// Checks a modal or Home view.
pub(crate) fn view(
    view: &Json,
    surface: Surface,
    has_file: &dyn Fn(&str) -> bool,
) -> Result<(), Invalid> {
    let mut check = Check::new(surface, has_file);
    check.view(view);
    if view.to_string().len() > VIEW_BYTES {
        return Err(Invalid {
            error: "view_too_large",
            messages: Vec::new(),
        });
    }
    check.finish("invalid_arguments")
}

/// One walk through a message or view.
pub(super) struct Check<'a> {
    pub surface: Surface,
    errors: Vec<String>,
    characters: usize,
    markdown: usize,
    block_ids: HashSet<String>,
    action_ids: HashSet<String>,
    focused: bool,
    has_input: bool,
    has_file: &'a dyn Fn(&str) -> bool,
}

impl<'a> Check<'a> {
    fn new(surface: Surface, has_file: &'a dyn Fn(&str) -> bool) -> Self {
        Self {
            surface,
            errors: Vec::new(),
            characters: 0,
            markdown: 0,
            block_ids: HashSet::new(),
            action_ids: HashSet::new(),
            focused: false,
            has_input: false,
            has_file,
        }
    }

    fn finish(self, error: &'static str) -> Result<(), Invalid> {
        if self.errors.is_empty() {
            return Ok(());
        }
        Err(Invalid {
            error,
            messages: self.errors,
        })
    }

    pub fn wrong(&mut self, at: &str, what: impl Display) {
        self.errors
            .push(format!("[ERROR] {what} [json-pointer:{at}]"));
    }

    /// The object at `at`, if it is one; complains about missing and unknown keys.
    pub fn object<'v>(
        &mut self,
        value: &'v Json,
        at: &str,
        required: &[&str],
        optional: &[&str],
    ) -> Option<&'v Map<String, Json>> {
        let Some(map) = value.as_object() else {
            self.wrong(at, "must provide an object");
            return None;
        };
        for key in required {
            if map.get(*key).is_none_or(Json::is_null) {
                self.wrong(at, format_args!("missing required field: {key}"));
            }
        }
        for key in map.keys() {
            let key = key.as_str();
            if key != "type" && !required.contains(&key) && !optional.contains(&key) {
                self.wrong(at, format_args!("no more properties allowed: {key}"));
            }
        }
        Some(map)
    }

    /// A plain JSON string of `least` to `most` characters.
    pub fn string(
        &mut self,
        map: &Map<String, Json>,
        at: &str,
        key: &str,
        least: usize,
        most: usize,
    ) {
        let Some(value) = map.get(key).filter(|value| !value.is_null()) else {
            return;
        };
        let at = format!("{at}/{key}");
        let Some(value) = value.as_str() else {
            self.wrong(&at, "must provide a string");
            return;
        };
        self.length(value, &at, least, most);
    }

    fn length(&mut self, value: &str, at: &str, least: usize, most: usize) {
        let length = value.chars().count();
        if length < least {
            self.wrong(
                at,
                format_args!("must be more than {} characters", least - 1),
            );
        }
        if length > most {
            self.wrong(
                at,
                format_args!("must be less than {} characters", most + 1),
            );
        }
    }

    pub fn flag(&mut self, map: &Map<String, Json>, at: &str, key: &str) {
        if let Some(value) = map.get(key)
            && !value.is_boolean()
        {
            self.wrong(&format!("{at}/{key}"), "must provide a boolean");
        }
    }

    /// `focus_on_load`: one element of a view may have it.
    pub fn focus(&mut self, map: &Map<String, Json>, at: &str) {
        self.flag(map, at, "focus_on_load");
        if map.get("focus_on_load") == Some(&Json::Bool(true)) {
            if self.focused {
                self.wrong(at, "only one element can be focused on load");
            }
            self.focused = true;
        }
    }

    /// The list under `key`, if it is there and has an allowed length.
    pub fn list<'v>(
        &mut self,
        map: &'v Map<String, Json>,
        at: &str,
        key: &str,
        least: usize,
        most: usize,
    ) -> &'v [Json] {
        let Some(value) = map.get(key) else {
            return &[];
        };
        let at = format!("{at}/{key}");
        let Some(list) = value.as_array() else {
            self.wrong(&at, "must provide an array");
            return &[];
        };
        if list.len() < least {
            self.wrong(&at, format_args!("no fewer than {least} items allowed"));
        }
        if list.len() > most {
            self.wrong(&at, format_args!("no more than {most} items allowed"));
        }
        list
    }

    /// The text object under `key`.
    pub fn text(
        &mut self,
        map: &Map<String, Json>,
        at: &str,
        key: &str,
        most: usize,
        markup: Markup,
    ) {
        if let Some(value) = map.get(key) {
            self.text_object(value, &format!("{at}/{key}"), most, markup);
        }
    }

    pub fn text_object(&mut self, value: &Json, at: &str, most: usize, markup: Markup) {
        let Some(map) = self.object(value, at, &["type", "text"], &["emoji", "verbatim"]) else {
            return;
        };
        let kind = map.get("type").and_then(Json::as_str).unwrap_or_default();
        let allowed = match kind {
            "plain_text" => !map.contains_key("verbatim"),
            "mrkdwn" => markup == Markup::Any && !map.contains_key("emoji"),
            _ => false,
        };
        if !allowed {
            self.wrong(at, format_args!("unsupported type: {kind}"));
        }
        self.string(map, at, "text", 1, most);
        let text = map.get("text").and_then(Json::as_str).unwrap_or_default();
        self.characters += text.chars().count();
    }

    /// Action ids are unique within their block.
    pub fn action_id(&mut self, map: &Map<String, Json>, at: &str) {
        self.string(map, at, "action_id", 1, 255);
        if let Some(id) = map.get("action_id").and_then(Json::as_str)
            && !self.action_ids.insert(id.to_owned())
        {
            self.wrong(
                at,
                format_args!("`action_id` \"{id}\" already exists in this block"),
            );
        }
    }

    fn view(&mut self, view: &Json) {
        let modal = self.surface == Surface::Modal;
        let common = [
            "private_metadata",
            "callback_id",
            "external_id",
            "title",
            "close",
            "submit",
            "clear_on_close",
            "notify_on_close",
            "submit_disabled",
        ];
        let optional = if modal { &common[..] } else { &common[..3] };
        let required: &[&str] = if modal {
            &["type", "title", "blocks"]
        } else {
            &["type", "blocks"]
        };
        let Some(map) = self.object(view, "/view", required, optional) else {
            return;
        };
        let kind = if modal { "modal" } else { "home" };
        if map.get("type").and_then(Json::as_str) != Some(kind) {
            self.wrong("/view/type", format_args!("must be {kind}"));
        }
        for key in ["title", "close", "submit"] {
            self.text(map, "/view", key, 24, Markup::Plain);
        }
        self.string(map, "/view", "private_metadata", 0, 3000);
        self.string(map, "/view", "callback_id", 0, 255);
        self.string(map, "/view", "external_id", 0, 255);
        for key in ["clear_on_close", "notify_on_close", "submit_disabled"] {
            self.flag(map, "/view", key);
        }
        if let Some(blocks) = map.get("blocks") {
            self.blocks(blocks, 100);
        }
        if modal && self.has_input && map.get("submit").is_none_or(Json::is_null) {
            self.wrong("/view", "missing required field: submit");
        }
    }

    fn blocks(&mut self, blocks: &Json, most: usize) {
        let Some(list) = blocks.as_array() else {
            self.wrong("/blocks", "must provide an array");
            return;
        };
        if list.len() > most {
            self.wrong("/blocks", format_args!("no more than {most} items allowed"));
        }
        for (index, block) in list.iter().enumerate() {
            self.action_ids.clear();
            self.block(block, &format!("/blocks/{index}"));
        }
    }

    fn block(&mut self, block: &Json, at: &str) {
        let (required, optional): (&[&str], &[&str]) = match super::string(block, "type") {
            "section" => (&[], &["text", "fields", "accessory", "expand"]),
            "header" => (&["text"], &["level"]),
            "divider" => (&[], &[]),
            "context" | "actions" | "rich_text" => (&["elements"], &[]),
            "image" => (&["alt_text"], &["image_url", "slack_file", "title"]),
            "input" => (
                &["label", "element"],
                &["hint", "optional", "dispatch_action"],
            ),
            "markdown" if self.surface == Surface::Message => (&["text"], &[]),
            "video" => (
                &["alt_text", "title", "thumbnail_url", "video_url"],
                &[
                    "author_name",
                    "description",
                    "provider_icon_url",
                    "provider_name",
                    "title_url",
                ],
            ),
            kind => {
                self.wrong(at, format_args!("unsupported type: {kind}"));
                return;
            }
        };
        let optional = [optional, &["block_id"]].concat();
        let Some(map) = self.object(block, at, required, &optional) else {
            return;
        };
        self.string(map, at, "block_id", 1, 255);
        if let Some(id) = map.get("block_id").and_then(Json::as_str)
            && !self.block_ids.insert(id.to_owned())
        {
            self.wrong(at, format_args!("`block_id` \"{id}\" already exists"));
        }
        self.inside(map, at);
    }

    fn inside(&mut self, map: &Map<String, Json>, at: &str) {
        match map.get("type").and_then(Json::as_str).unwrap_or_default() {
            "section" => {
                if !map.contains_key("text") && !map.contains_key("fields") {
                    self.wrong(at, "missing required field: text or fields");
                }
                self.text(map, at, "text", 3000, Markup::Any);
                for (index, field) in self.list(map, at, "fields", 1, 10).iter().enumerate() {
                    self.text_object(field, &format!("{at}/fields/{index}"), 2000, Markup::Any);
                }
                self.flag(map, at, "expand");
                if let Some(element) = map.get("accessory") {
                    self.element(element, &format!("{at}/accessory"), Within::Section);
                }
            }
            "header" => self.text(map, at, "text", 150, Markup::Plain),
            "context" => {
                for (index, element) in self.list(map, at, "elements", 1, 10).iter().enumerate() {
                    let at = format!("{at}/elements/{index}");
                    if super::string(element, "type") == "image" {
                        self.element(element, &at, Within::Context);
                    } else {
                        self.text_object(element, &at, 3000, Markup::Any);
                    }
                }
            }
            "actions" => {
                for (index, element) in self.list(map, at, "elements", 1, 25).iter().enumerate() {
                    self.element(element, &format!("{at}/elements/{index}"), Within::Actions);
                }
            }
            "image" => {
                self.image(map, at);
                self.text(map, at, "title", 2000, Markup::Plain);
            }
            "input" => {
                self.has_input = true;
                self.text(map, at, "label", 2000, Markup::Plain);
                self.text(map, at, "hint", 2000, Markup::Plain);
                self.flag(map, at, "optional");
                self.flag(map, at, "dispatch_action");
                if let Some(element) = map.get("element") {
                    self.element(element, &format!("{at}/element"), Within::Input);
                }
            }
            "markdown" => {
                self.string(map, at, "text", 1, 12_000);
                let text = map.get("text").and_then(Json::as_str).unwrap_or_default();
                self.markdown += text.chars().count();
                self.characters += text.chars().count();
                if self.markdown > 12_000 {
                    self.wrong(at, "markdown blocks hold more than 12000 characters");
                }
            }
            _ => {}
        }
    }

    /// An image by address or by an uploaded file.
    pub fn image(&mut self, map: &Map<String, Json>, at: &str) {
        self.string(map, at, "image_url", 1, 3000);
        self.string(map, at, "alt_text", 1, 2000);
        let file = map.get("slack_file");
        if map.contains_key("image_url") == file.is_some() {
            self.wrong(at, "needs either image_url or slack_file");
        }
        if let Some(file) = file {
            let known = file["id"].as_str().is_some_and(|id| (self.has_file)(id));
            if !known && !file["url"].is_string() {
                self.wrong(&format!("{at}/slack_file"), "invalid slack file");
            }
        }
    }
}

/// Whether a text object may be mrkdwn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markup {
    Plain,
    Any,
}

/// The part of a block in which an element stands: each takes only some elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    Section,
    Actions,
    Context,
    Input,
}
