//! The input of a round.

use crate::domain::ids::UserId;
use crate::domain::participant::Profile;
use crate::domain::program::Settings;
use crate::domain::workday::Workday;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{HashMap, HashSet};

/// Someone who could be matched.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: UserId,
    pub profile: Profile,
    pub zone: TimeZone,
    /// Days since they joined or their last pair closed.
    pub waiting_days: u32,
    /// Active pairs as a mentor.
    pub mentoring: u8,
    /// Active pairs as a mentee.
    pub learning: u8,
    /// False for guests, bots, deactivated people, strangers, and people whom Slack did not tell us about.
    pub full_member: bool,
    /// False when paused or gone.
    pub active: bool,
}

impl Person {
    pub(super) fn workday(&self) -> Workday {
        Workday {
            zone: self.zone.clone(),
            hours: self.profile.hours.unwrap_or_default(),
        }
    }
}

/// The input of a round. Pairs of people are in the order of [`unordered`].
#[derive(Clone, Copy, Debug)]
pub struct Candidates<'a> {
    pub people: &'a [Person],
    /// Everyone known, participant or not, with their manager; people who report to nobody are their own manager.
    /// The managers in people's profiles count, too.
    pub managers: &'a HashMap<UserId, UserId>,
    /// Career stages, by position in the list, of people who are not in the round but may be in somebody's reporting line.
    pub ranks: &'a HashMap<UserId, usize>,
    /// Everyone who is or was a pair.
    pub earlier: &'a HashSet<(UserId, UserId)>,
    /// Those of `earlier` who both asked for each other again.
    pub both_asked: &'a HashSet<(UserId, UserId)>,
    /// Pairs an owner ruled out, or between whom an invitation was declined.
    pub forbidden: &'a HashSet<(UserId, UserId)>,
    /// Pairs (mentor, mentee) that an owner wants: made first, also below the floor, never against a hard rule.
    pub pinned: &'a [(UserId, UserId)],
    /// Pairs (mentor, mentee) of an earlier solution, kept where no other pair is better.
    pub kept: &'a [(UserId, UserId)],
    pub settings: &'a Settings,
    pub now: Timestamp,
    /// Stored with the round, so that it can be replayed.
    pub seed: u64,
}

/// Two people in the order that sets of pairs use.
pub fn unordered(a: &UserId, b: &UserId) -> (UserId, UserId) {
    (a.min(b).clone(), a.max(b).clone())
}
