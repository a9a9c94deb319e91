//! People's actions in Slack, and the answers they get.

use super::conversation::Place;
use super::handle::Sandbox;
use super::inbound::{Ack, FORM};
use super::state::{State, Token};
use super::tickets::Target;
use super::{api, payload};
use serde_json::{Value as Json, json};
use std::sync::PoisonError;
use std::time::Duration;

/// Slack's words under a command when the app did not answer within three seconds.
const OPERATION_TIMEOUT: &str = "operation_timeout";
/// The same when the app answered with an error.
const DISPATCH_FAILED: &str = "dispatch_failed";
/// The same when nobody was there to answer.
const SERVICE_UNAVAILABLE: &str = "service_unavailable";

/// The reason why nobody reads or writes in a conversation with the app.
pub(super) const MESSAGES_TAB_IS_OFF: &str = "not_on_screen: the app's Messages tab is off";

/// The answer to a person's action.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// HTTP status of the acknowledgment; 0: none came, or nothing was sent.
    pub status: u16,
    /// The ephemeral message they got, rendered.
    pub ephemeral: Option<String>,
    /// A modal opened, or the open one changed.
    pub modal: bool,
    /// The error in Slack's words (`operation_timeout`, `dispatch_failed`), or the reason why it cannot be done:
    /// `not_on_screen: …`.
    pub error: Option<String>,
    /// No answer within three seconds.
    pub operation_timeout: bool,
    /// Real time until the acknowledgment.
    pub took: Duration,
}

impl Answer {
    pub(super) fn impossible(why: String) -> Self {
        Self {
            error: Some(why),
            ..Self::default()
        }
    }

    /// Nothing went wrong.
    pub fn is_ok(&self) -> bool {
        self.error.is_none()
    }

    /// The app was asked and did not answer as it should; otherwise an error says that the person cannot do this.
    pub fn has_app_failed(&self) -> bool {
        let failures = [OPERATION_TIMEOUT, DISPATCH_FAILED, SERVICE_UNAVAILABLE];
        let error = self.error.as_deref();
        error.is_some_and(|error| failures.contains(&error))
    }
}

/// A person's screen before their action.
struct Before {
    changes: u64,
    views: u64,
    ephemeral: Option<u32>,
}

/// A request to the app on somebody's behalf.
struct Request {
    path: String,
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
    /// The slash command of [`Options::command`](super::Options::command) with `text` behind it, typed in the person's
    /// conversation with the app. People are mentioned as `<@U…>`; the app gets that, and everything else, escaped as
    /// Slack does.
    pub async fn command(&self, user: &str, text: &str) -> Answer {
        self.run_command(user, None, None, text).await
    }

    /// The same, typed in any channel or group DM.
    pub async fn command_in(&self, user: &str, channel: &str, text: &str) -> Answer {
        self.run_command(user, Some(channel), None, text).await
    }

    /// Any slash command, such as `/hello`, in any place; without one that of the options, in the conversation with the
    /// app.
    pub async fn run_command(
        &self,
        user: &str,
        channel: Option<&str>,
        command: Option<&str>,
        text: &str,
    ) -> Answer {
        let (place, command) = {
            let mut state = self.inner.state();
            if let Err(error) = may_act(&state, &self.team, user) {
                return Answer::impossible(error);
            }
            let place = match channel {
                None if !state.options.messages_tab => {
                    return Answer::impossible(format!(
                        "{MESSAGES_TAB_IS_OFF}: name a channel to type {text} in"
                    ));
                }
                None => Some(state.im(user)),
                Some(channel) => state.by_id.get(channel).copied(),
            };
            let Some(place) = place else {
                return Answer::impossible(format!("no channel {}", channel.unwrap_or_default()));
            };
            (place, command.unwrap_or(&state.options.command).to_owned())
        };
        if !command.starts_with('/') || command.contains(char::is_whitespace) {
            return Answer::impossible(format!("'{command}' is no slash command: write /name"));
        }
        self.type_command(user, place, &command, text).await
    }

