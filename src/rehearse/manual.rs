//! People who are played by hand: they do nothing by themselves.

use super::forms::Filler;
use super::life::{Action, Life};
use jiff::SignedDuration;
use slack_sandbox::{Modal, Screen};

/// How many messages of each conversation a person reads when they act by themselves again.
const LOOK_BACK: usize = 4;

impl Life {
    /// From now on this person acts only by hand.
    pub fn by_hand(&mut self, id: &str) {
        if let Some(who) = self.by_id.get(id) {
            self.agents[*who].by_hand = true;
        }
    }

    /// From now on this person follows their habits: they join if they have not, and read the latest messages.
    pub fn by_habit(&mut self, id: &str) {
        let Some(who) = self.by_id.get(id).copied() else {
            return;
        };
        if !std::mem::take(&mut self.agents[who].by_hand) {
            return;
        }
        if self.agents[who].person.is_some() && !self.checker.joined.contains_key(id) {
            self.plan_in(who, 5, Action::Command("join".to_owned()));
        }
        let slack = self.harness.slack.clone();
        let mut conversations = vec![slack.dm(id)];
        conversations.extend(slack.group_dms(id).into_iter().map(|group| group.messages));
        for mut messages in conversations {
            let old = messages.len().saturating_sub(LOOK_BACK);
            for message in messages.drain(old..) {
                self.consider(who, &message, &[]);
            }
        }
    }

    /// Reads nothing for `days` days.
    pub fn goes_away(&mut self, id: &str, days: i64) {
        let now = self.harness.clock.now();
        if let Some(who) = self.by_id.get(id).copied() {
            let back = now.saturating_add(SignedDuration::from_hours(24 * days));
            self.agents[who].away_until = back.unwrap_or(now);
        }
    }

    /// Fills in a form as this person would, without submitting it.
    pub async fn fills_in(&mut self, id: &str) {
        let slack = self.harness.slack.clone();
        let first = slack
            .modal(id)
            .and_then(|modal| self.filler(id)?.first(&modal));
        if let Some((field, value)) = first {
            slack.choose(id, &Screen::Modal, field, value).await;
        }
        let answers = slack
            .modal(id)
            .and_then(|modal| Some(self.filler(id)?.answers(&modal)));
        for (name, value) in answers.unwrap_or_default() {
            slack.choose(id, &Screen::Modal, &name, value).await;
        }
    }

    fn filler(&mut self, id: &str) -> Option<Filler<'_>> {
        let who = *self.by_id.get(id)?;
        let agent = &mut self.agents[who];
        Some(Filler {
            company: &self.company,
            me: &self.company.people[agent.person?],
            rng: &mut agent.rng,
            now: self.harness.clock.now(),
        })
    }

    /// Call when a form was submitted for this person.
    pub fn submitted(&mut self, modal: &Modal, id: &str) {
        let now = self.harness.clock.now();
        self.checker.submitted(modal, id, now);
    }
}
