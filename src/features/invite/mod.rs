//! Invites a colleague directly to be a mentor. They answer privately; the inviter cannot tell a no, a silence and a rule that
//! does not allow it apart: the words and the moment are always the same.

mod answer;
mod messages;
mod over;
#[cfg(test)]
mod tests;

pub use answer::{answered, looked_up_after_yes};
pub use over::{departed, introduced, over, undelivered};

use super::{Reply, Result, refuse, settings};
use crate::domain::cadence::{self, Hours};
use crate::domain::ids::{InvitationId, UserId};
use crate::domain::key::Key;
use crate::domain::message::Message;
use crate::domain::participant::{Participant, Standing};
use crate::domain::timer::{LookedUp, Purpose, Timer};
use crate::md;
use crate::shared::look_up::{self, Why, Word};
use crate::shared::{breaks, news};
use crate::slack::event::{Actor, Answers};
use crate::slack::words::Md;
use crate::store::invitations::{self, State};
use crate::store::outbox::{Passed, PassesOn};
use crate::store::{Reading, Tx, candidates, pairs, participants, people, quiet, timers, workdays};
use jiff::SignedDuration;
use messages::Refusal;

/// The most open invitations of one person.
const AT_ONCE: usize = 3;
/// A colleague is not invited again by the same person within this time.
const ASK_AGAIN: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The time to answer. The inviter hears of anything but a yes only at its end, because sooner would reveal a no.
const OPEN_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// `/reverse-mentor invite @colleague`; without a colleague, opens a modal that asks for one.
pub async fn ask(tx: &mut Tx, actor: &Actor, who: Option<&UserId>) -> Result<Reply> {
    if let Err(why) = may_invite(tx, &actor.user).await? {
        return refuse(why.in_words(&Md::default()));
    }
    let Some(who) = who else {
        return Ok(Reply::modal(messages::form()));
    };
    match ask_first(tx, &actor.user, who).await? {
        Ok(Sent::Now) => {
            let day = told_on(tx, &actor.user).await?;
            Ok(Reply::say(messages::on_its_way(who, &day)))
        }
        Ok(Sent::OnceKnown) => Ok(Reply::say(look_up::one_moment(std::slice::from_ref(who)))),
        Err(why) => refuse(why.in_words(&md!("{}", who))),
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
        Ok(()) => ask_first(tx, &actor.user, who).await?,
        Err(why) => Err(why),
    };
    Ok(match outcome {
        Ok(Sent::Now) => {
            let day = told_on(tx, &actor.user).await?;
            Reply::modal(messages::sent(who, &day))
        }
        Ok(Sent::OnceKnown) => {
            let words = look_up::one_moment(std::slice::from_ref(who));
            Reply::modal(messages::notice(words))
        }
        // Slack shows no mentions in the errors of a form.
        Err(why) => Reply::errors(vec![(
            "who",
            why.in_words(&"This person".into()).into_string(),
        )]),
    })
}

/// When an invitation is sent.
enum Sent {
    Now,
    /// Once Slack has told us about the colleague.
    OnceKnown,
}

/// Invites a colleague whom Slack has told us about; about anybody else Slack is asked first.
async fn ask_first(tx: &mut Tx, inviter: &UserId, who: &UserId) -> Result<Result<Sent, Refusal>> {
    if look_up::word(tx, who).await? != Word::Unknown || inviter == who {
        let sent = invite(tx, inviter, who).await?;
        return Ok(sent.map(|()| Sent::Now));
    }
    let waiting = LookedUp {
        person: who.clone(),
        asker: inviter.clone(),
        purpose: Purpose::Invite,
    };
    look_up::ask(tx, &waiting).await?;
    Ok(Ok(Sent::OnceKnown))
}

/// Slack answered about the colleague, or has not in time: the inviter hears what came of it.
pub async fn looked_up(tx: &mut Tx, waited: &LookedUp) -> Result<()> {
    let (inviter, who) = (&waited.asker, &waited.person);
    if look_up::word(tx, who).await? == Word::Unknown {
        return look_up::tell(tx, waited, look_up::no_word(who)).await;
    }
    let outcome = match may_invite(tx, inviter).await? {
        Ok(()) => invite(tx, inviter, who).await?,
        Err(why) => Err(why),
    };
    let result = match outcome {
        Ok(()) => messages::on_its_way(who, &told_on(tx, inviter).await?),
        Err(why) => why.in_words(&md!("{}", who)).into(),
    };
    look_up::tell(tx, waited, result).await
}

/// The day on which the inviter hears of an invitation sent now, unless it is accepted before.
async fn told_on(tx: &mut Reading, inviter: &UserId) -> Result<String> {
    let settings = settings(tx).await?;
    let day = workdays::of(tx, inviter, &settings.zone()).await?;
    let at = Hours::from(&settings).next_open(tx.now + OPEN_FOR, &day);
    Ok(cadence::say_day(at, &day.zone, tx.now))
}

