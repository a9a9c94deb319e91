//! An owner has a pair nudged kindly: they are offered times to meet, once a month at most.

use super::messages;
use super::month::{Month, key, month, propose, to_arrange, wanted};
use crate::domain::cycle::State;
use crate::domain::ids::{CycleId, PairId, UserId};
use crate::domain::key::AboutCycle;
use crate::domain::overview::Care;
use crate::domain::pair::Pair;
use crate::domain::timer::Timer;
use crate::features::{Reply, Result, refuse};
use crate::md;
use crate::shared::nudge::{self, Nudge};
use crate::shared::overview;
use crate::slack::event::Actor;
use crate::store::outbox::{self, Kind, To};
use crate::store::{Reading, Tx, audit, cycles, timers};

/// Shows what the two will read.
pub async fn open_nudge(tx: &mut Reading, actor: &Actor, id: PairId) -> Result<Reply> {
    let pair = overview::pair_of_others(tx, actor, id).await?;
    let month = to_nudge(tx, &pair).await?;
    Ok(Reply::modal(messages::owners_nudge_form(&month)))
}

/// The owner has read it. It goes out in the working hours of both, on a day without another nudge.
pub async fn nudged_by_owner(tx: &mut Tx, actor: &Actor, id: PairId) -> Result<Reply> {
    let pair = overview::pair_of_others(tx, actor, id).await?;
    let month = to_nudge(tx, &pair).await?;
    timers::soon(tx, &Timer::Hello(month.cycle.id)).await?;
    audit::note(tx, &actor.user, "pair_nudged", &format!("pair {id}")).await?;
    Ok(Reply::modal(overview::cared_for(
        Care::Nudge,
        "Done. They read it in their group DM, in the working hours of both, on a day without another message of mine.",
    )))
}

/// The month about which a pair may be nudged. What stands in the way is said without telling which it is: whether they met is
/// theirs to say.
async fn to_nudge(tx: &mut Reading, pair: &Pair) -> Result<Month> {
    if !pair.runs() {
        return refuse("Their months are over, and each is asked privately what comes next.");
    }
    if let Some(why) = overview::on_break(tx, pair).await? {
        return refuse(md!("{} I'll ask them both when it's over.", why));
    }
    let latest = cycles::latest(tx, pair.id).await?;
    let month = match latest {
        Some(cycle) => month(tx, cycle.id).await?,
        None => None,
    };
    let Some(month) = month.filter(|month| month.cycle.closed_at.is_none()) else {
        return refuse("Their next month is about to begin, and I'll offer them times then.");
    };
    let month = to_arrange(tx, month).await?;
    if !is_open(&month) {
        return refuse(
            "There's nothing to find a time for at the moment: they've planned this month's meeting, had it, or left it out.",
        );
    }
    if outbox::has(tx, &key(&month, AboutCycle::Hello)).await?
        || timers::due(tx, &Timer::Hello(month.cycle.id))
            .await?
            .is_some()
    {
        return refuse(
            "They've had a friendly nudge this month, or it's on its way. More of the same would feel like pressure; a word from you helps more now.",
        );
    }
    Ok(month)
}

fn is_open(month: &Month) -> bool {
    matches!(month.cycle.state, State::Open | State::Sorting)
}

/// Timer `Hello`: an owner's nudge goes out.
pub async fn hello(tx: &mut Tx, cycle: CycleId) -> Result<()> {
    let Some(month) = wanted(tx, cycle).await? else {
        return Ok(());
    };
    let mut month = to_arrange(tx, month).await?;
    if !is_open(&month) {
        return Ok(());
    }
    propose(tx, &mut month).await?;
    let nudge = Nudge {
        kind: Kind::NudgeWeek,
        key: key(&month, AboutCycle::Hello),
        to: To::both(&month.pair),
        people: month.both(),
        message: messages::owners_nudge(&month, tx.now),
        stale_at: month.cycle.closes_at,
        timer: Timer::Hello(cycle),
    };
    let now = tx.now;
    let alone = |user: &UserId| messages::nudge_week_alone(&month, user, now);
    nudge::send_to_both(tx, nudge, alone).await
}
