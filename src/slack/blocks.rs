//! Block Kit, built so that Slack accepts it: limits are kept here, once, and people's text comes in as [`Md`].
//!
//! Limits are Slack's own ("Reference: blocks", "block elements", "views").

use super::event::{Action, Form};
use super::words::{Md, ToMd};
use crate::domain::ids::UserId;
use crate::domain::message::Message;
use serde_json::{Map, Value, json};

const SECTION: usize = 3000;
const FIELD: usize = 2000;
const HEADER: usize = 150;
const BUTTON: usize = 75;
const OPTION_TEXT: usize = 75;
/// The most a menu holds.
pub const OPTIONS: usize = 100;
const OPTION_VALUE: usize = 150;
const PLACEHOLDER: usize = 150;
const TITLE: usize = 24;
const CONTEXT_ELEMENTS: usize = 10;
const ACTION_ELEMENTS: usize = 25;
const MESSAGE_BLOCKS: usize = 50;
const VIEW_BLOCKS: usize = 100;
/// Advised for the top-level text.
const TEXT: usize = 4000;
/// The most a text input may hold, and what Slack allows us to set.
pub const INPUT: usize = 3000;

/// A stack of blocks: for messages, modals and the App Home alike.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Blocks(Vec<Value>);

impl Blocks {
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn header(self, text: &str) -> Self {
        self.push(json!({"type": "header", "text": plain(text, HEADER)}))
    }

    #[must_use]
    pub fn section(self, text: impl Into<Md>) -> Self {
        self.push(json!({"type": "section", "text": mrkdwn(text.into(), SECTION)}))
    }

    /// Text with a button at its side.
    #[must_use]
    pub fn section_with(self, text: impl Into<Md>, button: Button) -> Self {
        let button = self.named(button.0);
        self.push(
            json!({"type": "section", "text": mrkdwn(text.into(), SECTION), "accessory": button}),
        )
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
        self.push(json!({"type": "section", "fields": fields}))
    }

    /// Small print.
    #[must_use]
    pub fn context(self, text: impl Into<Md>) -> Self {
        self.push(json!({"type": "context", "elements": [mrkdwn(text.into(), SECTION)]}))
    }

    #[must_use]
    pub fn divider(self) -> Self {
        self.push(json!({"type": "divider"}))
    }

    #[must_use]
    pub fn buttons(mut self, buttons: impl IntoIterator<Item = Button>) -> Self {
        let mut elements = Vec::new();
        for button in buttons.into_iter().take(ACTION_ELEMENTS) {
            let named = self.named(button.0);
            // Later buttons of the same row must see this one's name, too.
            self.0
                .push(json!({"type": "actions", "elements": [named.clone()]}));
            elements.push(named);
        }
        self.0.truncate(self.0.len() - elements.len());
        if elements.is_empty() {
            return self;
        }
        self.push(json!({"type": "actions", "elements": elements}))
    }

    #[must_use]
    pub fn input(self, input: Input) -> Self {
        self.push(input.0)
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
            blocks: self.0,
        }
    }

    fn push(mut self, block: Value) -> Self {
        self.0.push(block);
        self
    }

    /// Slack wants `action_id`s unique within a message: the second of a name becomes `name.2`.
    fn named(&self, mut element: Value) -> Value {
        let name = element["action_id"].as_str().unwrap_or_default().to_owned();
        let taken = self
            .0
            .iter()
            .flat_map(elements)
            .filter(|other| {
                other["action_id"].as_str().is_some_and(|id| {
                    id == name
                        || id
                            .strip_prefix(&name)
                            .is_some_and(|rest| rest.starts_with('.'))
                })
            })
            .count();
        if taken > 0 {
            element["action_id"] = json!(format!("{name}.{}", taken + 1));
        }
        element
    }
}

fn elements(block: &Value) -> impl Iterator<Item = &Value> {
    let many = block["elements"].as_array().into_iter().flatten();
    many.chain(block.get("accessory"))
}

