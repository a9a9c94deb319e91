//! Arguments of a call: a form or JSON, each where Slack takes it.

use super::refusal::{Refusal, refuse};
use axum::http::{HeaderMap, header};
use serde_json::{Map, Value as Json, json};

/// Arguments by name; those of a form are all strings.
pub(super) struct Args {
    named: Map<String, Json>,
    token: Option<String>,
}

impl Args {
    pub fn read(
        takes_json: bool,
        query: Option<&str>,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Self, Refusal> {
        let mut args = Map::new();
        let mut token = None;
        let mut form = |bytes: &[u8]| {
            for (key, value) in form_urlencoded::parse(bytes) {
                args.insert(key.into_owned(), Json::String(value.into_owned()));
            }
        };
        if let Some(query) = query {
            form(query.as_bytes());
        }
        if body.is_empty() {
            // A token in the address leaks into logs, so it does not count.
            args.remove("token");
            return Ok(Self { named: args, token });
        }
        let content_type = headers.get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let content_type = content_type.ok_or_else(|| refuse("missing_post_type"))?;
        match content_type.split(';').next().unwrap_or_default().trim() {
            "application/x-www-form-urlencoded" => {
                form(body);
                token = form_urlencoded::parse(body)
                    .find(|(key, _)| key == "token")
                    .map(|(_, value)| value.into_owned());
            }
            // Methods that read take forms only; Slack ignores the JSON.
            "application/json" if !takes_json => {}
            "application/json" => {
                let body: Json =
                    serde_json::from_slice(body).map_err(|_| refuse("invalid_json"))?;
                let Json::Object(map) = body else {
                    return Err(refuse("json_not_object"));
                };
                args.extend(map);
            }
            _ => return Err(refuse("invalid_post_type")),
        }
        args.remove("token");
        Ok(Self { named: args, token })
    }

    /// The token of a form's body.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Arguments that the method does not know. Every method knows `team_id`, because an organization's token needs it and
    /// Slack's SDKs send it with other tokens as well.
    pub fn unknown(&self, known: &[&str]) -> Vec<String> {
        let is_known = |name: &str| name == "team_id" || known.contains(&name);
        let names = self.named.keys().filter(|name| !is_known(name));
        names.cloned().collect()
    }

    pub fn text(&self, name: &str) -> Option<String> {
        match self.named.get(name)? {
            Json::String(text) => Some(text.clone()),
            Json::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    pub fn needed(&self, name: &str) -> Result<String, Refusal> {
        self.text(name)
            .filter(|text| !text.is_empty())
            .ok_or_else(|| missing(name))
    }

    pub fn flag(&self, name: &str) -> bool {
        match self.named.get(name) {
            Some(Json::Bool(flag)) => *flag,
            Some(Json::String(text)) => text == "true" || text == "1",
            Some(Json::Number(number)) => number.as_i64() == Some(1),
            _ => false,
        }
    }

    /// A structured argument: JSON, or JSON inside a string.
    pub fn json(&self, name: &str) -> Result<Option<Json>, Refusal> {
        match self.named.get(name) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(text)) if text.is_empty() => Ok(None),
            Some(Json::String(text)) => match serde_json::from_str(text) {
                Ok(value) => Ok(Some(value)),
                Err(_) => Err(refuse(format!("invalid_{name}_format"))),
            },
            Some(value) => Ok(Some(value.clone())),
        }
    }

    /// `limit`, within what the method allows.
    pub fn limit(&self, default: usize, most: usize) -> Result<usize, Refusal> {
        let Some(limit) = self.text("limit") else {
            return Ok(default);
        };
        let limit = limit.parse().map_err(|_| refuse("invalid_limit"))?;
        match limit {
            0 => Ok(default),
            limit if limit > most => Err(refuse("invalid_limit")),
            limit => Ok(limit),
        }
    }

    /// The page to go on with: what [`cursor`] wrote.
    pub fn cursor(&self) -> Result<Option<String>, Refusal> {
        let Some(cursor) = self.text("cursor").filter(|cursor| !cursor.is_empty()) else {
            return Ok(None);
        };
        let bad = || refuse("invalid_cursor");
        let hex = cursor.strip_suffix('=').ok_or_else(bad)?;
        let bytes = const_hex::decode(hex).map_err(|_| bad())?;
        String::from_utf8(bytes).map(Some).map_err(|_| bad())
    }
}

/// Like Slack's, it ends in a character that forms must escape.
pub(super) fn cursor(next: &str) -> String {
    format!("{}=", const_hex::encode(next))
}

pub(super) fn missing(name: &str) -> Refusal {
    refuse("invalid_arguments").with(
        "response_metadata",
        json!({"messages": [format!("[ERROR] missing required field: {name}")]}),
    )
}
