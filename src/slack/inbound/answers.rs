//! What people filled in and chose.

use super::super::event::{Answer, Answers};
use super::payload::{Payload, text};
use crate::domain::ids::UserId;

/// What stands in a view's fields.
pub(super) fn typed(view: &Payload) -> Answers {
    let blocks = view.at("/state/values").map_or(&[][..], Payload::fields);
    let answers = blocks.iter().flat_map(|(_, block)| block.fields());
    let answers = answers.filter_map(|(field, state)| Some((field.to_string(), answer(state)?)));
    Answers(answers.collect())
}

/// The value of one element, by its contents and not its type, so that new types of known kinds still work.
pub(super) fn answer(state: &Payload) -> Option<Answer> {
    let list = |key: &str| match state.get(key) {
        Some(Payload::List(items)) => Some(items),
        _ => None,
    };
    if let Some(options) = list("selected_options") {
        let values = options.iter().filter_map(|option| text(option, "/value"));
        return Some(Answer::Many(values.map(str::to_owned).collect()));
    }
    if let Some(value) = text(state, "/selected_option/value") {
        return Some(Answer::One(value.to_owned()));
    }
    if let Some(users) = list("selected_users") {
        let users = users.iter().filter_map(Payload::text);
        return Some(Answer::Users(users.map(UserId::from).collect()));
    }
    if let Some(user) = text(state, "/selected_user") {
        return Some(Answer::User(UserId::from(user)));
    }
    if let Some(channel) =
        text(state, "/selected_channel").or_else(|| text(state, "/selected_conversation"))
    {
        return Some(Answer::Channel(channel.to_owned()));
    }
    if let Some(file) =
        list("files").and_then(|files| files.iter().find_map(|file| text(file, "/id")))
    {
        return Some(Answer::File(file.to_owned()));
    }
    if let Some(date) = text(state, "/selected_date") {
        return date.parse().ok().map(Answer::Date);
    }
    if let Some(time) = text(state, "/selected_time") {
        return time.parse().ok().map(Answer::Time);
    }
    text(state, "/value").map(|value| Answer::Text(value.to_owned()))
}
