//! The traffic on the wire, for bot builders: signed requests in, Web API calls out.

use jiff::tz::TimeZone;
use serde_json::Value as Json;
use slack_sandbox::{Sandbox, Way};

/// The most exchanges on the page, because a form full of menus is long.
const SHOWN: usize = 25;
/// The most bytes shown of a body, to keep the page small.
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
    /// Whether a link points to this exchange.
    pub open: bool,
}

/// The newest first, and the one that was asked for.
pub fn lines(slack: &Sandbox, zone: &TimeZone, asked: Option<u64>) -> Vec<Line> {
    let recorded = slack.recorded(0).into_iter().rev().enumerate();
    let shown = recorded.filter(|(at, one)| *at < SHOWN || asked == Some(one.number));
    shown
        .map(|(_, exchange)| exchange)
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
                request: pretty(exchange.request),
                answer: pretty(exchange.answer),
                open: asked == Some(exchange.number),
                name: exchange.name,
                outcome: exchange.outcome,
            }
        })
        .collect()
}

/// Indented JSON; text that is not JSON stays as it is.
fn pretty(text: String) -> String {
    let tree = serde_json::from_str::<Json>(&text).ok();
    let pretty = tree.and_then(|tree| serde_json::to_string_pretty(&tree).ok());
    let mut text = pretty.unwrap_or(text);
    if text.len() > LONG {
        text.truncate(text.floor_char_boundary(LONG));
        text.push_str("\n…");
    }
    text
}
