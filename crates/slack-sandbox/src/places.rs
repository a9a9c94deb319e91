//! The conversations somebody can go to, and their unread messages.

use super::blocks::Lookup as _;
use super::handle::Sandbox;
use super::messages::Draft;
use super::people::{Answer, may_act};
use super::seen::{Message, MessageRef};
use super::tally::Kind;
use serde_json::Value as Json;

/// A conversation, as it stands in somebody's sidebar.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "server", derive(serde::Serialize))]
pub struct Place {
    /// Its id: `C…` or `D…`.
    pub channel: String,
    /// Whether it is a channel, a DM or a group DM.
    pub kind: Kind,
    /// Channels: their name.
    pub name: String,
    /// The people in it, the app aside; empty for channels.
    pub members: Vec<String>,
}

/// A channel, and who is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "server", derive(serde::Serialize))]
pub struct Channel {
    /// Its id: `C…`.
    pub id: String,
    /// Without the `#`.
    pub name: String,
    /// Only its members see it.
    pub is_private: bool,
    /// Nobody writes there any more.
    pub is_archived: bool,
    /// The app is in it: it may write there, and hears what is written.
    pub is_member: bool,
    /// How its settings restrict the app's messages.
    pub posting: Posting,
    /// The people in it, by id; the app aside.
    pub members: Vec<String>,
}

/// How a channel's settings restrict the app's messages. The errors are those of Slack's method pages. An error that is
/// documented for one method is given to the others as well, since Slack sends more errors than its pages list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "server",
    derive(serde::Deserialize, serde::Serialize),
    serde(rename_all = "snake_case")
)]
pub enum Posting {
    /// Members write, and the app when it is a member.
    #[default]
    Everyone,
    /// Only some people write: `restricted_action_read_only_channel` for a message, `posting_to_channel_denied` for a file.
    ReadOnly,
    /// The app may not write: `posting_to_channel_denied`, documented for `files.completeUploadExternal`.
    Denied,
    /// A Salesforce record's channel, to which the app has no access: `channel_is_limited_access`, documented for
    /// `conversations.info` and `conversations.history`.
    LimitedAccess,
}

impl Sandbox {
    /// All channels, public and private, the archived ones too.
    pub fn channels(&self) -> Vec<Channel> {
        let state = self.inner.state();
        let channels = state.conversations.iter();
        let channels = channels.filter(|place| place.kind == Kind::Channel);
        channels
            .map(|channel| Channel {
                id: channel.id.to_string(),
                name: channel.name.to_string(),
                is_private: channel.private,
                is_archived: channel.archived,
                is_member: channel.bot_is_member,
                posting: channel.posting,
                members: channel.members.iter().cloned().collect(),
            })
            .collect()
    }

    /// The id of the person with this id or handle.
    pub fn user_id(&self, word: &str) -> Option<String> {
        self.inner.state().user_id(word)
    }

    /// The id of the conversation with this id, or of the channel with this name.
    pub fn channel_id(&self, word: &str) -> Option<String> {
        self.inner.state().channel_id(word)
    }

    /// The person's conversation with the app, their group DMs, and all channels they may enter.
    pub fn places(&self, user: &str) -> Vec<Place> {
        let mut state = self.inner.state();
        state.im(user);
        let state = &*state;
        let mine = state.conversations.iter().filter(|place| match place.kind {
            Kind::Channel => !place.private || place.members.contains(user),
            _ => place.members.contains(user),
        });
        mine.map(|place| Place {
            channel: place.id.to_string(),
            kind: place.kind,
            name: place.name.to_string(),
            members: match place.kind {
                Kind::Channel => Vec::new(),
                _ => place.members.iter().cloned().collect(),
            },
        })
        .collect()
    }

    /// The messages this person sees in a channel, group DM or DM, oldest first. The error says that they do not see it.
    pub fn conversation(&self, user: &str, channel: &str) -> Result<Vec<Message>, String> {
        let state = self.inner.state();
        let (index, place) = state
            .conversation(channel)
            .ok_or_else(|| format!("no channel {channel}"))?;
        let public = place.kind == Kind::Channel && !place.private;
        if !public && !place.members.contains(user) {
            return Err(format!("{user} is not in {channel}"));
        }
        Ok(self.messages(&state, index, user))
    }

