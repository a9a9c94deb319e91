//! Our answers to Slack, whatever they travel over.

use crate::domain::ids::{TeamId, UserId};
use crate::domain::message::Message;
use crate::slack::blocks::{Blocks, Choice, Modal, View};
use crate::slack::event::Reply;
use crate::slack::origin;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The acknowledgment that Slack waits three seconds for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ack {
    /// Taken; nothing to show.
    Taken,
    /// Taken, with an answer in JSON.
    Answered(String),
    /// Not taken: Slack should tell us again.
    Again,
}

impl IntoResponse for Ack {
    fn into_response(self) -> Response {
        match self {
            Ack::Taken => StatusCode::OK.into_response(),
            Ack::Answered(body) => (
                [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
                Body::from(body),
            )
                .into_response(),
            Ack::Again => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        }
    }
}

/// `marks`: the workspace, where one bot serves several.
pub(super) fn submission_answer(reply: Reply, marks: Option<&TeamId>) -> Ack {
    if !reply.errors.is_empty() {
        let errors: Map<String, Value> = reply
            .errors
            .iter()
            .map(|(field, problem)| ((*field).to_owned(), json!(problem)))
            .collect();
        return answer(&json!({"response_action": "errors", "errors": errors}));
    }
    let told = reply.say.as_ref().map(|said| Box::new(notice(said)));
    let Some(modal) = reply.modal.or(told) else {
        return Ack::Taken;
    };
    let updated = Updated {
        response_action: "update",
        view: modal.into_view(),
    };
    answer_in(marks, &updated)
}

/// The options of a menu while somebody types.
pub(super) fn options_answer(reply: Reply) -> Ack {
    let options = reply.options.unwrap_or_default();
    let options: Vec<Choice> = options
        .iter()
        .map(|(text, value)| Choice::new(text, value))
        .collect();
    answer(&json!({"options": options}))
}

/// A message that only the person sees, where they acted.
#[derive(Serialize)]
pub(super) struct Ephemeral<'a> {
    response_type: &'static str,
    replace_original: bool,
    text: &'a str,
    #[serde(skip_serializing_if = "<[Value]>::is_empty")]
    blocks: &'a [Value],
}

pub(super) fn ephemeral(message: &Message) -> Ephemeral<'_> {
    Ephemeral {
        response_type: "ephemeral",
        replace_original: false,
        text: &message.text,
        blocks: &message.blocks,
    }
}

/// A message as a modal, with everything in it, where nothing else can be shown.
pub(super) fn notice(said: &Message) -> Modal {
    Modal::notice("Reverse mentoring", Blocks::of(said))
}

/// `views.open` and `views.push`.
#[derive(Serialize)]
pub(super) struct Opening<'a> {
    pub(super) trigger_id: &'a str,
    pub(super) view: View,
}

/// `views.publish`.
#[derive(Serialize)]
pub(super) struct Publishing<'a> {
    pub(super) user_id: &'a UserId,
    pub(super) view: View,
}

/// `views.update`.
#[derive(Serialize)]
pub(super) struct Anew {
    pub(super) view_id: String,
    pub(super) view: View,
}

/// A modal that replaces the submitted one.
#[derive(Serialize)]
struct Updated {
    response_action: &'static str,
    view: View,
}

/// An answer with buttons or a form, which says of which workspace it is where `marks` names one.
pub(super) fn answer_in(marks: Option<&TeamId>, body: &impl Serialize) -> Ack {
    match marks {
        Some(team) => answer(&origin::marked(body, team)),
        None => answer(body),
    }
}

pub(super) fn answer(body: &impl Serialize) -> Ack {
    Ack::Answered(serde_json::to_string(body).unwrap_or_default())
}
