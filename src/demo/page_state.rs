//! The state that the page shows beside Slack itself; reading it does not wait for the bot.

use super::roles::Role;
use super::timeline::Timeline;
use crate::clock::Clock;
use crate::rehearse::Company;
use jiff::Timestamp;
use slack_sandbox::{Faults, Sandbox};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

/// The most notes shown on the page.
const NOTES: usize = 3;

/// Everything except the bot and the people's plans.
pub struct PageState {
    pub slack: Sandbox,
    pub clock: Clock,
    pub company: Arc<Company>,
    pub featured: Vec<Role>,
    pub others: Vec<Role>,
    pub by_hand: BTreeSet<String>,
    /// (person, conversation) → number of the last message read.
    pub read: HashMap<(String, String), u64>,
    pub timeline: Timeline,
    /// Person → the mistakes in the form they have open.
    pub mistakes: HashMap<String, Mistakes>,
    pub notes: VecDeque<Note>,
    /// The problems in the people's file that was offered last.
    pub problems: Vec<String>,
    pub faults: BTreeSet<Trouble>,
    pub dead: bool,
    pub figures: OnTheWay,
    /// The clock's goal.
    pub goal: Goal,
    /// The time of the next event.
    pub next: Option<Timestamp>,
    /// Grows with every note.
    pub number: u64,
}

/// The clock's goal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Goal {
    #[default]
    Rest,
    Until(Timestamp),
    /// To the next event.
    Next,
    /// One day per second.
    Play,
}

/// Error messages of a form, from Slack and from the bot.
#[derive(Clone, Debug, Default)]
pub struct Mistakes {
    pub view: String,
    /// Block id → words.
    pub fields: BTreeMap<String, String>,
    pub whole: Option<String>,
}

/// A note to the user.
#[derive(Clone, Debug)]
pub struct Note {
    pub number: u64,
    /// The person being played at the time; none for anybody.
    pub to: Option<String>,
    pub text: String,
}

/// The messages that the bot has still to send, and the outcomes of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OnTheWay {
    pub waiting: i64,
    /// Slack may already have these; the bot looks before it sends again.
    pub in_doubt: i64,
    pub sent: u64,
    pub lost: u64,
    pub repeated: u64,
    pub duplicated: u64,
}

/// Faults of Slack, one per switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    Slow,
    Down,
    Limited,
}

impl Trouble {
    pub const ALL: [Trouble; 3] = [Trouble::Slow, Trouble::Down, Trouble::Limited];

    pub fn name(self) -> &'static str {
        match self {
            Trouble::Slow => "slow",
            Trouble::Down => "down",
            Trouble::Limited => "limited",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Trouble::Slow => "Slack is slow",
            Trouble::Down => "Slack is down",
            Trouble::Limited => "Slack limits rates",
        }
    }

    pub fn says(self) -> &'static str {
        match self {
            Trouble::Slow => "Every call takes up to half a second, in real time.",
            Trouble::Down => "Every call fails: half with an error, half with a cut connection.",
            Trouble::Limited => "Two out of three calls are told to come back later (429).",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// All active faults, in the local Slack's form.
    pub fn faults(on: &BTreeSet<Trouble>) -> Faults {
        let has = |one| on.contains(&one);
        Faults {
            latency_ms: if has(Trouble::Slow) { 500 } else { 0 },
            server_error: if has(Trouble::Down) { 0.5 } else { 0.0 },
            cut_before: if has(Trouble::Down) { 0.5 } else { 0.0 },
            too_many: if has(Trouble::Limited) && !has(Trouble::Down) {
                0.66
            } else {
                0.0
            },
            ..Faults::default()
        }
    }
}

impl PageState {
    pub fn note(&mut self, to: Option<&str>, text: impl Into<String>) {
        self.number += 1;
        if self.notes.len() == NOTES {
            self.notes.pop_front();
        }
        self.notes.push_back(Note {
            number: self.number,
            to: to.map(str::to_owned),
            text: text.into(),
        });
    }

    /// Clears the notes, because the user has done something else.
    pub fn forget_notes(&mut self) {
        self.notes.clear();
    }

    pub fn role(&self, id: &str) -> Option<&Role> {
        self.featured
            .iter()
            .chain(&self.others)
            .find(|role| role.id == id)
    }
}
