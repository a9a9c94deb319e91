//! Explains who sees what, and shows and erases a person's data.

mod file;
mod messages;
#[cfg(test)]
mod tests;

use super::{Reply, Result};
use crate::domain::happening::Happening;
use crate::domain::ids::UserId;
use crate::domain::key::Key;
use crate::domain::participant::Standing;
use crate::domain::program::Settings;
use crate::slack::event::Actor;
use crate::store::outbox::{self, Kind, To, Upload, What};
use crate::store::{
    Reading, Tx, agreements, audit, checkins, cycles, invitations, pairs, participants, people,
    personal_data, programs, reflections, rounds,
};
use jiff::tz::TimeZone;

pub async fn show(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    let settings = programs::find(tx).await?.map(|program| program.settings);
    let joined = participants::standing(tx, &actor.user).await?.is_some();
    let days = settings.map_or(Settings::default().retention_days, |s| s.retention_days);
    Ok(Reply::say(messages::who_sees_what(days, joined)))
}

/// Everything stored about the person who asks: most of it at once, and all of it as a file in their own messages.
pub async fn export(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    let user = &actor.user;
    let mine = personal_data::read(tx, user).await?;
    let program = programs::find(tx).await?;
    let fallback = program.map_or(TimeZone::UTC, |program| program.settings.zone());
    let zone = people::zone_or(tx, user, &fallback).await?;
    let now = tx.now;
    let reader = file::For {
        user,
        zone: &zone,
        now,
    };
    let what = What::Share {
        to: To::Person(user.clone()),
        file: messages::file(file::everything(&mine, reader)),
        upload: Upload::NotYet,
    };
    // Pressing the button twice sends one file.
    let key = Key::DataFile {
        user: user.clone(),
        span: now.as_second() / 10,
    };
    outbox::push(tx, Kind::DataFile, &key, &what, None).await?;
    Ok(Reply::say(messages::overview(&mine, user, &zone)))
}

/// Replaces the file, if Slack may not have accepted it.
pub async fn file_missing(tx: &mut Tx, file: i64, to: &To) -> Result<()> {
    let key = Key::DataFileMissing(file);
    let message = messages::file_did_not_arrive().into();
    outbox::post(tx, to.clone(), Kind::Answer, &key, message, None).await?;
    Ok(())
}

/// Ends their pairs as if they had left, and then deletes their rows, in the same transaction.
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

/// Deletes the rows, after others were told that they left.
pub async fn erased(tx: &mut Tx, user: &UserId) -> Result<()> {
    for pair in pairs::of(tx, user).await? {
        // The reasons for the match, the goals and the notes are about this person.
        pairs::erase_reasons(tx, pair.id).await?;
        agreements::erase(tx, pair.id).await?;
        cycles::erase_notes(tx, pair.id).await?;
        personal_data::erase_conversation(tx, pair.id).await?;
    }
    reflections::erase_person(tx, user).await?;
    checkins::erase_person(tx, user).await?;
    rounds::erase_person(tx, user).await?;
    invitations::erase_person(tx, user).await?;
    Ok(personal_data::erase(tx, user).await?)
}
