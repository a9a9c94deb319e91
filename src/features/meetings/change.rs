//! Every change of a month, with all that follows from it: its row, the messages and the plan that no longer apply, and its
//! timers.

use super::month::{Month, month, withdraw};
use super::timing::{self, Spare};
use crate::domain::card::Card;
use crate::domain::cycle::State;
use crate::domain::pair::Pair;
use crate::features::Result;
use crate::store::outbox::{Lane, cards};
use crate::store::{Tx, cycles};
use jiff::Timestamp;

/// A change of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A time is chosen, or another one.
    Plan(Timestamp),
    /// "We'll sort it out."
    SortOut,
    /// No meeting this month.
    Skip,
    /// They already met this month, and their next meeting is canceled.
    CallOff,
    /// The first yes. What is arranged stays as it is, or the partner could tell.
    Held,
    /// A break is over: what is still to be arranged is asked again, from this time on.
    TakeUp(Timestamp),
    /// The month is over; in this state, if nobody said that they met.
    Close(State),
}

impl Change {
    /// Whether messages that were not sent yet no longer apply.
    fn withdraws(self) -> bool {
        match self {
            Self::Plan(_) | Self::SortOut | Self::Skip | Self::CallOff | Self::Close(_) => true,
            // What the partner is told must not stop; and after a break, the new question would have the key of the old one.
            Self::Held | Self::TakeUp(_) => false,
        }
    }

    /// Where the month's card changes. What one of them answers in private must not show on the cards of the other; and
    /// where a message about the change follows, the card becomes that message.
    fn shows_at(self, pair: &Pair) -> Vec<Lane> {
        let [group, mentor, mentee] = pair.lanes();
        match self {
            Self::SortOut | Self::Close(_) => vec![group, mentor, mentee],
            Self::Plan(_) | Self::Skip | Self::CallOff => vec![mentor, mentee],
            Self::Held | Self::TakeUp(_) => Vec::new(),
        }
    }

    /// Whether the reminder and the questions belong to a plan that no longer holds.
    fn voids_plan(self) -> bool {
        matches!(
            self,
            Self::Plan(_) | Self::SortOut | Self::Skip | Self::CallOff
        )
    }
}

/// Applies `change` and returns the month as it is then; none when the month is not in a state for it (any more).
pub async fn change(tx: &mut Tx, before: &Month, change: Change) -> Result<Option<Month>> {
    if !write(tx, before, change).await? {
        return Ok(None);
    }
    if change.withdraws() {
        withdraw(tx, before).await?;
    }
    let card = Card::Month(before.cycle.id);
    cards::changed(tx, card, &change.shows_at(&before.pair)).await?;
    if change.voids_plan() {
        timing::forget_plan(tx, before).await?;
    }
    let Some(month) = month(tx, before.cycle.id).await? else {
        return Ok(None);
    };
    if month.cycle.closed_at.is_none() {
        timing::arm(tx, &month).await?;
    } else {
        timing::disarm(tx, &month.pair, Some(&month.cycle), Spare::Opening).await?;
    }
    Ok(Some(month))
}

/// Writes the row; false when the month is not in a state for it (any more).
async fn write(tx: &mut Tx, before: &Month, change: Change) -> Result<bool> {
    let (id, state) = (before.cycle.id, before.cycle.state);
    Ok(match change {
        Change::Plan(at) => cycles::plan(tx, id, at).await?,
        Change::SortOut => cycles::sort_out(tx, id).await?,
        Change::Skip => cycles::step(tx, id, state, State::Skipped).await?,
        Change::CallOff => cycles::call_off(tx, id).await?,
        Change::Held => cycles::step(tx, id, state, State::Held).await?,
        Change::TakeUp(from) => cycles::take_up(tx, id, from).await?,
        Change::Close(silent) => cycles::close(tx, id, silent).await?,
    })
}
