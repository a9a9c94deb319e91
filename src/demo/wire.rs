//! What crossed the wire, for those who build bots: signed requests in, Web API calls out.

use super::timeline::fields;
use crate::sandbox::{Sandbox, Way};
use jiff::tz::TimeZone;
use serde_json::Value as Json;

/// The newest exchanges on the page: a form full of menus is long.
const SHOWN: usize = 25;
/// The page stays small.
const LONG: usize = 2_500;

pub struct Line {
    pub number: u64,
    pub at: String,
    pub to_bot: bool,
    pub name: String,
    pub outcome: String,
    pub failed: bool,
    pub took: String,
    pub headers: String,
    pub request: String,
    pub answer: String,
}

/// Newest first.
pub fn lines(slack: &Sandbox, zone: &TimeZone) -> Vec<Line> {
    let recorded = slack.recorded(0);
    let newest = recorded.into_iter().rev().take(SHOWN);
    newest
        .map(|exchange| {
            let headers = exchange.headers.iter();
            let headers = headers.map(|(name, value)| format!("{name}: {value}"));
            Line {
                number: exchange.number,
                at: exchange
                    .at
                    .to_zoned(zone.clone())
                    .strftime("%a %-d %b, %H:%M:%S")
                    .to_string(),
                to_bot: exchange.way == Way::ToBot,
                failed: exchange.outcome != "ok",
                took: format!("{} ms", exchange.took.as_millis()),
                headers: headers.collect::<Vec<_>>().join("\n"),
                request: pretty(&without_secrets(fields(&exchange.request))),
                answer: match serde_json::from_str::<Json>(&exchange.answer) {
                    Ok(answer) => pretty(&without_secrets(answer)),
                    Err(_) => exchange.answer,
                },
                name: exchange.name,
                outcome: exchange.outcome,
            }
        })
        .collect()
}

fn pretty(value: &Json) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    if text.len() > LONG {
        text.truncate(text.floor_char_boundary(LONG));
        text.push_str("\n…");
    }
    text
}

/// Tokens and addresses that let somebody act are shortened, wherever they stand.
fn without_secrets(mut value: Json) -> Json {
    match &mut value {
        Json::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                let secret =
                    ["token", "response_url", "trigger_id", "upload_url"].contains(&name.as_str());
                let text = field.as_str().filter(|_| secret);
                *field = match text {
                    Some(text) => Json::String(text.chars().take(16).chain(['…']).collect()),
                    None => without_secrets(field.take()),
                };
            }
        }
        Json::Array(items) => {
            for item in items {
                *item = without_secrets(item.take());
            }
        }
        _ => {}
    }
    value
}
