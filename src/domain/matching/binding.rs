//! Which constraint kept somebody without a pair.

use super::explain::Binding;
use super::roster::Roster;
use super::rules::Barrier;

impl Roster<'_> {
    /// The constraint of somebody who got no pair: the last rule that anybody reached with them.
    pub(super) fn binding(&self, at: usize, floor: u8) -> Binding {
        let entry = &self.entries[at];
        let role = entry.person.profile.role;
        if !entry.person.active || !entry.person.full_member {
            return Binding::NotEligible;
        }
        if entry.teach_room == 0 && entry.learn_room == 0 {
            return Binding::CapacityFull;
        }
        if entry.rank.is_none() {
            return Binding::StageUnknown;
        }
        let mut furthest = Covered::Nothing;
        let others = (0..self.entries.len()).filter(|&other| other != at);
        for (mentor, mentee) in others.flat_map(|other| [(at, other), (other, at)]) {
            furthest = furthest.max(self.distance_covered(mentor, mentee, floor));
            if furthest == Covered::All {
                break;
            }
        }
        match furthest {
            Covered::Nothing => Binding::NobodyYet { role },
            Covered::Room => Binding::NobodyAtTheStage { role },
            Covered::Stage => Binding::NoSharedLanguage,
            Covered::Language => Binding::NoSharedHours,
            Covered::Hours => Binding::TopicsTooFar,
            Covered::All => Binding::NobodyFree,
        }
    }

    fn distance_covered(&self, mentor: usize, mentee: usize, floor: u8) -> Covered {
        match self.fits(mentor, mentee) {
            Err(
                Barrier::NotTwoParticipants
                | Barrier::NotFullMember
                | Barrier::NotActive
                | Barrier::OtherRole
                | Barrier::NoRoom,
            ) => Covered::Nothing,
            Err(Barrier::StagesTooClose) => Covered::Room,
            Err(Barrier::NoSharedLanguage) => Covered::Stage,
            Err(Barrier::NoSharedHours) => Covered::Language,
            Ok(()) if self.score(mentor, mentee) < floor => Covered::Hours,
            Ok(()) | Err(Barrier::Apart) => Covered::All,
        }
    }
}

/// The last rule that two people pass together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Covered {
    Nothing,
    Room,
    Stage,
    Language,
    Hours,
    All,
}
