//! Introduces pairs: the group DM, the reasons for the match, and who makes the first move. Tells people who are left over.

mod by_hand;
mod example;
mod gone;
mod left_over;
mod meet;
mod messages;
mod promised;
mod swap;
#[cfg(test)]
mod tests;

pub use by_hand::{by_hand, look_by_hand, open_by_hand};
pub use example::example;
pub use gone::{departed, met};
pub use left_over::unsent;
pub use promised::resumed;
pub use swap::{look_at_swap, open_swap, pair_ended, swap};

use super::Result;
use crate::domain::happening::Happening;
use crate::domain::ids::{RoundId, UserId};
use crate::domain::timer::Timer;
use crate::shared::enrollment;
use crate::shared::owners::{self, Deciding};
use crate::store::rounds::{self, Fate, Origin, Proposal, Round, State};
use crate::store::{Reading, Tx, timers};
use left_over::{add_left_out, tell_left_over};
use meet::{Met, meet, tell_lapsed};
use promised::{not_this_time, waits_until};

/// Pairs introduced in one transaction, because an owner's approval must be answered within Slack's three seconds.
const PAIRS: usize = 25;

/// A round was approved, or pairs of it were decided on by themselves: introduces them, and tells the others. A long round
/// continues by timer.
pub async fn introduce(tx: &mut Tx, id: RoundId) -> Result<()> {
    let Some(round) = rounds::find(tx, id).await? else {
        return Ok(());
    };
    let waits = waits_until(tx, &round).await?;
    // The first match or the end of a break may be on another day by now, or there is nothing to wait for any more.
    let at = waits.unwrap_or(tx.now + enrollment::UNDO);
    let moved = rounds::hold(tx, id, at, waits.is_some()).await?;
    if moved {
        owners::round_changed(tx, &round).await?;
    }
    if moved || waits.is_some() {
        return Ok(timers::at(tx, &Timer::Introduce(id), at).await?);
    }
    if round.origin == Origin::Swap {
        return swap::exchange(tx, &round).await;
    }
    decided_on(tx, &round).await?;
    match round.state {
        State::Approved | State::Empty => {}
        // Those without a partner need not wait until each pair to check is looked at.
        State::Proposed if has_begun(tx, id).await? => return tell_left_over(tx, id).await,
        // A timer continues a rejected round: its people are told in their working hours.
        State::Rejected if round.origin != Origin::Invite => return rejected(tx, id).await,
        // Nobody decided on it, so they have heard nothing.
        State::Superseded if round.origin == Origin::Scheduled => {
            return tell_left_over(tx, id).await;
        }
        State::Wanted | State::Proposed | State::Rejected | State::Superseded => return Ok(()),
    }
    if let Some(begins) = round.introduce_at {
        if begins > tx.now {
            // It can still be undone.
            return Ok(timers::by(tx, &Timer::Introduce(id), begins).await?);
        }
        rounds::begin_introducing(tx, id).await?;
        tx.happens(Happening::IntroductionsBegin(id));
    }
    ask_about_others(tx, &round).await?;
    let proposals = rounds::proposals(tx, id).await?;
    let open: Vec<Proposal> = proposals
        .into_iter()
        .filter(Proposal::is_undecided)
        .collect();
    let (now, later) = open.split_at(open.len().min(PAIRS));
    meet_all(tx, &round, now).await?;
    if !later.is_empty() {
        timers::soon(tx, &Timer::Introduce(id)).await?;
        return Ok(());
    }
    if matches!(
        round.origin,
        Origin::Scheduled | Origin::Asked | Origin::Confirm
    ) {
        add_left_out(tx, id).await?;
        tell_left_over(tx, id).await?;
    }
    Ok(())
}

/// Introduces the pairs that an owner decided on by themselves, once that can no longer be undone, whatever became of the rest
/// of their round.
async fn decided_on(tx: &mut Tx, round: &Round) -> Result<()> {
    let proposals = rounds::proposals(tx, round.id).await?.into_iter();
    let (due, later): (Vec<Proposal>, Vec<Proposal>) = proposals
        .filter(Proposal::is_about_to_meet)
        .partition(|pair| pair.introduce_at.is_some_and(|at| at <= tx.now));
    let (now, too_many) = due.split_at(due.len().min(PAIRS));
    let waiting = too_many.iter().chain(&later);
    if let Some(next) = waiting.filter_map(|pair| pair.introduce_at).min() {
        timers::by(tx, &Timer::Introduce(round.id), next.max(tx.now)).await?;
    }
    if now.is_empty() {
        return Ok(());
    }
    meet_all(tx, round, now).await?;
    tx.happens(Happening::IntroductionsBegin(round.id));
    let approved = now.iter().find(|pair| !pair.must_confirm);
    match approved.and_then(|pair| pair.settled_by.as_ref()) {
        Some(by) if round.state == State::Proposed => ask_admins(tx, round, by).await,
        _ => Ok(()),
    }
}

