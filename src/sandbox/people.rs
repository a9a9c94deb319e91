//! What people do in Slack, and what they get for it.

use super::blocks::{self, Element, Values, elements, string};
use super::forms::Value;
use super::inbound::{Ack, FORM};
use super::seen::{MessageRef, find};
use super::state::{Draft, Place, State, Token, View};
use super::tally::Kind;
use super::tickets::Target;
use super::{Sandbox, api, payload};
use serde_json::{Value as Json, json};
use std::sync::PoisonError;
use std::time::Duration;

pub(super) const COMMANDS: &str = "/slack/commands";
pub(super) const INTERACTIONS: &str = "/slack/interactions";
pub(super) const OPTIONS: &str = "/slack/options";

/// What a person got for what they did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// HTTP status of the acknowledgment; 0: none came, or nothing was sent.
    pub status: u16,
    /// The ephemeral message they got, rendered.
    pub ephemeral: Option<String>,
    /// A modal opened, or the open one changed.
    pub modal: bool,
    /// What went wrong, in Slack's words (`operation_timeout`, `dispatch_failed`), or why it cannot be done:
    /// `not_on_screen: …`.
    pub error: Option<String>,
    /// No answer within three seconds.
    pub operation_timeout: bool,
    /// Real time until the acknowledgment.
    pub took: Duration,
}

impl Answer {
    fn impossible(why: String) -> Self {
        Self {
            error: Some(why),
            ..Self::default()
        }
    }

    /// Nothing went wrong.
    pub fn is_ok(&self) -> bool {
        self.error.is_none()
    }
}

/// What a person is looking at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screen {
    Message(MessageRef),
    Home,
    /// The modal on top.
    Modal,
}

impl From<&MessageRef> for Screen {
    fn from(reference: &MessageRef) -> Self {
        Self::Message(reference.clone())
    }
}

/// What a person's screen was like before they did something.
struct Before {
    changes: u64,
    views: u64,
    ephemeral: Option<u32>,
}

/// A request to the bot on somebody's behalf.
struct Request {
    path: &'static str,
    body: String,
    /// Where a body in the acknowledgment goes; commands only.
    target: Option<Target>,
}

pub(super) fn form(payload: &Json) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair("payload", &payload.to_string())
        .finish()
}

impl Sandbox {
    /// `/reverse-mentor {text}`, typed in the person's conversation with the bot.
    pub async fn command(&self, user: &str, text: &str) -> Answer {
        let place = self.inner.state().im(user);
        self.type_command(user, place, text).await
    }

    /// The same, typed in any channel or group DM.
    pub async fn command_in(&self, user: &str, channel: &str, text: &str) -> Answer {
        let place = self.inner.state().by_id.get(channel).copied();
        match place {
            Some(place) => self.type_command(user, place, text).await,
            None => Answer::impossible(format!("no channel {channel}")),
        }
    }

    async fn type_command(&self, user: &str, place: Place, text: &str) -> Answer {
        let request = {
            let now = self.inner.now();
            let mut state = self.inner.state();
            if let Err(error) = may_act(&state, user) {
                return Answer::impossible(error);
            }
            if !state.options.scopes.contains("commands") {
                let command = &state.options.command;
                return Answer::impossible(format!("{command} is not a valid command"));
            }
            let words = format!("> {} {text}", state.options.command);
            state.note(user, now, |_| words.trim_end().to_owned());
            let target = Target {
                user: user.to_owned(),
                place,
                message: None,
            };
            let url = self.response_url(&mut state, "commands", target.clone());
            let trigger = state.triggers.issue(user, false);
            Request {
                path: COMMANDS,
                body: payload::command(&state, user, place, text, &url, &trigger),
                target: Some(target),
            }
        };
        self.act(user, request).await
    }

    fn response_url(&self, state: &mut State, kind: &str, target: Target) -> String {
        let code = state.code(24);
        let id = format!("{kind}/{}/{code}", state.options.team_id);
        let now = self.inner.now().as_millisecond();
        let id = state.urls.issue(id, target, now);
        self.inner.url(&format!("/response/{id}"))
    }

