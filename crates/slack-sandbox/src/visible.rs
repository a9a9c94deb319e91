//! People's views now: conversations, modals and Home, and all of them in order.

use super::blocks::Values;
use super::conversation::Place;
use super::handle::Sandbox;
use super::messages::{parse_ts, write_ts};
use super::seen::{GroupDm, Message, MessageRef, Rendered, Seen, SharedFile};
use super::state::State;
use super::tally::Kind;
use super::{payload, render};
use jiff::Timestamp;
use serde_json::Value as Json;

impl Sandbox {
    fn read(&self, state: &State, index: u32, viewer: &str) -> Message {
        let stored = state.message(index);
        let conversation = state.at(stored.place);
        let metadata = state.metadata(stored);
        let body = stored.body.as_deref().unwrap_or("{}").to_owned();
        let parsed: Json = serde_json::from_str(&body).unwrap_or_default();
        let author = stored.author.as_deref();
        let channel = conversation.kind == Kind::Channel;
        let members = conversation.members.iter().filter(|_| !channel);
        Message {
            seq: u64::from(index) + 1,
            kind: conversation.kind,
            channel: conversation.id.to_string(),
            ts: write_ts(stored.ts),
            at: Timestamp::from_microsecond(stored.ts).unwrap_or_default(),
            user: author.unwrap_or(&state.options.bot_user_id).to_owned(),
            text: parsed["text"].as_str().unwrap_or_default().to_owned(),
            files: shared_files(state, &parsed),
            event_type: metadata.as_ref().map(|(kind, _)| (*kind).to_owned()),
            key: metadata.and_then(|(_, payload)| payload["key"].as_str().map(str::to_owned)),
            edited: stored.edited,
            ephemeral_to: stored.ephemeral_to.as_deref().map(str::to_owned),
            members: members.cloned().collect(),
            viewer: viewer.to_owned(),
            body,
            sandbox: self.clone(),
        }
    }

    pub(super) fn messages(&self, state: &State, place: Place, viewer: &str) -> Vec<Message> {
        let visible = |index: &&u32| {
            let message = state.message(**index);
            let whose = message.ephemeral_to.as_deref();
            !message.deleted && whose.is_none_or(|whose| whose == viewer || viewer.is_empty())
        };
        let shown = state.at(place).messages.iter().filter(visible);
        shown
            .map(|index| self.read(state, *index, viewer))
            .collect()
    }

    /// The person's conversation with the app, oldest first, ephemeral messages included.
    pub fn dm(&self, user: &str) -> Vec<Message> {
        let state = self.inner.state();
        match state.ims.get(user) {
            Some(place) => self.messages(&state, *place, user),
            None => Vec::new(),
        }
    }

    /// The group DMs that the person shares with the app, oldest first.
    pub fn group_dms(&self, user: &str) -> Vec<GroupDm> {
        let state = self.inner.state();
        let places = state.groups_of.get(user).into_iter().flatten();
        places
            .map(|place| {
                let conversation = state.at(*place);
                GroupDm {
                    channel: conversation.id.to_string(),
                    members: conversation.members.iter().cloned().collect(),
                    messages: self.messages(&state, *place, user),
                }
            })
            .collect()
    }

    /// All messages of a channel or other conversation by id; read in UTC.
    pub fn channel(&self, id: &str) -> Vec<Message> {
        let state = self.inner.state();
        match state.conversation(id) {
            Some((place, _)) => self.messages(&state, place, ""),
            None => Vec::new(),
        }
    }

    /// One message, if it is still there.
    pub fn message(&self, reference: &MessageRef) -> Option<Message> {
        let state = self.inner.state();
        let (place, _) = state.conversation(&reference.channel)?;
        let index = state.find(place, &reference.ts)?;
        Some(self.read(&state, index, ""))
    }

    /// Number of the newest message.
    pub fn seq(&self) -> u64 {
        self.inner.state().messages.len() as u64
    }

    /// Messages from the app after number `seq`, oldest first. Those it took back meanwhile are left out.
    pub fn since(&self, seq: u64) -> Vec<Message> {
        let state = self.inner.state();
        let from = u32::try_from(seq).unwrap_or(u32::MAX);
        let until = u32::try_from(state.messages.len()).unwrap_or(u32::MAX);
        (from..until)
            .filter(|index| {
                let message = state.message(*index);
                !message.deleted && message.author.is_none()
            })
            .map(|index| {
                let message = state.message(index);
                let members = &state.at(message.place).members;
                let whose = message.ephemeral_to.as_deref();
                let viewer = whose.or(members.first().map(String::as_str));
                self.read(&state, index, viewer.unwrap_or_default())
            })
            .collect()
    }

