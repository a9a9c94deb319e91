//! What must hold at the end of each day on which something happened, and of each message.

use super::walk::{Heard, Walk};
use crate::domain::cycle::Cycle;
use crate::domain::outgoing::{Kind, To};
use crate::domain::pair::{Pair, State};
use crate::domain::participant::Standing;
use crate::shared::{breaks, open_things};
use crate::store::rounds::{self, Fate, Origin};
use crate::store::{Reading, cycles, pairs, participants, people};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

const fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// Two in a running pair hear from the bot at least this often.
const SILENCE: SignedDuration = days(45);
/// A month is at most this long: a month, three weeks for a late meeting, and the days of asking about it.
const LONGEST_MONTH: SignedDuration = days(70);
/// A month whose meeting was late is open for so long beside the next one, or after a break: the days of asking about it.
const LONGEST_OVERLAP: SignedDuration = days(14);
/// A proposed pair takes up a place for at most this long.
const LONGEST_PROPOSAL: SignedDuration = days(45);

impl Walk {
    pub async fn check(&mut self) -> Result<(), String> {
        let now = self.test.now;
        let mut tx = self.test.db.read(&self.test.team, now).await.unwrap();
        let stalled = open_things::stalled(&mut tx).await.unwrap();
        if let Some(first) = stalled.first() {
            return Err(format!("it stalls: {first:?} ({} in all)", stalled.len()));
        }
        let standings: HashMap<_, _> = participants::standings(&mut tx)
            .await
            .unwrap()
            .into_iter()
            .collect();
        let open = pairs::all(&mut tx)
            .await
            .unwrap()
            .into_iter()
            .filter(Pair::is_open);
        let all_on_break = breaks::of_program(&mut tx).await.unwrap().is_some();
        for pair in open {
            let stands = |user| standings.get(user).copied();
            for user in pair.members() {
                if !matches!(stands(user), Some(Standing::Active | Standing::Paused)) {
                    return Err(format!(
                        "{user} is gone, and pair {} holds their partner",
                        pair.id
                    ));
                }
            }
            let paused = pair
                .members()
                .into_iter()
                .any(|user| stands(user) == Some(Standing::Paused));
            if paused || all_on_break {
                self.seen.last_break.insert(pair.id.0, now);
            } else {
                self.check_pair(&mut tx, &pair).await?;
            }
        }
        let proposed = rounds::proposed(&mut tx).await.unwrap();
        for round in &proposed {
            let pairs = rounds::proposals(&mut tx, round.id).await.unwrap();
            for pair in pairs.iter().filter(|pair| pair.fate == Fate::Open) {
                let stands = |user| standings.get(user).copied();
                let gone =
                    |user| !matches!(stands(user), Some(Standing::Active | Standing::Paused));
                if gone(&pair.mentor) || gone(&pair.mentee) {
                    let (mentor, mentee) = (&pair.mentor, &pair.mentee);
                    return Err(format!(
                        "{mentor} and {mentee} wait to be introduced, and one of them is gone"
                    ));
                }
            }
        }
        for origin in [Origin::Invite, Origin::Confirm] {
            for (mentor, mentee) in rounds::held(&mut tx, origin).await.unwrap() {
                let oldest = proposed
                    .iter()
                    .filter(|round| round.origin == origin)
                    .map(|round| round.created_at)
                    .min();
                if oldest.is_some_and(|at| now.duration_since(at) > LONGEST_PROPOSAL) {
                    return Err(format!(
                        "{mentor} and {mentee} wait for an owner for ever ({origin:?})"
                    ));
                }
            }
        }
        Ok(())
    }

