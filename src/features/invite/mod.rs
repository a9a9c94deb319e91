//! Invites a colleague directly to be a mentor. They answer privately; the inviter cannot tell a no, a silence and a rule that
//! does not allow it apart: the words and the moment are always the same.

mod messages;
#[cfg(test)]
mod tests;

use super::{Reply, Result, refuse, settings};
use crate::domain::cadence::{self, Hours};
use crate::domain::happening::Happening;
use crate::domain::ids::{InvitationId, RoundId, UserId};
use crate::domain::key::{Key, Topic};
use crate::domain::matching;
use crate::domain::participant::{Participant, Standing};
use crate::domain::timer::Timer;
use crate::shared::nudge::{self, Nudge, Outcome};
use crate::slack::event::{Actor, Answers};
use crate::store::invitations::{self, Invitation, State};
use crate::store::outbox::{self, Kind, Lane, To, What};
use crate::store::rounds::{self, Origin};
use crate::store::{Reading, Tx, candidates, lookups, pairs, participants, people, timers};
use jiff::{SignedDuration, Timestamp};
use messages::Refusal;

/// The most open invitations of one person.
const AT_ONCE: usize = 3;
/// A colleague is not invited again by the same person within this time.
const ASK_AGAIN: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The time to answer. The inviter hears of anything but a yes only at its end, because sooner would reveal a no.
const OPEN_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// People on a break are not told; this is the time until we check again.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// `/reverse-mentor invite @colleague`; without a colleague, opens a modal that asks for one.
pub async fn ask(tx: &mut Tx, actor: &Actor, who: Option<&UserId>) -> Result<Reply> {
    if let Err(why) = may_invite(tx, &actor.user).await? {
        return refuse(why.in_words());
    }
    let Some(who) = who else {
        return Ok(Reply::modal(messages::form()));
    };
    match invite(tx, &actor.user, who).await? {
        Ok(()) => {
            let day = told_on(tx, &actor.user).await?;
            Ok(Reply::say(messages::on_its_way(who, &day)))
        }
        Err(why) => refuse(why.in_words()),
    }
}

pub async fn submitted(tx: &mut Tx, actor: &Actor, answers: &Answers) -> Result<Reply> {
    let Some(who) = answers.user("who") else {
        return Ok(Reply::errors(vec![(
            "who",
            "Please pick a colleague.".into(),
        )]));
    };
    let outcome = match may_invite(tx, &actor.user).await? {
        Ok(()) => invite(tx, &actor.user, who).await?,
        Err(why) => Err(why),
    };
    Ok(match outcome {
        Ok(()) => {
            let day = told_on(tx, &actor.user).await?;
            Reply::modal(messages::sent(who, &day))
        }
        Err(why) => Reply::errors(vec![("who", why.in_words().into_string())]),
    })
}

/// The day on which the inviter hears of an invitation sent now, unless it is accepted before.
async fn told_on(tx: &mut Reading, inviter: &UserId) -> Result<String> {
    let settings = settings(tx).await?;
    let zone = people::zone_or(tx, inviter, &settings.zone()).await?;
    let at = Hours::from(&settings).next_open(tx.now + OPEN_FOR, &zone);
    Ok(cadence::say_day(at, &zone, tx.now))
}

/// Whether this person may invite anyone at all, from their own data only.
async fn may_invite(tx: &mut Reading, user: &UserId) -> Result<Result<(), Refusal>> {
    let Some(own) = participants::find(tx, user).await? else {
        return Ok(Err(Refusal::JoinFirst));
    };
    Ok(match own.standing {
        Standing::Left | Standing::Ineligible => Err(Refusal::JoinFirst),
        Standing::Paused => Err(Refusal::ResumeFirst),
        Standing::Active if !own.profile.role.learns() => Err(Refusal::MentorOnly),
        Standing::Active if !learns_more(tx, &own).await? => Err(Refusal::NoRoom),
        Standing::Active => Ok(()),
    })
}

/// Whether Slack has told us about a person. If not, Slack is asked, at most once a minute.
async fn is_known(tx: &mut Tx, user: &UserId) -> Result<bool> {
    if people::find(tx, user).await?.is_some() {
        return Ok(true);
    }
    let minute = tx.now.as_second() / 60;
    let what = What::LookUp { user: user.clone() };
    let key = Key::LookUpInvited {
        user: user.clone(),
        minute,
    };
    lookups::ask(tx, &key, &what).await?;
    Ok(false)
}

async fn learns_more(tx: &mut Reading, participant: &Participant) -> Result<bool> {
    let places = candidates::places(tx, &participant.user).await?;
    Ok(participant.profile.role.learns() && places.learning < participant.profile.mentee_capacity)
}

async fn mentors_more(tx: &mut Reading, participant: &Participant) -> Result<bool> {
    let places = candidates::places(tx, &participant.user).await?;
    Ok(
        participant.profile.role.mentors()
            && places.mentoring < participant.profile.mentor_capacity,
    )
}

