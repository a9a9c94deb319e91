//! A pair ends without blame: no reasons are asked or given, and one button leads to the next match.

mod messages;
#[cfg(test)]
mod tests;

use super::{Reply, Result, refuse, settings};
use crate::domain::happening::{Ending, Happening};
use crate::domain::ids::{PairId, UserId};
use crate::domain::key::{Key, Topic};
use crate::domain::message::Message;
use crate::domain::pair::Pair;
use crate::domain::participant::Standing;
use crate::domain::program::Matching;
use crate::domain::timer::Timer;
use crate::shared::{breaks, news, overview, promised};
use crate::slack::blocks::Modal;
use crate::slack::event::{Actor, Answers};
use crate::store::outbox::{self, Kind, To};
use crate::store::{
    Reading, Tx, candidates, checkins, cycles, pairs, participants, programs, timers,
};
use jiff::SignedDuration;
use messages::{AGAIN, Next, Waits, YES};

async fn own_pair(tx: &mut Reading, actor: &Actor, id: PairId) -> Result<Pair> {
    match pairs::find(tx, id).await? {
        Some(pair) if pair.has(&actor.user) => Ok(pair),
        _ => refuse("Only the two people in a pair can do that."),
    }
}

/// "End this pair": asks for confirmation, and shows what the partner will read.
pub async fn open(tx: &mut Reading, actor: &Actor, id: PairId) -> Result<Reply> {
    let pair = own_pair(tx, actor, id).await?;
    Ok(Reply::modal(if pair.is_open() {
        form(tx, &pair, &actor.user).await?
    } else {
        messages::over_already(None)
    }))
}

/// `/reverse-mentor end`: the same form, after asking which pair if there are several.
pub async fn asked(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    let open = pairs::open_of(tx, &actor.user).await?;
    Ok(match open.as_slice() {
        [] => Reply::say(messages::no_pair()),
        [pair] => Reply::modal(form(tx, pair, &actor.user).await?),
        several => Reply::say(messages::which(several, &actor.user)),
    })
}

async fn form(tx: &mut Reading, pair: &Pair, user: &UserId) -> Result<Modal> {
    let me = participants::find(tx, user).await?;
    let places = candidates::places_as_known_without(tx, user, Some(pair.id)).await?;
    let has_room = me.as_ref().is_some_and(|me| places.has_room(&me.profile));
    let next = if !has_room {
        Next::NoRoom
    } else if checkins::want_another(tx, pair).await?.contains(user) {
        Next::Chosen
    } else {
        Next::Asked {
            waits: me.is_some_and(|me| me.waiting_since.is_some()),
        }
    };
    Ok(messages::form(pair, user, next))
}

pub async fn submitted(tx: &mut Tx, actor: &Actor, id: PairId, answers: &Answers) -> Result<Reply> {
    let pair = own_pair(tx, actor, id).await?;
    let closed = pairs::close(tx, id, Ending::Ended).await?;
    if closed {
        tx.happens(Happening::PairEnded {
            pair: id,
            by: Some(actor.user.clone()),
            why: Ending::Ended,
        });
    }
    let chosen = checkins::want_another(tx, &pair).await?;
    let ticked = answers.many(AGAIN).iter().any(|value| value == YES);
    let again = ticked || chosen.contains(&actor.user);
    let next = if again {
        Some(wait(tx, &actor.user).await?)
    } else {
        if closed {
            // Whoever was in line for a further partner has unticked it.
            participants::set_waiting(tx, &actor.user, None).await?;
        }
        None
    };
    if !closed {
        // It ended while they filled in the form; what they wish for next still counts.
        return Ok(Reply::modal(messages::over_already(next)).with_home());
    }
    let partner = pair.partner_of(&actor.user);
    Ok(Reply::modal(messages::done(partner, next)).with_home())
}

/// An owner is about to end a pair of others: shows what both will read.
pub async fn open_by_owner(tx: &mut Reading, actor: &Actor, id: PairId) -> Result<Reply> {
    let pair = overview::pair_of_others(tx, actor, id).await?;
    Ok(Reply::modal(messages::owners_form(&pair)))
}

/// An owner ends it, as it was shown. Both read the same neutral words as after any other end.
pub async fn by_owner(tx: &mut Tx, actor: &Actor, id: PairId) -> Result<Reply> {
    let pair = overview::pair_of_others(tx, actor, id).await?;
    overview::end(tx, Some(&actor.user), id).await?;
    Ok(Reply::modal(messages::ended_by_owner(&pair)).with_home())
}

/// A person left or can no longer take part: their pairs end.
pub async fn departed(tx: &mut Tx, user: &UserId, own_choice: bool) -> Result<()> {
    let why = if own_choice {
        Ending::Left
    } else {
        Ending::Gone
    };
    for pair in pairs::open_of(tx, user).await? {
        if pairs::close(tx, pair.id, why).await? {
            tx.happens(Happening::PairEnded {
                pair: pair.id,
                by: Some(user.clone()),
                why,
            });
        }
    }
    Ok(())
}

