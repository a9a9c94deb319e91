//! Reporting lines: who is above whom, and how much of that is known.

use super::candidates::Candidates;
use crate::domain::ids::UserId;
use std::collections::{HashMap, HashSet};

/// How much of somebody's reporting line is known. A line that runs in a circle never ends at a top, so nothing of it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Line {
    /// To the top.
    Whole,
    /// It breaks off at somebody of this stage, whose own manager is unknown: anybody at that stage or a later one may be
    /// above. 0 where even the first manager is unknown.
    OpenFrom(usize),
}

impl Line {
    /// Whether somebody of this stage may be in the unknown part.
    pub(super) fn may_hold(self, rank: Option<usize>) -> bool {
        match self {
            Line::Whole => false,
            Line::OpenFrom(from) => rank.is_none_or(|rank| rank >= from),
        }
    }
}

/// The managers above somebody, one after the other, as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportingLine {
    /// The own manager first.
    pub above: Vec<UserId>,
    /// Whether the last of them is known to report to nobody.
    pub is_whole: bool,
}

impl ReportingLine {
    /// Follows `managers`, in whom people who report to nobody are their own manager. A circle counts as not known from where
    /// it begins again.
    pub fn of(user: &UserId, managers: &HashMap<UserId, UserId>) -> Self {
        let mut above: Vec<UserId> = Vec::new();
        let mut here = user;
        while let Some(manager) = managers.get(here) {
            if manager == here {
                let is_whole = true;
                return Self { above, is_whole };
            }
            if manager == user || above.contains(manager) {
                break;
            }
            above.push(manager.clone());
            here = manager;
        }
        let is_whole = false;
        Self { above, is_whole }
    }
}

/// Reporting lines from two sources: the owners' file, and people's own answers where the file says nothing.
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
        let said = || self.said.get(id).copied();
        self.known.get(id).or_else(said).into_iter()
    }

    /// Whether their manager is known. People who report to nobody are recorded as their own manager.
    fn known(&self, id: &UserId) -> bool {
        self.managers(id).next().is_some()
    }

    /// Whether the line from somebody upwards comes back to anybody in it. People who report to nobody are no circle.
    fn runs_in_a_circle(&self, id: &'a UserId) -> bool {
        let mut path: Vec<(&UserId, Vec<&UserId>)> = vec![(id, self.managers(id).collect())];
        let (mut on_path, mut done) = (HashSet::from([id]), HashSet::new());
        while let Some((here, left)) = path.last_mut() {
            match left.pop() {
                Some(manager) if manager == *here || done.contains(manager) => {}
                Some(manager) => {
                    if !on_path.insert(manager) {
                        return true;
                    }
                    path.push((manager, self.managers(manager).collect()));
                }
                None => {
                    on_path.remove(*here);
                    done.insert(*here);
                    path.pop();
                }
            }
        }
        false
    }

    /// Everyone above somebody, to the top. It terminates on circular data, too.
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

/// Whether one of two people is known to be above the other. What is not known does not count here: whether a pair is
/// introduced is decided by [`super::still_allowed`] and [`super::owner_must_confirm`].
#[expect(clippy::implicit_hasher, reason = "the map comes from our own store")]
pub fn are_in_one_line(managers: &HashMap<UserId, UserId>, a: &UserId, b: &UserId) -> bool {
    let chains = Chains {
        known: managers,
        said: HashMap::new(),
        ranks: HashMap::new(),
    };
    chains.above(a).contains(b) || chains.above(b).contains(a)
}

impl<'a> Chains<'a> {
    /// How much of somebody's line is known; `above` is everyone above them.
    pub(super) fn line(&self, id: &'a UserId, above: &HashSet<&UserId>) -> Line {
        if !self.known(id) || self.runs_in_a_circle(id) {
            return Line::OpenFrom(0);
        }
        // A manager of unknown stage counts as at least at the stage of the person below.
        let own = self.ranks.get(id).copied().unwrap_or(0);
        let breaks = above.iter().filter(|one| !self.known(one));
        let from = breaks.map(|one| self.ranks.get(one).copied().unwrap_or(own));
        from.min().map_or(Line::Whole, Line::OpenFrom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_followed_to_its_top_its_open_end_or_its_circle() {
        let managers: HashMap<UserId, UserId> = [
            ("A", "B"),
            ("B", "C"),
            ("C", "C"),
            ("D", "E"),
            ("F", "G"),
            ("G", "H"),
            ("H", "G"),
        ]
        .into_iter()
        .map(|(user, manager)| (user.into(), manager.into()))
        .collect();
        let line = |user: &str| {
            let line = ReportingLine::of(&user.into(), &managers);
            let above: Vec<String> = line.above.into_iter().map(|one| one.0).collect();
            (above.join(" "), line.is_whole)
        };
        assert_eq!(line("A"), ("B C".to_owned(), true));
        assert_eq!(
            line("C"),
            (String::new(), true),
            "the top reports to nobody"
        );
        assert_eq!(
            line("D"),
            ("E".to_owned(), false),
            "nobody knows whom E reports to"
        );
        assert_eq!(line("F"), ("G H".to_owned(), false), "a circle");
        assert_eq!(line("Z"), (String::new(), false));
    }
}
