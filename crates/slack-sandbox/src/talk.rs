//! People write messages, and the app hears of those it subscribed to.

use super::conversation::Place;
use super::handle::Sandbox;
use super::messages::Draft;
use super::payload;
use super::people::{Answer, may_act};
use super::state::State;
use super::tally::Kind;
use jiff::Timestamp;
use serde_json::{Value as Json, json};

impl Sandbox {
    /// Writes to the app in the person's conversation with it. The app hears `message` (`message.im`). People are
    /// mentioned as `<@U…>`; everything else is escaped as Slack does. Without a Messages tab there is nowhere to write.
    pub async fn say(&self, user: &str, text: &str) {
        let event = {
            let now = self.inner.now();
            let mut state = self.inner.state();
            if !state.options.messages_tab {
                return;
            }
            let place = state.im(user);
            written(&mut state, user, place, text, now)
        };
        self.inner.tell();
        self.send_event(event).await;
    }

    /// Writes in a channel or a group DM; a public channel is joined first. The app hears `message` and, when it is
    /// mentioned, `app_mention`, if it is a member there and subscribed to them.
    pub async fn say_in(&self, user: &str, channel: &str, text: &str) -> Answer {
        let heard = {
            let now = self.inner.now();
            let mut state = self.inner.state();
            let place =
                may_act(&state, &self.team, user).and_then(|()| enter(&mut state, user, channel));
            let place = match place {
                Ok(place) => place,
                Err(why) => return Answer::impossible(why),
            };
            let event = written(&mut state, user, place, text, now);
            state.at(place).bot_is_member.then_some(event)
        };
        self.inner.tell();
        let Some(event) = heard else {
            return Answer::default();
        };
        let bot = self.inner.state().options.bot_user_id.clone();
        let mentions = event["text"]
            .as_str()
            .is_some_and(|text| text.contains(&format!("<@{bot}>")));
        // A direct message to the app is no mention of it, even with its name in it.
        let mention = (mentions && event["channel_type"] != "im").then(|| mention_of(&event));
        self.send_event(event).await;
        if let Some(mention) = mention {
            self.send_event(mention).await;
        }
        Answer::default()
    }

    /// Writes in a channel with a mention of the app in front.
    pub async fn mention(&self, user: &str, channel: &str, text: &str) -> Answer {
        let bot = self.inner.state().options.bot_user_id.clone();
        self.say_in(user, channel, &format!("<@{bot}> {text}"))
            .await
    }
}

/// The place somebody writes in: theirs already, or a public channel they join.
fn enter(state: &mut State, user: &str, channel: &str) -> Result<Place, String> {
    let found = state.conversation(channel);
    let (place, conversation) = found.ok_or_else(|| format!("no channel {channel}"))?;
    if conversation.archived {
        return Err(format!("{channel} is archived"));
    }
    if conversation.members.contains(user) {
        return Ok(place);
    }
    if conversation.kind != Kind::Channel || conversation.private {
        return Err(format!("{user} is not in {channel}"));
    }
    let conversation = &mut state.conversations[place as usize];
    conversation.members.insert(user.to_owned());
    Ok(place)
}

/// Posts it and says what the app hears of it.
fn written(state: &mut State, user: &str, place: Place, text: &str, now: Timestamp) -> Json {
    let draft = Draft {
        text: payload::written(state, text),
        author: Some(user.to_owned()),
        ..Draft::default()
    };
    let index = state.post(place, draft, now);
    let mut event = payload::message_json(state, index, false);
    let conversation = state.at(place);
    event["channel"] = json!(conversation.id);
    event["channel_type"] = json!(match (conversation.kind, conversation.private) {
        (Kind::Im, _) => "im",
        (Kind::Mpim, _) => "mpim",
        (Kind::Channel, false) => "channel",
        (Kind::Channel, true) => "group",
    });
    event["event_ts"] = event["ts"].clone();
    event
}

fn mention_of(message: &Json) -> Json {
    let mut mention = message.clone();
    mention["type"] = json!("app_mention");
    if let Some(mention) = mention.as_object_mut() {
        mention.remove("channel_type");
    }
    mention
}
