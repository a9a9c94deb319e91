//! The colleague's answer to an invitation. A yes waits for Slack's word about the two, and goes on by itself.

use super::messages::{self, Then};
use super::{are_together, learns_more, mentors_more, no};
use crate::domain::card::Card;
use crate::domain::happening::Happening;
use crate::domain::ids::{InvitationId, RoundId, UserId};
use crate::domain::key::Key;
use crate::domain::message::Message;
use crate::domain::outgoing::Lane;
use crate::domain::participant::Standing;
use crate::domain::timer::{LookedUp, Purpose, Timer};
use crate::features::{Reply, Result, refuse, settings};
use crate::shared::look_up::{self, Word};
use crate::shared::{breaks, enrollment, news, owners};
use crate::slack::event::Actor;
use crate::store::invitations::{self, Invitation, State};
use crate::store::outbox::{Kind, cards};
use crate::store::rounds::{self, Origin};
use crate::store::{Reading, Tx, candidates, participants, timers};

/// Handles the colleague's answer.
pub async fn answered(tx: &mut Tx, actor: &Actor, id: InvitationId, accept: bool) -> Result<Reply> {
    let Some(invitation) = invitations::find(tx, id).await? else {
        return Ok(Reply::replace(messages::no_longer_there()));
    };
    if invitation.invitee != actor.user {
        return refuse("This invitation isn't yours to answer.");
    }
    if invitation.state != State::Open {
        return Ok(Reply::replace(messages::answered_before(&invitation)));
    }
    if are_together(tx, &invitation.inviter, &invitation.invitee).await? {
        invitations::answer(tx, id, State::Lapsed).await?;
        return Ok(Reply::replace(messages::together_by_now(
            &invitation.inviter,
        )));
    }
    if !accept {
        no(tx, id).await?;
        return Ok(Reply::replace(messages::declined(&invitation.inviter)));
    }
    Ok(match accepted(tx, &invitation).await? {
        Yes::Answered(words) => Reply::replace(words),
        Yes::Open(words) => Reply::say(words),
    })
}

/// What becomes of a yes, in words for the colleague.
enum Yes {
    /// The invitation is answered.
    Answered(Message),
    /// It stays open for now.
    Open(Message),
}

async fn accepted(tx: &mut Tx, invitation: &Invitation) -> Result<Yes> {
    let settings = settings(tx).await?;
    let (inviter, mentor) = (&invitation.inviter, &invitation.invitee);
    // Their own problems first, which they can fix before they accept again.
    let own = participants::find(tx, mentor).await?;
    let own = match own {
        Some(own) if own.standing == Standing::Active => own,
        Some(own) if own.standing == Standing::Paused => {
            return Ok(Yes::Open(messages::resume_first()));
        }
        _ => return Ok(Yes::Open(messages::join_first(inviter))),
    };
    if !mentors_more(tx, &own).await? {
        return Ok(Yes::Open(messages::make_room()));
    }
    // Slack takes a few seconds to tell us about a person who has just joined, who is no stranger.
    if !are_known(tx, mentor, inviter).await? {
        for waiting in [waits(inviter, mentor), waits(mentor, mentor)] {
            look_up::ask(tx, &waiting).await?;
        }
        return Ok(Yes::Open(messages::one_moment()));
    }
    let mut pool = candidates::two(tx, &settings, (mentor, inviter), true).await?;
    let back_soon = breaks::back_soon(tx, inviter).await?.is_some();
    if back_soon {
        // They are introduced when the inviter is back.
        pool.is_back(inviter);
    }
    let asks = participants::find(tx, inviter).await?;
    let has_room = match &asks {
        Some(asks) => learns_more(tx, asks).await?,
        None => false,
    };
    let found = pool.proposal(mentor, inviter).filter(|_| has_room);
    let Some(found) = found else {
        // Not a no: the two are not kept apart once the rules allow them.
        invitations::answer(tx, invitation.id, State::Lapsed).await?;
        return Ok(Yes::Answered(messages::not_allowed(inviter)));
    };
    let confirm = found.owner_must_confirm;
    invitations::answer(tx, invitation.id, State::Accepted).await?;
    timers::cancel(tx, &Timer::Invitation(invitation.id)).await?;
    let state = if confirm {
        rounds::State::Proposed
    } else {
        rounds::State::Approved
    };
    // Whoever has no other place is in no other pair of those that owners look at.
    owners::rounds_changed(tx, &[mentor, inviter]).await?;
    let round = RoundId(tx.new_id());
    rounds::conclude(tx, round, Origin::Invite, state, None, 0).await?;
    rounds::add_proposal(tx, round, &found).await?;
    let then = Then::of(enrollment::first_for(tx, mentor).await?, back_soon);
    tx.happens(if confirm {
        Happening::RoundProposed(round)
    } else {
        Happening::RoundApproved(round)
    });
    if confirm || then != Then::Now {
        let then = Then::of(enrollment::first_for(tx, inviter).await?, back_soon);
        let note = messages::said_yes(mentor, confirm, &then);
        let key = Key::InvitationYes(invitation.id);
        news::tell(tx, inviter, Kind::Notice, &key, note).await?;
    }
    Ok(Yes::Answered(messages::accepted(inviter, confirm, &then)))
}

