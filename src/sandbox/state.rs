//! The workspace as it stands: everything is found by key, nothing by searching.

use super::blocks::{Lookup, Values};
use super::faults::Trouble;
use super::inbound::Event;
use super::limits::Limits;
use super::tally::{Kind, Tally, is_unasked};
use super::tickets::{ResponseUrls, Triggers};
use super::{Options, User};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Without `keep_bodies`, a conversation keeps the words and buttons of this many messages.
const BODIES: usize = 8;
/// Without metadata, the same words within this long count as said twice.
const SAME_WORDS_MS: i64 = 600_000;
/// What a repeated message says about itself.
const MARK: &str = "in case it did not arrive";

/// Index of a conversation.
pub(super) type Place = u32;

#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, as in Slack's own conversation object"
)]
pub(super) struct Conversation {
    pub id: Box<str>,
    pub kind: Kind,
    /// Channels: their name.
    pub name: Box<str>,
    /// People in it, the bot aside.
    pub members: BTreeSet<String>,
    pub bot_is_member: bool,
    pub archived: bool,
    pub private: bool,
    pub messages: Vec<u32>,
    /// Whether somebody's whole history is wanted.
    keep: bool,
}

/// A message, small: `body` is JSON text of `text` and `blocks`.
pub(super) struct Stored {
    /// Microseconds; unique, and growing with the index.
    pub ts: i64,
    pub place: Place,
    /// A person who wrote it; `None`: the bot.
    pub author: Option<Box<str>>,
    pub body: Option<Box<str>>,
    pub metadata: Option<Metadata>,
    pub ephemeral_to: Option<Box<str>>,
    pub edited: bool,
    pub deleted: bool,
    said: u64,
}

pub(super) struct Metadata {
    event_type: u16,
    pub payload: Box<str>,
}

/// A message about to be posted.
#[derive(Default)]
pub(super) struct Draft {
    pub text: String,
    pub blocks: Option<Json>,
    pub thread_ts: Option<String>,
    /// Event type and payload.
    pub metadata: Option<(String, Json)>,
    pub author: Option<String>,
    pub ephemeral_to: Option<String>,
}

/// A view on somebody's screen.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub id: String,
    pub root: String,
    pub previous: Option<String>,
    pub hash: String,
    /// As the bot sent it, with ids filled in, as JSON text.
    pub body: Box<str>,
    pub values: Values,
    /// Block id → what the bot says is wrong with it.
    pub errors: BTreeMap<String, String>,
}

impl View {
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// What one person has before them, the conversations aside.
#[derive(Default)]
pub(super) struct Screen {
    /// The last one is on top.
    pub modals: Vec<View>,
    pub home: Option<View>,
    /// Grows with everything that happens on this screen.
    pub changes: u64,
    /// Grows with every view opened, pushed or updated.
    pub views: u64,
    /// The last ephemeral message (index).
    pub ephemeral: Option<u32>,
    /// Their answers in messages: (place, ts) → values.
    pub filled: HashMap<(Place, i64), Values>,
    /// The last request sent on their behalf.
    pub last: Option<(&'static str, Box<str>)>,
    /// Day (in their time zone) of the last unasked-for message.
    nudged: Option<jiff::civil::Date>,
    /// For transcripts; messages aside.
    pub seen: Vec<Seen>,
}

/// Something a person did or saw that is not a message.
pub(super) struct Seen {
    pub at: Timestamp,
    /// Messages there were before it.
    pub after: u32,
    pub words: String,
}

/// Whether the token still opens anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Valid,
    Revoked,
    Uninstalled,
}

pub(super) struct File {
    pub name: String,
    pub title: String,
    pub bytes: Vec<u8>,
    pub length: usize,
    pub complete: bool,
}

pub(super) struct State {
    pub options: Options,
    pub users: BTreeMap<String, User>,
    pub conversations: Vec<Conversation>,
    pub by_id: HashMap<String, Place>,
    /// User → conversation with the bot.
    pub ims: HashMap<String, Place>,
    /// Members, sorted and joined → group DM.
    pub mpims: HashMap<String, Place>,
    pub groups_of: HashMap<String, Vec<Place>>,
    pub messages: Vec<Stored>,
    pub screens: HashMap<String, Screen>,
    /// View id → whose screen it is on.
    pub views: HashMap<String, String>,
    pub triggers: Triggers,
    pub urls: ResponseUrls,
    pub files: HashMap<String, File>,
    /// Consent codes not yet exchanged.
    pub codes: BTreeSet<String>,
    pub limits: Limits,
    pub trouble: Trouble,
    pub tally: Tally,
    pub token: Token,
    /// (due on the clock in milliseconds, counter) → event to deliver again.
    pub due: BTreeMap<(i64, u64), Event>,
    event_types: Vec<Box<str>>,
    /// (place, hash of what was said) → last said.
    said: HashMap<(Place, u64), i64>,
    last_ts: i64,
    counter: u64,
}

impl State {
    pub fn new(options: Options) -> Self {
        let trouble = Trouble::new(options.seed);
        Self {
            options,
            users: BTreeMap::new(),
            conversations: Vec::new(),
            by_id: HashMap::new(),
            ims: HashMap::new(),
            mpims: HashMap::new(),
            groups_of: HashMap::new(),
            messages: Vec::new(),
            screens: HashMap::new(),
            views: HashMap::new(),
            triggers: Triggers::default(),
            urls: ResponseUrls::default(),
            files: HashMap::new(),
            codes: BTreeSet::new(),
            limits: Limits::default(),
            trouble,
            tally: Tally::default(),
            token: Token::Valid,
            due: BTreeMap::new(),
            event_types: Vec::new(),
            said: HashMap::new(),
            last_ts: 0,
            counter: 0,
        }
    }