    /// Looks at the app's Home tab.
    pub async fn open_home(&self, user: &str) {
        let event = {
            let now = self.inner.now();
            let mut state = self.inner.state();
            if may_act(&state, user).is_err() {
                return;
            }
            state.note(user, now, |_| "> opens Home".to_owned());
            let place = state.im(user);
            let mut event = json!({
                "type": "app_home_opened",
                "user": user,
                "channel": state.at(place).id,
                "tab": "home",
                "event_ts": payload::event_ts(now),
            });
            if let Some(home) = state.screen(user).home.clone() {
                event["view"] = payload::view_json(&state, &home);
            }
            event
        };
        let before = self.before(user);
        self.send_event(event).await;
        self.settle(user, &before).await;
    }

    /// Writes to the bot in their conversation.
    pub async fn say(&self, user: &str, text: &str) {
        let event = {
            let now = self.inner.now();
            let mut state = self.inner.state();
            let place = state.im(user);
            let draft = Draft {
                text: text.to_owned(),
                author: Some(user.to_owned()),
                ..Draft::default()
            };
            let index = state.post(place, draft, now);
            let mut event = payload::message_json(&state, index, false);
            event["channel"] = json!(state.at(place).id);
            event["channel_type"] = json!("im");
            event["event_ts"] = event["ts"].clone();
            event
        };
        self.send_event(event).await;
    }

    /// A global shortcut.
    pub async fn shortcut(&self, user: &str, callback_id: &str) -> Answer {
        let body = {
            let now = self.inner.now();
            let mut state = self.inner.state();
            if let Err(error) = may_act(&state, user) {
                return Answer::impossible(error);
            }
            state.note(user, now, |_| format!("> shortcut {callback_id}"));
            let trigger = state.triggers.issue(user, false);
            payload::shortcut(&state, user, callback_id, &trigger)
        };
        self.interact(user, &body).await
    }

    /// Presses the first button with this label or action id in a message.
    pub async fn click(&self, user: &str, message: &MessageRef, action: &str) -> Answer {
        self.press(user, &Screen::from(message), action).await
    }

    pub async fn click_home(&self, user: &str, action: &str) -> Answer {
        self.press(user, &Screen::Home, action).await
    }

    pub async fn click_modal(&self, user: &str, action: &str) -> Answer {
        self.press(user, &Screen::Modal, action).await
    }

    /// Presses a button on whatever the person looks at.
    pub async fn press(&self, user: &str, screen: &Screen, action: &str) -> Answer {
        let body = self.prepare(user, screen, |_, list| {
            let found = elements(list)
                .into_iter()
                .find(|element| element.kind() == "button" && element.is_called(action));
            let Some(button) = found else {
                return Err(not_there(action, list));
            };
            let mut sent = json!({"text": button.element["text"]});
            if button.element["value"].is_string() {
                sent["value"] = button.element["value"].clone();
            }
            let words = format!("> clicks [ {} ]", button.label());
            Ok(Use::new(button, None, Some(sent), words))
        });
        match body {
            Ok(body) => self.interact(user, &body.unwrap_or_default()).await,
            Err(why) => Answer::impossible(why),
        }
    }

    /// Chooses in a menu, ticks boxes, picks a date, types into a field: whatever the element called `name`
    /// takes. The bot hears of it where Slack would tell it.
    pub async fn choose(
        &self,
        user: &str,
        screen: &Screen,
        name: &str,
        value: impl Into<Value> + Send,
    ) -> Answer {
        let value = match self.offered(user, screen, name, &value.into()).await {
            Ok(value) => value,
            Err(why) => return Answer::impossible(why),
        };
        let body = self.prepare(user, screen, |state, list| {
            let found = elements(list)
                .into_iter()
                .find(|element| element.kind() != "button" && element.is_called(name));
            let element = found.ok_or_else(|| not_there(name, list))?;
            let words = format!("> {}: {value}", element.label());
            if element.kind() == "overflow" {
                let pick = value.word().unwrap_or_default();
                let option = blocks::option(element, pick)?;
                let sent = json!({"selected_option": option});
                return Ok(Use::new(element, None, Some(sent), words));
            }
            let filled = blocks::set(element, &value, state)?;
            let tell = !element.is_input() || element.block["dispatch_action"] == true;
            let sent = tell.then(|| filled.clone());
            Ok(Use::new(element, Some(filled), sent, words))
        });
        match body {
            Ok(Some(body)) => self.interact(user, &body).await,
            Ok(None) => Answer {
                status: 200,
                ..Answer::default()
            },
            Err(why) => Answer::impossible(why),
        }
    }