/// Whether this person may invite anyone at all, from their own data only.
async fn may_invite(tx: &mut Reading, user: &UserId) -> Result<Result<(), Refusal>> {
    let Some(own) = participants::find(tx, user).await? else {
        return Ok(Err(Refusal::JoinFirst));
    };
    if breaks::of_program(tx).await?.is_some() {
        return Ok(Err(Refusal::ProgramOnBreak));
    }
    Ok(match own.standing {
        Standing::Left => Err(Refusal::JoinFirst),
        Standing::Ineligible => Err(Refusal::NotAMember),
        Standing::Paused => Err(Refusal::ResumeFirst),
        Standing::Active if !own.profile.role.learns() => Err(Refusal::MentorOnly),
        Standing::Active if !learns_more(tx, &own).await? => Err(Refusal::NoRoom),
        Standing::Active => Ok(()),
    })
}

async fn learns_more(tx: &mut Reading, participant: &Participant) -> Result<bool> {
    let places = candidates::places_as_known_with_promised(tx, &participant.user).await?;
    Ok(places.learns_more(&participant.profile))
}

async fn mentors_more(tx: &mut Reading, participant: &Participant) -> Result<bool> {
    let places = candidates::places_as_known_with_promised(tx, &participant.user).await?;
    Ok(places.mentors_more(&participant.profile))
}

/// Sends the invitation. The colleague's private data plays no part here: every colleague who can take part gets the card.
async fn invite(tx: &mut Tx, inviter: &UserId, who: &UserId) -> Result<Result<(), Refusal>> {
    let settings = settings(tx).await?;
    if inviter == who {
        return Ok(Err(Refusal::Oneself));
    }
    match look_up::word(tx, who).await? {
        Word::Member => {}
        Word::Barred(why) => return Ok(Err(Refusal::Barred(why))),
        Word::Unknown => return Ok(Err(Refusal::Barred(Why::NotAMember))),
    }
    let own = participants::find(tx, inviter).await?;
    if own.is_some_and(|own| own.profile.rather_not.contains(who)) {
        return Ok(Err(Refusal::OwnWish));
    }
    if are_together(tx, inviter, who).await? {
        return Ok(Err(Refusal::TogetherAlready));
    }
    if invitations::was_declined(tx, who, inviter).await? {
        return Ok(Err(Refusal::OwnNo));
    }
    let since = tx.now - ASK_AGAIN;
    let lately = invitations::sent_since(tx, inviter, since).await?;
    if lately.iter().any(|earlier| earlier.invitee == *who) {
        return Ok(Err(Refusal::AskedLately));
    }
    // Without a yes, an invitation counts as open until the inviter has heard: a place freed early would reveal a no.
    let open = lately.iter().filter(|earlier| match earlier.state {
        State::Open => true,
        State::Declined | State::Lapsed => earlier.created_at + OPEN_FOR > tx.now,
        State::Accepted => false,
    });
    if open.count() >= AT_ONCE {
        return Ok(Err(Refusal::ManyOpen));
    }
    let Some(id) = invitations::add(tx, inviter, who).await? else {
        return Ok(Err(Refusal::AskedLately));
    };
    timers::at(tx, &Timer::Invitation(id), tx.now + OPEN_FOR).await?;
    if invitations::was_declined(tx, inviter, who).await? {
        // They said no before and are not asked again; the inviter reads what they would read if they were.
        no(tx, id).await?;
        return Ok(Ok(()));
    }
    let zone = people::zone_or(tx, who, &settings.zone()).await?;
    let until = cadence::say_day(tx.now + OPEN_FOR, &zone, tx.now);
    let card = messages::card(id, inviter, &settings, &until);
    let key = Key::InvitationCard(id);
    let passes_on = PassesOn::of(inviter, Passed::Invitation(id));
    news::pass_on(tx, passes_on, who, &key, card).await?;
    Ok(Ok(()))
}

/// The invitation's card once it no longer waits for an answer; none while it does.
pub async fn card(tx: &mut Reading, id: InvitationId) -> Result<Option<Message>> {
    Ok(match invitations::find(tx, id).await? {
        Some(invitation) if invitation.state == State::Open => None,
        Some(invitation) => Some(messages::answered_before(&invitation)),
        // Its inviter has had their data erased, or Slack said that it didn't take it.
        None => Some(messages::no_longer_there()),
    })
}

/// Stores a no, which keeps the two apart. The timer runs on as if nobody had answered.
async fn no(tx: &mut Tx, id: InvitationId) -> Result<()> {
    invitations::answer(tx, id, State::Declined).await?;
    if let Some(invitation) = invitations::find(tx, id).await? {
        quiet::keep(tx, &invitation.invitee).await?;
    }
    Ok(())
}

/// Whether these two are a pair now.
async fn are_together(tx: &mut Reading, one: &UserId, other: &UserId) -> Result<bool> {
    let pairs = pairs::open_of(tx, one).await?;
    Ok(pairs.iter().any(|pair| pair.has(other)))
}
