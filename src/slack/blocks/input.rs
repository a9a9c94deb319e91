//! The fields of a modal.

use super::text::{Plain, cut};
use crate::domain::ids::UserId;
use serde::ser::{Serialize, SerializeStruct, Serializer};

const OPTION_TEXT: usize = 75;
/// The most options in a menu.
const OPTIONS: usize = 100;
const OPTION_VALUE: usize = 150;
const PLACEHOLDER: usize = 150;
/// The most characters in a text input; Slack allows no higher limit.
const INPUT: usize = 3000;

/// A field of a modal. Its name is both `block_id` and `action_id`, and the key in `Answers`.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Input {
    block_id: String,
    label: Plain,
    optional: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<Plain>,
    #[serde(skip_serializing_if = "is_quiet")]
    dispatch_action: bool,
    element: Element,
}

/// Slack's default: the app hears of a field with the whole form.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_quiet(dispatch_action: &bool) -> bool {
    !dispatch_action
}

/// The element of a field.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
struct Element {
    r#type: &'static str,
    action_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    placeholder: Option<Plain>,
    #[serde(skip_serializing_if = "Option::is_none")]
    multiline: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_selected_items: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_query_length: Option<u8>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    filetypes: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_files: Option<u8>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<Choice>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    option_groups: Vec<Group>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_conversation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filter: Option<Filter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_user: Option<UserId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    initial_users: Vec<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_option: Option<Choice>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    initial_options: Vec<Choice>,
}

/// Which conversations a menu offers.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
struct Filter {
    include: [&'static str; 2],
    exclude_bot_users: bool,
}

impl Input {
    fn new(name: &str, label: &str, element: Element) -> Self {
        Self {
            block_id: name.to_owned(),
            label: Plain::new(label, 2000),
            optional: false,
            hint: None,
            dispatch_action: false,
            element: Element {
                action_id: name.to_owned(),
                ..element
            },
        }
    }

    /// One line of text, at most `max` characters.
    pub fn line(name: &str, label: &str, max: usize) -> Self {
        let element = Element {
            max_length: Some(max.min(INPUT)),
            ..Element::of("plain_text_input")
        };
        Self::new(name, label, element)
    }

    /// Several lines of text, at most `max` characters.
    pub fn text(name: &str, label: &str, max: usize) -> Self {
        let mut input = Self::line(name, label, max);
        input.element.multiline = Some(true);
        input
    }

    /// One option of a list.
    pub fn one<T: AsRef<str>>(name: &str, label: &str, options: &[(T, T)]) -> Self {
        Self::new(name, label, Element::menu("static_select", options))
    }

    /// One option of several lists, each under its label: every one of them may be as long as a menu.
    pub fn one_of<T: AsRef<str>>(name: &str, label: &str, groups: &[(&str, &[(T, T)])]) -> Self {
        let groups = groups.iter().filter(|(_, options)| !options.is_empty());
        let element = Element {
            option_groups: groups
                .map(|(label, options)| Group {
                    label: Plain::new(label, OPTION_TEXT),
                    options: choices(options),
                })
                .collect(),
            ..Element::of("static_select")
        };
        Self::new(name, label, element)
    }

    /// Any options of a list, at most `most`.
    pub fn many<T: AsRef<str>>(name: &str, label: &str, options: &[(T, T)], most: usize) -> Self {
        let element = Element {
            max_selected_items: Some(most),
            ..Element::menu("multi_static_select", options)
        };
        Self::new(name, label, element)
    }

    /// One option of a short list that is fully visible.
    pub fn radio<T: AsRef<str>>(name: &str, label: &str, options: &[(T, T)]) -> Self {
        Self::new(name, label, Element::menu("radio_buttons", options))
    }

    pub fn checkboxes<T: AsRef<str>>(name: &str, label: &str, options: &[(T, T)]) -> Self {
        Self::new(name, label, Element::menu("checkboxes", options))
    }

    pub fn user(name: &str, label: &str) -> Self {
        Self::new(name, label, Element::of("users_select"))
    }

    pub fn users(name: &str, label: &str, most: usize) -> Self {
        let element = Element {
            max_selected_items: Some(most),
            ..Element::of("multi_users_select")
        };
        Self::new(name, label, element)
    }

    /// A channel, public or private. People see only private channels that they are in.
    pub fn channel(name: &str, label: &str) -> Self {
        let element = Element {
            filter: Some(Filter {
                include: ["public", "private"],
                exclude_bot_users: true,
            }),
            ..Element::of("conversations_select")
        };
        Self::new(name, label, element)
    }

