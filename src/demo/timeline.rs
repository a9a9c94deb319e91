//! The bot's actions and their causes: request or timer → feature → calls.

use super::causes::{self, fields};
use crate::domain::timer::Timer;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;
use slack_sandbox::{Exchange, Sandbox, Way};
use std::collections::VecDeque;

/// The most entries, more than anybody scrolls through.
const KEPT: usize = 120;
/// The most effects that an entry shows.
const EFFECTS: usize = 12;

/// Messages of one conversation are sent a second apart, so later ones still belong to the same cause.
const MOMENT: SignedDuration = SignedDuration::from_secs(10);

/// The timeline, newest entry first.
#[derive(Debug, Default)]
pub struct Timeline {
    pub entries: VecDeque<Entry>,
    /// The number of the last exchange read.
    seen: u64,
}

/// One cause and all its effects.
#[derive(Clone, Debug)]
pub struct Entry {
    pub at: Timestamp,
    pub cause: String,
    pub feature: String,
    pub effects: Vec<Effect>,
    /// The number of effects that are not shown.
    pub more: usize,
}

/// Something that the bot told Slack.
#[derive(Clone, Debug)]
pub struct Effect {
    pub words: String,
    pub failed: bool,
    /// The number of its exchange.
    pub exchange: u64,
}

impl Timeline {
    /// Ignores everything before now.
    pub fn start_after(&mut self, slack: &Sandbox) {
        self.seen = slack.recorded(0).last().map_or(0, |last| last.number);
    }

    /// Records something that was done to the bot.
    pub fn remark(&mut self, at: Timestamp, cause: &str, feature: &str) {
        self.begin(at, cause.to_owned(), feature.to_owned());
    }

    /// Records the exchanges since the last time; `timers` were due before them.
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
            // Effects within a moment belong to the previous entry.
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

/// The contents of an acknowledgment, in words.
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