    /// Finds what is used, notes what is filled in, and builds the payload if the bot is told.
    fn prepare(
        &self,
        user: &str,
        screen: &Screen,
        pick: impl FnOnce(&State, &[Json]) -> Result<Use, String>,
    ) -> Result<Option<Json>, String> {
        let now = self.inner.now();
        let mut state = self.inner.state();
        let state = &mut *state;
        may_act(state, user)?;
        let shown = look(state, user, screen)?;
        let list = shown.blocks.as_array().map_or(&[][..], Vec::as_slice);
        let choice = pick(state, list)?;
        state.note(user, now, |_| choice.words.clone());
        if let Some(filled) = choice.filled {
            fill(
                state,
                user,
                &shown.at,
                &choice.block_id,
                &choice.action_id,
                filled,
            );
        }
        let Some(mut action) = choice.sent else {
            return Ok(None);
        };
        action["type"] = json!(choice.kind);
        action["action_id"] = json!(choice.action_id);
        action["block_id"] = json!(choice.block_id);
        action["action_ts"] = json!(payload::event_ts(now));
        let modal = *screen == Screen::Modal;
        let trigger = state.triggers.issue(user, modal);
        Ok(Some(match shown.at {
            At::Message(index) => {
                let target = Target {
                    user: user.to_owned(),
                    place: state.message(index).place,
                    message: Some(index),
                };
                let url = self.response_url(state, "actions", target);
                let values = message_values(state, user, index, list);
                payload::message_action(state, user, index, &action, &values, (&url, &trigger))
            }
            At::Modal | At::Home => {
                let view = view_at(state, user, &shown.at).ok_or("no view")?;
                payload::view_action(state, user, &view, &action, &trigger)
            }
        }))
    }

    /// External menus: asks the bot what it offers for the typed words.
    async fn offered(
        &self,
        user: &str,
        screen: &Screen,
        name: &str,
        value: &Value,
    ) -> Result<Value, String> {
        let picks = match value {
            Value::Text(word) | Value::Pick(word) => vec![word.clone()],
            Value::Picks(words) => words.clone(),
            _ => return Ok(value.clone()),
        };
        let (view, ids) = {
            let mut state = self.inner.state();
            let shown = look(&mut state, user, screen)?;
            let list = shown.blocks.as_array().map_or(&[][..], Vec::as_slice);
            let found = elements(list)
                .into_iter()
                .find(|element| element.kind() != "button" && element.is_called(name));
            let Some(menu) = found.filter(|menu| menu.kind().contains("external")) else {
                return Ok(value.clone());
            };
            let ids = (menu.block_id().to_owned(), menu.action_id().to_owned());
            (view_at(&mut state, user, &shown.at), ids)
        };
        let mut found = Vec::new();
        for pick in picks {
            found.push(self.offer(user, view.as_ref(), &ids, &pick).await?);
        }
        Ok(Value::Offered(found))
    }

    async fn offer(
        &self,
        user: &str,
        view: Option<&View>,
        (block_id, action_id): &(String, String),
        typed: &str,
    ) -> Result<Json, String> {
        let body = {
            let state = self.inner.state();
            payload::suggestion(&state, user, view, (block_id, action_id), typed)
        };
        let ack = self.inner.send(OPTIONS, FORM, form(&body), &[]).await;
        if let Some(failure) = ack.failure {
            return Err(failure.to_owned());
        }
        let Ok(offer) = serde_json::from_slice::<Json>(&ack.body) else {
            self.inner.misunderstood(OPTIONS, "not JSON");
            return Err("no options".to_owned());
        };
        let options = blocks::options(&offer);
        if options.len() > 100
            || !(offer["options"].is_array() || offer["option_groups"].is_array())
        {
            self.inner.misunderstood(OPTIONS, "no options, or too many");
        }
        let found = options.iter().find(|option| {
            string(option, "value") == typed || blocks::text_of(option, "text") == typed
        });
        let found = found.copied().cloned();
        found.ok_or_else(|| format!("\"{typed}\" is not offered"))
    }

