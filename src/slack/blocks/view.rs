//! Modals and the App Home.

use super::buttons::tell_apart;
use super::text::Plain;
use super::{Block, Blocks, button, buttons_mut, limit};
use crate::domain::message::Message;
use crate::md;
use crate::slack::event::Form;
use serde::Serialize;

const TITLE: usize = 24;
const VIEW_BLOCKS: usize = 100;

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

    /// A modal that only shows text.
    pub fn notice(title: &str, blocks: Blocks) -> Self {
        Self {
            form: Form::Notice,
            title: title.to_owned(),
            submit: None,
            blocks,
        }
    }

    /// The view in the form that `views.open` and `response_action` take.
    pub fn into_view(self) -> View {
        let mut blocks = self.blocks.0;
        limit(&mut blocks, VIEW_BLOCKS);
        tell_apart(buttons_mut(&mut blocks));
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
            callback_id: Some(callback),
            private_metadata: Some(metadata),
            title: Some(Plain::new(&self.title, TITLE)),
            close: Some(Plain::new(close, TITLE)),
            submit: self.submit.map(|submit| Plain::new(&submit, TITLE)),
            blocks,
        }
    }

    /// The same as a message, for where no modal can open: in place of a form, there is a button that opens it.
    pub fn into_message(self) -> Message {
        let title = md!("{}", self.title);
        let Some(opens) = self.form.opened_by() else {
            return self.blocks.message(title);
        };
        let text = md!("*{}* is a form. This button opens it.", title);
        Blocks::new()
            .section(text.clone())
            .buttons([button("Open the form", &opens).primary()])
            .message(text)
    }

    #[cfg(test)]
    pub fn view(&self) -> serde_json::Value {
        serde_json::json!(self.clone().into_view())
    }
}

/// A modal or an App Home in Slack's form.
#[derive(Debug, Serialize)]
pub struct View {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    private_metadata: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<Plain>,
    #[serde(skip_serializing_if = "Option::is_none")]
    close: Option<Plain>,
    #[serde(skip_serializing_if = "Option::is_none")]
    submit: Option<Plain>,
    blocks: Vec<Block>,
}

/// One person's App Home, in the form that `views.publish` takes.
pub fn home_view(blocks: Blocks) -> View {
    let mut blocks = blocks.0;
    limit(&mut blocks, VIEW_BLOCKS);
    tell_apart(buttons_mut(&mut blocks));
    View {
        r#type: "home",
        callback_id: None,
        private_metadata: None,
        title: None,
        close: None,
        submit: None,
        blocks,
    }
}
