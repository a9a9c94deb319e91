//! What crosses the wire, both ways, for those who want to look at it. Secrets are shortened before they are kept.

use super::state::State;
use super::{Inner, Sandbox};
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// More than anybody scrolls through.
const KEPT: usize = 400;
/// Forms with many menus are long; the rest says nothing new.
const LONG: usize = 12_000;

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Grows with every exchange.
    pub number: u64,
    pub at: Timestamp,
    pub way: Way,
    /// A path of the bot's, or a method of the Web API.
    pub name: String,
    /// Name and value, secrets shortened.
    pub headers: Vec<(String, String)>,
    /// As it was sent: form fields or JSON.
    pub request: String,
    /// HTTP status; 0: no answer came.
    pub status: u16,
    pub answer: String,
    /// In a word: `ok`, an error code, `fault:…`.
    pub outcome: String,
    /// Real time until the answer.
    pub took: Duration,
}

/// Who asked whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Slack sent a signed request to the bot.
    ToBot,
    /// The bot called the Web API.
    ToSlack,
}

/// The last exchanges; nothing is kept before somebody asks for it.
#[derive(Default)]
pub(super) struct Record {
    on: bool,
    number: u64,
    kept: VecDeque<Exchange>,
}

impl State {
    /// The place of an exchange that begins now: what it sets off comes after it.
    pub fn record_number(&mut self) -> u64 {
        self.record.number += 1;
        self.record.number
    }

    pub fn record(&mut self, exchange: impl FnOnce() -> Exchange) {
        if !self.record.on {
            return;
        }
        let mut exchange = exchange();
        if exchange.number == 0 {
            exchange.number = self.record_number();
        }
        shorten(&mut exchange.request);
        shorten(&mut exchange.answer);
        let kept = &mut self.record.kept;
        if kept.len() == KEPT {
            kept.pop_front();
        }
        let place = kept.partition_point(|other| other.number < exchange.number);
        kept.insert(place, exchange);
    }
}

fn shorten(text: &mut String) {
    if text.len() > LONG {
        let end = text.floor_char_boundary(LONG);
        text.truncate(end);
        text.push('…');
    }
}

/// A secret's first characters: enough to recognize it, too few to use it.
pub(super) fn shortened(secret: &str) -> String {
    let start: String = secret.chars().take(12).collect();
    format!("{start}…")
}

impl Sandbox {
    /// From now on the last exchanges with the bot are kept.
    pub fn start_recording(&self) {
        self.inner.state().record.on = true;
    }

    /// The exchanges kept after this number, oldest first.
    pub fn recorded(&self, after: u64) -> Vec<Exchange> {
        let state = self.inner.state();
        let kept = state.record.kept.iter();
        kept.filter(|exchange| exchange.number > after)
            .cloned()
            .collect()
    }
}

impl Inner {
    /// Notes a call of the bot's and what it got, the token shortened.
    pub fn note_call(
        &self,
        (name, headers, body): (&str, &HeaderMap, &Bytes),
        (status, answer, outcome): (StatusCode, String, &str),
        started: Instant,
    ) {
        let at = self.now();
        self.state().record(|| {
            let shown = [header::AUTHORIZATION, header::CONTENT_TYPE];
            let headers = shown.into_iter().filter_map(|name| {
                let value = headers.get(&name)?.to_str().ok()?;
                let value = match value.strip_prefix("Bearer ") {
                    Some(token) => format!("Bearer {}", shortened(token)),
                    None => value.to_owned(),
                };
                Some((name.to_string(), value))
            });
            Exchange {
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
        });
    }
}
