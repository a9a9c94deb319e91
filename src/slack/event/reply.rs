//! Our answer to an event.

use crate::domain::message::Message;
use crate::slack::blocks::Modal;

/// The answer within Slack's three seconds. Everything that must not be lost goes through the outbox instead.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// Shown only to the person, where they acted.
    pub say: Option<Message>,
    /// Replaces the message whose button was pressed.
    pub replace: Option<Message>,
    /// Replaces the modal whose button was pressed, as `replace` does for a message.
    pub update: Option<Box<Modal>>,
    /// Opens a modal, unless the button was in one that `update` replaces; in answer to a submission, replaces the submitted
    /// modal.
    pub modal: Option<Box<Modal>>,
    /// Errors of a submission, by field.
    pub errors: Vec<(&'static str, String)>,
    /// Options of a menu: text and value.
    pub options: Option<Vec<(String, String)>>,
    /// Updates the person's App Home: at once if they are looking at it, soon after a form that was opened from it.
    pub home: bool,
}

impl Reply {
    /// Nothing to show.
    pub fn nothing() -> Self {
        Self::default()
    }

    pub fn say(message: impl Into<Message>) -> Self {
        Self {
            say: Some(message.into()),
            ..Self::default()
        }
    }

    pub fn replace(message: impl Into<Message>) -> Self {
        Self {
            replace: Some(message.into()),
            ..Self::default()
        }
    }

    pub fn modal(modal: Modal) -> Self {
        Self {
            modal: Some(Box::new(modal)),
            ..Self::default()
        }
    }

    /// Opens a modal; if the button was pressed in one, turns that into this.
    pub fn page(modal: Modal) -> Self {
        Self::modal(modal.clone()).or_modal(modal)
    }

    pub fn errors(errors: Vec<(&'static str, String)>) -> Self {
        Self {
            errors,
            ..Self::default()
        }
    }

    /// Shows the same in a modal, if the button was pressed in one.
    #[must_use]
    pub fn or_modal(mut self, modal: Modal) -> Self {
        self.update = Some(Box::new(modal));
        self
    }

    #[must_use]
    pub fn with_home(mut self) -> Self {
        self.home = true;
        self
    }
}