    /// Two who are both here.
    async fn check_pair(&self, tx: &mut Reading, pair: &Pair) -> Result<(), String> {
        let now = self.test.now;
        let since = |at: Option<&Timestamp>| at.copied().unwrap_or(pair.created_at);
        let back = since(self.seen.last_break.get(&pair.id.0)).max(pair.created_at);
        let months = cycles::of(tx, pair.id).await.unwrap();
        if !pair.runs() {
            let ended = months.iter().filter_map(|month| month.closed_at).max();
            let closing = ended.unwrap_or(pair.created_at).max(back);
            if pair.state == State::Closing && now.duration_since(closing) > days(45) {
                return Err(format!("pair {} has been closing since {closing}", pair.id));
            }
            return Ok(());
        }
        let latest = months.last();
        let began = latest.map_or(pair.created_at, |month| month.opened_at);
        let began = began.max(back);
        if now.duration_since(began) > LONGEST_MONTH {
            return Err(format!(
                "a month of pair {} has lasted since {began}",
                pair.id
            ));
        }
        let earlier = |month: &&Cycle| latest.is_some_and(|latest| month.number < latest.number);
        let open = |month: &&Cycle| month.closed_at.is_none();
        if let Some(month) = months.iter().filter(earlier).find(open)
            && now.duration_since(began) > LONGEST_OVERLAP
        {
            return Err(format!(
                "month {} of pair {} is open, and the next one began at {began}",
                month.number, pair.id
            ));
        }
        for user in pair.members() {
            let group = format!("pair/{}", pair.id);
            let heard = [user.as_str(), &group]
                .into_iter()
                .filter_map(|lane| self.seen.last_word.get(lane));
            let last = since(heard.max()).max(back);
            if now.duration_since(last) > SILENCE {
                return Err(format!(
                    "{user} of pair {} has heard nothing since {last}",
                    pair.id
                ));
            }
        }
        Ok(())
    }

    /// A message arrived.
    pub fn check_message(&mut self, heard: &Heard) -> Result<(), String> {
        for day in &heard.unasked {
            if !self.seen.taken_days.insert(day.clone()) {
                return Err(format!(
                    "a second unasked message on one day: {day:?} {}",
                    heard.text
                ));
            }
        }
        let (lane, readers) = match &heard.to {
            To::Person(user) => (user.to_string(), vec![user]),
            To::Pair { pair, members } => (format!("pair/{pair}"), members.iter().collect()),
            To::Channel(_) => return Ok(()),
        };
        self.seen.last_word.insert(lane, self.test.now);
        // People answer for themselves, and may own the program without taking part in it.
        let asked =
            heard.kind.is_requested_file() || matches!(heard.kind, Kind::Answer | Kind::Companion);
        for user in readers {
            let deactivated = self.seen.deactivated_since.get(user);
            if deactivated.is_some_and(|since| heard.written > *since) {
                return Err(format!(
                    "{user} has no account any more, and got: ({}) {}",
                    heard.kind.as_str(),
                    heard.text
                ));
            }
            let since = self.seen.gone_since.get(user);
            let is_office = super::colleagues::OFFICE.contains(&user.as_str());
            if !asked
                && !is_office
                && since.is_some_and(|since| heard.written > *since)
                && !heard.text.contains("learn from you")
            {
                return Err(format!(
                    "{user} is gone, and got: ({}) {}",
                    heard.kind.as_str(),
                    heard.text
                ));
            }
        }
        Ok(())
    }

    /// Notes whom the bot knows to be gone.
    pub async fn notice_departures(&mut self) {
        let now = self.test.now;
        let mut tx = self.test.db.read(&self.test.team, now).await.unwrap();
        let mut standings = participants::standings(&mut tx).await.unwrap();
        standings.retain(|(_, stands)| matches!(stands, Standing::Left | Standing::Ineligible));
        let gone_since = &mut self.seen.gone_since;
        gone_since.retain(|user, _| standings.iter().any(|(gone, _)| gone == user));
        for (user, _) in standings {
            gone_since.entry(user).or_insert(now);
        }
        for one in &self.people {
            let known = if one.deactivated {
                people::find(&mut tx, &one.id).await.unwrap()
            } else {
                None
            };
            let deactivated = &mut self.seen.deactivated_since;
            if known.is_some_and(|known| known.deleted) {
                deactivated.entry(one.id.clone()).or_insert(now);
            } else {
                deactivated.remove(&one.id);
            }
        }
    }
}
