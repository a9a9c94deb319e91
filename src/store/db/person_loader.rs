//! What is known about one person, and where it is asked for.

use crate::domain::ids::{TeamId, UserId};
use crate::domain::participant::{Participant, PersonInSlack};
use jiff::Timestamp;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// All that is known about one person, as one query reads it.
pub struct Known {
    pub(in crate::store) user: UserId,
    /// As far as Slack told us.
    pub person: Option<PersonInSlack>,
    /// When it last did.
    pub heard_at: Option<Timestamp>,
    pub participant: Option<Participant>,
    /// When the program's next round is due.
    pub next_round: Option<Timestamp>,
    pub(in crate::store) open_pairs: i64,
}

/// Where lookups are asked for. Those that come while one is under way are answered together by the next, as commits
/// are shared: a query costs the way to SQLite's thread and back, hardly more for many people than for one.
#[derive(Default)]
pub(in crate::store) struct PersonLoader {
    asked: Mutex<Vec<Asked>>,
    turn: tokio::sync::Mutex<()>,
}

/// One lookup that waits.
pub(in crate::store) struct Asked {
    pub(in crate::store) team: TeamId,
    pub(in crate::store) user: UserId,
    pub(in crate::store) answer: oneshot::Sender<Known>,
}

impl PersonLoader {
    /// Has it looked up by `answer`, which gets `most` at a time. None when it could not be read: whoever needs it then asks
    /// for themselves, and sees why.
    pub(in crate::store) async fn ask<F>(
        &self,
        team: &TeamId,
        user: &UserId,
        most: usize,
        answer: impl Fn(Vec<Asked>) -> F,
    ) -> Option<Known>
    where
        F: Future<Output = ()>,
    {
        let (sender, mut answered) = oneshot::channel();
        self.waiting().push(Asked {
            team: team.clone(),
            user: user.clone(),
            answer: sender,
        });
        let _turn = tokio::select! {
            biased;
            known = &mut answered => return known.ok(),
            turn = self.turn.lock() => turn,
        };
        // Nobody has answered us, so that is for us to do, and for whoever waits with us; the first come first. Requests
        // that have arrived already are let in before: they would only have to wait for the next query.
        tokio::task::yield_now().await;
        while answered.is_empty() && !answered.is_terminated() {
            let asked: Vec<Asked> = {
                let mut waiting = self.waiting();
                let most = waiting.len().min(most);
                waiting.drain(..most).collect()
            };
            if asked.is_empty() {
                break;
            }
            answer(asked).await;
        }
        answered.try_recv().ok()
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Asked>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
