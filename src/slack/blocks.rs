//! Block Kit, built so that Slack accepts it: all limits are enforced here, and people's text comes in as [`Md`].
//!
//! The limits are Slack's own ("Reference: blocks", "block elements", "views").

mod buttons;
mod finished;
mod input;
mod lists;
mod text;
mod view;

pub use buttons::{Button, ON_A_PHONE, button, link_button, menu};
pub use input::{Choice, Input};
pub use lists::{lines_in_short, listed, listed_in_short};
pub use text::cut;
pub use view::{Modal, View, home_view};

use super::words::Md;
use crate::domain::message::Message;
use serde::Serialize;
use serde_json::{Value, json};
use text::{Mrkdwn, Plain};

const SECTION: usize = 3000;
const FIELD: usize = 2000;
/// The most fields in a section.
const FIELDS: usize = 10;
const HEADER: usize = 150;
const ALT: usize = 2000;
const ACTION_ELEMENTS: usize = 25;
const MESSAGE_BLOCKS: usize = 50;
/// The advised limit of the top-level text.
const TEXT: usize = 4000;

/// A list of blocks for messages, modals and the App Home.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Blocks(Vec<Block>);

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    Header {
        text: Plain,
    },
    Section {
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<Mrkdwn>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        fields: Vec<Mrkdwn>,
        #[serde(skip_serializing_if = "Option::is_none")]
        accessory: Option<Box<Button>>,
    },
    Context {
        elements: [Mrkdwn; 1],
    },
    Image {
        title: Plain,
        alt_text: String,
    },
    Divider,
    Actions {
        elements: Vec<Button>,
    },
    Input(Box<Input>),
    /// From a finished message.
    #[serde(untagged)]
    Finished(Value),
}

impl Blocks {
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn header(self, text: &str) -> Self {
        let text = Plain::new(text, HEADER);
        self.push(Block::Header { text })
    }

    #[must_use]
    pub fn section(self, text: impl Into<Md>) -> Self {
        self.push(Block::Section {
            text: Some(Mrkdwn::new(text.into(), SECTION)),
            fields: Vec::new(),
            accessory: None,
        })
    }

    /// Text with a button beside it.
    #[must_use]
    pub fn section_with(self, text: impl Into<Md>, button: Button) -> Self {
        let button = self.named(button, &[]);
        self.push(Block::Section {
            text: Some(Mrkdwn::new(text.into(), SECTION)),
            fields: Vec::new(),
            accessory: Some(Box::new(button)),
        })
    }

    /// Short texts in two columns, in as many blocks as they need.
    #[must_use]
    pub fn fields(mut self, fields: impl IntoIterator<Item = Md>) -> Self {
        let fields = fields.into_iter().map(|field| Mrkdwn::new(field, FIELD));
        let fields: Vec<Mrkdwn> = fields.collect();
        for few in fields.chunks(FIELDS) {
            self = self.push(Block::Section {
                text: None,
                fields: few.to_vec(),
                accessory: None,
            });
        }
        self
    }

    /// Small text.
    #[must_use]
    pub fn context(self, text: impl Into<Md>) -> Self {
        let elements = [Mrkdwn::new(text.into(), SECTION)];
        self.push(Block::Context { elements })
    }

    /// A placeholder for a picture, which gets its file when the message is sent. `alt` describes it for screen readers.
    #[must_use]
    pub fn picture(self, title: &str, alt: &str) -> Self {
        self.push(Block::Image {
            title: Plain::new(title, ALT),
            alt_text: cut(alt, ALT),
        })
    }

    #[must_use]
    pub fn divider(self) -> Self {
        self.push(Block::Divider)
    }

    /// Buttons in a row, or in as many rows as they need.
    #[must_use]
    pub fn buttons(mut self, buttons: impl IntoIterator<Item = Button>) -> Self {
        let mut elements = Vec::new();
        for button in buttons {
            if elements.len() == ACTION_ELEMENTS {
                let elements = std::mem::take(&mut elements);
                self = self.push(Block::Actions { elements });
            }
            elements.push(self.named(button, &elements));
        }
        if elements.is_empty() {
            return self;
        }
        self.push(Block::Actions { elements })
    }

    #[must_use]
    pub fn input(self, input: Input) -> Self {
        self.push(Block::Input(Box::new(input)))
    }

