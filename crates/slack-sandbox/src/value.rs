//! The values people put into fields.

use super::blocks;
use serde_json::Value as Json;
use std::fmt;

/// A value in a person's terms; the field translates it into Slack's.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Words; for menus and pickers taken as the choice.
    Text(String),
    /// An option, by its words or its value.
    Pick(String),
    /// Several options.
    Picks(Vec<String>),
    /// A person, by id or handle.
    User(String),
    /// Several people.
    Users(Vec<String>),
    /// A conversation by id, or a channel by name.
    Channel(String),
    /// Several conversations.
    Channels(Vec<String>),
    /// `2026-03-02`.
    Date(String),
    /// `14:30`.
    Time(String),
    /// A number, written out.
    Number(String),
    /// Files by the ids of their uploads.
    Files(Vec<String>),
    /// Empties the field.
    Nothing,
    /// Options that the app offered for an external menu; made by the sandbox.
    Offered(Vec<Json>),
}

impl Value {
    /// Options by their words or values.
    pub fn picks(picks: &[&str]) -> Self {
        Self::Picks(picks.iter().map(|pick| (*pick).to_owned()).collect())
    }

    /// People by their ids.
    pub fn users(ids: &[&str]) -> Self {
        Self::Users(ids.iter().map(|id| (*id).to_owned()).collect())
    }

    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Self::Text(word) | Self::Pick(word) => Some(word),
            _ => None,
        }
    }
}

/// From JSON, as a test in another language writes it: words, a number, a list of words, or `null` for an empty field.
impl TryFrom<&Json> for Value {
    type Error = String;

    fn try_from(json: &Json) -> Result<Self, String> {
        let word = |json: &Json| json.as_str().map(str::to_owned);
        match json {
            Json::Null => Ok(Self::Nothing),
            Json::String(text) => Ok(Self::Text(text.clone())),
            Json::Number(number) => Ok(Self::Number(number.to_string())),
            Json::Array(list) => {
                let words: Option<Vec<String>> = list.iter().map(word).collect();
                let words = words.ok_or_else(|| format!("{json} is not a list of words"))?;
                Ok(Self::Picks(words))
            }
            Json::Bool(_) | Json::Object(_) => Err(format!(
                "{json} cannot be filled in: write words, a number, a list of words, or null"
            )),
        }
    }
}

impl From<&str> for Value {
    fn from(words: &str) -> Self {
        Self::Text(words.to_owned())
    }
}

impl From<String> for Value {
    fn from(words: String) -> Self {
        Self::Text(words)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(word)
            | Self::Pick(word)
            | Self::User(word)
            | Self::Channel(word)
            | Self::Date(word)
            | Self::Time(word)
            | Self::Number(word) => f.write_str(word),
            Self::Picks(words)
            | Self::Users(words)
            | Self::Channels(words)
            | Self::Files(words) => f.write_str(&words.join(", ")),
            Self::Nothing => f.write_str("(nothing)"),
            Self::Offered(options) => {
                let words: Vec<_> = options.iter().map(|o| blocks::text_of(o, "text")).collect();
                f.write_str(&words.join(", "))
            }
        }
    }
}