fn limit(blocks: &mut Vec<Value>, most: usize) {
    if blocks.len() > most {
        blocks.truncate(most - 1);
        blocks.push(
            json!({"type": "context", "elements": [{"type": "mrkdwn", "text": "… and more."}]}),
        );
    }
    for block in blocks {
        // `get_mut`, not an index: that would add a null to blocks without elements.
        if let Some(elements) = block.get_mut("elements").and_then(Value::as_array_mut)
            && block_type_is_context(elements)
        {
            elements.truncate(CONTEXT_ELEMENTS);
        }
    }
}

fn block_type_is_context(elements: &[Value]) -> bool {
    elements
        .first()
        .is_some_and(|element| element["type"] == "mrkdwn")
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
    Button(json!({
        "type": "button",
        "text": plain(label, BUTTON),
        "action_id": action.name(),
        "value": action.encode(),
    }))
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
    Button(
        json!({"type": "button", "text": plain(label, BUTTON), "action_id": format!("link_{name}"), "url": url.as_str()}),
    )
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
        self.0["confirm"] = json!({
            "title": plain(title, 100),
            "text": plain(text, 300),
            "confirm": plain(yes, 30),
            "deny": plain(no, 30),
        });
        self
    }
}

/// A field of a modal. Its name is both `block_id` and `action_id`, and the key in `Answers`.
#[derive(Clone, Debug, PartialEq)]
pub struct Input(Value);

impl Input {
    fn new(name: &str, label: &str, mut element: Value) -> Self {
        element["action_id"] = json!(name);
        Self(
            json!({"type": "input", "block_id": name, "label": plain(label, 2000), "element": element, "optional": false}),
        )
    }

    /// One line of text, at most `max` characters.
    pub fn line(name: &str, label: &str, max: usize) -> Self {
        Self::new(
            name,
            label,
            json!({"type": "plain_text_input", "max_length": max.min(INPUT)}),
        )
    }

    /// Several lines of text, at most `max` characters.
    pub fn text(name: &str, label: &str, max: usize) -> Self {
        Self::new(
            name,
            label,
            json!({"type": "plain_text_input", "multiline": true, "max_length": max.min(INPUT)}),
        )
    }

    /// One of a list.
    pub fn one<T: AsRef<str>>(name: &str, label: &str, options: &[(T, T)]) -> Self {
        Self::new(
            name,
            label,
            json!({"type": "static_select", "options": choices(options)}),
        )
    }

    /// Any of a list, at most `most`.
    pub fn many<T: AsRef<str>>(name: &str, label: &str, options: &[(T, T)], most: usize) -> Self {
        Self::new(
            name,
            label,
            json!({
                "type": "multi_static_select", "options": choices(options), "max_selected_items": most,
            }),
        )
    }

    /// One of a short list, all of it visible.
    pub fn radio<T: AsRef<str>>(name: &str, label: &str, options: &[(T, T)]) -> Self {
        Self::new(
            name,
            label,
            json!({"type": "radio_buttons", "options": choices(options)}),
        )
    }

    pub fn checkboxes<T: AsRef<str>>(name: &str, label: &str, options: &[(T, T)]) -> Self {
        Self::new(
            name,
            label,
            json!({"type": "checkboxes", "options": choices(options)}),
        )
    }

    pub fn user(name: &str, label: &str) -> Self {
        Self::new(name, label, json!({"type": "users_select"}))
    }

    pub fn users(name: &str, label: &str, most: usize) -> Self {
        Self::new(
            name,
            label,
            json!({"type": "multi_users_select", "max_selected_items": most}),
        )
    }

    pub fn channel(name: &str, label: &str) -> Self {
        Self::new(name, label, json!({"type": "channels_select"}))
    }

    pub fn date(name: &str, label: &str) -> Self {
        Self::new(name, label, json!({"type": "datepicker"}))
    }

    pub fn time(name: &str, label: &str) -> Self {
        Self::new(name, label, json!({"type": "timepicker"}))
    }

    /// A menu whose options the bot finds while the person types (see `Event::Options`).
    pub fn search(name: &str, label: &str, min_query: u8) -> Self {
        Self::new(
            name,
            label,
            json!({"type": "external_select", "min_query_length": min_query}),
        )
    }

    #[must_use]
    pub fn optional(mut self) -> Self {
        self.0["optional"] = json!(true);
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        self.0["hint"] = plain(hint, 2000);
        self
    }

