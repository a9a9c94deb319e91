//! Decides which button of a message a person presses, if any.
//!
//! People know the bot only by what they see. A button is recognized by its `action_id`, which names its
//! action; `name.2` is a second button of that name in the same message.

use super::habits::Habit;
use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use slack_sandbox::{Kind, Message};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Introduces a pair that an owner has looked at. A card may have many of them.
pub const CONFIRM: &str = "confirm_pair";

/// A button on a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Button {
    pub id: String,
    /// The id without the suffix that separates buttons of one name.
    pub name: String,
    pub value: String,
}

impl Button {
    /// The mark of a pressed button. Each proposed time and each pair to confirm is a button of its own.
    pub fn mark(&self) -> &str {
        if self.name == "pick_slot" || self.name == CONFIRM {
            &self.value
        } else {
            &self.name
        }
    }
}

/// The message's buttons that act; links are left out.
pub fn buttons(message: &Message) -> Vec<Button> {
    let mut found = Vec::new();
    for block in message.blocks() {
        let list = block["elements"].as_array().into_iter().flatten();
        for element in list.chain(block.get("accessory")) {
            if element["type"] != "button" || element.get("url").is_some() {
                continue;
            }
            let id = element["action_id"].as_str().unwrap_or_default();
            found.push(Button {
                id: id.to_owned(),
                name: id.split('.').next().unwrap_or_default().to_owned(),
                value: element["value"].as_str().unwrap_or_default().to_owned(),
            });
        }
    }
    found
}

/// A person who reads a message.
pub struct Reader<'a> {
    pub id: &'a str,
    pub seed: u64,
    pub habit: Habit,
    pub owner: bool,
    /// Senior to the others in the conversation.
    pub senior: bool,
    pub rng: &'a mut ChaCha8Rng,
}

impl Reader<'_> {
    /// The button they press. `done`: marks of the buttons they already pressed on this message.
    pub fn pick(&mut self, message: &Message, done: &[String]) -> Option<Button> {
        let all = buttons(message);
        let fresh = |name: &str| !done.iter().any(|known| known == name);
        let first = |name: &str| all.iter().find(|button| button.name == name).cloned();
        let new = |name: &str| first(name).filter(|_| fresh(name));
        let saying = |name: &str, what: &str| {
            let says = |button: &&Button| button.name == name && button.value.contains(what);
            all.iter().find(says).cloned().filter(|_| fresh(name))
        };
        if self.owner
            && let Some(approve) = new("approve_round")
        {
            let leaves_out = fresh("drop_proposal") && self.rng.random_bool(0.1);
            return new("drop_proposal")
                .filter(|_| leaves_out)
                .or(Some(approve));
        }
        if self.owner {
            let mut ticks = all.iter().filter(|button| button.name == CONFIRM);
            if let Some(tick) = ticks.find(|button| fresh(button.mark())) {
                return Some(tick.clone());
            }
        }
        if first("answer_invitation").is_some() {
            let accept = self.rng.random_bool(0.75);
            return saying("answer_invitation", &format!("\"accept\":{accept}"));
        }
        if let Some(sign) = new("sign") {
            if self.habit == Habit::Unsigning {
                return None;
            }
            let chance = if self.habit == Habit::Careful {
                0.9
            } else {
                0.08
            };
            let edits = message.kind == Kind::Mpim && self.rng.random_bool(chance);
            // A person who edited the goals signs the new version, not this one.
            if !fresh("edit_goals") {
                return None;
            }
            return new("edit_goals").filter(|_| edits).or(Some(sign));
        }
        if first("pick_slot").is_some() {
            return self
                .pick_time(message, &all)
                .filter(|button| fresh(button.mark()));
        }
        if first("did_meet").is_some() {
            let odd = self.rng.random_bool(0.04);
            let said = match self.luck(message) {
                0..82 if !odd => "\"yes\"",
                0..90 => "\"moved\"",
                _ => "\"no\"",
            };
            return saying("did_meet", said);
        }
        if let Some(reflect) = new("reflect") {
            return Some(reflect);
        }
        let weighted = |rng: &mut ChaCha8Rng, choices: [(&'static str, f64); 3]| {
            let mut dice: f64 = rng.random();
            let pick = choices.iter().find(|(_, chance)| {
                dice -= chance;
                dice < 0.0
            });
            pick.map_or(choices[0].0, |(what, _)| what)
        };
        if first("still_good").is_some() {
            let choices = [("all_good", 0.7), ("need_help", 0.15), ("end_kindly", 0.15)];
            return saying("still_good", weighted(self.rng, choices));
        }
        if let Some(answer) = new("answer_checkin") {
            return Some(answer);
        }
        if first("closing").is_some() {
            let choices = [("finish", 0.4), ("continue", 0.35), ("rematch", 0.25)];
            return saying("closing", weighted(self.rng, choices));
        }
        if let Some(again) = new("want_rematch") {
            return self.rng.random_bool(0.6).then_some(again);
        }
        new("open_join").filter(|_| self.rng.random_bool(0.05))
    }

    /// How their meeting of these days went, from 0 to 99: the same for both partners.
    fn luck(&self, message: &Message) -> u64 {
        let words = format!(
            "{} {}",
            message.text,
            serde_json::Value::Array(message.blocks())
        );
        let mut named = words
            .split("<@")
            .skip(1)
            .filter_map(|rest| rest.split(['>', '|']).next());
        let partner = named.find(|id| *id != self.id).unwrap_or_default();
        let mut both = [self.id, partner];
        both.sort_unstable();
        let days = message.at.as_second() / (3 * 86_400);
        let mut hasher = DefaultHasher::new();
        (self.seed, both, days).hash(&mut hasher);
        hasher.finish() % 100
    }

    /// The senior arranges the meeting; sometimes the junior is quicker, if both see the message.
    fn pick_time(&mut self, message: &Message, all: &[Button]) -> Option<Button> {
        let mine = message.kind != Kind::Mpim || self.senior;
        if !self.rng.random_bool(if mine { 0.9 } else { 0.1 }) {
            return None;
        }
        let named = |name: &str| -> Vec<&Button> {
            all.iter().filter(|button| button.name == name).collect()
        };
        let choice = match self.rng.random_range(0..100) {
            0..76 => named("pick_slot"),
            76..86 => named("sort_out"),
            86..95 => named("other_time"),
            _ => named("open_skip"),
        };
        choice.choose(self.rng).map(|button| (*button).clone())
    }
}
