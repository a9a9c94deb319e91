//! The state of the workspace. Everything is found by its key, without searching.

use super::blocks::{Lookup, Values};
use super::conversation::{Conversation, Place, Stored};
use super::event::Event;
use super::faults::Trouble;
use super::limits::Limits;
use super::options::Options;
use super::organization::Workspace;
use super::places::Posting;
use super::record::Record;
use super::rotation::Rotation;
use super::tally::{Kind, Tally};
use super::tickets::{ResponseUrls, Triggers};
use super::user::User;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A view on somebody's screen.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub id: String,
    pub root: String,
    pub previous: Option<String>,
    pub hash: String,
    /// As the app sent it, with ids filled in, as JSON text.
    pub body: Box<str>,
    pub values: Values,
    /// Block id → what the app says is wrong with it.
    pub errors: BTreeMap<String, String>,
}

impl View {
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// One person's screen, the conversations aside.
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
    /// Ephemeral messages in channels, for transcripts.
    pub elsewhere: Vec<u32>,
    /// Their answers in messages: (place, ts) → values.
    pub filled: HashMap<(Place, i64), Values>,
    /// The last request sent on their behalf.
    pub last: Option<(Box<str>, Box<str>)>,
    /// Day (in their time zone) of the last unasked-for message.
    pub unasked: Option<jiff::civil::Date>,
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
    /// Files of its workspace have addresses that begin with this.
    pub base: String,
    /// When messages may show it. Slack processes a file after it was completed.
    pub usable: Option<Timestamp>,
}

impl File {
    /// As Slack shows it.
    pub fn json(&self, id: &str) -> serde_json::Value {
        let base = &self.base;
        let kind = self.name.rsplit_once('.').map_or("", |(_, end)| end);
        let path = format!("{base}{id}/{}", self.name);
        let download = format!("{base}{id}/download/{}", self.name);
        serde_json::json!({
            "id": id, "name": self.name, "title": self.title, "filetype": kind.to_lowercase(),
            "size": self.bytes.len(), "mode": "hosted", "is_external": false,
            "url_private": path, "url_private_download": download,
        })
    }
}

pub(super) struct State {
    pub options: Options,
    /// An organization has several workspaces; the options name the first.
    pub workspaces: Vec<Workspace>,
    pub users: BTreeMap<String, User>,
    pub conversations: Vec<Conversation>,
    pub by_id: HashMap<String, Place>,
    /// User → conversation with the app.
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
    pub limits: Limits,
    pub trouble: Trouble,
    pub tally: Tally,
    pub record: Record,
    pub token: Token,
    /// Tokens that were replaced → what the Web API says of them.
    pub ended: BTreeMap<String, &'static str>,
    pub rotation: Rotation,
    /// (due on the clock in milliseconds, counter) → event to deliver again.
    pub due: BTreeMap<(i64, u64), Event>,
    pub event_types: Vec<Box<str>>,
    /// (place, hash of what was said) → last said.
    pub said: HashMap<(Place, u64), i64>,
    pub last_ts: i64,
    counter: u64,
}

impl State {
    pub fn new(mut options: Options) -> Self {
        let token = if options.installed {
            Token::Valid
        } else {
            // Its token comes with the consent.
            options.bot_token = String::new();
            Token::Uninstalled
        };
        let trouble = Trouble::new(options.seed);
        let first = Workspace::new(&options.team_id, &options.team_name, true);
        Self {
            options,
            workspaces: vec![first],
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
            limits: Limits::default(),
            trouble,
            tally: Tally::default(),
            record: Record::default(),
            token,
            ended: BTreeMap::new(),
            rotation: Rotation::default(),
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

    /// The workspace somebody belongs to: this one, or another that shares a channel with it.
    pub fn home_team(&self, user: &str) -> &str {
        let first = self.teams_of(user).next();
        let here = first.unwrap_or(&self.options.team_id);
        self.users.get(user).map_or(here, |user| user.team(here))
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

    /// The person's conversation with the app, made when there is none.
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

    /// The group DM of exactly these people and the app, and whether it was there already.
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
            team: self.options.team_id.as_str().into(),
            bot_is_member: true,
            archived: false,
            posting: Posting::default(),
            private: kind != Kind::Channel,
            messages: Vec::new(),
            keep,
        });
        self.by_id.insert(id.to_owned(), place);
        place
    }
}

impl Lookup for State {
    fn user_id(&self, word: &str) -> Option<String> {
        if self.users.contains_key(word) {
            return Some(word.to_owned());
        }
        let handle = word.strip_prefix('@').unwrap_or(word);
        let found = self.users.values().find(|user| user.name == handle);
        found.map(|user| user.id.clone())
    }

    fn channel_id(&self, word: &str) -> Option<String> {
        if self.by_id.contains_key(word) {
            return Some(word.to_owned());
        }
        let name = word.strip_prefix('#').unwrap_or(word);
        let mut channels = self.conversations.iter();
        let found = channels.find(|one| one.kind == Kind::Channel && *one.name == *name);
        found.map(|channel| channel.id.to_string())
    }

    fn file(&self, id: &str) -> Option<serde_json::Value> {
        self.files.get(id).map(|file| file.json(id))
    }
}