    #[must_use]
    pub fn append(mut self, more: Blocks) -> Self {
        self.0.extend(more.0);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A message of these blocks; `text` reads well aloud and on its own.
    pub fn message(mut self, text: impl Into<Md>) -> Message {
        limit(&mut self.0, MESSAGE_BLOCKS);
        buttons::tell_apart(buttons_mut(&mut self.0));
        Message {
            text: cut(text.into().as_str(), TEXT),
            blocks: self.0.iter().map(|block| json!(block)).collect(),
        }
    }

    fn push(mut self, block: Block) -> Self {
        self.0.push(block);
        self
    }

    /// Slack wants `action_id`s unique within a message: the second of a name becomes `name.2`. `row`: the buttons beside it.
    fn named(&self, mut button: Button, row: &[Button]) -> Button {
        let name = &button.action_id;
        let like = |other: &&Button| {
            let rest = other.action_id.strip_prefix(name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let placed = self.0.iter().flat_map(buttons);
        let taken = placed.chain(row).filter(like).count();
        if taken > 0 {
            button.action_id = format!("{name}.{}", taken + 1);
        }
        button
    }
}

fn buttons(block: &Block) -> impl Iterator<Item = &Button> {
    let (row, side) = match block {
        Block::Actions { elements } => (elements.as_slice(), None),
        Block::Section { accessory, .. } => (&[][..], accessory.as_deref()),
        _ => (&[][..], None),
    };
    row.iter().chain(side)
}

fn buttons_mut(blocks: &mut [Block]) -> impl Iterator<Item = &mut Button> {
    blocks.iter_mut().flat_map(|block| {
        let (row, side) = match block {
            Block::Actions { elements } => (elements.as_mut_slice(), None),
            Block::Section { accessory, .. } => (&mut [][..], accessory.as_deref_mut()),
            Block::Header { .. }
            | Block::Context { .. }
            | Block::Image { .. }
            | Block::Divider
            | Block::Input(_)
            | Block::Finished(_) => (&mut [][..], None),
        };
        row.iter_mut().chain(side)
    })
}

fn limit(blocks: &mut Vec<Block>, most: usize) {
    if blocks.len() > most {
        blocks.truncate(most - 1);
        let elements = [Mrkdwn::new("… and more.".into(), SECTION)];
        blocks.push(Block::Context { elements });
    }
}

impl From<Md> for Message {
    /// A message of one sentence.
    fn from(text: Md) -> Self {
        Self {
            text: cut(text.as_str(), TEXT),
            blocks: Vec::new(),
        }
    }
}

impl From<&'static str> for Message {
    fn from(text: &'static str) -> Self {
        Md::from(text).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::md;
    use crate::slack::event::{Action, Form};

    #[test]
    fn buttons_of_one_name_get_ids_of_their_own() {
        let blocks = Blocks::new()
            .section_with("a", button("One", &Action::OpenJoin))
            .buttons([
                button("Two", &Action::OpenJoin),
                button("Three", &Action::OpenJoin),
                button("Help", &Action::OpenHelp),
            ]);
        let ids: Vec<&str> = blocks
            .0
            .iter()
            .flat_map(super::buttons)
            .map(|button| button.action_id.as_str())
            .collect();
        assert_eq!(
            ids,
            ["open_join", "open_join.2", "open_join.3", "open_help"]
        );
        assert_eq!(blocks.0.len(), 2);
    }

    /// Slack's limits cut nothing without a word.
    #[test]
    fn nothing_is_dropped_in_silence() {
        let fields = (0..23).map(|number| md!("field {}", number));
        let buttons = (0..51).map(|number| button(&format!("Button {number}"), &Action::OpenHelp));
        let message = Blocks::new().fields(fields).buttons(buttons).message("All");
        let shown = json!(message.blocks).to_string();
        for number in 0..23 {
            assert!(shown.contains(&format!("\"field {number}\"")), "{number}");
        }
        for number in 0..51 {
            assert!(shown.contains(&format!("\"Button {number}\"")), "{number}");
        }
        assert_eq!(message.blocks.len(), 3 + 3);
        let many = (0..80).fold(Blocks::new(), |blocks, _| blocks.section("a"));
        let shown = json!(many.message("Many").blocks).to_string();
        assert!(shown.contains("… and more."));
        let names = ["a", "b", "c", "d"];
        assert_eq!(listed_in_short(names, 4).as_str(), "a, b, c and d");
        assert_eq!(listed_in_short(names, 2).as_str(), "a, b and 2 more");
        let lines = lines_in_short(names.map(Md::from).to_vec(), 3);
        assert_eq!(lines.last().unwrap().as_str(), "… and 1 more");
    }

    #[test]
    fn a_screen_reader_tells_buttons_of_one_text_apart() {
        let pick = || button("Pick a time", &Action::LogMeeting);
        let blocks = Blocks::new()
            .buttons([pick(), button("Help", &Action::OpenHelp)])
            .section_with("Max", pick())
            .buttons([pick().about("your mentor")]);
        let labels = |blocks: &serde_json::Value| -> Vec<serde_json::Value> {
            let rows = blocks.as_array().unwrap().iter();
            rows.flat_map(|block| {
                let row = block["elements"].as_array().cloned().unwrap_or_default();
                row.into_iter().chain(block.get("accessory").cloned())
            })
            .map(|button| button["accessibility_label"].clone())
            .collect()
        };
        let told = [
            "Pick a time, 1 of 2",
            "",
            "Pick a time, 2 of 2",
            "Pick a time: your mentor",
        ];
        let told: Vec<_> = told
            .iter()
            .map(|label| {
                if label.is_empty() {
                    serde_json::Value::Null
                } else {
                    json!(label)
                }
            })
            .collect();
        assert_eq!(labels(&json!(blocks.clone().message("Times").blocks)), told);
        assert_eq!(labels(&json!(home_view(blocks.clone()))["blocks"]), told);
        assert_eq!(
            labels(&Modal::notice("Times", blocks).view()["blocks"]),
            told
        );
    }

    #[test]
    #[should_panic(expected = "phones cut this button")]
    fn a_label_that_phones_cut_is_found_by_any_test_that_builds_it() {
        button("Show everything stored about me", &Action::ExportMine);
    }

    #[test]
    fn a_cut_never_leaves_half_a_mention_or_escape() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("ab&amp;cd", 5), "ab…");
        assert_eq!(cut("hi <@U123> there", 8), "hi …");
    }

    #[test]
    fn a_modal_names_its_form() {
        let modal = Modal::form(
            Form::Goals {
                pair: crate::domain::ids::PairId(7),
                version: 1,
            },
            "Goals",
            "Save",
            Blocks::new(),
        );
        let view = modal.view();
        assert_eq!(view["callback_id"], "goals");
        assert_eq!(
            serde_json::from_str::<Form>(view["private_metadata"].as_str().unwrap()).unwrap(),
            modal.form
        );
        assert_eq!(
            Modal::notice("Hi", Blocks::new()).view()["callback_id"],
            "notice"
        );
    }
}