    /// An id nobody had before: `prefix` and eight or more characters.
    pub fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}0{}", self.code(7))
    }

    /// A counter, written so that it does not look like one.
    pub fn code(&mut self, width: usize) -> String {
        self.counter += 1;
        let mut left = self.counter;
        let mut digits = vec![b'0'; width];
        for place in (0..width).rev() {
            let digit = u8::try_from(left % 36).unwrap_or(0);
            digits[place] = if digit < 10 {
                b'0' + digit
            } else {
                b'A' + digit - 10
            };
            left /= 36;
        }
        String::from_utf8(digits).unwrap_or_default()
    }

    pub fn number(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    pub fn screen(&mut self, user: &str) -> &mut Screen {
        if !self.screens.contains_key(user) {
            self.screens.insert(user.to_owned(), Screen::default());
        }
        self.screens.get_mut(user).expect("it was just put there")
    }

    pub fn keeps(&self, user: &str) -> bool {
        self.options.keep_bodies || self.options.keep_bodies_of.contains(user)
    }

    /// Notes something for a person's transcript.
    pub fn note(&mut self, user: &str, at: Timestamp, words: impl FnOnce(&Self) -> String) {
        if !self.keeps(user) {
            return;
        }
        let words = words(self);
        let after = u32::try_from(self.messages.len()).unwrap_or(u32::MAX);
        self.screen(user).seen.push(Seen { at, after, words });
    }

    /// Takes a view off somebody's screen.
    pub fn close(&mut self, user: &str, id: &str) {
        self.views.remove(id);
        let screen = self.screen(user);
        screen.modals.retain(|view| view.id != id);
        screen.changes += 1;
    }

    pub fn close_all(&mut self, user: &str) {
        let screen = self.screen(user);
        screen.changes += 1;
        for view in std::mem::take(&mut screen.modals) {
            self.views.remove(&view.id);
        }
    }

    pub fn time_zone(&self, user: &str) -> TimeZone {
        let name = self.users.get(user).and_then(|user| user.tz.as_deref());
        name.and_then(|name| TimeZone::get(name).ok())
            .unwrap_or(TimeZone::UTC)
    }

    pub fn conversation(&self, id: &str) -> Option<(Place, &Conversation)> {
        let place = *self.by_id.get(id)?;
        Some((place, &self.conversations[place as usize]))
    }

    pub fn at(&self, place: Place) -> &Conversation {
        &self.conversations[place as usize]
    }

    /// The person's conversation with the bot, made when there is none.
    pub fn im(&mut self, user: &str) -> Place {
        if let Some(place) = self.ims.get(user) {
            return *place;
        }
        let id = self.id("D");
        let members = BTreeSet::from([user.to_owned()]);
        let place = self.add_conversation(&id, Kind::Im, "", members);
        self.ims.insert(user.to_owned(), place);
        place
    }

    /// The group DM of exactly these people and the bot, and whether it was there already.
    pub fn mpim(&mut self, members: BTreeSet<String>) -> (Place, bool) {
        let key = members.iter().map(String::as_str).collect::<Vec<_>>();
        let key = key.join(",");
        if let Some(place) = self.mpims.get(&key) {
            return (*place, true);
        }
        // Slack's newer group DMs have ids that look like channels.
        let id = self.id("C");
        let name = format!("mpdm-{}-1", key.to_lowercase().replace(',', "--"));
        let place = self.add_conversation(&id, Kind::Mpim, &name, members);
        self.mpims.insert(key, place);
        (place, false)
    }

    pub fn add_conversation(
        &mut self,
        id: &str,
        kind: Kind,
        name: &str,
        members: BTreeSet<String>,
    ) -> Place {
        let place = Place::try_from(self.conversations.len()).expect("fewer than 4 billion");
        if kind == Kind::Mpim {
            for member in &members {
                let groups = self.groups_of.entry(member.clone()).or_default();
                groups.push(place);
            }
        }
        let keep = self.options.keep_bodies
            || kind == Kind::Channel
            || members.iter().any(|member| self.keeps(member));
        self.conversations.push(Conversation {
            id: id.into(),
            kind,
            name: name.into(),
            members,
            bot_is_member: true,
            archived: false,
            private: kind != Kind::Channel,
            messages: Vec::new(),
            keep,
        });
        self.by_id.insert(id.to_owned(), place);
        place
    }

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
            said = what_is_said(&draft);
            self.count(place, &draft, said, now);
        }
        let metadata = draft.metadata.map(|(event_type, payload)| Metadata {
            event_type: self.event_type(&event_type),
            payload: payload.to_string().into(),
        });
        let body = self.write_body(&draft.text, draft.blocks, draft.thread_ts);
        if let Some(user) = &draft.ephemeral_to {
            self.screen(user).ephemeral = Some(index);
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
        let body = self.write_body(text, blocks, None);
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
        // What was taken back may be said again.
        self.said.remove(&(place, said));
        self.touch(place, index);
    }

    fn write_body(
        &mut self,
        text: &str,
        blocks: Option<Json>,
        thread_ts: Option<String>,
    ) -> Box<str> {
        let mut body = json!({"text": text});
        if let Some(mut blocks) = blocks {
            super::blocks::give_ids(&mut blocks, || self.code(5));
            body["blocks"] = blocks;
        }
        if let Some(thread_ts) = thread_ts {
            body["thread_ts"] = thread_ts.into();
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
        let before = self.said.insert((place, said), now.as_millisecond());
        let again = match (before, &draft.metadata) {
            (None, _) => false,
            (Some(_), Some(_)) => true,
            (Some(at), None) => now.as_millisecond() - at <= SAME_WORDS_MS,
        };
        if again {
            let marked = blocks.contains(MARK) || draft.text.contains(MARK);
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
        let unasked = draft.metadata.as_ref();
        if unasked.is_some_and(|(event_type, _)| is_unasked(event_type)) && kind != Kind::Channel {
            self.count_unasked(place, &draft.text, now);
        }
    }

    fn count_unasked(&mut self, place: Place, text: &str, now: Timestamp) {
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
            if screen.nudged.replace(local.date()) == Some(local.date()) {
                self.tally.second_unasked_same_day += 1;
                self.tally
                    .remark(|| format!("second nudge that day for {user}: {local}: {text}"));
            }
        }
    }
}

impl Lookup for State {
    fn has_user(&self, id: &str) -> bool {
        self.users.contains_key(id)
    }

    fn has_channel(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }
}

fn what_is_said(draft: &Draft) -> u64 {
    let mut hasher = DefaultHasher::new();
    if let Some((event_type, payload)) = &draft.metadata {
        match payload["key"].as_str() {
            Some(key) => ("key", key).hash(&mut hasher),
            None => ("metadata", event_type, payload.to_string()).hash(&mut hasher),
        }
    } else {
        let blocks = draft.blocks.as_ref().map(Json::to_string);
        ("words", &draft.text, blocks).hash(&mut hasher);
    }
    hasher.finish()
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
