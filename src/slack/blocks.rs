//! Block Kit, built so that Slack accepts it: limits are kept here, once, and people's text comes in as [`Md`].
//!
//! Limits are Slack's own ("Reference: blocks", "block elements", "views").

mod input;

pub use input::{Choice, Input};

use super::event::{Action, Form};
use super::words::{Md, ToMd};
use crate::domain::message::Message;
use serde::Serialize;
use serde_json::{Value, json};

const SECTION: usize = 3000;
const FIELD: usize = 2000;
const HEADER: usize = 150;
const ALT: usize = 2000;
const BUTTON: usize = 75;
const OPTION_TEXT: usize = 75;
/// The most a menu holds.
pub const OPTIONS: usize = 100;
const OPTION_VALUE: usize = 150;
const PLACEHOLDER: usize = 150;
const TITLE: usize = 24;
const ACTION_ELEMENTS: usize = 25;
const MESSAGE_BLOCKS: usize = 50;
const VIEW_BLOCKS: usize = 100;
/// Advised for the top-level text.
const TEXT: usize = 4000;
/// The most a text input may hold, and what Slack allows us to set.
pub const INPUT: usize = 3000;

/// A stack of blocks: for messages, modals and the App Home alike.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Blocks(Vec<Block>);

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
enum Block {
    Plain(Value),
    Input(Box<Input>),
}

impl Block {
    fn into_value(self) -> Value {
        match self {
            Block::Plain(block) => block,
            Block::Input(input) => json!(input),
        }
    }
}

impl Blocks {
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn header(self, text: &str) -> Self {
        self.push(element("header", [("text", plain(text, HEADER))]))
    }

    #[must_use]
    pub fn section(self, text: impl Into<Md>) -> Self {
        self.push(element("section", [("text", mrkdwn(text.into(), SECTION))]))
    }

    /// Text with a button at its side.
    #[must_use]
    pub fn section_with(self, text: impl Into<Md>, button: Button) -> Self {
        let button = self.named(button.0, &[]);
        self.push(element(
            "section",
            [
                ("text", mrkdwn(text.into(), SECTION)),
                ("accessory", button),
            ],
        ))
    }

    /// Up to ten short texts in two columns.
    #[must_use]
    pub fn fields(self, fields: impl IntoIterator<Item = Md>) -> Self {
        let fields: Vec<Value> = fields
            .into_iter()
            .take(10)
            .map(|field| mrkdwn(field, FIELD))
            .collect();
        if fields.is_empty() {
            return self;
        }
        self.push(element("section", [("fields", fields.into())]))
    }

    /// Small print.
    #[must_use]
    pub fn context(self, text: impl Into<Md>) -> Self {
        self.push(element(
            "context",
            [("elements", [mrkdwn(text.into(), SECTION)].into())],
        ))
    }

    /// A place for a picture, which gets its file when the message is sent. `alt` says what it shows to those who hear it.
    #[must_use]
    pub fn picture(self, title: &str, alt: &str) -> Self {
        self.push(element(
            "image",
            [
                ("title", plain(title, ALT)),
                ("alt_text", cut(alt, ALT).into()),
            ],
        ))
    }

    #[must_use]
    pub fn divider(self) -> Self {
        self.push(element("divider", []))
    }

    #[must_use]
    pub fn buttons(self, buttons: impl IntoIterator<Item = Button>) -> Self {
        let mut elements = Vec::new();
        for button in buttons.into_iter().take(ACTION_ELEMENTS) {
            elements.push(self.named(button.0, &elements));
        }
        if elements.is_empty() {
            return self;
        }
        self.push(element("actions", [("elements", elements.into())]))
    }

    #[must_use]
    pub fn input(mut self, input: Input) -> Self {
        self.0.push(Block::Input(Box::new(input)));
        self
    }