/// Sends the invitation. The colleague's private data plays no part here: every colleague gets the card.
async fn invite(tx: &mut Tx, inviter: &UserId, who: &UserId) -> Result<Result<(), Refusal>> {
    let settings = settings(tx).await?;
    if inviter == who {
        return Ok(Err(Refusal::Oneself));
    }
    let person = people::find(tx, who).await?;
    let stranger = person.is_some_and(|person| person.deleted || !person.full_member);
    if stranger {
        return Ok(Err(Refusal::NotAMember));
    }
    let own = participants::find(tx, inviter).await?;
    if own.is_some_and(|own| own.profile.rather_not.contains(who)) {
        return Ok(Err(Refusal::OwnWish));
    }
    let together = pairs::open_of(tx, inviter).await?;
    if together.iter().any(|pair| pair.has(who)) {
        return Ok(Err(Refusal::TogetherAlready));
    }
    let since = tx.now - ASK_AGAIN;
    let lately = invitations::sent_since(tx, inviter, since).await?;
    if lately.iter().any(|earlier| earlier.invitee == *who) {
        return Ok(Err(Refusal::AskedLately));
    }
    // A declined invitation counts as open until the inviter has heard: a place freed early would reveal it.
    let open = lately.iter().filter(|earlier| match earlier.state {
        State::Open => true,
        State::Declined => earlier.created_at + OPEN_FOR > tx.now,
        State::Accepted | State::Lapsed => false,
    });
    if open.count() >= AT_ONCE {
        return Ok(Err(Refusal::ManyOpen));
    }
    let Some(id) = invitations::add(tx, inviter, who).await? else {
        return Ok(Err(Refusal::AskedLately));
    };
    let card = messages::card(id, inviter, &settings);
    let key = Key::InvitationCard(id);
    outbox::post(tx, To::Person(who.clone()), Kind::Notice, &key, card, None).await?;
    timers::at(tx, &Timer::Invitation(id), tx.now + OPEN_FOR).await?;
    // So that their yes does not have to wait for Slack.
    is_known(tx, who).await?;
    Ok(Ok(()))
}

/// Handles the colleague's answer.
pub async fn answered(tx: &mut Tx, actor: &Actor, id: InvitationId, accept: bool) -> Result<Reply> {
    let Some(invitation) = invitations::find(tx, id)
        .await?
        .filter(|invitation| invitation.invitee == actor.user)
    else {
        return refuse("This invitation isn't yours to answer, or it's no longer there.");
    };
    if invitation.state != State::Open {
        return Ok(Reply::replace(messages::answered_before(&invitation)));
    }
    if !accept {
        no(tx, &invitation).await?;
        return Ok(Reply::replace(messages::declined(&invitation.inviter)));
    }
    accepted(tx, &invitation).await
}

async fn accepted(tx: &mut Tx, invitation: &Invitation) -> Result<Reply> {
    let settings = settings(tx).await?;
    let (inviter, mentor) = (&invitation.inviter, &invitation.invitee);
    // Their own problems first, which they can fix before they accept again.
    let own = participants::find(tx, mentor).await?;
    let own = match own {
        Some(own) if own.standing == Standing::Active => own,
        Some(own) if own.standing == Standing::Paused => {
            return Ok(Reply::say(messages::resume_first()));
        }
        _ => return Ok(Reply::say(messages::join_first(inviter))),
    };
    if !mentors_more(tx, &own).await? {
        return Ok(Reply::say(messages::make_room()));
    }
    // Slack takes a few seconds to tell us about a person who has just joined, who is no stranger.
    let (known, inviter_known) = (is_known(tx, mentor).await?, is_known(tx, inviter).await?);
    if !known || !inviter_known {
        return Ok(Reply::say(messages::one_moment()));
    }
    let pool = candidates::two(tx, &settings, (mentor, inviter), true).await?;
    let wanted = [(mentor.clone(), inviter.clone())];
    let solved = matching::solve(&matching::Candidates {
        pinned: &wanted,
        ..pool.candidates()
    });
    let Some(found) = solved.pairs.into_iter().find(|pair| pair.mentor == *mentor) else {
        no(tx, invitation).await?;
        return Ok(Reply::replace(messages::not_allowed(inviter)));
    };
    let confirm = found.owner_must_confirm;
    invitations::answer(tx, invitation.id, State::Accepted).await?;
    timers::cancel(tx, &Timer::Invitation(invitation.id)).await?;
    let state = if confirm {
        rounds::State::Proposed
    } else {
        rounds::State::Approved
    };
    let round = RoundId(tx.new_id());
    rounds::conclude(tx, round, Origin::Invite, state, None, 0).await?;
    rounds::add_proposal(tx, round, &found).await?;
    if confirm {
        tx.happens(Happening::RoundProposed(round));
        let key = Key::InvitationYes(invitation.id);
        let (to, news) = (To::Person(inviter.clone()), messages::said_yes(mentor));
        outbox::post(tx, to, Kind::Notice, &key, news, None).await?;
        return Ok(Reply::replace(messages::owner_looks(inviter)));
    }
    tx.happens(Happening::RoundApproved(round));
    Ok(Reply::replace(messages::accepted(inviter)))
}

/// Stores a no of any origin. The timer runs on as if nobody had answered.
async fn no(tx: &mut Tx, invitation: &Invitation) -> Result<()> {
    invitations::answer(tx, invitation.id, State::Declined).await?;
    Ok(())
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
    let lane = Lane::Person(invitation.invitee.clone());
    outbox::withdraw(tx, Topic::InvitationCard(id), &[lane]).await?;
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
    let nudge = Nudge {
        kind: Kind::Notice,
        key: Key::InvitationOver(id),
        to: To::Person(inviter.clone()),
        people: vec![inviter.clone()],
        message: messages::not_this_time(&invitation.invitee),
        stale_at: Timestamp::MAX,
        timer: Timer::Invitation(id),
    };
    if let Outcome::Later(at) = nudge::send(tx, nudge).await? {
        timers::at(tx, &Timer::Invitation(id), at).await?;
    }
    Ok(())
}
