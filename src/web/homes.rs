//! App Homes: shown at once where Slack's limits have room, later where not, and once for many openings.

use super::Gate;
use super::answers::Publishing;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::key::Key;
use crate::router;
use crate::slack::client::CallError;
use crate::slack::event::Actor;
use crate::store::db::Result;
use crate::store::outbox::{self, Kind, What};
use jiff::SignedDuration;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A Home that could not be shown at once is not worth showing later than this.
const STALE: SignedDuration = SignedDuration::from_mins(5);
/// What Slack allows in that time: of more, the last ones would be stale before their turn.
const WAITING: i64 = 500;

/// Homes that are being shown, and those that are put off. Cheap to clone.
#[derive(Clone, Default)]
pub struct Homes(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Whose Home is being shown, and whether it was asked for again meanwhile.
    shown: HashMap<(TeamId, UserId), bool>,
    /// Whose Home is to be written into the outbox.
    later: BTreeMap<TeamId, BTreeSet<UserId>>,
    /// Somebody writes them.
    writing: bool,
}

impl Homes {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The turn to show somebody's Home; none when it is being shown: then it is shown once more after that.
    fn turn(&self, actor: &Actor) -> Option<Turn> {
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

    /// Puts somebody's Home off; the turn to write all that are put off, when nobody has it.
    fn put_off(&self, actor: &Actor) -> Option<Writing> {
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

/// The turn to show one person's Home. Dropped before its end, as by a panic, it is free again.
struct Turn {
    homes: Homes,
    person: (TeamId, UserId),
    is_over: bool,
}

impl Turn {
    /// Whether it was asked for again since the last time; if not, the turn is over.
    fn again(&mut self) -> bool {
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

/// The turn to write what was put off.
struct Writing {
    homes: Homes,
    is_over: bool,
}

impl Writing {
    /// What is to be written next; when there is nothing, the turn is over.
    fn next(&mut self) -> Option<(TeamId, BTreeSet<UserId>)> {
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

impl Gate {
    /// Shows a person their Home. One call at a time, and one more after it for all who asked meanwhile: it is rendered
    /// when it is shown.
    pub(super) async fn publish_home(&self, actor: &Actor) {
        let Some(mut turn) = self.homes.turn(actor) else {
            return;
        };
        loop {
            self.show_home(actor).await;
            if !turn.again() {
                return;
            }
        }
    }

    async fn show_home(&self, actor: &Actor) {
        match self.room(&actor.team, "views.publish").await {
            Ok(()) => {}
            Err(CallError::RateLimited(_)) => return self.home_later(actor).await,
            Err(error) => {
                tracing::warn!(%error, "an App Home could not be shown");
                return;
            }
        }
        let rendered = async {
            let now = self.clock.now();
            let mut tx = self.db.read_for(&actor.team, &actor.user, now).await?;
            router::home(&mut tx, actor).await
        };
        let view = match rendered.await {
            Ok(view) => view,
            Err(error) => {
                tracing::error!(%error, "an App Home could not be rendered");
                return;
            }
        };
        let arguments = Publishing {
            user_id: &actor.user,
            view,
        };
        let shown = self
            .call_in_room(&actor.team, "views.publish", &arguments)
            .await;
        match shown {
            Ok(_) => {}
            Err(CallError::RateLimited(_)) => self.home_later(actor).await,
            Err(error) => tracing::warn!(%error, "an App Home could not be shown"),
        }
    }

    /// Shown when Slack's limits have room, as it is then. Those who come while a transaction is under way share the next.
    pub(super) async fn home_later(&self, actor: &Actor) {
        let Some(mut writing) = self.homes.put_off(actor) else {
            return;
        };
        while let Some((team, people)) = writing.next() {
            if let Err(error) = self.queue_homes(&team, people).await {
                tracing::error!(%error, "App Homes could not be put off");
            }
        }
    }

    async fn queue_homes(&self, team: &TeamId, people: BTreeSet<UserId>) -> Result<()> {
        let mut tx = self.db.write(team, self.clock.now()).await?;
        let expires = tx.now.saturating_add(STALE).ok();
        let mut waiting = outbox::count_homes(&mut tx).await?;
        for user in people {
            let key = Key::Home {
                user: user.clone(),
                id: tx.new_id(),
            };
            let what = What::Home { user };
            if waiting < WAITING && !outbox::is_queued(&mut tx, &what).await? {
                outbox::push(&mut tx, Kind::Lookup, &key, &what, expires).await?;
                waiting += 1;
            }
        }
        tx.commit().await
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

    /// However a turn ends, the next opening is shown.
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
