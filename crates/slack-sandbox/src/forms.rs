//! Filling in, sending and closing modals.

use super::blocks::{self, Surface, string};
use super::fields::unfinished;
use super::handle::Sandbox;
use super::inbound::FORM;
use super::people::{form, may_act};
use super::screens::Screen;
use super::state::{File, View};
use super::value::Value;
use super::{api, payload, render};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The fields a person fills in, in this order, each named by its label, block id or action id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers(Vec<(String, Value)>);

impl Answers {
    /// Changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Fills in `field`: its label, block id or action id.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.0.push((field.to_owned(), value.into()));
        self
    }
}

impl IntoIterator for Answers {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<V: Into<Value>, const N: usize> From<[(&str, V); N]> for Answers {
    fn from(answers: [(&str, V); N]) -> Self {
        let answers = answers.into_iter();
        Self(answers.map(|(f, v)| (f.to_owned(), v.into())).collect())
    }
}

/// The result of pressing Submit.
#[derive(Clone, Debug, PartialEq)]
pub enum Submitted {
    /// The modal is gone.
    Closed,
    /// Block id → what the app says is wrong; the modal stays.
    Errors(BTreeMap<String, String>),
    /// The app put other contents into the modal: `response_action: update`.
    Updated,
    /// The app put another modal on top: `response_action: push`.
    Pushed,
    /// Slack itself did not let it through, or the app did not answer. Holds the reason; the modal stays.
    Refused(String),
}

impl Sandbox {
    /// A person picks a file of theirs: Slack has it from then on, under the id that this returns. Fill it into a `file_input`.
    pub fn upload(&self, name: &str, bytes: &[u8]) -> String {
        let mut state = self.inner.state();
        let base = self.inner.files_of(&state.options.team_id);
        let id = state.id("F");
        let file = File {
            name: name.to_owned(),
            title: name.to_owned(),
            bytes: bytes.to_vec(),
            length: bytes.len(),
            complete: true,
            base,
            usable: None,
        };
        state.files.insert(id.clone(), file);
        id
    }

    /// Fills in the modal on top and presses its submit button.
    pub async fn submit(&self, user: &str, answers: &Answers) -> Submitted {
        for (field, value) in &answers.0 {
            let answer = self
                .choose(user, &Screen::Modal, field, value.clone())
                .await;
            if let Some(error) = answer.error {
                return Submitted::Refused(format!("{field}: {error}"));
            }
        }
        let (view, body) = match self.submission(user) {
            Ok(ready) => ready,
            Err(why) => return Submitted::Refused(why),
        };
        let sent = form(&body);
        let path = self.inner.interactions();
        if self.inner.state().keeps(user) {
            let last = (path.as_str().into(), sent.clone().into());
            self.inner.state().screen(user).last = Some(last);
        }
        let ack = self.inner.send(&path, FORM, sent, &[]).await;
        if let Some(failure) = ack.failure {
            // Slack: "We had some trouble connecting. Try again?"
            return Submitted::Refused(failure.to_owned());
        }
        let outcome = self.answered(user, &view, &ack.body);
        let outcome = outcome.unwrap_or_else(|why| {
            self.inner.misunderstood(&path, &why);
            Submitted::Refused(why)
        });
        self.run_hook().await;
        outcome
    }

    /// The payload for the modal on top, once Slack's own checks pass.
    fn submission(&self, user: &str) -> Result<(View, Json), String> {
        let now = self.inner.now();
        let mut state = self.inner.state();
        may_act(&state, &self.team, user)?;
        let top = state.screen(user).modals.last_mut();
        let view = top.ok_or_else(|| format!("not_on_screen: {user} has no modal"))?;
        view.errors.clear();
        let view = view.clone();
        let json = view.json();
        let submit = blocks::text_of(&json, "submit").to_owned();
        if submit.is_empty() {
            return Err("not_on_screen: this modal cannot be submitted".to_owned());
        }
        if let Some((field, why)) = unfinished(&json, &view.values).first() {
            return Err(format!("{}: {why}", field.label()));
        }
        state.note(user, now, |_| format!("> presses [ {submit} ]"));
        let trigger = state.triggers.issue(user, true);
        let body = payload::submission(&state, user, &view, &trigger);
        Ok((view, body))
    }

