//! Who may be paired with whom at all. Every rule fails closed: what is not known to be allowed is not.

use super::Candidates;
use super::roster::Roster;
use crate::domain::ids::UserId;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Working time two people need to share on a typical day.
pub(super) const SHARED_MINUTES: u16 = 120;

/// Why two people may not be paired.
///
/// What is private (somebody's wishes, reporting lines, earlier pairs, an owner's edit) is one value, told
/// in the same words as being away, so that nobody can tell which it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Barrier {
    /// Not in the round, or the same person twice.
    NotTwoParticipants,
    NotFullMember,
    NotActive,
    /// The one does not mentor, or the other does not want a mentor.
    OtherRole,
    NoRoom,
    StagesTooClose,
    NoSharedLanguage,
    NoSharedHours,
    Apart,
}

impl Barrier {
    /// For whoever asked for this pair, owner or participant.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::StagesTooClose => {
                "The mentor needs to be at an earlier career stage than the mentee, by the program's gap."
            }
            Self::NoSharedLanguage => "They have no language in common in their profiles.",
            Self::NoSharedHours => "They share fewer than two working hours a day.",
            Self::OtherRole => "One of them joined in the other role.",
            Self::NotTwoParticipants
            | Self::NotFullMember
            | Self::NotActive
            | Self::NoRoom
            | Self::Apart => "These two cannot be paired right now.",
        }
    }
}

impl Roster<'_> {
    /// Every hard rule.
    pub(super) fn allowed(&self, mentor: usize, mentee: usize) -> Result<(), Barrier> {
        self.fits(mentor, mentee)?;
        if self.kept_apart(mentor, mentee) {
            return Err(Barrier::Apart);
        }
        Ok(())
    }

    /// The rules that depend on nothing private, in the order in which explanations count them.
    pub(super) fn fits(&self, mentor: usize, mentee: usize) -> Result<(), Barrier> {
        let (teacher, learner) = (&self.entries[mentor], &self.entries[mentee]);
        let both = [teacher.person, learner.person];
        if mentor == mentee {
            return Err(Barrier::NotTwoParticipants);
        }
        if !both.iter().all(|person| person.full_member) {
            return Err(Barrier::NotFullMember);
        }
        if !both.iter().all(|person| person.active) {
            return Err(Barrier::NotActive);
        }
        if !teacher.person.profile.role.mentors() || !learner.person.profile.role.learns() {
            return Err(Barrier::OtherRole);
        }
        if teacher.teach_room == 0 || learner.learn_room == 0 {
            return Err(Barrier::NoRoom);
        }
        match (teacher.rank, learner.rank) {
            (Some(junior), Some(senior)) if junior + self.stage_gap <= senior => {}
            _ => return Err(Barrier::StagesTooClose),
        }
        if teacher.languages.in_common(&learner.languages) == 0 {
            return Err(Barrier::NoSharedLanguage);
        }
        if self.shared_minutes(mentor, mentee) < SHARED_MINUTES {
            return Err(Barrier::NoSharedHours);
        }
        Ok(())
    }

    pub(super) fn owner_must_confirm(&self, mentor: usize, mentee: usize) -> bool {
        let (mentor, mentee) = (&self.entries[mentor], &self.entries[mentee]);
        mentor.line.may_hold(mentee.rank) || mentee.line.may_hold(mentor.rank)
    }
}

/// How far somebody's reporting line is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Line {
    /// To the top.
    Whole,
    /// It breaks off at somebody of this stage, whose own manager is unknown: anybody at that stage or a later one may be
    /// further up. 0 where even the first manager is unknown.
    OpenFrom(usize),
}

impl Line {
    /// Whether somebody of this stage may be in the part that nobody knows.
    pub(super) fn may_hold(self, rank: Option<usize>) -> bool {
        match self {
            Line::Whole => false,
            Line::OpenFrom(from) => rank.is_none_or(|rank| rank >= from),
        }
    }
}

/// Reporting lines. Two sources, the owner's and people's own word, may disagree or be stale; both count.
pub(super) struct Chains<'a> {
    known: &'a HashMap<UserId, UserId>,
    said: HashMap<&'a UserId, &'a UserId>,
    ranks: HashMap<&'a UserId, usize>,
}

impl<'a> Chains<'a> {
    pub(super) fn new(c: &Candidates<'a>) -> Self {
        let said = c.people.iter().filter_map(|person| {
            let manager = person.profile.manager.as_ref()?;
            Some((&person.id, manager))
        });
        let elsewhere = c.ranks.iter().map(|(id, &rank)| (id, rank));
        let here = c.people.iter().filter_map(|person| {
            let rank = c.settings.stage_rank(&person.profile.stage)?;
            Some((&person.id, rank))
        });
        Self {
            known: c.managers,
            said: said.collect(),
            ranks: elsewhere.chain(here).collect(),
        }
    }

    fn managers(&self, id: &UserId) -> impl Iterator<Item = &'a UserId> {
        let managers = [self.known.get(id), self.said.get(id).copied()];
        managers.into_iter().flatten()
    }

    /// Whether anything at all is known about whom they report to. Whoever reports to nobody is
    /// recorded as their own manager.
    fn known(&self, id: &UserId) -> bool {
        self.managers(id).next().is_some()
    }

    /// Everyone above somebody, to the top. Ends on circular data too.
    pub(super) fn above(&self, id: &UserId) -> HashSet<&'a UserId> {
        let mut above = HashSet::new();
        let mut next: Vec<&UserId> = self.managers(id).collect();
        while let Some(manager) = next.pop() {
            if above.insert(manager) {
                next.extend(self.managers(manager));
            }
        }
        above
    }
}

impl Chains<'_> {
    /// How far the line of somebody is known, `above` whom these stand.
    pub(super) fn line(&self, id: &UserId, above: &HashSet<&UserId>) -> Line {
        if !self.known(id) {
            return Line::OpenFrom(0);
        }
        // Of somebody whose stage is unknown: they are at least where those below them are.
        let own = self.ranks.get(id).copied().unwrap_or(0);
        let breaks = above.iter().filter(|one| !self.known(one));
        let from = breaks.map(|one| self.ranks.get(one).copied().unwrap_or(own));
        from.min().map_or(Line::Whole, Line::OpenFrom)
    }
}

/// Checks one pair again right before introducing it: the hard rules only, by what is known now.
///
/// Room, `earlier` and `forbidden` must not count this very pair. Whether an owner has to confirm is
/// [`owner_must_confirm`]'s to say.
pub fn still_allowed(c: &Candidates, mentor: &UserId, mentee: &UserId) -> Result<(), Barrier> {
    let (roster, two) = of_two(c, mentor, mentee);
    let (mentor, mentee) = two.ok_or(Barrier::NotTwoParticipants)?;
    roster.allowed(mentor, mentee)
}

/// Whether too little of their reporting lines is known to rule out that the one is above the other: only an owner can.
pub fn owner_must_confirm(c: &Candidates, mentor: &UserId, mentee: &UserId) -> bool {
    let (roster, two) = of_two(c, mentor, mentee);
    two.is_none_or(|(mentor, mentee)| roster.owner_must_confirm(mentor, mentee))
}

/// Two people, judged by all that is known, and where they are.
fn of_two<'a>(
    c: &Candidates<'a>,
    mentor: &UserId,
    mentee: &UserId,
) -> (Roster<'a>, Option<(usize, usize)>) {
    let two = c
        .people
        .iter()
        .filter(|person| [mentor, mentee].contains(&&person.id));
    let roster = Roster::of(c, two);
    let two = roster.position(mentor).zip(roster.position(mentee));
    (roster, two)
}