    #[must_use]
    pub fn append(mut self, more: Blocks) -> Self {
        self.0.extend(more.0);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A message of these blocks; `text` reads well aloud and stands alone.
    pub fn message(mut self, text: impl Into<Md>) -> Message {
        limit(&mut self.0, MESSAGE_BLOCKS);
        Message {
            text: cut(text.into().as_str(), TEXT),
            blocks: self.0.into_iter().map(Block::into_value).collect(),
        }
    }

    fn push(mut self, block: Value) -> Self {
        self.0.push(Block::Plain(block));
        self
    }

    /// Slack wants `action_id`s unique within a message: the second of a name becomes `name.2`. `row` are those beside it.
    fn named(&self, mut element: Value, row: &[Value]) -> Value {
        let name = element["action_id"].as_str().unwrap_or_default().to_owned();
        let like = |other: &&Value| {
            let id = other["action_id"].as_str().unwrap_or_default();
            id.strip_prefix(&name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let taken = self
            .0
            .iter()
            .flat_map(elements)
            .chain(row)
            .filter(like)
            .count();
        if taken > 0 {
            element["action_id"] = json!(format!("{name}.{}", taken + 1));
        }
        element
    }
}

fn elements(block: &Block) -> impl Iterator<Item = &Value> {
    let block = match block {
        Block::Plain(block) => block,
        Block::Input(_) => &Value::Null,
    };
    let many = block["elements"].as_array().into_iter().flatten();
    many.chain(block.get("accessory"))
}

fn limit(blocks: &mut Vec<Block>, most: usize) {
    if blocks.len() > most {
        blocks.truncate(most - 1);
        let more = [mrkdwn("… and more.".into(), SECTION)];
        blocks.push(Block::Plain(element(
            "context",
            [("elements", more.into())],
        )));
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

/// A button. Made with [`button`].
#[derive(Clone, Debug, PartialEq)]
pub struct Button(Value);

pub fn button(label: &str, action: &Action) -> Button {
    Button(element(
        "button",
        [
            ("text", plain(label, BUTTON)),
            ("action_id", action.name().into()),
            ("value", action.encode().into()),
        ],
    ))
}

/// Options: Slack, 5.
const MENU: usize = 5;

/// Up to five things to do, behind three dots.
pub fn menu<'a>(name: &str, choices: impl IntoIterator<Item = (&'a str, Action)>) -> Button {
    let options: Vec<Value> = choices
        .into_iter()
        .take(MENU)
        .map(|(label, action)| json!({"text": plain(label, BUTTON), "value": action.encode()}))
        .collect();
    Button(json!({"type": "overflow", "action_id": name, "options": options}))
}

/// A button that opens a web page.
pub fn link_button(label: &str, url: &url::Url, name: &str) -> Button {
    Button(element(
        "button",
        [
            ("text", plain(label, BUTTON)),
            ("action_id", format!("link_{name}").into()),
            ("url", url.as_str().into()),
        ],
    ))
}

impl Button {
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.0["style"] = json!("primary");
        self
    }

    #[must_use]
    pub fn danger(mut self) -> Self {
        self.0["style"] = json!("danger");
        self
    }

    /// Asks once more before it acts. Limits: title 100, text 300, buttons 30 characters.
    #[must_use]
    pub fn confirm(mut self, title: &str, text: &str, yes: &str, no: &str) -> Self {
        self.0["confirm"] = object([
            ("title", plain(title, 100)),
            ("text", plain(text, 300)),
            ("confirm", plain(yes, 30)),
            ("deny", plain(no, 30)),
        ]);
        self
    }
}

/// A modal.
#[derive(Clone, Debug, PartialEq)]
pub struct Modal {
    pub form: Form,
    title: String,
    submit: Option<String>,
    blocks: Blocks,
}

impl Modal {
    /// A modal with something to submit.
    pub fn form(form: Form, title: &str, submit: &str, blocks: Blocks) -> Self {
        Self {
            form,
            title: title.to_owned(),
            submit: Some(submit.to_owned()),
            blocks,
        }
    }

    /// A modal that only shows something.
    pub fn notice(title: &str, blocks: Blocks) -> Self {
        Self {
            form: Form::Notice,
            title: title.to_owned(),
            submit: None,
            blocks,
        }
    }

    /// The view as `views.open` and `response_action` take it.
    pub fn into_view(self) -> View {
        let mut blocks = self.blocks.0;
        limit(&mut blocks, VIEW_BLOCKS);
        let metadata = serde_json::to_string(&self.form).unwrap_or_default();
        let callback = metadata.trim_matches(|c: char| !c.is_ascii_lowercase());
        let callback = callback.split('"').next().unwrap_or_default().to_owned();
        let close = if self.submit.is_some() {
            "Cancel"
        } else {
            "Close"
        };
        View {
            r#type: "modal",
            callback_id: callback,
            private_metadata: metadata,
            title: plain(&self.title, TITLE),
            close: plain(close, TITLE),
            submit: self.submit.map(|submit| plain(&submit, TITLE)),
            blocks,
        }
    }

    #[cfg(test)]
    pub fn view(&self) -> Value {
        json!(self.clone().into_view())
    }
}

/// A modal as Slack takes it.
#[derive(Debug, Serialize)]
pub struct View {
    r#type: &'static str,
    callback_id: String,
    private_metadata: String,
    title: Value,
    close: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    submit: Option<Value>,
    blocks: Vec<Block>,
}

/// The App Home of one person, as `views.publish` takes it.
pub fn home_view(blocks: Blocks) -> Value {
    let mut blocks = blocks.0;
    limit(&mut blocks, VIEW_BLOCKS);
    let blocks = blocks.into_iter().map(Block::into_value);
    element("home", [("blocks", blocks.collect())])
}

/// An object of Slack's of this type. Moves what it is given, as `json!` would not.
fn element<const N: usize>(kind: &str, fields: [(&str, Value); N]) -> Value {
    let mut element = object(fields);
    element["type"] = kind.into();
    element
}

/// A JSON object of what it is given, moved.
pub fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let fields = fields.into_iter();
    Value::Object(fields.map(|(key, value)| (key.to_owned(), value)).collect())
}

fn plain(text: &str, most: usize) -> Value {
    element("plain_text", [("text", plain_text(text, most).into())])
}

fn plain_text(text: &str, most: usize) -> String {
    let text = text.trim();
    // Slack refuses empty text objects.
    cut(if text.is_empty() { "…" } else { text }, most)
}

fn mrkdwn(text: Md, most: usize) -> Value {
    let text = if text.is_empty() {
        Md::from("…")
    } else {
        text
    };
    element("mrkdwn", [("text", cut(text.as_str(), most).into())])
}

/// At most `most` characters, an ellipsis in place of what is left out. Never ends inside an escape or a mention.
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(most.saturating_sub(1)).collect();
    for (open, close) in [('&', ';'), ('<', '>')] {
        if let Some(at) = kept.rfind(open)
            && !kept[at..].contains(close)
        {
            kept.truncate(at);
        }
    }
    kept.push('…');
    kept
}

/// A list in a sentence: "a, b and c".
pub fn listed<T: ToMd>(items: &[T]) -> Md {
    let words: Vec<String> = items
        .iter()
        .map(|item| item.to_md().into_string())
        .collect();
    Md::already_safe(match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
            .flat_map(elements)
            .map(|element| element["action_id"].as_str().unwrap())
            .collect();
        assert_eq!(
            ids,
            ["open_join", "open_join.2", "open_join.3", "open_help"]
        );
        assert_eq!(blocks.0.len(), 2);
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
