//! The fields of a modal. Menus hold their options as text until they are sent: they are most of a form.

use super::{INPUT, OPTION_TEXT, OPTION_VALUE, OPTIONS, PLACEHOLDER, cut, plain, plain_text};
use crate::domain::ids::UserId;
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeStruct, Serializer};
use serde_json::Value;

/// A field of a modal. Its name is both `block_id` and `action_id`, and the key in `Answers`.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    block: Value,
    element: Value,
    options: Vec<Choice>,
    picked: Vec<Choice>,
}

impl Input {
    fn new<const N: usize>(
        name: &str,
        label: &str,
        kind: &str,
        fields: [(&str, Value); N],
    ) -> Self {
        let mut element = super::element(kind, fields);
        element["action_id"] = name.into();
        Self {
            block: super::element(
                "input",
                [
                    ("block_id", name.into()),
                    ("label", plain(label, 2000)),
                    ("optional", false.into()),
                ],
            ),
            element,
            options: Vec::new(),
            picked: Vec::new(),
        }
    }

    fn of<T: AsRef<str>>(mut self, options: &[(T, T)]) -> Self {
        let options = options.iter().take(OPTIONS);
        self.options = options
            .map(|(text, value)| Choice::new(text.as_ref(), value.as_ref()))
            .collect();
        self
    }

    fn kind(&self) -> &str {
        self.element["type"].as_str().unwrap_or_default()
    }

    /// One line of text, at most `max` characters.
    pub fn line(name: &str, label: &str, max: usize) -> Self {
        Self::new(
            name,
            label,
            "plain_text_input",
            [("max_length", max.min(INPUT).into())],
        )
    }

    /// Several lines of text, at most `max` characters.
    pub fn text(name: &str, label: &str, max: usize) -> Self {
        Self::new(
            name,
            label,
            "plain_text_input",
            [
                ("multiline", true.into()),
                ("max_length", max.min(INPUT).into()),
            ],
        )
    }

    /// One of a list.
    pub fn one<T: AsRef<str>>(name: &str, label: &str, options: &[(T, T)]) -> Self {
        Self::new(name, label, "static_select", []).of(options)
    }

    /// Any of a list, at most `most`.
    pub fn many<T: AsRef<str>>(name: &str, label: &str, options: &[(T, T)], most: usize) -> Self {
        Self::new(
            name,
            label,
            "multi_static_select",
            [("max_selected_items", most.into())],
        )
        .of(options)
    }

    /// One of a short list, all of it visible.
    pub fn radio<T: AsRef<str>>(name: &str, label: &str, options: &[(T, T)]) -> Self {
        Self::new(name, label, "radio_buttons", []).of(options)
    }

    pub fn checkboxes<T: AsRef<str>>(name: &str, label: &str, options: &[(T, T)]) -> Self {
        Self::new(name, label, "checkboxes", []).of(options)
    }

    pub fn user(name: &str, label: &str) -> Self {
        Self::new(name, label, "users_select", [])
    }

    pub fn users(name: &str, label: &str, most: usize) -> Self {
        Self::new(
            name,
            label,
            "multi_users_select",
            [("max_selected_items", most.into())],
        )
    }

    pub fn channel(name: &str, label: &str) -> Self {
        Self::new(name, label, "channels_select", [])
    }

    pub fn date(name: &str, label: &str) -> Self {
        Self::new(name, label, "datepicker", [])
    }

    pub fn time(name: &str, label: &str) -> Self {
        Self::new(name, label, "timepicker", [])
    }

    /// A menu whose options the bot finds while the person types (see `Event::Options`).
    pub fn search(name: &str, label: &str, min_query: u8) -> Self {
        Self::new(
            name,
            label,
            "external_select",
            [("min_query_length", min_query.into())],
        )
    }

    #[must_use]
    pub fn optional(mut self) -> Self {
        self.block["optional"] = true.into();
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        self.block["hint"] = plain(hint, 2000);
        self
    }

    #[must_use]
    pub fn placeholder(mut self, text: &str) -> Self {
        self.element["placeholder"] = plain(text, PLACEHOLDER);
        self
    }

    /// What stands in a text, date (`2027-01-31`) or time (`10:30`) field at first.
    #[must_use]
    pub fn filled(mut self, value: &str) -> Self {
        if value.is_empty() {
            return self;
        }
        let key = match self.kind() {
            "datepicker" => "initial_date",
            "timepicker" => "initial_time",
            "channels_select" => "initial_channel",
            _ => "initial_value",
        };
        self.element[key] = cut(value, INPUT).into();
        self
    }

    /// The options picked at first, by value; unknown values are left out.
    #[must_use]
    pub fn picked<T: AsRef<str>>(mut self, values: &[T]) -> Self {
        let wanted = |choice: &&Choice| values.iter().any(|value| choice.value == value.as_ref());
        self.picked = self.options.iter().filter(wanted).cloned().collect();
        self
    }

    /// The option a search field shows at first.
    #[must_use]
    pub fn found(mut self, text: &str, value: &str) -> Self {
        self.picked = vec![Choice::new(text, value)];
        self
    }

    /// The people picked at first.
    #[must_use]
    pub fn people(mut self, users: &[UserId]) -> Self {
        let Some(first) = users.first() else {
            return self;
        };
        if self.kind() == "users_select" {
            self.element["initial_user"] = first.as_str().into();
        } else {
            self.element["initial_users"] = users.iter().map(UserId::as_str).collect();
        }
        self
    }
}

/// An option of a menu. Slack's limits are kept as it is made: values over the limit are cut at the end, so keep them short.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    text: String,
    value: String,
}

impl Choice {
    pub fn new(text: &str, value: &str) -> Self {
        Self {
            text: plain_text(text, OPTION_TEXT),
            value: cut(value, OPTION_VALUE),
        }
    }
}

impl Serialize for Choice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Plain<'a> {
            r#type: &'static str,
            text: &'a str,
        }
        let mut choice = serializer.serialize_struct("Choice", 2)?;
        let text = &self.text;
        choice.serialize_field(
            "text",
            &Plain {
                r#type: "plain_text",
                text,
            },
        )?;
        choice.serialize_field("value", &self.value)?;
        choice.end()
    }
}

impl Serialize for Input {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut block = serializer.serialize_map(None)?;
        for (key, value) in self.block.as_object().into_iter().flatten() {
            block.serialize_entry(key, value)?;
        }
        block.serialize_entry("element", &Element(self))?;
        block.end()
    }
}

struct Element<'a>(&'a Input);

impl Serialize for Element<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Input {
            element,
            options,
            picked,
            ..
        } = self.0;
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in element.as_object().into_iter().flatten() {
            map.serialize_entry(key, value)?;
        }
        if !options.is_empty() {
            map.serialize_entry("options", options)?;
        }
        match picked.as_slice() {
            [] => {}
            [one, ..]
                if matches!(
                    self.0.kind(),
                    "static_select" | "radio_buttons" | "external_select"
                ) =>
            {
                map.serialize_entry("initial_option", one)?;
            }
            many => map.serialize_entry("initial_options", many)?,
        }
        map.end()
    }
}
