//! Buttons and overflow menus.

use super::input::Choice;
use super::text::Plain;
use crate::slack::event::Action;
use serde::Serialize;

const BUTTON: usize = 75;

/// A button, made with [`button`] or [`link_button`], or an overflow [`menu`] in its place.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Button {
    r#type: &'static str,
    pub(super) action_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Plain>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    style: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm: Option<Box<Question>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<Choice>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Question {
    title: Plain,
    text: Plain,
    confirm: Plain,
    deny: Plain,
}

pub fn button(label: &str, action: &Action) -> Button {
    Button {
        r#type: "button",
        action_id: action.name(),
        text: Some(Plain::new(label, BUTTON)),
        value: Some(action.encode()),
        ..Button::default()
    }
}

/// The most options. Slack: 5.
const MENU: usize = 5;

/// An overflow menu of up to five actions.
pub fn menu<'a>(name: &str, choices: impl IntoIterator<Item = (&'a str, Action)>) -> Button {
    let choices = choices.into_iter().take(MENU);
    Button {
        r#type: "overflow",
        action_id: name.to_owned(),
        options: choices
            .map(|(label, action)| Choice::new(label, &action.encode()))
            .collect(),
        ..Button::default()
    }
}

/// A button that opens a web page.
pub fn link_button(label: &str, url: &url::Url, name: &str) -> Button {
    Button {
        r#type: "button",
        action_id: format!("link_{name}"),
        text: Some(Plain::new(label, BUTTON)),
        url: Some(url.as_str().to_owned()),
        ..Button::default()
    }
}

impl Button {
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.style = Some("primary");
        self
    }

    #[must_use]
    pub fn danger(mut self) -> Self {
        self.style = Some("danger");
        self
    }

    /// Asks for confirmation before it acts. Limits: title 100, text 300, buttons 30 characters.
    #[must_use]
    pub fn confirm(mut self, title: &str, text: &str, yes: &str, no: &str) -> Self {
        self.confirm = Some(Box::new(Question {
            title: Plain::new(title, 100),
            text: Plain::new(text, 300),
            confirm: Plain::new(yes, 30),
            deny: Plain::new(no, 30),
        }));
        self
    }
}
