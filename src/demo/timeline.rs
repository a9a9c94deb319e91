//! What the bot did and why: what came in or was due → the feature → what went out.

use super::causes::{self, fields};
use crate::domain::timer::Timer;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;
use slack_sandbox::{Exchange, Sandbox, Way};
use std::collections::VecDeque;

/// More than anybody scrolls through.
const KEPT: usize = 120;
/// An entry shows so many of its effects by name.
const EFFECTS: usize = 12;

/// Messages of one conversation go out a second apart.
const MOMENT: SignedDuration = SignedDuration::from_secs(10);

/// Newest first.
#[derive(Debug, Default)]
pub struct Timeline {
    pub entries: VecDeque<Entry>,
    /// Number of the last exchange looked at.
    seen: u64,
}

/// One cause and all that came of it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub at: Timestamp,
    pub cause: String,
    pub feature: String,
    pub effects: Vec<Effect>,
    /// Effects beyond those shown.
    pub more: usize,
}

/// Something the bot told Slack.
#[derive(Clone, Debug)]
pub struct Effect {
    pub words: String,
    pub failed: bool,
    /// The exchange it was.
    pub exchange: u64,
}

impl Timeline {
    /// What was before does not count.
    pub fn start_after(&mut self, slack: &Sandbox) {
        self.seen = slack.recorded(0).last().map_or(0, |last| last.number);
    }

    /// Something that was done to the bot.
    pub fn remark(&mut self, at: Timestamp, cause: &str, feature: &str) {
        self.begin(at, cause.to_owned(), feature.to_owned());
    }

    /// Notes what crossed the wire since the last time; `timers` were due before.
    pub fn note(&mut self, slack: &Sandbox, now: Timestamp, timers: &[Timer]) {
        let fresh = slack.recorded(self.seen);
        let Some(last) = fresh.last() else {
            return;
        };
        self.seen = last.number;
        let mut under_way = false;
        for exchange in &fresh {
            if exchange.way == Way::ToBot {
                let cause = causes::of(slack, exchange);
                self.begin(exchange.at, cause.words, cause.feature);
                if exchange.status != 200 {
                    self.effect(exchange, format!("no answer: {}", exchange.outcome), true);
                } else if let Some(words) = answer(exchange) {
                    self.effect(exchange, words, false);
                }
                under_way = true;
                continue;
            }
            // What follows within a moment belongs to what came before.
            let front = self
                .entries
                .front()
                .map(|entry| now.duration_since(entry.at));
            under_way |= timers.is_empty() && front.is_some_and(|since| since <= MOMENT);
            if !under_way {
                let (words, feature) = causes::of_timers(timers);
                self.begin(now, words, feature);
                under_way = true;
            }
            let ok = exchange.outcome == "ok";
            let mut words = effect(slack, exchange);
            if !ok {
                words = format!("{words} ({})", exchange.outcome.replace('_', " "));
            }
            self.effect(exchange, words, !ok);
        }
    }

    fn begin(&mut self, at: Timestamp, cause: String, feature: String) {
        if self.entries.len() == KEPT {
            self.entries.pop_back();
        }
        self.entries.push_front(Entry {
            at,
            cause,
            feature,
            effects: Vec::new(),
            more: 0,
        });
    }

    fn effect(&mut self, exchange: &Exchange, words: String, failed: bool) {
        let Some(entry) = self.entries.front_mut() else {
            return;
        };
        if entry.effects.len() == EFFECTS {
            entry.more += 1;
            return;
        }
        entry.effects.push(Effect {
            words,
            failed,
            exchange: exchange.number,
        });
    }
}

/// What the acknowledgment itself says.
fn answer(exchange: &Exchange) -> Option<String> {
    let body: Json = serde_json::from_str(&exchange.answer).ok()?;
    match body["response_action"].as_str() {
        Some("errors") => Some("asks to correct the form".to_owned()),
        Some(action @ ("update" | "push")) => {
            let title = body["view"]["title"]["text"].as_str().unwrap_or_default();
            Some(format!("{action}s the form: “{title}”"))
        }
        _ => body["text"]
            .as_str()
            .map(|text| format!("answers them alone: “{}”", start(text))),
    }
}

/// A call in words.
fn effect(slack: &Sandbox, exchange: &Exchange) -> String {
    let body = fields(&exchange.request);
    let text = |key: &str| body[key].as_str().unwrap_or_default();
    let title = body["view"]["title"]["text"].as_str().unwrap_or_default();
    let said = || start(&slack.aloud("", text("text")));
    match exchange.name.as_str() {
        "chat.postMessage" => format!("to {}: “{}”", causes::place(slack, text("channel")), said()),
        "chat.update" => format!(
            "changes a message for {}",
            causes::place(slack, text("channel"))
        ),
        "response_url" => format!("answers them: “{}”", said()),
        "views.open" => format!("opens the form “{title}”"),
        "views.push" => format!("opens “{title}” on top"),
        "views.update" => format!("changes the form “{title}”"),
        "views.publish" => format!(
            "shows {} their App Home",
            causes::name(slack, text("user_id"))
        ),
        "conversations.open" => "opens a group DM".to_owned(),
        "users.info" => format!("asks Slack about {}", causes::name(slack, text("user"))),
        "users.list" => "asks Slack about everyone".to_owned(),
        "files.getUploadURLExternal" => format!("uploads {}", text("filename")),
        "files.completeUploadExternal" => "shares the file".to_owned(),
        "conversations.history" => "checks whether a message arrived".to_owned(),
        other => other.to_owned(),
    }
}

/// The first words of a longer text.
pub fn start(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut words: String = line.chars().take(90).collect();
    if words.len() < line.len() {
        words.push('…');
    }
    words
}
