//! A record of the requests in both directions. Secrets are shortened before they are kept.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The most exchanges kept, more than anybody scrolls through.
const KEPT: usize = 400;
/// The longest text kept, in bytes. Forms with many menus are longer, but their end says nothing new.
const LONG: usize = 12_000;
/// How many items of each list and characters of each text are kept when a text is too long: the first pair that fits.
const THINNER: [(usize, usize); 3] = [(20, 1_000), (4, 200), (1, 60)];
/// Fields that are never cut, because they say which form or button it was.
const WHOLE: [&str; 2] = ["private_metadata", "value"];

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Grows with every exchange.
    pub number: u64,
    /// When it was, on the workspace's clock.
    pub at: Timestamp,
    /// The direction.
    pub way: Way,
    /// A path of the app's, or a method of the Web API.
    pub name: String,
    /// Name and value, secrets shortened.
    pub headers: Vec<(String, String)>,
    /// The body as JSON, also if it was a form, without secrets and cut if it is long. Other bodies stay text.
    pub request: String,
    /// HTTP status; 0: no answer came.
    pub status: u16,
    /// The answer's body, in the same form.
    pub answer: String,
    /// In a word: `ok`, an error code, `fault:…`.
    pub outcome: String,
    /// Real time until the answer.
    pub took: Duration,
}

/// The direction of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Slack sent a signed request to the app.
    ToBot,
    /// The app called the Web API.
    ToSlack,
}

/// The last exchanges. Nothing is kept until the recording starts.
#[derive(Default)]
pub(super) struct Record {
    on: bool,
    number: u64,
    kept: VecDeque<Exchange>,
}

impl Record {
    /// From now on the last exchanges are kept.
    pub fn start(&mut self) {
        self.on = true;
    }

