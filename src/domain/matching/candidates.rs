//! Everything a round looks at.

use crate::domain::ids::UserId;
use crate::domain::participant::Profile;
use crate::domain::program::Settings;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{HashMap, HashSet};

/// Someone who could be matched.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: UserId,
    pub profile: Profile,
    pub zone: TimeZone,
    /// Since they joined or their last pair closed.
    pub waiting_days: u32,
    /// Active pairs as a mentor.
    pub mentoring: u8,
    /// Active pairs as a mentee.
    pub learning: u8,
    /// False for guests, bots, deactivated people, strangers, and when Slack did not say.
    pub full_member: bool,
    /// False when paused or gone.
    pub active: bool,
}

/// All that a round looks at. Pairs of people are kept as [`unordered`] gives them.
#[derive(Clone, Copy, Debug)]
pub struct Candidates<'a> {
    pub people: &'a [Person],
    /// Everyone known, participant or not, and their manager; whoever reports to nobody is their own.
    /// What people say in their profiles counts besides.
    pub managers: &'a HashMap<UserId, UserId>,
    /// Career stages, by position in the list, of people who are not in the round: they may be in somebody's reporting line.
    pub ranks: &'a HashMap<UserId, usize>,
    /// Everyone who is or has been a pair.
    pub earlier: &'a HashSet<(UserId, UserId)>,
    /// Of those, who both asked for each other again.
    pub both_asked: &'a HashSet<(UserId, UserId)>,
    /// Pairs an owner ruled out.
    pub forbidden: &'a HashSet<(UserId, UserId)>,
    /// Pairs (mentor, mentee) an owner wants: made first, below the floor too, never against a hard rule.
    pub pinned: &'a [(UserId, UserId)],
    /// Pairs (mentor, mentee) of an earlier solution: kept where another would be no better.
    pub kept: &'a [(UserId, UserId)],
    pub settings: &'a Settings,
    pub now: Timestamp,
    /// Recorded with the round, so that it can be replayed.
    pub seed: u64,
}

/// Two people in the order in which sets of pairs keep them.
pub fn unordered(a: &UserId, b: &UserId) -> (UserId, UserId) {
    (a.min(b).clone(), a.max(b).clone())
}
