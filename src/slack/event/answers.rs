//! What people put into a form.

use crate::domain::ids::UserId;
use jiff::civil::{Date, Time};
use std::collections::BTreeMap;

/// The submitted values, by field name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers(pub BTreeMap<String, Answer>);

/// One field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Text(String),
    /// The value of the picked option.
    One(String),
    Many(Vec<String>),
    User(UserId),
    Users(Vec<UserId>),
    Channel(String),
    Date(Date),
    Time(Time),
    /// Slack's id of an uploaded file.
    File(String),
}

impl Answers {
    /// The trimmed text; none when empty.
    pub fn text(&self, field: &str) -> Option<&str> {
        match self.0.get(field) {
            Some(Answer::Text(text)) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    pub fn one(&self, field: &str) -> Option<&str> {
        match self.0.get(field) {
            Some(Answer::One(value)) => Some(value),
            _ => None,
        }
    }

    pub fn many(&self, field: &str) -> &[String] {
        match self.0.get(field) {
            Some(Answer::Many(values)) => values,
            _ => &[],
        }
    }

    pub fn user(&self, field: &str) -> Option<&UserId> {
        match self.0.get(field) {
            Some(Answer::User(user)) => Some(user),
            _ => None,
        }
    }

    pub fn users(&self, field: &str) -> &[UserId] {
        match self.0.get(field) {
            Some(Answer::Users(users)) => users,
            _ => &[],
        }
    }

    pub fn channel(&self, field: &str) -> Option<&str> {
        match self.0.get(field) {
            Some(Answer::Channel(channel)) => Some(channel),
            _ => None,
        }
    }

    /// Slack's id of the uploaded file.
    pub fn file(&self, field: &str) -> Option<&str> {
        match self.0.get(field) {
            Some(Answer::File(id)) => Some(id),
            _ => None,
        }
    }

    pub fn date(&self, field: &str) -> Option<Date> {
        match self.0.get(field) {
            Some(Answer::Date(date)) => Some(*date),
            _ => None,
        }
    }

    pub fn time(&self, field: &str) -> Option<Time> {
        match self.0.get(field) {
            Some(Answer::Time(time)) => Some(*time),
            _ => None,
        }
    }
}
