//! How good a pair is, 0–100, and why.
//!
//! The weights add up to 100. One wish met, either way, passes the default floor of 20 by itself; everything
//! that is not a wish adds up to 19 and does not.

use super::explain::Reason;
use super::roster::{Roster, plain};
use super::rules::SHARED_MINUTES;
use std::collections::HashSet;

/// Points for none, one, two, three and more of the mentee's wishes the mentor can teach.
const TEACHES: [u8; 4] = [0, 34, 44, 51];
/// The same for the mentor's wishes the mentee can teach.
const TEACHES_BACK: [u8; 4] = [0, 20, 26, 30];
/// Programs succeed when people cross boundaries.
const OTHER_DEPARTMENT: u8 = 7;
const OTHER_SITE: u8 = 4;
/// For a whole working day shared; none for the least allowed.
const SAME_HOURS: u8 = 4;
/// For each of the two, one point a fortnight of waiting.
const WAITED: u32 = 2;
const FORTNIGHT: u32 = 14;

/// The points of a pair, by kind.
struct Points {
    teaches: u8,
    teaches_back: u8,
    department: u8,
    site: u8,
    hours: u8,
    waited: u8,
}

impl Roster<'_> {
    pub(super) fn score(&self, mentor: usize, mentee: usize) -> u8 {
        let points = self.points(mentor, mentee);
        points.teaches
            + points.teaches_back
            + points.department
            + points.site
            + points.hours
            + points.waited
    }

    /// What the score is made of, the weightiest first.
    pub(super) fn reasons(&self, mentor: usize, mentee: usize) -> Vec<Reason> {
        let points = self.points(mentor, mentee);
        let (teacher, learner) = (self.entries[mentor].person, self.entries[mentee].person);
        let mut reasons = Vec::new();
        if points.teaches > 0 {
            let topics = wishes_met(&learner.profile.learn, &teacher.profile.share);
            reasons.push(Reason::Teaches { topics });
        }
        if points.teaches_back > 0 {
            let topics = wishes_met(&teacher.profile.learn, &learner.profile.share);
            reasons.push(Reason::TeachesBack { topics });
        }
        if points.department > 0 {
            reasons.push(Reason::OtherDepartment);
        }
        if points.site > 0 {
            reasons.push(Reason::OtherSite);
        }
        if points.hours > 0 {
            let minutes = self.shared_minutes(mentor, mentee);
            reasons.push(Reason::SameHours { minutes });
        }
        if points.waited > 0 {
            let days = teacher.waiting_days.max(learner.waiting_days);
            reasons.push(Reason::Waited { days });
        }
        reasons
    }

    fn points(&self, mentor: usize, mentee: usize) -> Points {
        let (teacher, learner) = (&self.entries[mentor], &self.entries[mentee]);
        let differ = |a: Option<u32>, b: Option<u32>| a.is_some() && b.is_some() && a != b;
        let minutes = self.shared_minutes(mentor, mentee);
        Points {
            teaches: TEACHES[(learner.learn.in_common(&teacher.share) as usize).min(3)],
            teaches_back: TEACHES_BACK[(teacher.learn.in_common(&learner.share) as usize).min(3)],
            department: if differ(teacher.department, learner.department) {
                OTHER_DEPARTMENT
            } else {
                0
            },
            site: if differ(teacher.site, learner.site) {
                OTHER_SITE
            } else {
                0
            },
            hours: comfort(minutes),
            waited: waited(teacher.person.waiting_days) + waited(learner.person.waiting_days),
        }
    }
}

fn comfort(minutes: u16) -> u8 {
    let steps = minutes.saturating_sub(SHARED_MINUTES) / 90;
    u8::try_from(steps).unwrap_or(SAME_HOURS).min(SAME_HOURS)
}

fn waited(days: u32) -> u8 {
    u8::try_from((days / FORTNIGHT).min(WAITED)).unwrap_or(0)
}

/// The wishes that `shared` covers, in the wisher's own words, each once.
fn wishes_met(wishes: &[String], shared: &[String]) -> Vec<String> {
    let shared: HashSet<String> = shared.iter().map(|topic| plain(topic)).collect();
    let mut seen = HashSet::new();
    wishes
        .iter()
        .filter(|wish| {
            let wish = plain(wish);
            !wish.is_empty() && shared.contains(&wish) && seen.insert(wish)
        })
        .map(|wish| wish.trim().to_owned())
        .collect()
}