/// Six weeks went by without a meeting or a signature: both are released, and may be matched again.
pub async fn released(tx: &mut Tx, id: PairId) -> Result<()> {
    let Some(pair) = pairs::find(tx, id).await? else {
        return Ok(());
    };
    if !pairs::close(tx, id, Ending::Ended).await? {
        return Ok(());
    }
    for user in pair.members() {
        let words = messages::released(&pair, user, is_in_line(tx, user).await?);
        tell(tx, &pair, user, words).await?;
    }
    // They have read what happened: `ended` tells nobody twice.
    tx.happens(Happening::PairEnded {
        pair: id,
        by: None,
        why: Ending::Ended,
    });
    Ok(())
}

/// A pair is over: tells the partner in neutral words, offers a rematch, and starts the retention period.
pub async fn ended(tx: &mut Tx, id: PairId, by: Option<&UserId>, why: Ending) -> Result<()> {
    let Some(pair) = pairs::find(tx, id).await? else {
        return Ok(());
    };
    // News of its beginning or of a break that waits for its moment is no longer true.
    for topic in [Topic::Beginning(id), Topic::Break(id)] {
        outbox::withdraw(tx, topic, &pair.lanes()).await?;
    }
    timers::cancel(tx, &Timer::Unsigned(id)).await?;
    start_retention(tx, id).await?;
    if why == Ending::Completed {
        // The closing has already thanked them.
        return Ok(());
    }
    for user in pair.members() {
        if by != Some(user) {
            let words = messages::ended(&pair, user, is_in_line(tx, user).await?);
            tell(tx, &pair, user, words).await?;
        }
    }
    if why != Ending::Gone {
        let key = Key::EndedBoth(id);
        let months = cycles::of(tx, id).await?;
        let planned = months.iter().any(|month| month.is_ahead(tx.now));
        news::tell_both(tx, To::both(&pair), &key, messages::farewell(planned)).await?;
    }
    Ok(())
}

/// Whether they are matched again without another word of theirs: they chose it at the closing, or have long had room for a
/// further partner.
async fn is_in_line(tx: &mut Reading, user: &UserId) -> Result<bool> {
    let me = participants::find(tx, user).await?;
    Ok(me.is_some_and(|me| me.waiting_since.is_some()))
}

async fn start_retention(tx: &mut Tx, id: PairId) -> Result<()> {
    let settings = settings(tx).await?;
    let days = i64::from(settings.retention_days.max(1));
    let due = tx.now + SignedDuration::from_hours(24 * days);
    timers::at(tx, &Timer::Erase(id), due).await?;
    Ok(())
}

/// Tells a partner once that the pair is over.
async fn tell(tx: &mut Tx, pair: &Pair, user: &UserId, words: Message) -> Result<()> {
    let standing = participants::standing(tx, user).await?;
    if !matches!(standing, Some(Standing::Active | Standing::Paused)) {
        return Ok(());
    }
    let key = Key::Ended {
        pair: pair.id,
        user: user.clone(),
    };
    news::tell(tx, user, Kind::Notice, &key, words).await?;
    Ok(())
}

/// Somebody whose pair ended would like another partner.
pub async fn rematch(tx: &mut Tx, actor: &Actor, id: PairId) -> Result<Reply> {
    let pair = own_pair(tx, actor, id).await?;
    if pair.is_open() {
        return refuse("This pair is still together. To end it, use `/reverse-mentor status`.");
    }
    Ok(Reply::replace(asked_for_another(tx, actor).await?).with_home())
}

/// "Find me a partner": for people who did not take the offer at the pair's end, or whose pair ended long ago.
pub async fn find_partner(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    Ok(Reply::say(asked_for_another(tx, actor).await?).with_home())
}

async fn asked_for_another(tx: &mut Tx, actor: &Actor) -> Result<Message> {
    let matching = match breaks::of_program(tx).await? {
        // Nobody is looked for before it is over.
        Some(_) => Matching::Rounds,
        None => super::settings(tx).await?.matching,
    };
    Ok(messages::waiting(wait(tx, &actor.user).await?, matching))
}

/// Adds a person to those who wait for a partner; people who already wait keep their place.
async fn wait(tx: &mut Tx, user: &UserId) -> Result<Waits> {
    let Some(participant) = participants::find(tx, user).await? else {
        return Ok(Waits::NotIn);
    };
    if !matches!(participant.standing, Standing::Active | Standing::Paused) {
        return Ok(Waits::NotIn);
    }
    if !candidates::places_as_known(tx, user)
        .await?
        .has_room(&participant.profile)
    {
        return Ok(Waits::NoRoom);
    }
    // Also for somebody who is to be introduced: should nothing come of it, they look for another.
    participants::wants_partner(tx, user).await?;
    let places = candidates::places_as_known_with_promised(tx, user).await?;
    if !places.has_room(&participant.profile)
        && let Some(line) = promised::line(tx, user).await?
    {
        return Ok(Waits::Promised(line));
    }
    if participant.standing == Standing::Paused {
        return Ok(Waits::Paused);
    }
    let rolling = programs::find(tx)
        .await?
        .is_some_and(|program| program.settings.matching == Matching::Rolling);
    if rolling {
        timers::soon(tx, &Timer::Match).await?;
    }
    Ok(Waits::Yes)
}
