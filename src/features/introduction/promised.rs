//! Two who found each other by an invitation, until they are introduced; and what becomes of those who wait for somebody who is
//! gone.

use super::messages;
use crate::domain::happening::Happening;
use crate::domain::ids::{RoundId, UserId};
use crate::domain::key::{Key, Topic};
use crate::domain::participant::Standing;
use crate::domain::timer::Timer;
use crate::features::Result;
use crate::shared::{breaks, enrollment, news, owners};
use crate::store::outbox::{self, Kind, Lane};
use crate::store::rounds::{self, Fate, Origin, Proposal, Round, State};
use crate::store::{Reading, Tx, invitations, participants, timers};
use jiff::{SignedDuration, Timestamp};

/// A first match that is due is made within this time, and so does a break end.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// Two who found each other by an invitation are a pair from the first match on, where that is still to come, and wait for a
/// break of the program and for each other's short ones.
pub(super) async fn waits_until(tx: &mut Reading, round: &Round) -> Result<Option<Timestamp>> {
    let may_wait = matches!(round.state, State::Approved | State::Proposed);
    if round.origin != Origin::Invite || !may_wait {
        return Ok(None);
    }
    let mut next = enrollment::invited_meet_at(tx).await?;
    let open = rounds::proposals(tx, round.id).await?.into_iter();
    for pair in open.filter(|pair| pair.fate == Fate::Open) {
        for user in [&pair.mentor, &pair.mentee] {
            next = next.max(breaks::back_soon(tx, user).await?);
        }
    }
    Ok(next.map(|next| next.max(tx.now + LOOK_AGAIN)))
}

/// Somebody is back early: whoever found them by an invitation need not wait any longer.
pub async fn resumed(tx: &mut Tx, user: &UserId) -> Result<()> {
    for round in rounds::with_open_pair_of(tx, user).await? {
        if round.origin == Origin::Invite {
            timers::soon(tx, &Timer::Introduce(round.id)).await?;
        }
    }
    Ok(())
}

/// Somebody is gone: nobody waits any longer for an introduction to them. A pair that an owner decided on a moment ago is looked
/// at once more when it is introduced; two who found each other may wait for that until the first match.
pub async fn departed(tx: &mut Tx, user: &UserId) -> Result<()> {
    for round in rounds::with_open_pair_of(tx, user).await? {
        let is_invite = round.origin == Origin::Invite;
        let waits = |pair: &Proposal| round.state == State::Proposed && pair.is_undecided();
        let mut theirs = rounds::proposals(tx, round.id).await?;
        theirs.retain(|pair| pair.has(user) && (waits(pair) || is_invite));
        for pair in &theirs {
            let two = (&pair.mentor, &pair.mentee);
            rounds::settle(tx, round.id, two, Fate::Lapsed, None).await?;
            if is_invite {
                rounds::begin_introducing(tx, round.id).await?;
                not_this_time(tx, round.id, pair).await?;
            }
        }
        if !theirs.is_empty() {
            tx.happens(Happening::PairsLapsed(round.id));
        }
    }
    Ok(())
}

/// Tells two people who had found each other that they will not be a pair, in the same words as any other no. Somebody who has
/// left meanwhile hears nothing.
pub(super) async fn not_this_time(tx: &mut Tx, round: RoundId, proposal: &Proposal) -> Result<()> {
    let (mentor, mentee) = (&proposal.mentor, &proposal.mentee);
    // A yes that the inviter has not read yet holds no longer.
    for sent in invitations::of(tx, mentee).await? {
        if sent.inviter == *mentee && sent.invitee == *mentor {
            let lane = Lane::Person(mentee.clone());
            outbox::withdraw(tx, Topic::Invitation(sent.id), &[lane]).await?;
        }
    }
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
