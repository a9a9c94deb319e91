//! Who is missing in a round: how many people, of which career stage, would find a partner for everybody who is left over.
//!
//! It is counted from roles, stages and room alone, so it cannot show who would rather not be paired with whom, who reports to
//! whom, or what an owner changed. Below the program's minimum group it says only which side is short.

use super::explain::Binding;
use crate::domain::participant::{Profile, Role};
use crate::domain::program::Settings;

/// Somebody of a round.
#[derive(Clone, Copy, Debug)]
pub struct Looking<'a> {
    pub profile: &'a Profile,
    /// What left them without a partner; none for people in a pair.
    pub left_over: Option<&'a Binding>,
}

/// What a round is short of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// The role of the people who are missing.
    pub of: Role,
    /// None where the group is too small to count.
    pub people: Option<Missing>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    pub number: usize,
    /// The stage they need: of mentees at the earliest, of mentors at the latest.
    pub stage: String,
    pub is_an_end: bool,
    /// How many people in a pair have this role and stage, and room for one partner; enough of them, or none.
    pub could_take_two: Option<usize>,
}

impl Shortage {
    /// None where both sides have as many people left over: more people would be no help.
    pub fn of(people: &[Looking], settings: &Settings) -> Option<Self> {
        let waits = |role: Role| {
            let left = people
                .iter()
                .filter(move |one| one.left_over.is_some_and(is_scarcity));
            left.filter(move |one| one.profile.role == role)
        };
        let (mentors, mentees) = (waits(Role::Mentor).count(), waits(Role::Mentee).count());
        let (of, left, number) = if mentors > mentees {
            (Role::Mentee, Role::Mentor, mentors - mentees)
        } else {
            (Role::Mentor, Role::Mentee, mentees - mentors)
        };
        if number == 0 {
            return None;
        }
        let minimum = usize::try_from(settings.minimum_group).unwrap_or(usize::MAX);
        if number < minimum.max(2) {
            return Some(Self { of, people: None });
        }
        let gap = usize::from(settings.stage_gap.max(1));
        let ranks = waits(left).filter_map(|one| settings.stage_rank(&one.profile.stage));
        // A rank that suits everybody who is left.
        let rank = match of {
            Role::Mentee => ranks.max().map(|rank| rank + gap),
            Role::Mentor | Role::Either => ranks.min().and_then(|rank| rank.checked_sub(gap)),
        };
        let stage = rank.and_then(|rank| settings.stages.get(rank));
        let (Some(rank), Some(stage)) = (rank, stage) else {
            return Some(Self { of, people: None });
        };
        let suits = |profile: &Profile| {
            let own = settings.stage_rank(&profile.stage);
            match of {
                Role::Mentee => profile.mentee_capacity == 1 && own.is_some_and(|own| own >= rank),
                Role::Mentor | Role::Either => {
                    profile.mentor_capacity == 1 && own.is_some_and(|own| own <= rank)
                }
            }
        };
        let paired = people.iter().filter(|one| one.left_over.is_none());
        let paired = paired.filter(|one| one.profile.role == of && suits(one.profile));
        let could = paired.count();
        Some(Self {
            of,
            people: Some(Missing {
                number,
                stage: stage.clone(),
                is_an_end: rank == 0 || rank + 1 == settings.stages.len(),
                could_take_two: (could >= number && could >= minimum).then_some(could),
            }),
        })
    }

    /// For owners; stages are words of the program's settings: escape them like any text.
    pub fn in_words(&self) -> String {
        let (role, end) = match self.of {
            Role::Mentee => ("mentees", "later"),
            Role::Mentor | Role::Either => ("mentors", "earlier"),
        };
        let Some(missing) = &self.people else {
            return format!("More {role} would help most.");
        };
        let number = missing.number;
        let stage = if missing.is_an_end {
            format!("at the stage “{}”", missing.stage)
        } else {
            format!("at the stage “{}” or {end}", missing.stage)
        };
        let or = match missing.could_take_two {
            None => String::new(),
            Some(could) => {
                format!(", or room for a second partner with {number} of the {could} in this round")
            }
        };
        format!("About {number} more {role} {stage}{or} would find everyone a partner.")
    }
}

/// Whether more people of the other role may help. Private reasons read like nobody being free, and count like it.
fn is_scarcity(why: &Binding) -> bool {
    matches!(
        why,
        Binding::NobodyYet { .. } | Binding::NobodyAtTheStage { .. } | Binding::NobodyFree
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::people::{mentee, mentor};

    fn words(mentors: usize, mentees: usize, paired: usize) -> Option<String> {
        let (junior, senior) = (mentor(&[], &[]), mentee(&[], &[]));
        let free = Binding::NobodyFree;
        let left = |profile| Looking {
            profile,
            left_over: Some(&free),
        };
        let in_pair = |profile| Looking {
            profile,
            left_over: None,
        };
        let mut people = vec![left(&junior); mentors];
        people.extend(vec![left(&senior); mentees]);
        people.extend(vec![in_pair(&senior); paired]);
        people.extend(vec![in_pair(&junior); paired]);
        Shortage::of(&people, &Settings::default()).map(|short| short.in_words())
    }

    #[test]
    fn what_is_missing_is_said_in_words() {
        let said = words(16, 0, 32).unwrap();
        assert!(
            said.starts_with("About 16 more mentees at the stage “"),
            "{said}"
        );
        let or = ", or room for a second partner with 16 of the 32 in this round would find everyone a partner.";
        assert!(said.ends_with(or), "{said}");
        let said = words(0, 16, 3).unwrap();
        assert!(
            said.starts_with("About 16 more mentors at the stage “"),
            "{said}"
        );
        assert!(!said.contains("second partner"), "{said}");
    }

    /// One of each side who are kept apart are not told from two whom nobody fits: nothing is short. Few are not counted.
    #[test]
    fn small_numbers_show_no_more_than_the_side() {
        assert_eq!(words(1, 1, 10), None);
        assert_eq!(words(0, 0, 10), None);
        for few in 1..5 {
            assert_eq!(words(few, 0, 10).unwrap(), "More mentees would help most.");
            assert_eq!(
                words(few + 1, 1, 10).unwrap(),
                "More mentees would help most."
            );
        }
    }
}
