//! Messages: stored small, found by time, counted when they arrive.

use super::blocks;
use super::conversation::{Metadata, Place, Stored};
use super::state::State;
use super::tally::Kind;
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Without `keep_bodies`, a conversation keeps the words and buttons of this many messages.
const BODIES: usize = 5;
/// Without metadata, the same words within this long count as said twice.
const SAME_WORDS_MS: i64 = 600_000;

/// A message about to be posted.
#[derive(Default)]
pub(super) struct Draft {
    pub text: String,
    pub blocks: Option<Json>,
    /// Completed uploads: id, name and title.
    pub files: Vec<Json>,
    pub thread_ts: Option<String>,
    /// Event type and payload.
    pub metadata: Option<(String, Json)>,
    pub author: Option<String>,
    pub ephemeral_to: Option<String>,
}

impl State {
    /// Index of the message with this timestamp in this conversation.
    pub fn find(&self, place: Place, ts: &str) -> Option<u32> {
        let ts = parse_ts(ts)?;
        let index = self.messages.binary_search_by_key(&ts, |m| m.ts).ok()?;
        let message = &self.messages[index];
        let there = message.place == place && !message.deleted;
        there.then(|| u32::try_from(index).unwrap_or(u32::MAX))
    }

    pub fn message(&self, index: u32) -> &Stored {
        &self.messages[index as usize]
    }

    pub fn body(&self, index: u32) -> Option<Json> {
        let body = self.message(index).body.as_ref()?;
        serde_json::from_str(body).ok()
    }

    pub fn metadata(&self, message: &Stored) -> Option<(&str, Json)> {
        let metadata = message.metadata.as_ref()?;
        let event_type = &self.event_types[usize::from(metadata.event_type)];
        let payload = serde_json::from_str(&metadata.payload).unwrap_or_default();
        Some((event_type, payload))
    }

    /// Puts a message into a conversation and counts it; answers with its index.
    pub fn post(&mut self, place: Place, draft: Draft, now: Timestamp) -> u32 {
        let index = u32::try_from(self.messages.len()).expect("fewer than 4 billion messages");
        self.last_ts = now.as_microsecond().max(self.last_ts + 1);
        let ts = self.last_ts;
        let from_bot = draft.author.is_none();
        let mut said = 0;
        if from_bot {
            said = self.what_is_said(&draft);
            self.count(place, &draft, said, now);
        }
        let metadata = draft.metadata.map(|(event_type, payload)| Metadata {
            event_type: self.event_type(&event_type),
            payload: payload.to_string().into(),
        });
        let body = self.write_body(&draft.text, draft.blocks, draft.thread_ts, draft.files);
        if let Some(user) = &draft.ephemeral_to {
            let elsewhere = self.at(place).kind == Kind::Channel && self.keeps(user);
            let screen = self.screen(user);
            screen.ephemeral = Some(index);
            if elsewhere {
                screen.elsewhere.push(index);
            }
        }
        self.messages.push(Stored {
            ts,
            place,
            author: draft.author.map(Into::into),
            body: Some(body),
            metadata,
            ephemeral_to: draft.ephemeral_to.map(Into::into),
            edited: false,
            deleted: false,
            said,
        });
        let conversation = &mut self.conversations[place as usize];
        conversation.messages.push(index);
        if !conversation.keep && conversation.messages.len() > BODIES {
            let old = conversation.messages[conversation.messages.len() - 1 - BODIES];
            self.messages[old as usize].body = None;
        }
        self.touch(place, index);
        index
    }

    /// Everyone who sees the message notices a change.
    fn touch(&mut self, place: Place, index: u32) {
        if self.at(place).kind == Kind::Channel && self.message(index).ephemeral_to.is_none() {
            return;
        }
        let people: Vec<String> = match &self.message(index).ephemeral_to {
            Some(user) => vec![user.to_string()],
            None => self.at(place).members.iter().cloned().collect(),
        };
        for user in people {
            self.screen(&user).changes += 1;
        }
    }

    pub fn edit(&mut self, index: u32, text: &str, blocks: Option<Json>) {
        let body = self.write_body(text, blocks, None, Vec::new());
        let message = &mut self.messages[index as usize];
        message.body = Some(body);
        message.edited = true;
        let place = message.place;
        self.tally.edits += 1;
        self.touch(place, index);
    }

    pub fn set_metadata(&mut self, index: u32, event_type: &str, payload: &Json) {
        let event_type = self.event_type(event_type);
        self.messages[index as usize].metadata = Some(Metadata {
            event_type,
            payload: payload.to_string().into(),
        });
    }

    pub fn delete(&mut self, index: u32) {
        let message = &mut self.messages[index as usize];
        message.deleted = true;
        message.body = None;
        let (place, said) = (message.place, message.said);
        // A message that was taken back may be said again.
        self.said.remove(&(place, said));
        self.touch(place, index);
    }

    fn write_body(
        &mut self,
        text: &str,
        blocks: Option<Json>,
        thread_ts: Option<String>,
        files: Vec<Json>,
    ) -> Box<str> {
        let mut body = json!({"text": text});
        if let Some(mut blocks) = blocks {
            blocks::give_ids(&mut blocks, || self.code(5));
            body["blocks"] = blocks;
        }
        if let Some(thread_ts) = thread_ts {
            body["thread_ts"] = thread_ts.into();
        }
        if !files.is_empty() {
            body["files"] = files.into();
        }
        body.to_string().into()
    }