    /// The person's last request once more, freshly signed: a second click on a button that was gone by then.
    pub async fn repeat(&self, user: &str) -> Answer {
        let last = self.inner.state().screen(user).last.clone();
        let Some((path, body)) = last else {
            return Answer::impossible("nothing to repeat".to_owned());
        };
        let request = Request {
            path,
            body: body.into(),
            target: None,
        };
        self.act(user, request).await
    }

    async fn interact(&self, user: &str, body: &Json) -> Answer {
        let request = Request {
            path: INTERACTIONS,
            body: form(body),
            target: None,
        };
        self.act(user, request).await
    }

    /// Sends, applies what the acknowledgment says, and looks at what follows.
    async fn act(&self, user: &str, request: Request) -> Answer {
        let before = self.before(user);
        if self.inner.state().keeps(user) {
            let last = (request.path, request.body.clone().into());
            self.inner.state().screen(user).last = Some(last);
        }
        let ack = self.inner.send(request.path, FORM, request.body, &[]).await;
        let mut answer = Answer {
            status: ack.status,
            took: ack.took,
            ..Answer::default()
        };
        match ack.failure {
            Some("http_timeout") => {
                answer.operation_timeout = true;
                answer.error = Some("operation_timeout".to_owned());
            }
            Some("http_error") => answer.error = Some("dispatch_failed".to_owned()),
            Some(_) => answer.error = Some("service_unavailable".to_owned()),
            None => {
                if let Some(target) = &request.target {
                    self.apply(target, &ack, request.path);
                }
                self.settle(user, &before).await;
            }
        }
        let now = self.inner.now();
        let mut state = self.inner.state();
        if let Some(error) = &answer.error {
            state.note(user, now, |_| format!("failed with the error \"{error}\""));
        }
        let screen = state.screen(user);
        answer.modal = screen.views > before.views;
        let fresh = screen
            .ephemeral
            .filter(|_| screen.ephemeral != before.ephemeral);
        answer.ephemeral = fresh.and_then(|index| {
            let body = state.body(index)?;
            Some(super::render::message(&state, user, &body, now))
        });
        answer
    }

    /// The body of an acknowledged command is an answer too.
    fn apply(&self, target: &Target, ack: &Ack, path: &str) {
        let text = String::from_utf8_lossy(&ack.body);
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let body = match serde_json::from_str::<Json>(text) {
            Ok(body @ Json::Object(_)) => body,
            _ => json!({"text": text}),
        };
        if body.get("text").is_none() && body.get("blocks").is_none() {
            return;
        }
        let now = self.inner.now();
        let outcome = api::apply(&mut self.inner.state(), target, &body, now);
        if let Err(refusal) = outcome {
            self.inner.misunderstood(path, &refusal.words());
        }
    }

    fn before(&self, user: &str) -> Before {
        let mut state = self.inner.state();
        let screen = state.screen(user);
        Before {
            changes: screen.changes,
            views: screen.views,
            ephemeral: screen.ephemeral,
        }
    }

    /// Waits until what follows the acknowledgment is there: as long as the hook says, or until something
    /// changed for this person, or for [`super::Options::settle`].
    async fn settle(&self, user: &str, before: &Before) {
        if self.run_hook().await {
            return;
        }
        let mut changes = self.inner.changed.subscribe();
        let patience = self.inner.state().options.settle;
        let wait = async {
            while self.inner.state().screen(user).changes == before.changes {
                if changes.changed().await.is_err() {
                    return;
                }
            }
        };
        let _ = tokio::time::timeout(patience, wait).await;
    }

    /// Whether there is a hook that says when the bot is done; awaits it.
    pub(super) async fn run_hook(&self) -> bool {
        let hook = {
            let place = self.inner.hook.lock();
            place.unwrap_or_else(PoisonError::into_inner).clone()
        };
        match hook {
            Some(hook) => {
                hook().await;
                true
            }
            None => false,
        }
    }
}

