//! The Request URL of the Event Subscriptions: events go there once it has sent a challenge back.

use super::handle::Sandbox;
use super::inbound::{Ack, JSON};
use super::payload;
use serde_json::Value as Json;
use std::sync::PoisonError;

/// The last Request URL that answered a challenge.
pub(crate) struct Challenged {
    url: String,
    passed: bool,
}

impl Challenged {
    pub fn has_failed(&self) -> bool {
        !self.passed
    }
}

/// Whether an event may go to the Request URL now.
pub(super) enum Admission {
    Open,
    /// Nobody was there to answer the challenge. The event is repeated like any other that nobody took.
    Unreached(Ack),
    /// The answer to the challenge was wrong.
    Closed,
}

/// The app's answer to a challenge.
enum Answer {
    Right,
    Wrong(String),
    Unreached(Ack),
}

impl Sandbox {
    /// Slack checks the Request URL of the Event Subscriptions: it sends `url_verification` with a challenge, which the
    /// app has to send back, as the whole body, as a form's `challenge`, or as `challenge` in JSON. The error says what
    /// came instead. Events are delivered from then on, unless the answer was wrong. In Socket Mode, the app must have a
    /// connection open instead.
    pub async fn verify_request_url(&self) -> Result<(), String> {
        if self.is_in_socket_mode() {
            let open = self.open_sockets() > 0;
            return open
                .then_some(())
                .ok_or_else(|| "the app has no Socket Mode connection open".to_owned());
        }
        let path = self.inner.state().options.paths.events.clone();
        match self.challenge(&path).await {
            Answer::Right => Ok(()),
            Answer::Wrong(why) => Err(why),
            Answer::Unreached(ack) => {
                let failure = ack.failure.unwrap_or("connection_failed");
                Err(format!("{path}: {failure}"))
            }
        }
    }

    /// Whether the Request URL has sent a challenge back. An app that is connected at another address has to do it again.
    pub fn is_request_url_verified(&self) -> bool {
        let path = self.inner.state().options.paths.events.clone();
        self.check(&path) == Some(true)
    }

    /// Whether events wait until the Request URL is verified: [`Options::must_verify_url`](super::Options).
    pub fn set_must_verify_url(&self, must: bool) {
        for workspace in self.inner.workspaces() {
            workspace.state().options.must_verify_url = must;
        }
    }

    /// Sends the challenge ahead of the first event, as Slack does when a Request URL is entered. After a wrong answer,
    /// no event is delivered until somebody has the URL checked again.
    pub(super) async fn admission(&self, path: &str) -> Admission {
        let is_needless = {
            let options = &self.inner.state().options;
            // Socket Mode has no Request URL.
            !options.must_verify_url || options.socket_mode
        };
        if is_needless {
            return Admission::Open;
        }
        match self.check(path) {
            Some(true) => return Admission::Open,
            Some(false) => return Admission::Closed,
            None => {}
        }
        match self.challenge(path).await {
            Answer::Right => Admission::Open,
            Answer::Unreached(ack) => Admission::Unreached(ack),
            Answer::Wrong(why) => {
                let tally = &mut self.inner.state().tally;
                tally.remark(|| format!("the Request URL is not verified: {why}"));
                Admission::Closed
            }
        }
    }

    /// The result of the challenge to the URL that is connected now; `None` if there was none.
    fn check(&self, path: &str) -> Option<bool> {
        let url = self.request_url(path)?;
        let challenged = self.inner.challenged();
        let known = challenged.as_ref();
        known
            .filter(|known| known.url == url)
            .map(|known| known.passed)
    }

    fn request_url(&self, path: &str) -> Option<String> {
        let place = self.inner.bot.lock();
        let place = place.unwrap_or_else(PoisonError::into_inner);
        place.as_ref().map(|bot| format!("{bot}{path}"))
    }

    /// Sends a challenge. It does not count as a request, because an app that is not up yet makes no mistake.
    async fn challenge(&self, path: &str) -> Answer {
        let url = self.request_url(path);
        let challenge = self.inner.state().code(40);
        let body = payload::url_verification(&challenge).to_string();
        let ack = self.inner.send_uncounted(path, JSON, body, &[]).await;
        if ack.status == 0 {
            return Answer::Unreached(ack);
        }
        let answer = if ack.failure.is_some() {
            Answer::Wrong(format!("{path} answered HTTP status {}", ack.status))
        } else {
            judge(path, &challenge, &String::from_utf8_lossy(&ack.body))
        };
        if let Some(url) = url {
            let passed = matches!(answer, Answer::Right);
            *self.inner.challenged() = Some(Challenged { url, passed });
        }
        answer
    }
}

fn judge(path: &str, challenge: &str, text: &str) -> Answer {
    let json: Json = serde_json::from_str(text).unwrap_or_default();
    let mut form = form_urlencoded::parse(text.as_bytes());
    let in_form = form.any(|(name, value)| name == "challenge" && value == challenge);
    if text.trim() == challenge || json["challenge"] == challenge || in_form {
        return Answer::Right;
    }
    let start: String = text.chars().take(200).collect();
    Answer::Wrong(format!(
        "{path} did not send the challenge back, but: {start}"
    ))
}