    fn event_type(&mut self, name: &str) -> u16 {
        let known = self.event_types.iter().position(|known| **known == *name);
        let index = known.unwrap_or_else(|| {
            self.event_types.push(name.into());
            self.event_types.len() - 1
        });
        u16::try_from(index).expect("a bot has few event types")
    }
}

impl State {
    fn count(&mut self, place: Place, draft: &Draft, said: u64, now: Timestamp) {
        let blocks = draft.blocks.as_ref().map(Json::to_string);
        let blocks = blocks.unwrap_or_default();
        let rings = ["<!channel", "<!here", "<!everyone"];
        if rings
            .iter()
            .any(|ring| draft.text.contains(ring) || blocks.contains(ring))
        {
            self.tally.broadcasts += 1;
            let text = &draft.text;
            self.tally.remark(|| format!("rang everyone: {text}"));
        }
        if draft.text.trim().is_empty() {
            self.tally.without_text += 1;
        }
        if draft.ephemeral_to.is_some() {
            self.tally.ephemerals += 1;
            return;
        }
        let kind = self.at(place).kind;
        self.tally.messages.add(kind);
        self.tally.files += draft.files.len() as u64;
        if let Some((event_type, _)) = &draft.metadata {
            *self.tally.event_type(event_type) += 1;
        }
        let before = self.said.insert((place, said), now.as_millisecond());
        let again = match (before, &draft.metadata) {
            (None, _) => false,
            (Some(_), _) if !draft.files.is_empty() => true,
            (Some(_), Some(_)) => true,
            (Some(at), None) => now.as_millisecond() - at <= SAME_WORDS_MS,
        };
        if again {
            let mark = self.options.repeat_mark.as_deref();
            let marked =
                mark.is_some_and(|mark| blocks.contains(mark) || draft.text.contains(mark));
            if marked {
                self.tally.duplicated_marked.add(kind);
            } else {
                self.tally.duplicated.add(kind);
                let id = &self.conversations[place as usize].id;
                let (text, metadata) = (&draft.text, &draft.metadata);
                self.tally
                    .remark(|| format!("duplicated in {id} ({kind:?}): {metadata:?} {text}"));
            }
        }
        let metadata = draft.metadata.as_ref();
        let unasked =
            metadata.is_some_and(|(event_type, _)| self.options.unasked.contains(event_type));
        if kind != Kind::Channel && unasked {
            self.count_unasked(place, &draft.text, now, again);
        }
    }

    /// `again`: counted as said twice already, and not as a second one that day.
    fn count_unasked(&mut self, place: Place, text: &str, now: Timestamp, again: bool) {
        let people: Vec<String> = self.at(place).members.iter().cloned().collect();
        for user in people {
            let local = now.to_zoned(self.time_zone(&user));
            let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
            let (from, to) = self.options.work_hours;
            let in_hours = (i32::from(from) * 60..=i32::from(to) * 60).contains(&minute);
            if !in_hours || !self.options.work_week.contains(&local.weekday()) {
                self.tally.out_of_hours += 1;
                self.tally
                    .remark(|| format!("out of hours for {user}: {local}: {text}"));
            }
            let screen = self.screen(&user);
            if screen.unasked.replace(local.date()) == Some(local.date()) && !again {
                self.tally.second_unasked_same_day += 1;
                self.tally.remark(|| {
                    format!("a second one unasked for that day for {user}: {local}: {text}")
                });
            }
        }
    }
}

impl State {
    fn what_is_said(&self, draft: &Draft) -> u64 {
        let mut hasher = DefaultHasher::new();
        if let Some((event_type, payload)) = &draft.metadata {
            match payload["key"].as_str() {
                Some(key) => ("key", key).hash(&mut hasher),
                None => ("metadata", event_type, payload.to_string()).hash(&mut hasher),
            }
        } else if draft.files.is_empty() {
            let blocks = draft.blocks.as_ref().map(Json::to_string);
            ("words", &draft.text, blocks).hash(&mut hasher);
        } else {
            // The same file is the same file, uploaded anew or not, and whatever is said about it.
            for file in &draft.files {
                let id = file["id"].as_str().unwrap_or_default();
                let bytes = self.files.get(id).map(|file| &file.bytes);
                ("file", bytes).hash(&mut hasher);
            }
        }
        hasher.finish()
    }
}

/// `1754300000.000123`, from microseconds.
pub(super) fn write_ts(ts: i64) -> String {
    format!("{}.{:06}", ts / 1_000_000, ts % 1_000_000)
}

pub(super) fn parse_ts(ts: &str) -> Option<i64> {
    let (seconds, micros) = ts.split_once('.').unwrap_or((ts, "0"));
    let seconds: i64 = seconds.parse().ok()?;
    let micros: i64 = format!("{micros:0<6}").get(..6)?.parse().ok()?;
    seconds.checked_mul(1_000_000)?.checked_add(micros)
}