/// Something used on a screen.
struct Use {
    kind: String,
    block_id: String,
    action_id: String,
    /// The new value of the element.
    filled: Option<Json>,
    /// What the bot is told.
    sent: Option<Json>,
    words: String,
}

impl Use {
    fn new(element: Element<'_>, filled: Option<Json>, sent: Option<Json>, words: String) -> Self {
        Self {
            kind: element.kind().to_owned(),
            block_id: element.block_id().to_owned(),
            action_id: element.action_id().to_owned(),
            filled,
            sent,
            words,
        }
    }
}

enum At {
    Message(u32),
    Modal,
    Home,
}

struct Shown {
    at: At,
    blocks: Json,
}

/// People who left do nothing, and an app that was removed hears nothing.
pub(super) fn may_act(state: &State, user: &str) -> Result<(), String> {
    let known = state.users.get(user);
    let known = known.ok_or_else(|| format!("no user {user}"))?;
    if known.deleted || known.is_bot {
        return Err(format!("{user} cannot use Slack"));
    }
    if state.token == Token::Uninstalled {
        return Err("the app is not installed".to_owned());
    }
    Ok(())
}

fn look(state: &mut State, user: &str, screen: &Screen) -> Result<Shown, String> {
    match screen {
        Screen::Message(reference) => {
            let gone = || format!("not_on_screen: no message {reference:?}");
            let index = find(state, reference).ok_or_else(gone)?;
            let message = state.message(index);
            let conversation = state.at(message.place);
            let member = conversation.members.contains(user)
                || conversation.kind == Kind::Channel && !conversation.private;
            let whose = message.ephemeral_to.as_deref();
            if !member || whose.is_some_and(|whose| whose != user) {
                return Err(format!("not_on_screen: {user} does not see {reference:?}"));
            }
            let mut body = state.body(index).ok_or_else(gone)?;
            Ok(Shown {
                at: At::Message(index),
                blocks: body["blocks"].take(),
            })
        }
        Screen::Home | Screen::Modal => {
            let at = if *screen == Screen::Home {
                At::Home
            } else {
                At::Modal
            };
            let view = view_at(state, user, &at);
            let view = view.ok_or_else(|| format!("not_on_screen: {user} has no {screen:?}"))?;
            Ok(Shown {
                at,
                blocks: view.json()["blocks"].take(),
            })
        }
    }
}

fn view_at(state: &mut State, user: &str, at: &At) -> Option<View> {
    let screen = state.screen(user);
    match at {
        At::Message(_) => None,
        At::Modal => screen.modals.last().cloned(),
        At::Home => screen.home.clone(),
    }
}

fn fill(state: &mut State, user: &str, at: &At, block_id: &str, action_id: &str, value: Json) {
    let key = match at {
        At::Message(index) => {
            let message = state.message(*index);
            Some((message.place, message.ts))
        }
        _ => None,
    };
    let screen = state.screen(user);
    let values = match (at, key) {
        (At::Home, _) => screen.home.as_mut().map(|view| &mut view.values),
        (_, Some(key)) => Some(screen.filled.entry(key).or_default()),
        _ => screen.modals.last_mut().map(|view| &mut view.values),
    };
    if let Some(values) = values {
        let block = values.entry(block_id.to_owned()).or_default();
        block.insert(action_id.to_owned(), value);
    }
}

/// `state.values` of a message: what was there at first, and what this person filled in since.
fn message_values(state: &mut State, user: &str, index: u32, list: &[Json]) -> Values {
    let message = state.message(index);
    let key = (message.place, message.ts);
    let mut values = Values::new();
    for element in elements(list) {
        if let Some(value) = blocks::initial(element.element) {
            let block = values.entry(element.block_id().to_owned()).or_default();
            block.insert(element.action_id().to_owned(), value);
        }
    }
    for (block_id, filled) in state.screen(user).filled.get(&key).into_iter().flatten() {
        if let Some(block) = values.get_mut(block_id) {
            block.extend(filled.clone());
        }
    }
    values
}

fn not_there(name: &str, list: &[Json]) -> String {
    let there: Vec<_> = elements(list)
        .iter()
        .map(|element| format!("{} ({})", element.label(), element.action_id()))
        .collect();
    format!("not_on_screen: \"{name}\"; there is {}", there.join(", "))
}
