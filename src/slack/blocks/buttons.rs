//! Buttons and overflow menus.

use super::input::Choice;
use super::text::{Plain, cut};
use crate::slack::event::Action;
use serde::Serialize;

/// Slack: 75 characters.
const BUTTON: usize = 75;
/// Phones cut longer labels. Our own are checked when they are built in a debug build, so every test looks at them.
pub const ON_A_PHONE: usize = 30;
/// Slack: 75 characters.
const ACCESSIBILITY_LABEL: usize = 75;

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
    /// What a screen reader says instead of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    accessibility_label: Option<String>,
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
        text: Some(labeled(label)),
        value: Some(action.encode()),
        ..Button::default()
    }
}

fn labeled(label: &str) -> Plain {
    debug_assert!(
        label.chars().count() <= ON_A_PHONE,
        "phones cut this button: {label}"
    );
    Plain::new(label, BUTTON)
}

/// Numbers the buttons that a screen reader could not tell apart: those with the same text and another action. In a list,
/// they come in the order of what they are about.
pub(super) fn tell_apart<'a>(buttons: impl Iterator<Item = &'a mut Button>) {
    let mut named: Vec<&mut Button> = buttons
        .filter(|button| button.text.is_some() && button.accessibility_label.is_none())
        .collect();
    let texts: Vec<String> = named
        .iter()
        .map(|button| button.label().to_owned())
        .collect();
    for (at, button) in named.iter_mut().enumerate() {
        let count = texts.iter().filter(|text| **text == texts[at]).count();
        if count > 1 {
            let number = texts[..=at]
                .iter()
                .filter(|text| **text == texts[at])
                .count();
            let label = format!("{}, {number} of {count}", texts[at]);
            button.accessibility_label = Some(cut(&label, ACCESSIBILITY_LABEL));
        }
    }
}

/// The most options. Slack: 5.
const MENU: usize = 5;

/// An overflow menu of up to five actions.
pub fn menu<'a>(name: &str, choices: impl IntoIterator<Item = (&'a str, Action)>) -> Button {
    let choices: Vec<_> = choices.into_iter().collect();
    debug_assert!(choices.len() <= MENU, "Slack shows five options: {name}");
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
        text: Some(labeled(label)),
        url: Some(url.as_str().to_owned()),
        ..Button::default()
    }
}

impl Button {
    /// Says what it is about to a screen reader, where several buttons of one message have this text. Mentions are not
    /// read there, and we keep no names: "your mentor" is said instead.
    #[must_use]
    pub fn about(mut self, what: &str) -> Self {
        let label = format!("{}: {what}", self.label());
        self.accessibility_label = Some(cut(&label, ACCESSIBILITY_LABEL));
        self
    }

    fn label(&self) -> &str {
        self.text.as_ref().map_or("", |text| text.text.as_str())
    }

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
