//! What stands in the way of one person, now: their own profile first, and then, like a round explains it, the people who wait.

use super::candidates::{Candidates, Person};
use super::explain::Binding;
use super::roster::Roster;
use crate::domain::participant::{PersonInSlack, Profile, Role};
use crate::domain::program::Settings;
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};

/// What keeps somebody from any match at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// No stage of the program's list is far enough from theirs for the only role they take.
    NoStageFarEnough(Role),
    /// None of their languages is on the program's list any more.
    NoLanguage,
    /// Slack does not say their time zone, so they share hours with nobody.
    NoZone,
    /// Of the people who wait, nobody passes this rule with them.
    Among(Binding),
}

/// What is about the person alone: it can be said however few take part. None of somebody Slack has not told us about yet, or
/// whose stage is not on the list, which is said by itself.
pub fn own_obstacle(
    settings: &Settings,
    profile: &Profile,
    in_slack: Option<&PersonInSlack>,
) -> Option<Obstacle> {
    let rank = settings.stage_rank(&profile.stage)?;
    let gap = usize::from(settings.stage_gap.max(1));
    let may_mentor = profile.role.mentors() && rank + gap < settings.stages.len();
    let may_learn = profile.role.learns() && rank >= gap;
    if !may_mentor && !may_learn {
        return Some(Obstacle::NoStageFarEnough(profile.role));
    }
    if !settings.lists_any(&profile.languages) {
        return Some(Obstacle::NoLanguage);
    }
    let has_no_zone = in_slack.is_some_and(|person| person.time_zone().is_none());
    has_no_zone.then_some(Obstacle::NoZone)
}

/// The rule that nobody in `people` passes together with `me`, who is among them; none if somebody does. Like a round's
/// explanations, it knows nothing private.
pub fn obstacle_among(
    people: &[Person],
    me: &Person,
    settings: &Settings,
    now: Timestamp,
) -> Option<Binding> {
    let candidates = Candidates {
        people,
        managers: &HashMap::new(),
        ranks: &HashMap::new(),
        earlier: &HashSet::new(),
        both_asked: &HashSet::new(),
        forbidden: &HashSet::new(),
        pinned: &[],
        kept: &[],
        settings,
        now,
        seed: 0,
    };
    let roster = Roster::new(&candidates);
    let binding = roster.binding(roster.position(&me.id)?, settings.floor);
    binding.is_an_obstacle().then_some(binding)
}

impl Obstacle {
    /// For the person alone, with the way out.
    pub fn in_words(&self) -> &'static str {
        match self {
            Self::NoStageFarEnough(Role::Mentor) => {
                "No career stage of this program is far enough above yours for you to mentor anyone. Offer to be a mentee \
                 as well: `/reverse-mentor profile` opens your profile."
            }
            Self::NoStageFarEnough(Role::Mentee) => {
                "No career stage of this program is far enough below yours for anyone to mentor you. Offer to be a mentor \
                 as well: `/reverse-mentor profile` opens your profile."
            }
            Self::NoStageFarEnough(Role::Either) => {
                "No career stage of this program is far enough from yours. Please check the stage in your profile: \
                 `/reverse-mentor profile` opens it."
            }
            Self::NoLanguage => {
                "None of the languages in your profile is on the program's list anymore. Pick one that is: \
                 `/reverse-mentor profile` opens your profile."
            }
            Self::NoZone => {
                "Slack doesn't tell me your time zone, so I don't know which working hours you share with anyone. Please \
                 set it in Slack's preferences, under *Language & region*."
            }
            Self::Among(binding) => among(binding),
        }
    }
}

fn among(binding: &Binding) -> &'static str {
    match binding {
        Binding::NobodyYet { role: Role::Mentor } => {
            "Nobody who's waiting at the moment wants a mentor. If you offer to be a mentee as well, that widens the choice: \
             `/reverse-mentor profile`."
        }
        Binding::NobodyYet { role: Role::Mentee } => {
            "Nobody who's waiting at the moment offers to mentor. If you offer to be a mentor as well, that widens the \
             choice: `/reverse-mentor profile`."
        }
        Binding::NobodyYet { role: Role::Either } => {
            "Nobody else is waiting at the moment. Each new person who joins gives you a chance."
        }
        Binding::NobodyAtTheStage { role: Role::Mentor } => {
            "Nobody who's waiting at the moment is senior enough to learn from you. If you offer to be a mentee as well, \
             that widens the choice: `/reverse-mentor profile`."
        }
        Binding::NobodyAtTheStage { role: Role::Mentee } => {
            "Nobody who's waiting at the moment is at an early enough career stage to mentor you. If you offer to be a \
             mentor as well, that widens the choice: `/reverse-mentor profile`."
        }
        Binding::NobodyAtTheStage { role: Role::Either } => {
            "Everyone who's waiting at the moment is too close to your own career stage. Each new person who joins gives you \
             a chance."
        }
        Binding::NoSharedLanguage => {
            "Nobody at the right career stage who's waiting at the moment shares a language with you. If you speak another \
             one, add it to your profile: `/reverse-mentor profile`."
        }
        Binding::NoSharedHours => {
            "Nobody who would fit and is waiting at the moment shares two working hours a day with you. Please check that \
             Slack has your time zone right, and your working hours in `/reverse-mentor profile`; otherwise, each new person who \
             joins gives you a chance."
        }
        Binding::TopicsTooFar => {
            "Nobody's topics are close enough to yours at the moment, and a poor match is worse than waiting. Adding a topic \
             or two may help: `/reverse-mentor profile`."
        }
        Binding::StageUnknown => {
            "Your career stage is no longer on the program's list. Pick one in your profile: `/reverse-mentor profile`."
        }
        Binding::NotEligible | Binding::CapacityFull | Binding::NobodyFree | Binding::SetAside => {
            "I'm looking for a partner for you."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::people::{person, profile};

    fn of(role: Role, stage: &str) -> Option<Obstacle> {
        let settings = Settings::default();
        let someone = person("U1", Some("UTC"));
        own_obstacle(&settings, &profile(role, stage, &[], &[]), Some(&someone))
    }

    #[test]
    fn the_ends_of_the_list_have_one_role_only() {
        let settings = Settings::default();
        let (first, last) = (&settings.stages[0], settings.stages.last().unwrap());
        let far = |role| Some(Obstacle::NoStageFarEnough(role));
        assert_eq!(of(Role::Mentor, last), far(Role::Mentor));
        assert_eq!(of(Role::Mentee, first), far(Role::Mentee));
        for (role, stage) in [
            (Role::Mentor, first),
            (Role::Mentee, last),
            (Role::Either, first),
            (Role::Either, last),
        ] {
            assert_eq!(of(role, stage), None, "{role:?}, {stage}");
        }
    }

    #[test]
    fn a_zone_is_missed_only_once_slack_has_answered() {
        let settings = Settings::default();
        let senior = profile(Role::Either, "Director", &[], &[]);
        assert_eq!(own_obstacle(&settings, &senior, None), None);
        let nowhere = person("U1", None);
        let found = own_obstacle(&settings, &senior, Some(&nowhere));
        assert_eq!(found, Some(Obstacle::NoZone));
    }
}
