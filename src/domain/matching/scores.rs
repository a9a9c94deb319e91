//! The score of a pair, 0–100, and its reasons.
//!
//! The weights add up to 100. One wish met in either direction passes the default floor of 20 by itself; everything
//! else adds up to 19 and does not.

use super::explain::Reason;
use super::roster::{Roster, plain};
use super::rules::SHARED_MINUTES;
use std::collections::HashSet;

/// Points for no wish of the mentee that the mentor can teach, for one, two, and three or more.
const TEACHES: [u8; 4] = [0, 34, 44, 51];
/// The same for the mentor's wishes that the mentee can teach.
const TEACHES_BACK: [u8; 4] = [0, 20, 26, 30];
/// Programs work best when people cross boundaries.
const OTHER_DEPARTMENT: u8 = 7;
const OTHER_SITE: u8 = 4;
/// For a whole shared working day; none for the least allowed.
const SAME_HOURS: u8 = 4;
/// Each of the two gets one point per fortnight of waiting, up to this.
const WAITED: u32 = 2;
const FORTNIGHT: u32 = 14;

/// The points of a pair, by reason.
struct Points {
    teaches: u8,
    teaches_back: u8,
    places: Places,
    waited: u8,
}

impl Roster<'_> {
    pub(super) fn score(&self, mentor: usize, mentee: usize) -> u8 {
        let points = self.points(mentor, mentee);
        points.teaches + points.teaches_back + points.places.total() + points.waited
    }

    /// The reasons for the score, the strongest first.
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
        if points.places.department > 0 {
            reasons.push(Reason::OtherDepartment);
        }
        if points.places.site > 0 {
            reasons.push(Reason::OtherSite);
        }
        if points.places.hours > 0 {
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
        let wishes = learner.learn.in_common(&teacher.share);
        let wishes_back = teacher.learn.in_common(&learner.share);
        Points {
            teaches: points_for(wishes, TEACHES),
            teaches_back: points_for(wishes_back, TEACHES_BACK),
            places: for_places(
                (teacher.department, learner.department),
                (teacher.site, learner.site),
                self.shared_minutes(mentor, mentee),
            ),
            waited: waited(teacher.person.waiting_days) + waited(learner.person.waiting_days),
        }
    }
}

fn points_for(wishes: u32, points: [u8; 4]) -> u8 {
    points[(wishes as usize).min(3)]
}

/// The points that each further wish adds, for the mentee's wishes or the mentor's.
pub(super) fn steps(the_mentees: bool) -> [u8; 3] {
    let points = if the_mentees { TEACHES } else { TEACHES_BACK };
    [1, 2, 3].map(|wishes| points[wishes] - points[wishes - 1])
}

/// Points for this many wishes met, without branches, because it is called very often.
pub(super) fn climb(steps: [u8; 3], wishes: u8) -> u8 {
    let step = |nth: u8, points: u8| mask(wishes >= nth) & points;
    step(1, steps[0]) + step(2, steps[1]) + step(3, steps[2])
}

/// All bits or none.
pub(super) fn mask(is_so: bool) -> u8 {
    0_u8.wrapping_sub(u8::from(is_so))
}

/// Points for two people's places of work.
pub(super) struct Places {
    department: u8,
    site: u8,
    hours: u8,
}

impl Places {
    pub(super) fn total(&self) -> u8 {
        self.department + self.site + self.hours
    }
}

/// `minutes`: working time shared on a typical day.
pub(super) fn for_places(
    departments: (Option<u32>, Option<u32>),
    sites: (Option<u32>, Option<u32>),
    minutes: u16,
) -> Places {
    let differ = |(a, b): (Option<u32>, Option<u32>), points: u8| {
        if a.is_some() && b.is_some() && a != b {
            points
        } else {
            0
        }
    };
    Places {
        department: differ(departments, OTHER_DEPARTMENT),
        site: differ(sites, OTHER_SITE),
        hours: comfort(minutes),
    }
}

fn comfort(minutes: u16) -> u8 {
    let steps = minutes.saturating_sub(SHARED_MINUTES) / 90;
    u8::try_from(steps).unwrap_or(SAME_HOURS).min(SAME_HOURS)
}

/// One person's points for waiting.
pub(super) fn waited(days: u32) -> u8 {
    u8::try_from((days / FORTNIGHT).min(WAITED)).unwrap_or(0)
}

/// The wishes that `shared` covers, in the person's own words, without repeats.
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
