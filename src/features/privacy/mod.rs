//! Explains who sees what, and shows and erases a person's data.

mod about;
mod file;
mod messages;
#[cfg(test)]
mod tests;

use super::{Reply, Result};
use crate::domain::happening::Happening;
use crate::domain::ids::UserId;
use crate::domain::key::{Key, Noted};
use crate::domain::participant::Standing;
use crate::domain::program::Settings;
use crate::shared::{news, owners, to_contact};
use crate::slack::event::Actor;
use crate::store::outbox::{self, Kind, To, Upload, What};
use crate::store::{Reading, Tx, audit, participants, people, personal_data, programs};
use about::About;
use jiff::tz::TimeZone;

pub async fn show(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    let settings = programs::find(tx).await?.map(|program| program.settings);
    let about = About::read(tx, &actor.user).await?;
    let settings = settings.map_or_else(Settings::default, |settings| Settings::clone(&settings));
    let (days, circle) = (settings.retention_days, settings.mentor_circle.is_some());
    Ok(Reply::say(messages::who_sees_what(days, about, circle)))
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
pub async fn erase_mine(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    let user = &actor.user;
    let is_in_file = is_in_file(tx, user).await?;
    let about = About::read(tx, user).await?;
    forget(tx, user, true).await?;
    audit::note(tx, user, "erased_own_data", user.as_str()).await?;
    Ok(Reply::replace(messages::erased(about, is_in_file)).with_home())
}

/// The same for somebody who has left the company: an operator asked. Their partners read the neutral words of any ending.
pub async fn erase_former(tx: &mut Tx, user: &UserId) -> Result<()> {
    forget(tx, user, false).await?;
    audit::note(
        tx,
        &UserId::from("operator"),
        "erased_person",
        user.as_str(),
    )
    .await?;
    Ok(())
}

/// Whether the program is declared in a file that names them, from where they come back at the next start.
pub async fn is_in_file(tx: &mut Reading, user: &UserId) -> Result<bool> {
    let program = programs::find(tx).await?;
    let declared = program.is_some_and(|program| program.declared);
    Ok(declared && owners::named(tx).await?.contains(user))
}

async fn forget(tx: &mut Tx, user: &UserId, own_choice: bool) -> Result<()> {
    let standing = participants::standing(tx, user).await?;
    if matches!(standing, Some(Standing::Active | Standing::Paused)) {
        participants::set_standing(tx, user, Standing::Left, None).await?;
    }
    tx.happens(Happening::Departed {
        user: user.clone(),
        own_choice,
    });
    tx.happens(Happening::Erased(user.clone()));
    Ok(())
}

/// Deletes the rows, in every table. `store::personal_data` declares which.
pub async fn erase_everywhere(tx: &mut Tx, user: &UserId) -> Result<()> {
    to_contact::erased(tx, user).await?;
    let was_contact = owners::contact(tx).await?.as_ref() == Some(user);
    if personal_data::erase(tx, user).await? {
        tx.happens(Happening::SettingsChanged);
    }
    if was_contact {
        for owner in owners::acting(tx).await?.people {
            let note = messages::no_contact_named().into();
            news::tell_owner(tx, &owner, Noted::Settings, note).await?;
        }
    }
    Ok(())
}
