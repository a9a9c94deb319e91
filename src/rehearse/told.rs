//! What the program's owners read in private: how much, and whether there is something to do.

use super::choices::buttons;
use super::company::OFFICE;
use slack_sandbox::{Kind, Message};
use std::collections::BTreeMap;

/// The private messages of each owner.
#[derive(Default)]
pub struct Told(BTreeMap<String, Count>);

#[derive(Default)]
struct Count {
    all: u64,
    /// Those without a button.
    idle: u64,
}

impl Told {
    /// Takes a message that arrived at Slack.
    pub fn note(&mut self, message: &Message) {
        if message.kind != Kind::Im || message.ephemeral_to.is_some() {
            return;
        }
        let owners = OFFICE.owners.map(|(id, _)| id);
        let mut members = message.members.iter();
        let Some(owner) = members.find(|id| owners.contains(&id.as_str())) else {
            return;
        };
        let count = self.0.entry(owner.clone()).or_default();
        count.all += 1;
        count.idle += u64::from(buttons(message).is_empty());
    }

    /// How many the owner with the most has read, and how many of an owner's had nothing to press.
    pub fn most(&self) -> (u64, u64) {
        let counts = || self.0.values();
        let all = counts().map(|count| count.all).max();
        let idle = counts().map(|count| count.idle).max();
        (all.unwrap_or_default(), idle.unwrap_or_default())
    }
}