    async fn type_command(&self, user: &str, place: Place, command: &str, text: &str) -> Answer {
        let request = {
            let now = self.inner.now();
            let mut state = self.inner.state();
            if !state.options.scopes.contains("commands") {
                return Answer::impossible(format!("{command} is not a valid command"));
            }
            let words = format!("> {command} {text}");
            state.note(user, now, |_| words.trim_end().to_owned());
            let target = Target {
                user: user.to_owned(),
                place,
                message: None,
            };
            let url = self.response_url(&mut state, "commands", target.clone());
            let trigger = state.triggers.issue(user, false);
            Request {
                path: state.options.paths.commands.clone(),
                body: payload::command(
                    &state,
                    (&self.team, user),
                    place,
                    (command, text),
                    (&url, &trigger),
                ),
                target: Some(target),
            }
        };
        self.act(user, request).await
    }

    pub(super) fn response_url(&self, state: &mut State, kind: &str, target: Target) -> String {
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
            if may_act(&state, &self.team, user).is_err() {
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

    /// A global shortcut.
    pub async fn shortcut(&self, user: &str, callback_id: &str) -> Answer {
        let body = {
            let now = self.inner.now();
            let mut state = self.inner.state();
            if let Err(error) = may_act(&state, &self.team, user) {
                return Answer::impossible(error);
            }
            state.note(user, now, |_| format!("> shortcut {callback_id}"));
            let trigger = state.triggers.issue(user, false);
            payload::shortcut(&state, user, callback_id, &trigger)
        };
        self.interact(user, &body).await
    }

    /// The person's last request once more, freshly signed: a second click on a button that was gone by then.
    pub async fn repeat(&self, user: &str) -> Answer {
        let last = self.inner.state().screen(user).last.clone();
        let Some((path, body)) = last else {
            return Answer::impossible("nothing to repeat".to_owned());
        };
        let request = Request {
            path: path.into(),
            body: body.into(),
            target: None,
        };
        self.act(user, request).await
    }

    pub(super) async fn interact(&self, user: &str, body: &Json) -> Answer {
        let request = Request {
            path: self.inner.interactions(),
            body: form(body),
            target: None,
        };
        self.act(user, request).await
    }

    /// Sends, applies what the acknowledgment says, and looks at what follows.
    async fn act(&self, user: &str, request: Request) -> Answer {
        let before = self.before(user);
        if self.inner.state().keeps(user) {
            let last = (request.path.as_str().into(), request.body.clone().into());
            self.inner.state().screen(user).last = Some(last);
        }
        let ack = self
            .inner
            .send(&request.path, FORM, request.body, &[])
            .await;
        let mut answer = Answer {
            status: ack.status,
            took: ack.took,
            ..Answer::default()
        };
        match ack.failure {
            Some("http_timeout") => {
                answer.operation_timeout = true;
                answer.error = Some(OPERATION_TIMEOUT.to_owned());
            }
            Some("http_error") => answer.error = Some(DISPATCH_FAILED.to_owned()),
            Some(_) => answer.error = Some(SERVICE_UNAVAILABLE.to_owned()),
            None => {
                if let Some(target) = &request.target {
                    self.apply(target, &ack, &request.path);
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

    /// Whether there is a hook that says when the app is done; awaits it.
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

/// People who left do nothing, and an app that was removed hears nothing.
pub(super) fn may_act(state: &State, team: &str, user: &str) -> Result<(), String> {
    let known = state.users.get(user);
    let known = known.filter(|_| state.is_member(team, user));
    let known = known.ok_or_else(|| format!("no user {user}"))?;
    if known.deleted || known.is_bot {
        return Err(format!("{user} cannot use Slack"));
    }
    if state.token == Token::Uninstalled || !state.has_access(team) {
        return Err("the app is not installed".to_owned());
    }
    Ok(())
}