    /// Does what the acknowledgment says; the error says why Slack does not understand it.
    fn answered(&self, user: &str, view: &View, body: &[u8]) -> Result<Submitted, String> {
        let now = self.inner.now();
        let mut state = self.inner.state();
        let body: Json = if body.is_empty() {
            Json::Null
        } else {
            serde_json::from_slice(body).map_err(|_| "not JSON".to_owned())?
        };
        let action = match &body["response_action"] {
            Json::Null => "",
            action => action.as_str().ok_or("response_action is not a string")?,
        };
        match action {
            "" => {
                state.close(user, &view.id);
                Ok(Submitted::Closed)
            }
            "clear" => {
                state.close_all(user);
                Ok(Submitted::Closed)
            }
            "errors" => {
                let errors = errors(view, &body["errors"])?;
                let screen = state.screen(user);
                screen.changes += 1;
                let open = screen.modals.iter_mut().find(|open| open.id == view.id);
                if let Some(open) = open {
                    open.errors.clone_from(&errors);
                    let open = open.clone();
                    state.note(user, now, |state| render::view(state, user, &open, now));
                }
                Ok(Submitted::Errors(errors))
            }
            "update" | "push" => {
                let next = &body["view"];
                api::check(&state, next, Surface::Modal).map_err(|invalid| {
                    state.tally.block_errors += 1;
                    format!("{} {:?}", invalid.error, invalid.messages)
                })?;
                if action == "push" {
                    if state.screen(user).modals.len() >= 3 {
                        return Err("push_limit_reached".to_owned());
                    }
                    api::show(&mut state, user, next.clone(), true, now);
                    return Ok(Submitted::Pushed);
                }
                let replaced = api::replace(&mut state, user, &view.id, next.clone(), now);
                replaced
                    .map(|_| Submitted::Updated)
                    .ok_or_else(|| "the view is gone".to_owned())
            }
            other => Err(format!("response_action {other}")),
        }
    }

    /// Closes the modal on top; the app hears of it if it asked to.
    pub async fn close_modal(&self, user: &str) {
        let body = {
            let now = self.inner.now();
            let mut state = self.inner.state();
            let Some(view) = state.screen(user).modals.last().cloned() else {
                return;
            };
            state.note(user, now, |_| "> closes the modal".to_owned());
            state.close(user, &view.id);
            (view.json()["notify_on_close"] == true)
                .then(|| payload::closed(&state, user, &view, false))
        };
        if let Some(body) = body {
            let path = self.inner.interactions();
            self.inner.send(&path, FORM, form(&body), &[]).await;
            self.run_hook().await;
        }
    }
}

/// Errors name input blocks of the view.
fn errors(view: &View, errors: &Json) -> Result<BTreeMap<String, String>, String> {
    let json = view.json();
    let list = json["blocks"].as_array().map_or(&[][..], Vec::as_slice);
    let inputs: Vec<&str> = list
        .iter()
        .filter(|block| string(block, "type") == "input")
        .map(|block| string(block, "block_id"))
        .collect();
    let map = errors.as_object().filter(|map| !map.is_empty());
    let map = map.ok_or("errors without any")?;
    let mut known = BTreeMap::new();
    for (block_id, words) in map {
        if !inputs.contains(&block_id.as_str()) {
            return Err(format!("an error for {block_id}, which is no input block"));
        }
        let words = words.as_str().filter(|words| !words.is_empty());
        let words = words.ok_or("an error without words")?;
        known.insert(block_id.clone(), words.to_owned());
    }
    Ok(known)
}
