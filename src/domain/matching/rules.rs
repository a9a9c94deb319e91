//! The rules for who may be paired. Every rule fails closed: a pair that is not known to be allowed is not allowed.

use super::candidates::Candidates;
use super::roster::Roster;
use crate::domain::ids::UserId;
use serde::{Deserialize, Serialize};

/// The working time two people need to share on a typical day.
pub(super) const SHARED_MINUTES: u16 = 120;

/// Why two people may not be paired.
///
/// All private reasons (somebody's wishes, reporting lines, earlier pairs, an owner's edit) are one value, with the
/// same words as being away, so that nobody can tell which one it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Barrier {
    /// Not in the round, or the same person twice.
    NotTwoParticipants,
    NotFullMember,
    NotActive,
    /// One of them does not mentor, or the other does not want a mentor.
    OtherRole,
    NoRoom,
    StagesTooClose,
    NoSharedLanguage,
    NoSharedHours,
    Apart,
}

impl Barrier {
    /// The text for the person who asked for this pair, owner or participant.
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
            | Self::Apart => "These two can't be paired right now.",
        }
    }
}

impl Barrier {
    /// The text for an owner. What people told us in confidence, and whether anybody is kept apart, is one answer for several
    /// barriers, so that it tells none of them.
    pub fn for_owner(self) -> &'static str {
        match self {
            Self::StagesTooClose | Self::OtherRole => self.in_words(),
            Self::NoRoom => "One of them has as many partners as they asked for.",
            Self::NotTwoParticipants | Self::NotFullMember | Self::NotActive => {
                "One of them doesn't take part at the moment, or is on a break."
            }
            Self::NoSharedLanguage | Self::NoSharedHours | Self::Apart => {
                "Something stands in the way that may be private: a reporting line, languages, working hours, an earlier pair, or \
                 whom somebody would rather not be paired with. I never say which."
            }
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

    /// The rules that use nothing private, in the order that explanations rely on.
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

/// Checks the hard rules for one pair again right before its introduction, with current data.
///
/// Room, `earlier` and `forbidden` must not count this very pair.
pub fn still_allowed(c: &Candidates, mentor: &UserId, mentee: &UserId) -> Result<(), Barrier> {
    let (roster, two) = of_two(c, mentor, mentee);
    let (mentor, mentee) = two.ok_or(Barrier::NotTwoParticipants)?;
    roster.allowed(mentor, mentee)
}

/// Whether an owner must look at one pair before its introduction, with current data. Fails closed: of people who are not
/// there, nothing is known.
pub fn owner_must_confirm(c: &Candidates, mentor: &UserId, mentee: &UserId) -> bool {
    let (roster, two) = of_two(c, mentor, mentee);
    two.is_none_or(|(mentor, mentee)| roster.owner_must_confirm(mentor, mentee))
}

/// A roster of two people, judged by all the data, and their positions.
pub(super) fn of_two<'a>(
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
