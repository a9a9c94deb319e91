//! Who sees what; see and erase what is known about one.

mod messages;
#[cfg(test)]
mod tests;

use super::{Reply, Result};
use crate::domain::happening::Happening;
use crate::domain::ids::UserId;
use crate::domain::pair::Pair;
use crate::domain::participant::Standing;
use crate::domain::program::Settings;
use crate::domain::questions;
use crate::slack::event::Actor;
use crate::slack::words::Md;
use crate::store::{
    Tx, agreements, audit, checkins, cycles, invitations, own, pairs, participants, people,
    programs, reflections, rounds,
};
use jiff::tz::TimeZone;

/// Characters of people's own words in one export.
const ROOM: usize = 6_000;

pub async fn show(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    let settings = programs::find(tx).await?.map(|program| program.settings);
    let joined = participants::standing(tx, &actor.user).await?.is_some();
    let days = settings.map_or(Settings::default().retention_days, |s| s.retention_days);
    Ok(Reply::say(messages::who_sees_what(days, joined)))
}

/// Everything stored about the person who asks, as text, to them alone.
pub async fn export(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    let mine = own::read(tx, &actor.user).await?;
    let program = programs::find(tx).await?;
    let fallback = program.map_or(TimeZone::UTC, |program| program.settings.zone());
    let zone = people::zone_or(tx, &actor.user, &fallback).await?;
    let words = own_words(tx, actor, &mine.pairs).await?;
    Ok(Reply::say(messages::everything(
        &mine,
        &words,
        &actor.user,
        &zone,
    )))
}

/// What they wrote themselves, the latest first, as much as fits beside the rest.
async fn own_words(tx: &mut Tx, actor: &Actor, mine: &[Pair]) -> Result<Vec<Md>> {
    let mut words = Vec::new();
    for reflection in reflections::by(tx, &actor.user).await?.iter().rev() {
        let asked = questions::find(&reflection.question).map_or("", |question| question.text);
        if let Some(answer) = &reflection.answer {
            words.push(messages::reflection(asked, answer, reflection.shared));
        }
    }
    for checkin in checkins::by(tx, &actor.user).await?.iter().rev() {
        words.extend(checkin.answer.as_deref().map(messages::checkin));
    }
    for pair in mine.iter().rev() {
        if let Some(agreement) = agreements::latest(tx, pair.id).await? {
            words.push(messages::goals(
                &agreement.goals.mentor,
                &agreement.goals.mentee,
            ));
        }
    }
    // Slack takes some 13,000 characters of blocks in one message.
    let mut room = ROOM;
    words.retain(|word| {
        let length = word.as_str().chars().count();
        let fits = length <= room;
        room = room.saturating_sub(length);
        fits
    });
    words.truncate(25);
    Ok(words)
}

/// Their pairs end first, as if they had left; then their rows go, in the same transaction.
pub async fn erase(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    let user = &actor.user;
    let standing = participants::standing(tx, user).await?;
    if matches!(standing, Some(Standing::Active | Standing::Paused)) {
        participants::set_standing(tx, user, Standing::Left, None).await?;
        tx.happens(Happening::Departed {
            user: user.clone(),
            own_choice: true,
        });
    }
    tx.happens(Happening::Erased(user.clone()));
    audit::note(tx, user, "erased_own_data", user.as_str()).await?;
    Ok(Reply::replace(messages::erased(standing.is_some())).with_home())
}

/// Others have heard that they left: now their rows go.
pub async fn erased(tx: &mut Tx, user: &UserId) -> Result<()> {
    for pair in own::read(tx, user).await?.pairs {
        // Why the two were matched, their goals and their notes speak of this person.
        pairs::erase_reasons(tx, pair.id).await?;
        agreements::erase(tx, pair.id).await?;
        cycles::erase_notes(tx, pair.id).await?;
        own::erase_conversation(tx, pair.id).await?;
    }
    reflections::erase_person(tx, user).await?;
    checkins::erase_person(tx, user).await?;
    rounds::erase_person(tx, user).await?;
    invitations::erase_person(tx, user).await?;
    Ok(own::erase(tx, user).await?)
}
