//! Incoming events as our own types: decoded once in `slack::inbound`, matched once in the router.

mod action;
mod actor;
mod answers;
mod form;
mod reply;

pub use action::Action;
pub use actor::{Actor, Surface};
pub use answers::{Answer, Answers};
pub use form::Form;
pub use reply::Reply;

use crate::domain::ids::TeamId;
use crate::domain::participant::PersonInSlack;
use jiff::Timestamp;

/// An event in Slack.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// `/reverse-mentor …`
    Command {
        actor: Actor,
        text: String,
    },
    /// A direct message to the bot: answered like the command, by message.
    DirectMessage {
        actor: Actor,
        text: String,
        /// Slack's `ts` of the message, in microseconds.
        written: i64,
    },
    /// A button was pressed or a menu used.
    Press {
        actor: Actor,
        action: Action,
        picked: Option<Answer>,
        /// What stands in the form in which the button is.
        typed: Answers,
        on: Surface,
    },
    Submit {
        actor: Actor,
        form: Form,
        answers: Answers,
    },
    /// A button or a form of ours that another release wrote, and this one can't read.
    Unreadable {
        actor: Actor,
        /// The answers that were typed into a form. None for a button.
        form: Option<Answers>,
    },
    HomeOpened {
        actor: Actor,
    },
    /// The global shortcut "Log a mentoring meeting".
    LogMeeting {
        actor: Actor,
    },
    /// A menu asks for options while a person types. `field` names the menu.
    Options {
        actor: Actor,
        field: String,
        typed: String,
    },
    /// Slack told us about a person (by an event, or in answer to our question).
    PersonSeen(PersonInSlack),
    /// The app was removed, or its token revoked.
    Uninstalled,
    /// An organization that has the app gave it access to workspaces, or took it away.
    AccessChanged {
        organization: TeamId,
        teams: Vec<TeamId>,
        granted: bool,
        /// When, as Slack says: such news comes late, too.
        at: Option<Timestamp>,
    },
    /// Signed and decoded, but nothing for us. The label is for metrics and logs.
    Nothing(&'static str),
}

impl Event {
    /// The person who acted.
    pub(super) fn actor_mut(&mut self) -> Option<&mut Actor> {
        match self {
            Event::Command { actor, .. }
            | Event::DirectMessage { actor, .. }
            | Event::Press { actor, .. }
            | Event::Submit { actor, .. }
            | Event::Unreadable { actor, .. }
            | Event::HomeOpened { actor }
            | Event::LogMeeting { actor }
            | Event::Options { actor, .. } => Some(actor),
            Event::PersonSeen(_)
            | Event::Uninstalled
            | Event::AccessChanged { .. }
            | Event::Nothing(_) => None,
        }
    }

    /// The person who acted.
    pub fn actor(&self) -> Option<&Actor> {
        match self {
            Event::Command { actor, .. }
            | Event::DirectMessage { actor, .. }
            | Event::Press { actor, .. }
            | Event::Submit { actor, .. }
            | Event::Unreadable { actor, .. }
            | Event::HomeOpened { actor }
            | Event::LogMeeting { actor }
            | Event::Options { actor, .. } => Some(actor),
            Event::PersonSeen(_)
            | Event::Uninstalled
            | Event::AccessChanged { .. }
            | Event::Nothing(_) => None,
        }
    }
}
