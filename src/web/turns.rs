//! Tracks which App Homes are being shown or delayed, so that one task at a time handles each for all who ask.

use crate::domain::ids::{TeamId, UserId};
use crate::slack::event::Actor;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Homes being shown, and delayed Homes. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Homes(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Homes being shown, and whether each was asked for again meanwhile.
    shown: HashMap<(TeamId, UserId), bool>,
    /// Homes to write to the outbox.
    later: BTreeMap<TeamId, BTreeSet<UserId>>,
    /// Whether a task is writing them.
    writing: bool,
}

impl Homes {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The turn to show a person's Home. None while it is being shown; it is then shown once more afterwards.
    pub fn turn(&self, actor: &Actor) -> Option<Turn> {
        let person = (actor.team.clone(), actor.user.clone());
        let mut state = self.state();
        if let Some(again) = state.shown.get_mut(&person) {
            *again = true;
            return None;
        }
        state.shown.insert(person.clone(), false);
        Some(Turn {
            homes: self.clone(),
            person,
            is_over: false,
        })
    }

    /// Delays a person's Home. Returns the turn to write all delayed Homes, unless another task has it.
    pub fn put_off(&self, actor: &Actor) -> Option<Writing> {
        let mut state = self.state();
        let people = state.later.entry(actor.team.clone()).or_default();
        people.insert(actor.user.clone());
        let is_free = !std::mem::replace(&mut state.writing, true);
        is_free.then(|| Writing {
            homes: self.clone(),
            is_over: false,
        })
    }
}

/// The turn to show one person's Home. Dropping it early, as a panic does, frees it.
pub(super) struct Turn {
    homes: Homes,
    person: (TeamId, UserId),
    is_over: bool,
}

impl Turn {
    /// Whether the Home was asked for again since the last call; if not, the turn is over.
    pub fn again(&mut self) -> bool {
        let mut state = self.homes.state();
        match state.shown.get_mut(&self.person) {
            Some(again) if *again => *again = false,
            Some(_) | None => {
                state.shown.remove(&self.person);
                self.is_over = true;
            }
        }
        !self.is_over
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.is_over {
            self.homes.state().shown.remove(&self.person);
        }
    }
}

/// The turn to write delayed Homes.
pub(super) struct Writing {
    homes: Homes,
    is_over: bool,
}

impl Writing {
    /// The next Homes to write; when there are none, the turn is over.
    pub fn next(&mut self) -> Option<(TeamId, BTreeSet<UserId>)> {
        let mut state = self.homes.state();
        let next = state.later.pop_first();
        if next.is_none() {
            state.writing = false;
            self.is_over = true;
        }
        next
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if !self.is_over {
            self.homes.state().writing = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ana() -> Actor {
        Actor {
            team: "T1".into(),
            user: "U1".into(),
        }
    }

    #[test]
    fn many_openings_are_one_more() {
        let homes = Homes::default();
        let mut turn = homes.turn(&ana()).unwrap();
        for _ in 0..100 {
            assert!(homes.turn(&ana()).is_none());
        }
        assert!(turn.again(), "once more for all of them");
        assert!(!turn.again());
        let next = homes.turn(&ana());
        assert!(next.is_some(), "and then it is over");
        drop(turn);
        assert!(homes.turn(&ana()).is_none(), "the next turn is its own");
    }

    /// However a turn ends, the next opening gets one.
    #[test]
    fn a_turn_that_is_cut_short_is_over() {
        let homes = Homes::default();
        drop(homes.turn(&ana()));
        assert!(homes.turn(&ana()).is_some());
        drop(homes.put_off(&ana()));
        let mut writing = homes.put_off(&ana()).unwrap();
        assert!(writing.next().is_some_and(|(_, people)| people.len() == 1));
        assert!(writing.next().is_none());
        assert!(homes.put_off(&ana()).is_some());
    }
}
