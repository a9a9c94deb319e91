//! How an invitation ends without a yes.

use super::{OPEN_FOR, learns_more, messages};
use crate::domain::cadence;
use crate::domain::card::Card;
use crate::domain::ids::{InvitationId, PairId, UserId};
use crate::domain::key::{Key, Topic};
use crate::domain::pair::Pair;
use crate::domain::participant::Standing;
use crate::domain::timer::Timer;
use crate::features::Result;
use crate::shared::nudge::{self, Nudge, Outcome};
use crate::store::invitations::{self, Invitation, State};
use crate::store::outbox::{self, Kind, Lane, To, cards};
use crate::store::{Reading, Tx, pairs, participants, timers};
use jiff::SignedDuration;

/// People on a break are not told; this is the time until we check again.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// Whether matching made them a pair after the invitation: then nothing "didn't work out".
async fn were_brought_together(tx: &mut Reading, invitation: &Invitation) -> Result<bool> {
    let pairs = pairs::of(tx, &invitation.inviter).await?;
    let since = |pair: &Pair| pair.is_open() || pair.created_at >= invitation.created_at;
    Ok(pairs
        .iter()
        .any(|pair| pair.has(&invitation.invitee) && since(pair)))
}

/// Slack does not deliver the card, so nobody was asked: its inviter knows that and may ask somebody else, or them again.
pub async fn undelivered(tx: &mut Tx, id: InvitationId) -> Result<()> {
    invitations::was_not_sent(tx, id).await?;
    timers::cancel(tx, &Timer::Invitation(id)).await?;
    Ok(())
}

/// Somebody is gone: nobody is asked to mentor them any more. Should they be back, they hear at the usual time that it didn't
/// work out.
pub async fn departed(tx: &mut Tx, user: &UserId) -> Result<()> {
    let since = tx.now - OPEN_FOR;
    for invitation in invitations::sent_since(tx, user, since).await? {
        if invitations::answer(tx, invitation.id, State::Lapsed).await? {
            no_longer_asked(tx, &invitation).await?;
        }
    }
    Ok(())
}

/// Two became a pair otherwise: neither is asked to be the other's mentor any more.
pub async fn introduced(tx: &mut Tx, pair: PairId) -> Result<()> {
    let Some(pair) = pairs::find(tx, pair).await? else {
        return Ok(());
    };
    for invitation in invitations::of(tx, &pair.mentor).await? {
        let of_both = pair.has(&invitation.inviter) && pair.has(&invitation.invitee);
        if of_both && invitations::answer(tx, invitation.id, State::Lapsed).await? {
            no_longer_asked(tx, &invitation).await?;
        }
    }
    Ok(())
}

/// An invitation is over: its card is withdrawn, or says so.
async fn no_longer_asked(tx: &mut Tx, invitation: &Invitation) -> Result<()> {
    let lane = Lane::Person(invitation.invitee.clone());
    let topic = Topic::Invitation(invitation.id);
    outbox::withdraw(tx, topic, std::slice::from_ref(&lane)).await?;
    Ok(cards::changed(tx, Card::Invitation(invitation.id), &[lane]).await?)
}

/// Timer `Invitation`: the time to answer is over. Unless it was a yes, the inviter hears the same words for every
/// outcome.
pub async fn over(tx: &mut Tx, id: InvitationId) -> Result<()> {
    let Some(invitation) = invitations::find(tx, id).await? else {
        return Ok(());
    };
    invitations::answer(tx, id, State::Lapsed).await?;
    if invitation.state == State::Accepted {
        return Ok(());
    }
    no_longer_asked(tx, &invitation).await?;
    if were_brought_together(tx, &invitation).await? {
        return Ok(());
    }
    let inviter = &invitation.inviter;
    match participants::standing(tx, inviter).await? {
        Some(Standing::Active) => {}
        // They hear when they are back.
        Some(Standing::Paused | Standing::Ineligible) => {
            let again = cadence::after(tx.now, LOOK_AGAIN);
            return Ok(timers::at(tx, &Timer::Invitation(id), again).await?);
        }
        Some(Standing::Left) | None => return Ok(()),
    }
    let Some(own) = participants::find(tx, inviter).await? else {
        return Ok(());
    };
    let asks_on = learns_more(tx, &own).await?;
    let waits = own.waiting_since.is_some();
    let nudge = Nudge {
        kind: Kind::Notice,
        key: Key::InvitationOver(id),
        to: To::Person(inviter.clone()),
        people: vec![inviter.clone()],
        message: messages::not_this_time(&invitation.invitee, waits, asks_on),
        stale_at: nudge::ASKED_ONCE,
        timer: Timer::Invitation(id),
    };
    if let Outcome::Later(at) = nudge::send(tx, nudge).await? {
        timers::at(tx, &Timer::Invitation(id), at).await?;
    }
    Ok(())
}