    pub fn date(name: &str, label: &str) -> Self {
        Self::new(name, label, Element::of("datepicker"))
    }

    pub fn time(name: &str, label: &str) -> Self {
        Self::new(name, label, Element::of("timepicker"))
    }

    /// One file of these kinds, by the ends of their names. It needs Slack's scope `files:read`.
    pub fn file(name: &str, label: &str, kinds: &[&'static str]) -> Self {
        let element = Element {
            filetypes: kinds.to_vec(),
            max_files: Some(1),
            ..Element::of("file_input")
        };
        Self::new(name, label, element)
    }

    /// A menu whose options the bot finds while the person types (see `Event::Options`).
    pub fn search(name: &str, label: &str, min_query: u8) -> Self {
        let element = Element {
            min_query_length: Some(min_query),
            ..Element::of("external_select")
        };
        Self::new(name, label, element)
    }

    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// We hear at once what is chosen, as an [`Action`](crate::slack::event::Action) with the field's name.
    #[must_use]
    pub fn told_at_once(mut self) -> Self {
        self.dispatch_action = true;
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(Plain::new(hint, 2000));
        self
    }

    #[must_use]
    pub fn placeholder(mut self, text: &str) -> Self {
        self.element.placeholder = Some(Plain::new(text, PLACEHOLDER));
        self
    }

    /// The initial value of a text, date (`2027-01-31`) or time (`10:30`) field.
    #[must_use]
    pub fn filled(mut self, value: &str) -> Self {
        if value.is_empty() {
            return self;
        }
        let element = &mut self.element;
        let initial = match element.r#type {
            "datepicker" => &mut element.initial_date,
            "timepicker" => &mut element.initial_time,
            "conversations_select" => &mut element.initial_conversation,
            _ => &mut element.initial_value,
        };
        *initial = Some(cut(value, INPUT));
        self
    }

    /// The options picked initially, by value; unknown values are ignored.
    #[must_use]
    pub fn picked<T: AsRef<str>>(mut self, values: &[T]) -> Self {
        let wanted = |choice: &&Choice| {
            let value = choice.value();
            values.iter().any(|wanted| value == wanted.as_ref())
        };
        let grouped = self.element.option_groups.iter();
        let grouped = grouped.flat_map(|group| &group.options);
        let options = self.element.options.iter().chain(grouped);
        let mut picked = options.filter(wanted).cloned();
        match self.element.r#type {
            "static_select" | "radio_buttons" => self.element.initial_option = picked.next(),
            _ => self.element.initial_options = picked.collect(),
        }
        self
    }

    /// The initial option of a search field.
    #[must_use]
    pub fn found(mut self, text: &str, value: &str) -> Self {
        self.element.initial_option = Some(Choice::new(text, value));
        self
    }

    /// The people picked initially.
    #[must_use]
    pub fn people(mut self, users: &[UserId]) -> Self {
        match self.element.r#type {
            "users_select" => self.element.initial_user = users.first().cloned(),
            _ => self.element.initial_users = users.to_vec(),
        }
        self
    }
}

impl Element {
    fn of(kind: &'static str) -> Self {
        Self {
            r#type: kind,
            ..Self::default()
        }
    }

    fn menu<T: AsRef<str>>(kind: &'static str, options: &[(T, T)]) -> Self {
        Self {
            options: choices(options),
            ..Self::of(kind)
        }
    }
}

fn choices<T: AsRef<str>>(options: &[(T, T)]) -> Vec<Choice> {
    debug_assert!(
        options.len() <= OPTIONS,
        "Slack shows {OPTIONS} options: the settings allow no more"
    );
    let options = options.iter().take(OPTIONS);
    options
        .map(|(text, value)| Choice::new(text.as_ref(), value.as_ref()))
        .collect()
}

/// Options of a menu under a label of their own.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
struct Group {
    label: Plain,
    options: Vec<Choice>,
}

/// An option of a menu. Slack's limits are applied here: longer values are cut at the end, so keep them short.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    text: Plain,
    /// None where it equals the text, which is common, because long menus make up most of a form.
    value: Option<String>,
}

impl Choice {
    pub fn new(text: &str, value: &str) -> Self {
        let text = Plain::new(text, OPTION_TEXT);
        let value = (value != text.text).then(|| cut(value, OPTION_VALUE));
        Self { text, value }
    }

    fn value(&self) -> &str {
        self.value.as_deref().unwrap_or(&self.text.text)
    }
}

impl Serialize for Choice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut choice = serializer.serialize_struct("Choice", 2)?;
        choice.serialize_field("text", &self.text)?;
        choice.serialize_field("value", self.value())?;
        choice.end()
    }
}
