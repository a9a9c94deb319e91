//! A pair's month with all data that its functions need: read from the store each time, with both workdays and other plans.

use crate::domain::cadence::{Busy, Hours, after};
use crate::domain::cycle::{Cycle, MetAnswer, State};
use crate::domain::goals::Goals;
use crate::domain::ids::{CycleId, PairId, UserId};
use crate::domain::key::{AboutCycle, Key, Topic};
use crate::domain::message::Message;
use crate::domain::pair::{self, Pair};
use crate::domain::participant::Standing;
use crate::domain::program::Settings;
use crate::domain::timer::Timer;
use crate::domain::workday::Workday;
use crate::features::{Result, refuse, settings};
use crate::shared::{breaks, nudge};
use crate::slack::event::Actor;
use crate::store::outbox::{self, Kind, To};
use crate::store::{Reading, Tx, agreements, cycles, met, pairs, participants, timers};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

pub const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A pair's month, with all data that its functions need.
#[derive(Clone)]
pub struct Month {
    pub settings: Arc<Settings>,
    pub pair: Pair,
    pub cycle: Cycle,
    /// When the mentee works, then the mentor.
    pub workdays: Vec<Workday>,
    /// Times that either of them has planned, or is offered, with others.
    pub busy: Busy,
}

impl Month {
    /// The senior's zone. The senior schedules, so days and months are counted in it.
    pub fn zone(&self) -> &TimeZone {
        &self.workday().zone
    }

    /// When the senior works, in whose zone days are counted.
    pub fn workday(&self) -> &Workday {
        &self.workdays[0]
    }

    pub fn zone_of(&self, user: &UserId) -> &TimeZone {
        let at = usize::from(*user == self.pair.mentor);
        &self.workdays[at].zone
    }

    pub fn hours(&self) -> Hours<'_> {
        Hours::from(&self.settings)
    }

    /// Up to three times to meet: the same all month, as long as they are still possible.
    pub fn slots(&self, now: Timestamp) -> Vec<Timestamp> {
        let latest = self.cycle.latest_meeting(now);
        let can_be_taken = |at: &Timestamp| *at > now && *at <= latest && !self.busy.clashes(*at);
        let proposed = &self.cycle.proposed;
        let stands = |at: &Timestamp| can_be_taken(at) && self.hours().fit(*at, &self.workdays);
        if !proposed.is_empty() && proposed.iter().all(stands) {
            return proposed.clone();
        }
        let from = |at| self.hours().slots(at, &self.workdays, 3, &self.busy);
        let slots = from(self.cycle.asked_from());
        if slots.iter().all(can_be_taken) {
            return slots;
        }
        let mut slots = from(now);
        slots.retain(can_be_taken);
        slots
    }

    /// Whether there is still something to arrange.
    pub fn is_running(&self) -> bool {
        self.cycle.state.is_running() && self.cycle.closed_at.is_none()
    }

    /// Whether a time can be chosen or changed, or the meeting cancelled.
    pub fn may_change(&self, now: Timestamp) -> bool {
        self.is_running() || self.cycle.is_ahead(now)
    }

    pub fn both(&self) -> Vec<UserId> {
        vec![self.pair.mentee.clone(), self.pair.mentor.clone()]
    }
}

/// The month of a cycle; none if there is none.
pub async fn month(tx: &mut Reading, id: CycleId) -> Result<Option<Month>> {
    let Some(cycle) = cycles::find(tx, id).await? else {
        return Ok(None);
    };
    let Some(pair) = pairs::find(tx, cycle.pair).await? else {
        return Ok(None);
    };
    let settings = settings(tx).await?;
    let workdays = workdays(tx, &pair).await?;
    let busy = busy(tx, &pair).await?;
    Ok(Some(Month {
        settings,
        pair,
        cycle,
        workdays,
        busy,
    }))
}

/// Times that either of them has planned, or is currently offered, in other pairs.
async fn busy(tx: &mut Reading, pair: &Pair) -> Result<Busy> {
    let mut busy = Busy::default();
    for cycle in cycles::beside(tx, pair).await? {
        let cycle = cycle.unanswered();
        match cycle.meets_at {
            Some(at) if cycle.is_ahead(tx.now) => busy.planned.push(at),
            _ if matches!(cycle.state, State::Open | State::Sorting) => {
                busy.proposed.extend(cycle.proposed);
            }
            _ => {}
        }
    }
    Ok(busy)
}

/// Stores the times that are about to be proposed.
pub async fn propose(tx: &mut Tx, month: &mut Month) -> Result<()> {
    let slots = month.slots(tx.now);
    if slots != month.cycle.proposed {
        cycles::propose(tx, month.cycle.id, &slots).await?;
        month.cycle.proposed = slots;
    }
    Ok(())
}

/// The month, if the actor is one of its partners.
pub async fn mine(tx: &mut Reading, actor: &Actor, id: CycleId) -> Result<Month> {
    let Some(month) = month(tx, id).await? else {
        return refuse(
            "I can't find that month anymore. `/reverse-mentor status` shows where things stand.",
        );
    };
    if !month.pair.has(&actor.user) {
        return refuse("This is between the two partners, so only they can answer it.");
    }
    if month.pair.state == pair::State::Closed {
        return refuse(
            "This pair has ended, so there's nothing left to plan here. Thank you for the time you gave it.",
        );
    }
    Ok(month)
}