async fn are_known(tx: &mut Reading, one: &UserId, other: &UserId) -> Result<bool> {
    Ok(look_up::word(tx, one).await? != Word::Unknown
        && look_up::word(tx, other).await? != Word::Unknown)
}

/// A colleague waits for Slack's word about `person`. That they wait for it about an inviter says to whom they said yes.
fn waits(person: &UserId, colleague: &UserId) -> LookedUp {
    LookedUp {
        person: person.clone(),
        asker: colleague.clone(),
        purpose: Purpose::Accept,
    }
}

/// Slack answered about one of two who found each other, or has not in time: the colleague hears what came of their yes.
pub async fn looked_up_after_yes(tx: &mut Tx, waited: &LookedUp) -> Result<()> {
    let mentor = &waited.asker;
    // A timer that is due is off the list.
    let in_time = is_set(tx, waited).await?;
    let mut waits_on = false;
    for invitation in latest_to(tx, mentor).await? {
        let inviter = &invitation.inviter;
        let yes = waits(inviter, mentor);
        let is_meant = inviter == &waited.person || is_set(tx, &yes).await?;
        if !is_meant {
            continue;
        }
        let result = if invitation.state != State::Open {
            // They have said no since, and know it; or read what became of it.
            (invitation.state != State::Declined).then(|| messages::answered_before(&invitation))
        } else if are_known(tx, mentor, inviter).await? {
            Some(goes_on(tx, &invitation).await?)
        } else if in_time {
            waits_on = true;
            continue;
        } else {
            Some(messages::no_word_after_yes(inviter))
        };
        match result {
            Some(result) => look_up::tell(tx, &yes, result).await?,
            None => timers::cancel(tx, &Timer::LookedUp(yes)).await?,
        }
    }
    if !waits_on {
        timers::cancel(tx, &Timer::LookedUp(waits(mentor, mentor))).await?;
    }
    Ok(())
}

/// The latest invitation from each of those who asked somebody.
async fn latest_to(tx: &mut Reading, mentor: &UserId) -> Result<Vec<Invitation>> {
    let mut latest: Vec<Invitation> = Vec::new();
    for one in invitations::of(tx, mentor).await? {
        if one.invitee == *mentor {
            latest.retain(|earlier| earlier.inviter != one.inviter);
            latest.push(one);
        }
    }
    Ok(latest)
}

async fn is_set(tx: &mut Reading, waiting: &LookedUp) -> Result<bool> {
    let due = timers::due(tx, &Timer::LookedUp(waiting.clone())).await?;
    Ok(due.is_some())
}

async fn goes_on(tx: &mut Tx, invitation: &Invitation) -> Result<Message> {
    match accepted(tx, invitation).await? {
        Yes::Open(words) => Ok(words),
        Yes::Answered(words) => {
            let place = Lane::Person(invitation.invitee.clone());
            cards::changed(tx, Card::Invitation(invitation.id), &[place]).await?;
            Ok(words)
        }
    }
}
