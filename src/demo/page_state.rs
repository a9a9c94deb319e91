//! What the page shows beside Slack itself: read without waiting for the world.

use super::roles::Role;
use super::timeline::Timeline;
use crate::clock::Clock;
use crate::rehearse::Company;
use jiff::Timestamp;
use slack_sandbox::{Faults, Sandbox};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

/// Remarks that are still on the page.
const NOTES: usize = 3;

/// Everything but the bot and the people's plans.
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
    /// Person → what is wrong with the form before them.
    pub mistakes: HashMap<String, Mistakes>,
    pub notes: VecDeque<Note>,
    /// What is wrong with the people's file that was offered last.
    pub problems: Vec<String>,
    pub faults: BTreeSet<Trouble>,
    pub dead: bool,
    pub figures: OnTheWay,
    /// Where the clock is going, if it moves.
    pub goal: Goal,
    /// When something happens next.
    pub next: Option<Timestamp>,
    /// Grows with every remark.
    pub number: u64,
}

/// Where the clock is going.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Goal {
    #[default]
    Rest,
    Until(Timestamp),
    /// To whatever comes next.
    Next,
    /// A day a second.
    Play,
}

/// Slack's own words about a form, and the bot's.
#[derive(Clone, Debug, Default)]
pub struct Mistakes {
    pub view: String,
    /// Block id → words.
    pub fields: BTreeMap<String, String>,
    pub whole: Option<String>,
}

/// A remark to whoever is at the keyboard.
#[derive(Clone, Debug)]
pub struct Note {
    pub number: u64,
    /// Who was looking; none: anybody.
    pub to: Option<String>,
    pub text: String,
}

/// What the bot has still to send, and what became of the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OnTheWay {
    pub waiting: i64,
    /// Slack may have it already; the bot looks before it sends again.
    pub in_doubt: i64,
    pub sent: u64,
    pub lost: u64,
    pub repeated: u64,
    pub duplicated: u64,
}

/// What can go wrong with Slack, by switch.
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

    /// All that is switched on, as the local Slack takes it.
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

    /// Whoever is at the keyboard does something else: what was remarked is read.
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