    /// The kind of conversation, and the people in it, the app aside.
    pub fn conversation_of(&self, channel: &str) -> Option<(Kind, Vec<String>)> {
        let state = self.inner.state();
        let (_, place) = state.conversation(channel)?;
        Some((place.kind, place.members.iter().cloned().collect()))
    }

    /// How many messages after number `seq` others left for this person there.
    pub fn unread(&self, user: &str, channel: &str, seq: u64) -> usize {
        let state = self.inner.state();
        let Some((_, place)) = state.conversation(channel) else {
            return 0;
        };
        let newer = place.messages.iter().rev();
        newer
            .take_while(|index| u64::from(**index) >= seq)
            .filter(|index| {
                let message = state.message(**index);
                let whose = message.ephemeral_to.as_deref();
                let visible = !message.deleted && whose.is_none_or(|whose| whose == user);
                visible && message.author.as_deref() != Some(user)
            })
            .count()
    }

    /// A person writes to others. The app hears nothing: it does not ask to.
    pub fn write(&self, user: &str, channel: &str, text: &str) -> Answer {
        let now = self.inner.now();
        let mut state = self.inner.state();
        if let Err(error) = may_act(&state, &self.team, user) {
            return Answer::impossible(error);
        }
        let place = match state.conversation(channel) {
            Some((place, found)) if found.kind == Kind::Channel || found.members.contains(user) => {
                place
            }
            _ => return Answer::impossible(format!("no channel {channel}")),
        };
        let draft = Draft {
            text: text.to_owned(),
            author: Some(user.to_owned()),
            ..Draft::default()
        };
        state.post(place, draft, now);
        Answer::default()
    }

    /// Text with mentions, links and dates the way this person reads them.
    pub fn aloud(&self, user: &str, text: &str) -> String {
        let now = self.inner.now();
        super::render::line(&self.inner.state(), user, text, now)
    }

    /// Name and contents of a file that somebody uploaded.
    pub fn file(&self, id: &str) -> Option<(String, Vec<u8>)> {
        let state = self.inner.state();
        let file = state.files.get(id)?;
        Some((file.name.clone(), file.bytes.clone()))
    }

    /// The values this person filled in on a message so far: `state.values`.
    pub fn filled(&self, user: &str, message: &MessageRef) -> Json {
        let state = self.inner.state();
        let place = state.conversation(&message.channel).map(|found| found.0);
        let ts = super::messages::parse_ts(&message.ts);
        let values = place
            .zip(ts)
            .and_then(|key| state.screens.get(user)?.filled.get(&key));
        serde_json::json!(values)
    }

    /// The modals on somebody's screen, the last one on top.
    pub fn modal_stack(&self, user: &str) -> Vec<String> {
        let state = self.inner.state();
        let screen = state.screens.get(user);
        let modals = screen.map_or(&[][..], |screen| &screen.modals);
        modals
            .iter()
            .map(|view| {
                let title = view.json()["title"]["text"].take();
                title.as_str().unwrap_or_default().to_owned()
            })
            .collect()
    }

    /// Block id → what the app says is wrong with it, on the modal on top.
    pub fn modal_errors(&self, user: &str) -> std::collections::BTreeMap<String, String> {
        let state = self.inner.state();
        let top = state.screens.get(user).and_then(|s| s.modals.last());
        top.map(|view| view.errors.clone()).unwrap_or_default()
    }

    /// Number of the newest message there, as in [`super::Message::seq`]; 0 without any.
    pub fn newest(&self, channel: &str) -> u64 {
        let state = self.inner.state();
        let place = state.conversation(channel).map(|found| found.1);
        let last = place.and_then(|place| place.messages.last());
        last.map_or(0, |index| u64::from(*index) + 1)
    }
}