/// The month in which something new is arranged. A late meeting keeps its month open for some days while the next one runs
/// already; if it moves then, it is planned in that one, where both see what is planned.
pub async fn to_arrange_in(tx: &mut Reading, month_of_card: Month, user: &UserId) -> Result<Month> {
    let (cycle, pair) = (&month_of_card.cycle, &month_of_card.pair);
    let is_over = cycle.closed_at.is_some() || cycle.is_ahead(tx.now) || !pair.runs();
    let latest = match cycles::latest(tx, pair.id).await? {
        Some(latest) if !is_over && latest.number > cycle.number => {
            Box::pin(month(tx, latest.id)).await?
        }
        _ => None,
    };
    as_seen(tx, latest.unwrap_or(month_of_card), user).await
}

/// The month as this partner may know it: that they met shows only after their own yes, or it would tell the other's answer.
pub async fn as_seen(tx: &mut Reading, mut month: Month, user: &UserId) -> Result<Month> {
    if month.cycle.state == State::Held {
        let said = met::of(tx, month.cycle.id).await?;
        let own = said.on_record(&month.pair, user);
        let knows = own == Some(MetAnswer::Yes.as_str());
        month.cycle = month.cycle.as_seen(knows);
    }
    Ok(month)
}

/// The month whose timers and cards are for both: as it is arranged, whatever one of them has answered in private. Once both have
/// said that they met, nothing is left to arrange.
pub async fn to_arrange(tx: &mut Reading, mut month: Month) -> Result<Month> {
    if month.cycle.state == State::Held {
        let said = met::of(tx, month.cycle.id).await?;
        if !said.both_said_yes(&month.pair) {
            month.cycle = month.cycle.unanswered();
        }
    }
    Ok(month)
}

/// The month of a timer, if questions about it are still allowed: the pair is open and neither is on a break.
pub async fn wanted(tx: &mut Reading, id: CycleId) -> Result<Option<Month>> {
    let Some(month) = month(tx, id).await? else {
        return Ok(None);
    };
    if month.pair.state == pair::State::Closed || on_break(tx, &month.pair).await? {
        return Ok(None);
    }
    Ok(Some(month))
}

/// The same for a timer that must not get lost: during a break, it looks again a day later.
pub async fn wanted_later(tx: &mut Tx, id: CycleId, timer: &Timer) -> Result<Option<Month>> {
    let month = month(tx, id).await?.filter(|month| month.pair.is_open());
    if let Some(month) = &month
        && on_break(tx, &month.pair).await?
    {
        timers::at(tx, timer, after(tx.now, DAY)).await?;
        return Ok(None);
    }
    Ok(month)
}

/// When the mentee works, then the mentor.
pub async fn workdays(tx: &mut Reading, pair: &Pair) -> Result<Vec<Workday>> {
    nudge::workdays(tx, &[pair.mentee.clone(), pair.mentor.clone()]).await
}

/// If they are not both at work now, when they are: a month begins with a card that can be sent at once, and nobody reads at
/// night what can wait.
pub async fn not_now(tx: &mut Reading, pair: &Pair) -> Result<Option<Timestamp>> {
    let settings = settings(tx).await?;
    let workdays = workdays(tx, pair).await?;
    let open = Hours::from(&settings).next_shared(tx.now, &workdays);
    Ok((open > tx.now).then_some(open))
}

/// The latest goals that both have signed; until there are some, the latest draft.
pub async fn goals(tx: &mut Reading, pair: PairId) -> Result<Option<Goals>> {
    let mut history = agreements::history(tx, pair).await?;
    let signed = history
        .iter()
        .rposition(|version| version.completed_at.is_some());
    let latest = signed.or(history.len().checked_sub(1));
    Ok(latest.map(|at| history.swap_remove(at).goals))
}

/// Whether their months wait: one of them is on a break, or the whole program is.
pub async fn on_break(tx: &mut Reading, pair: &Pair) -> Result<bool> {
    Ok(breaks::are_on_break(tx, &pair.members()).await?)
}

/// The partners who are on a break.
pub async fn away(tx: &mut Reading, pair: &Pair) -> Result<Vec<UserId>> {
    let mut away = Vec::new();
    for user in pair.members() {
        if participants::standing(tx, user).await? == Some(Standing::Paused) {
            away.push(user.clone());
        }
    }
    Ok(away)
}

/// The unique key of a month's message.
pub fn key(month: &Month, about: AboutCycle) -> Key {
    Key::Cycle(month.cycle.id, about)
}

/// Distinguishes questions asked again after a break from those before it.
pub fn again(month: &Month) -> Option<i64> {
    month.cycle.taken_up_at.map(Timestamp::as_millisecond)
}

/// Withdraws messages that were not sent yet and no longer apply.
pub async fn withdraw(tx: &mut Tx, month: &Month) -> Result<()> {
    let topic = Topic::Arrangement(month.cycle.id);
    outbox::withdraw(tx, topic, &month.pair.lanes()).await?;
    Ok(())
}

/// Tells both, in their group DM, what one of them did.
pub async fn tell_both(tx: &mut Tx, pair: &Pair, key: &Key, message: Message) -> Result<()> {
    outbox::post(tx, To::both(pair), Kind::Answer, key, message, None).await?;
    Ok(())
}
