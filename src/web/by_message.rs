//! Answers by direct message, for where Slack offers no other way: the Home, shortcuts, and people who write to the bot.

use super::asked::Asked;
use super::endpoint::Endpoint;
use crate::domain::key::Key;
use crate::domain::message::Message;
use crate::slack::event::{Actor, Event};
use crate::store::db::Result;
use crate::store::outbox::{self, Kind, To};
use jiff::SignedDuration;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A form that did not open is not worth a word after this.
const WORTH: SignedDuration = SignedDuration::from_hours(1);

/// What is answered.
#[derive(Clone, Copy)]
pub(super) enum Answered {
    /// A direct message, by when it was written.
    DirectMessage(i64),
    /// A press or a shortcut whose form or notice did not open, by [`number`]: told once of each, however often it is tried.
    NotOpened(u64),
    Other,
}

pub(super) fn answer_key(asked: &Asked) -> Answered {
    match &asked.inbound.event {
        Event::DirectMessage { written, .. } => Answered::DirectMessage(*written),
        Event::Command { .. }
        | Event::Press { .. }
        | Event::Submit { .. }
        | Event::Unreadable { .. }
        | Event::HomeOpened { .. }
        | Event::LogMeeting { .. }
        | Event::Options { .. }
        | Event::PersonSeen(_)
        | Event::Uninstalled
        | Event::AccessChanged { .. }
        | Event::Nothing(_) => Answered::Other,
    }
}

/// Tells forms apart by what opens them, and notices by what they say.
pub(super) fn number(what: impl std::fmt::Debug) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{what:?}").hash(&mut hasher);
    hasher.finish()
}

impl Endpoint {
    /// Puts an answer on its way to the person who acted.
    pub(super) async fn write_to(&self, actor: &Actor, answered: Answered, message: Message) {
        if let Err(error) = self.queue_answer(actor, answered, message).await {
            tracing::error!(%error, "an answer could not be queued");
        }
    }

    async fn queue_answer(
        &self,
        actor: &Actor,
        answered: Answered,
        message: Message,
    ) -> Result<()> {
        let mut tx = self.db.write(&actor.team, self.clock.now()).await?;
        let user = actor.user.clone();
        let (key, expires) = match answered {
            Answered::DirectMessage(written) => (Key::DirectAnswer { user, written }, None),
            Answered::NotOpened(form) => {
                let key = Key::NotOpened {
                    user,
                    minute: tx.now.as_second() / 60,
                    form: Some(form),
                };
                (key, tx.now.saturating_add(WORTH).ok())
            }
            Answered::Other => {
                let id = tx.new_id();
                (Key::AnswerElsewhere { user, id }, None)
            }
        };
        let to = To::Person(actor.user.clone());
        outbox::post(&mut tx, to, Kind::Answer, &key, message, expires).await?;
        tx.commit().await
    }
}