    #[must_use]
    pub fn placeholder(mut self, text: &str) -> Self {
        self.0["element"]["placeholder"] = plain(text, PLACEHOLDER);
        self
    }

    /// What stands in a text, date (`2027-01-31`) or time (`10:30`) field at first.
    #[must_use]
    pub fn filled(mut self, value: &str) -> Self {
        if value.is_empty() {
            return self;
        }
        let element = &mut self.0["element"];
        let key = match element["type"].as_str() {
            Some("datepicker") => "initial_date",
            Some("timepicker") => "initial_time",
            Some("channels_select") => "initial_channel",
            _ => "initial_value",
        };
        element[key] = json!(cut(value, INPUT));
        self
    }

    /// The options picked at first, by value; unknown values are left out.
    #[must_use]
    pub fn picked<T: AsRef<str>>(mut self, values: &[T]) -> Self {
        let element = &mut self.0["element"];
        let found: Vec<Value> = element["options"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|option| values.iter().any(|value| option["value"] == value.as_ref()))
            .cloned()
            .collect();
        if found.is_empty() {
            return self;
        }
        match element["type"].as_str() {
            Some("static_select" | "radio_buttons") => element["initial_option"] = found[0].clone(),
            _ => element["initial_options"] = json!(found),
        }
        self
    }

    /// The option a search field shows at first.
    #[must_use]
    pub fn found(mut self, text: &str, value: &str) -> Self {
        self.0["element"]["initial_option"] = choice(text, value);
        self
    }

    /// The people picked at first.
    #[must_use]
    pub fn people(mut self, users: &[UserId]) -> Self {
        let Some(first) = users.first() else {
            return self;
        };
        let element = &mut self.0["element"];
        if element["type"] == "users_select" {
            element["initial_user"] = json!(first);
        } else {
            element["initial_users"] = json!(users);
        }
        self
    }
}

fn choices<T: AsRef<str>>(options: &[(T, T)]) -> Value {
    options
        .iter()
        .take(OPTIONS)
        .map(|(text, value)| choice(text.as_ref(), value.as_ref()))
        .collect()
}

/// An option as menus hold it. Values over Slack's limit are cut at the end, so keep them short.
pub fn choice(text: &str, value: &str) -> Value {
    json!({"text": plain(text, OPTION_TEXT), "value": cut(value, OPTION_VALUE)})
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
    pub fn view(&self) -> Value {
        let mut blocks = self.blocks.0.clone();
        limit(&mut blocks, VIEW_BLOCKS);
        let metadata = serde_json::to_string(&self.form).unwrap_or_default();
        let callback = metadata.trim_matches(|c: char| !c.is_ascii_lowercase());
        let callback = callback.split('"').next().unwrap_or_default();
        let mut view = Map::new();
        view.insert("type".into(), json!("modal"));
        view.insert("callback_id".into(), json!(callback));
        view.insert("private_metadata".into(), json!(metadata));
        view.insert("title".into(), plain(&self.title, TITLE));
        view.insert(
            "close".into(),
            plain(
                if self.submit.is_some() {
                    "Cancel"
                } else {
                    "Close"
                },
                TITLE,
            ),
        );
        if let Some(submit) = &self.submit {
            view.insert("submit".into(), plain(submit, TITLE));
        }
        view.insert("blocks".into(), json!(blocks));
        Value::Object(view)
    }
}

/// The App Home of one person, as `views.publish` takes it.
pub fn home_view(blocks: Blocks) -> Value {
    let mut blocks = blocks.0;
    limit(&mut blocks, VIEW_BLOCKS);
    json!({"type": "home", "blocks": blocks})
}

fn plain(text: &str, most: usize) -> Value {
    let text = text.trim();
    // Slack refuses empty text objects.
    let text = if text.is_empty() { "…" } else { text };
    json!({"type": "plain_text", "text": cut(text, most), "emoji": true})
}

fn mrkdwn(text: Md, most: usize) -> Value {
    let text = if text.is_empty() {
        Md::from("…")
    } else {
        text
    };
    json!({"type": "mrkdwn", "text": cut(text.as_str(), most)})
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