    /// The place of an exchange that begins now: what it sets off comes after it.
    pub fn next_number(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    pub fn note(&mut self, exchange: impl FnOnce() -> Exchange) {
        if !self.on {
            return;
        }
        let mut exchange = exchange();
        if exchange.number == 0 {
            exchange.number = self.next_number();
        }
        exchange.request = tidy(&exchange.request);
        exchange.answer = tidy(&exchange.answer);
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        let earlier = |other: &Exchange| other.number < exchange.number;
        let place = self.kept.partition_point(earlier);
        self.kept.insert(place, exchange);
    }

    /// The exchanges kept after this number, oldest first.
    pub fn since(&self, after: u64) -> Vec<Exchange> {
        let kept = self.kept.iter();
        kept.filter(|exchange| exchange.number > after)
            .cloned()
            .collect()
    }
}

impl Exchange {
    /// A call of the app's and what it got, the token shortened.
    pub(super) fn of_call(
        at: Timestamp,
        (name, headers, body): (&str, &HeaderMap, &Bytes),
        (status, answer, outcome): (StatusCode, String, &str),
        started: Instant,
    ) -> Self {
        let shown = [header::AUTHORIZATION, header::CONTENT_TYPE];
        let headers = shown.into_iter().filter_map(|name| {
            let value = headers.get(&name)?.to_str().ok()?;
            let value = match value.strip_prefix("Bearer ") {
                Some(token) => format!("Bearer {}", shortened(token)),
                None => value.to_owned(),
            };
            Some((name.to_string(), value))
        });
        Self {
            number: 0,
            at,
            way: Way::ToSlack,
            name: name.to_owned(),
            headers: headers.collect(),
            request: String::from_utf8_lossy(body).into_owned(),
            status: status.as_u16(),
            answer,
            outcome: outcome.to_owned(),
            took: started.elapsed(),
        }
    }
}

/// Shortens a text so that it is still valid JSON: its contents are read from it later.
fn tidy(text: &str) -> String {
    let Some(mut tree) = tree(text) else {
        return cut(text, LONG);
    };
    hide_secrets(&mut tree);
    let mut tidy = tree.to_string();
    for (items, characters) in THINNER {
        if tidy.len() <= LONG {
            break;
        }
        thin(&mut tree, items, characters);
        tidy = tree.to_string();
    }
    tidy
}

/// JSON, or a form's fields, which may be JSON themselves.
fn tree(text: &str) -> Option<Json> {
    let structured = |text: &str| {
        let tree = serde_json::from_str(text).ok()?;
        matches!(tree, Json::Object(_) | Json::Array(_)).then_some(tree)
    };
    if let Some(tree) = structured(text) {
        return Some(tree);
    }
    let is_form =
        text.contains('=') && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    let pairs = is_form.then(|| form_urlencoded::parse(text.as_bytes()));
    let fields = pairs?.map(|(name, value)| {
        let value = structured(&value).unwrap_or_else(|| json!(value));
        (name.into_owned(), value)
    });
    Some(Json::Object(fields.collect()))
}

/// Tokens, and addresses that let somebody act, wherever they stand.
fn hide_secrets(tree: &mut Json) {
    match tree {
        Json::Object(fields) => {
            for (name, field) in fields {
                let secret = ["response_url", "trigger_id", "upload_url"].contains(&name.as_str())
                    || name.ends_with("token")
                    || name.ends_with("secret");
                match field {
                    Json::String(text) if secret => *text = shortened(text),
                    other => hide_secrets(other),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(hide_secrets),
        _ => {}
    }
}

/// The beginning of every list and text.
fn thin(tree: &mut Json, items: usize, characters: usize) {
    match tree {
        Json::Object(fields) => {
            let fields = fields.iter_mut();
            let fields = fields.filter(|(name, _)| !WHOLE.contains(&name.as_str()));
            fields.for_each(|(_, field)| thin(field, items, characters));
        }
        Json::Array(list) => {
            let more = list.len().saturating_sub(items);
            if more > 0 {
                list.truncate(items);
            }
            for item in list.iter_mut() {
                thin(item, items, characters);
            }
            if more > 0 {
                list.push(json!(format!("… and {more} more")));
            }
        }
        Json::String(text) => *text = cut(text, characters),
        _ => {}
    }
}

fn cut(text: &str, most: usize) -> String {
    let end = text.floor_char_boundary(most);
    if end == text.len() {
        return text.to_owned();
    }
    format!("{}…", &text[..end])
}

/// A secret's first characters: enough to recognize it, too few to use it.
pub(super) fn shortened(secret: &str) -> String {
    let start: String = secret.chars().take(12).collect();
    format!("{start}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_is_kept_readable_and_without_secrets() {
        let options: Vec<Json> = (0..100)
            .map(|number| json!({"text": {"type": "plain_text", "text": format!("Topic {number} {}", "x".repeat(60))}, "value": number.to_string()}))
            .collect();
        let block = json!({"type": "input", "element": {"type": "multi_static_select", "options": options}});
        let payload = json!({
            "type": "view_submission", "trigger_id": "123.456.secret-of-the-trigger", "token": "a-very-long-token-of-slack",
            "response_urls": [{"response_url": "https://hooks.example/secret-of-the-url"}],
            "user": {"id": "U1"},
            "view": {"private_metadata": "m".repeat(2_000), "blocks": vec![block; 30], "title": {"text": "Join"}},
        });
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("payload", &payload.to_string())
            .finish();
        assert!(form.len() > 100_000);
        let kept = tidy(&form);
        assert!(kept.len() <= LONG, "{}", kept.len());
        assert!(
            !kept.contains("secret-of") && !kept.contains("token-of-slack"),
            "{kept}"
        );
        let kept: Json = serde_json::from_str(&kept).unwrap();
        let payload = &kept["payload"];
        assert_eq!(
            (&payload["user"]["id"], &payload["view"]["title"]["text"]),
            (&json!("U1"), &json!("Join"))
        );
        assert_eq!(
            payload["view"]["private_metadata"].as_str().map(str::len),
            Some(2_000)
        );
        assert!(payload["view"]["blocks"].to_string().contains("more\""));
    }

    #[test]
    fn what_is_neither_json_nor_a_form_stays_text() {
        assert_eq!(tidy("ok"), "ok");
        assert_eq!(tidy("a = b\nc"), "a = b\nc");
        assert_eq!(
            tidy("a=b&c=%7B%22token%22%3A%22abcdefghijklmnop%22%7D"),
            r#"{"a":"b","c":{"token":"abcdefghijkl…"}}"#
        );
        assert_eq!(tidy(&"ä".repeat(LONG)).chars().count(), LONG / 2 + 1);
    }
}