/// Introduces these pairs. Owners are asked again about those that need a look by now.
async fn meet_all(tx: &mut Tx, round: &Round, pairs: &[Proposal]) -> Result<()> {
    let (mut to_check, mut lapsed) = (Vec::new(), Vec::new());
    for proposal in pairs {
        let looked = proposal.must_confirm && proposal.is_about_to_meet();
        match meet(tx, round, proposal, looked.into()).await? {
            Met::Introduced => {}
            Met::Lapsed(why) => lapsed.push((proposal, why)),
            Met::ToCheck => to_check.push(Proposal {
                must_confirm: true,
                ..proposal.clone()
            }),
        }
    }
    tell_lapsed(tx, round, &lapsed).await?;
    ask_apart(tx, round, &to_check).await
}

/// Whether pairs of a round that waits for an owner were approved and introduced.
async fn has_begun(tx: &mut Reading, id: RoundId) -> Result<bool> {
    let proposals = rounds::proposals(tx, id).await?;
    let is_made = |pair: &Proposal| pair.fate == Fate::Introduced && !pair.must_confirm;
    Ok(proposals.iter().any(is_made))
}

/// Others of a round were approved: admins are asked about the pairs of who approved them, where no other owner is.
async fn ask_admins(tx: &mut Tx, round: &Round, by: &UserId) -> Result<()> {
    let deciders = owners::deciders(tx).await?;
    let proposals = rounds::proposals(tx, round.id).await?.into_iter();
    let own: Vec<Proposal> = proposals
        .filter(|pair| {
            let two = (&pair.mentor, &pair.mentee);
            let by_admins = matches!(deciders.of(two), Deciding::Admins(_));
            pair.is_undecided() && by_admins && deciders.bar(by, two)
        })
        .collect();
    ask_apart(tx, round, &own).await
}

/// Asks owners about these pairs in a round of their own, if there are any.
async fn ask_apart(tx: &mut Tx, round: &Round, pairs: &[Proposal]) -> Result<()> {
    if !pairs.is_empty() {
        let apart = rounds::ask_apart(tx, round, pairs).await?;
        tx.happens(Happening::RoundProposed(apart));
        owners::round_changed(tx, round).await?;
    }
    Ok(())
}

/// Asks owners again about pairs that an earlier release approved with the others: those to check one by one, and, in a round of
/// their own, the pairs of who approved it, if somebody else can decide on them.
async fn ask_about_others(tx: &mut Tx, round: &Round) -> Result<()> {
    let deciders = owners::deciders(tx).await?;
    let is_own = |pair: &Proposal| {
        let by = round.decided_by.as_ref();
        by.is_some_and(|by| deciders.bar(by, (&pair.mentor, &pair.mentee)))
    };
    let open = rounds::proposals(tx, round.id).await?.into_iter();
    let open = open.filter(Proposal::is_undecided);
    let (own, others): (Vec<_>, Vec<_>) = open.partition(is_own);
    let to_check: Vec<Proposal> = others
        .into_iter()
        .filter(|pair| pair.must_confirm)
        .collect();
    ask_apart(tx, round, &to_check).await?;
    ask_apart(tx, round, &own).await
}

/// A round was rejected, or ended by itself. Only the people of an invitation, or of a round that is half done, know of it and are told.
pub async fn rejected(tx: &mut Tx, id: RoundId) -> Result<()> {
    let Some(round) = rounds::find(tx, id).await? else {
        return Ok(());
    };
    match round.origin {
        Origin::Invite => {
            let mut proposals = rounds::proposals(tx, id).await?;
            // A pair that lapsed was told so before, or is one by now with the roles exchanged.
            proposals.retain(|pair| !pair.is_about_to_meet() && pair.fate != Fate::Lapsed);
            for proposal in proposals {
                not_this_time(tx, id, &proposal).await?;
            }
        }
        Origin::Scheduled | Origin::Asked | Origin::Rolling | Origin::Confirm => {
            let proposals = rounds::proposals(tx, id).await?;
            let is_known =
                |pair: &Proposal| pair.fate == Fate::Introduced || pair.is_about_to_meet();
            if round.origin == Origin::Confirm || proposals.iter().any(is_known) {
                add_left_out(tx, id).await?;
                tell_left_over(tx, id).await?;
            } else if round.origin == Origin::Scheduled && round.decided_by.is_none() {
                // Nobody decided on it. Those in its pairs hear nothing, as of any round that was declined.
                tell_left_over(tx, id).await?;
            }
        }
        Origin::ByHand | Origin::Swap => {}
    }
    Ok(())
}
