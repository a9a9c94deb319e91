//! Two who found each other by an invitation, until they are introduced.

use super::messages;
use crate::domain::ids::{RoundId, UserId};
use crate::domain::key::{Key, Topic};
use crate::domain::participant::Standing;
use crate::domain::timer::Timer;
use crate::features::Result;
use crate::shared::{breaks, enrollment, news, nudge, owners};
use crate::store::outbox::{self, Kind, Lane};
use crate::store::rounds::{self, Fate, Origin, Proposal, Round, State};
use crate::store::{Reading, Tx, invitations, participants, timers};
use jiff::Timestamp;

/// Until when none of a round's pairs is introduced. All wait for the end of a break of the program. Two who found each other by
/// an invitation are a pair from the first match on, where that is still to come, and wait for each other's short breaks. Whom an
/// owner chose by hand, at any hour, hears of it in their own.
pub(super) async fn waits_until(tx: &mut Reading, round: &Round) -> Result<Option<Timestamp>> {
    let invited = round.origin == Origin::Invite;
    let mut open = rounds::proposals(tx, round.id).await?;
    open.retain(|pair| pair.fate == Fate::Open);
    let may_wait = match round.state {
        State::Approved => !open.is_empty(),
        State::Proposed if invited => true,
        State::Proposed | State::Rejected | State::Superseded => {
            open.iter().any(Proposal::is_about_to_meet)
        }
        State::Empty | State::Wanted => false,
    };
    if !may_wait {
        return Ok(None);
    }
    let mut next = enrollment::meet_from(tx, invited).await?;
    for pair in open.iter().filter(|_| invited) {
        for user in [&pair.mentor, &pair.mentee] {
            next = next.max(breaks::back_soon(tx, user).await?);
        }
    }
    if round.origin.is_by_hand() {
        let soon = tx.now + enrollment::UNDO;
        let has_come = round.introduce_at.is_none_or(|at| at <= tx.now);
        let from = next.unwrap_or(if has_come { tx.now } else { soon });
        let pairs = open.into_iter().map(|pair| [pair.mentor, pair.mentee]);
        let at = nudge::pairs_at_work(tx, from, &pairs.collect::<Vec<_>>()).await?;
        next = (next.is_some() || at > from).then_some(at);
    }
    // A first match that is due is made by then, and a break is over.
    Ok(next.map(|next| next.max(tx.now + enrollment::UNDO)))
}

/// Somebody is back early: whoever found them by an invitation need not wait any longer, also where an owner had looked at the
/// two already.
pub async fn resumed(tx: &mut Tx, user: &UserId) -> Result<()> {
    let theirs = rounds::with_open_pair_of(tx, user).await?;
    for round in theirs.iter().filter(|round| round.origin == Origin::Invite) {
        timers::soon(tx, &Timer::Introduce(round.id)).await?;
    }
    Ok(())
}

/// They are introduced, or won't be: what the inviter has not read yet of the yes and of a day to come is true no longer.
pub(super) async fn yes_is_over(tx: &mut Tx, (mentor, mentee): (&UserId, &UserId)) -> Result<()> {
    for sent in invitations::of(tx, mentee).await? {
        if sent.inviter == *mentee && sent.invitee == *mentor {
            let lane = Lane::Person(mentee.clone());
            outbox::withdraw(tx, Topic::Invitation(sent.id), &[lane]).await?;
        }
    }
    Ok(())
}

/// Tells two people who had found each other that they will not be a pair, in the same words as any other no. Somebody who has
/// left meanwhile hears nothing.
pub(super) async fn not_this_time(tx: &mut Tx, round: RoundId, proposal: &Proposal) -> Result<()> {
    let (mentor, mentee) = (&proposal.mentor, &proposal.mentee);
    yes_is_over(tx, (mentor, mentee)).await?;
    for (user, other) in [(mentor, mentee), (mentee, mentor)] {
        let Some(me) = participants::find(tx, user).await? else {
            continue;
        };
        if !matches!(me.standing, Standing::Active | Standing::Paused) {
            continue;
        }
        let key = Key::NoPair {
            round,
            user: user.clone(),
        };
        let note = messages::not_this_time(other, me.waiting_since.is_some());
        news::tell(tx, user, Kind::Notice, &key, note).await?;
    }
    // Both have that place again.
    owners::rounds_changed(tx, &[mentor, mentee]).await
}
