//! Buttons, menus and fields: what people use in messages, in modals and on the Home tab.

use super::blocks::{self, Element, Values, elements, string};
use super::handle::Sandbox;
use super::inbound::FORM;
use super::payload;
use super::people::{Answer, MESSAGES_TAB_IS_OFF, form, may_act};
use super::seen::MessageRef;
use super::state::{State, View};
use super::tally::Kind;
use super::tickets::Target;
use super::value::Value;
use super::visible::find;
use serde_json::{Value as Json, json};

/// A part of the screen that a person looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screen {
    /// A message with buttons, menus or fields.
    Message(MessageRef),
    /// The App Home.
    Home,
    /// The modal on top.
    Modal,
}

impl From<&MessageRef> for Screen {
    fn from(reference: &MessageRef) -> Self {
        Self::Message(reference.clone())
    }
}

impl Sandbox {
    /// Presses the first button with this label or action id in a message.
    pub async fn click(&self, user: &str, message: &MessageRef, action: &str) -> Answer {
        self.press(user, &Screen::from(message), action).await
    }

    /// Presses a button on the App Home.
    pub async fn click_home(&self, user: &str, action: &str) -> Answer {
        self.press(user, &Screen::Home, action).await
    }

    /// Presses a button in the modal on top.
    pub async fn click_modal(&self, user: &str, action: &str) -> Answer {
        self.press(user, &Screen::Modal, action).await
    }

    /// Presses a button on any screen.
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
    /// takes. The app hears of it where Slack would tell it.
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

    /// Finds what is used, notes what is filled in, and builds the payload if the app is told.
    fn prepare(
        &self,
        user: &str,
        screen: &Screen,
        pick: impl FnOnce(&State, &[Json]) -> Result<Use, String>,
    ) -> Result<Option<Json>, String> {
        let now = self.inner.now();
        let mut state = self.inner.state();
        let state = &mut *state;
        may_act(state, &self.team, user)?;
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

    /// External menus: asks the app what it offers for the typed words.
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
        ids: &(String, String),
        typed: &str,
    ) -> Result<Json, String> {
        let options = self.asked(user, view, ids, typed).await?;
        let found = options.into_iter().find(|option| {
            string(option, "value") == typed || blocks::text_of(option, "text") == typed
        });
        found.ok_or_else(|| format!("\"{typed}\" is not offered"))
    }

    /// The words an external menu of the modal on top offers for what is typed.
    pub async fn suggestions(&self, user: &str, name: &str, typed: &str) -> Vec<String> {
        let menu = {
            let mut state = self.inner.state();
            let Ok(shown) = look(&mut state, user, &Screen::Modal) else {
                return Vec::new();
            };
            let list = shown.blocks.as_array().map_or(&[][..], Vec::as_slice);
            let menu = elements(list)
                .into_iter()
                .find(|element| element.kind().contains("external") && element.is_called(name));
            let ids = menu.map(|menu| (menu.block_id().to_owned(), menu.action_id().to_owned()));
            ids.zip(view_at(&mut state, user, &shown.at))
        };
        let Some((ids, view)) = menu else {
            return Vec::new();
        };
        let options = self.asked(user, Some(&view), &ids, typed).await;
        let options = options.unwrap_or_default();
        options
            .iter()
            .map(|option| blocks::text_of(option, "text").to_owned())
            .collect()
    }

    /// Asks the app what a menu offers.
    async fn asked(
        &self,
        user: &str,
        view: Option<&View>,
        (block_id, action_id): &(String, String),
        typed: &str,
    ) -> Result<Vec<Json>, String> {
        let (path, body) = {
            let state = self.inner.state();
            let body = payload::suggestion(&state, user, view, (block_id, action_id), typed);
            (state.options.paths.options.clone(), body)
        };
        let ack = self.inner.send(&path, FORM, form(&body), &[]).await;
        if let Some(failure) = ack.failure {
            return Err(failure.to_owned());
        }
        let Ok(offer) = serde_json::from_slice::<Json>(&ack.body) else {
            self.inner.misunderstood(&path, "not JSON");
            return Err("no options".to_owned());
        };
        let options = blocks::options(&offer);
        if options.len() > 100
            || !(offer["options"].is_array() || offer["option_groups"].is_array())
        {
            self.inner.misunderstood(&path, "no options, or too many");
        }
        Ok(options.into_iter().cloned().collect())
    }
}

/// Something used on a screen.
struct Use {
    kind: String,
    block_id: String,
    action_id: String,
    /// The new value of the element.
    filled: Option<Json>,
    /// The action that the app is sent.
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

pub(super) struct Shown {
    at: At,
    pub blocks: Json,
}

pub(super) fn look(state: &mut State, user: &str, screen: &Screen) -> Result<Shown, String> {
    match screen {
        Screen::Message(reference) => {
            let gone = || format!("not_on_screen: no message {reference:?}");
            let index = find(state, reference).ok_or_else(gone)?;
            let message = state.message(index);
            let conversation = state.at(message.place);
            let member = conversation.members.contains(user)
                || conversation.kind == Kind::Channel && !conversation.private;
            if conversation.kind == Kind::Im && !state.options.messages_tab {
                return Err(MESSAGES_TAB_IS_OFF.to_owned());
            }
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