    /// The same message through somebody else's eyes (time zone).
    pub fn as_seen_by(&self, message: &Message, user: &str) -> Message {
        Message {
            viewer: user.to_owned(),
            ..message.clone()
        }
    }

    /// The modal on top of the person's screen.
    pub fn modal(&self, user: &str) -> Option<Rendered> {
        let state = self.inner.state();
        let view = state.screens.get(user)?.modals.last()?;
        let text = render::view(&state, user, view, self.inner.now());
        Some(rendered(view.json(), &view.id, &view.values, text))
    }

    /// How many modals lie on top of each other.
    pub fn modals(&self, user: &str) -> usize {
        let state = self.inner.state();
        state.screens.get(user).map_or(0, |s| s.modals.len())
    }

    /// The Home tab the app published for this person.
    pub fn home(&self, user: &str) -> Option<Rendered> {
        let state = self.inner.state();
        let view = state.screens.get(user)?.home.as_ref()?;
        let text = render::view(&state, user, view, self.inner.now());
        Some(rendered(view.json(), &view.id, &view.values, text))
    }

    /// Everything this person has seen, in order. Their history must be kept ([`super::Options`]).
    pub fn everything_seen_by(&self, user: &str) -> Vec<Seen> {
        let state = self.inner.state();
        let im = state.ims.get(user).into_iter();
        let groups = state.groups_of.get(user).into_iter().flatten();
        let mut indexes: Vec<u32> = im
            .chain(groups)
            .flat_map(|place| state.at(*place).messages.iter().copied())
            .collect();
        let screen = state.screens.get(user);
        indexes.extend(screen.into_iter().flat_map(|screen| &screen.elsewhere));
        indexes.sort_unstable();
        let mut messages = indexes.into_iter().peekable();
        let mut out = Vec::new();
        let notes = screen.map_or(&[][..], |s| &s.seen[..]);
        for note in notes {
            while let Some(index) = messages.next_if(|index| *index < note.after) {
                out.extend(transcribe(&state, index, user));
            }
            let does = note.words.starts_with("> ");
            out.push(Seen {
                at: note.at,
                place: if does { "does" } else { "screen" }.to_owned(),
                text: note.words.clone(),
            });
        }
        out.extend(messages.filter_map(|index| transcribe(&state, index, user)));
        out
    }

    /// As the Web API shows a message, metadata included.
    pub fn message_json(&self, reference: &MessageRef) -> Option<Json> {
        let state = self.inner.state();
        let (place, _) = state.conversation(&reference.channel)?;
        let index = state.find(place, &reference.ts)?;
        Some(payload::message_json(&state, index, true))
    }
}

/// Index of the message a reference points at.
pub(super) fn find(state: &State, reference: &MessageRef) -> Option<u32> {
    parse_ts(&reference.ts)?;
    let (place, _) = state.conversation(&reference.channel)?;
    state.find(place, &reference.ts)
}

fn shared_files(state: &State, body: &Json) -> Vec<SharedFile> {
    let files = body["files"].as_array().into_iter().flatten();
    let string = |file: &Json, key: &str| file[key].as_str().unwrap_or_default().to_owned();
    files
        .map(|file| {
            let id = string(file, "id");
            let stored = state.files.get(&id);
            SharedFile {
                name: string(file, "name"),
                title: string(file, "title"),
                bytes: stored.map(|file| file.bytes.clone()).unwrap_or_default(),
                id,
            }
        })
        .collect()
}

fn rendered(json: Json, id: &str, values: &Values, text: String) -> Rendered {
    let string = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
    Rendered {
        view_id: id.to_owned(),
        title: json["title"]["text"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        callback_id: string("callback_id"),
        private_metadata: string("private_metadata"),
        text,
        values: serde_json::json!(values),
        json,
    }
}

fn transcribe(state: &State, index: u32, user: &str) -> Option<Seen> {
    let stored = state.message(index);
    let whose = stored.ephemeral_to.as_deref();
    if stored.deleted || whose.is_some_and(|whose| whose != user) {
        return None;
    }
    let at = Timestamp::from_microsecond(stored.ts).unwrap_or_default();
    let body = state.body(index).unwrap_or_default();
    let mut text = render::message(state, user, &body, at);
    if whose.is_some() {
        text = format!("(only you see this)\n{text}");
    }
    let place = match state.at(stored.place).kind {
        Kind::Im => "dm".to_owned(),
        Kind::Mpim => "group dm".to_owned(),
        Kind::Channel => format!("#{}", state.at(stored.place).name),
    };
    Some(Seen { at, place, text })
}
