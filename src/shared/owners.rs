//! Who acts for the program now. The settings name people once, and people leave: everybody they name is looked at here,
//! each time a name is used.
//!
//! Somebody is gone once Slack says so: deactivated, a guest, a bot, or unknown to it. Until Slack has answered about
//! somebody new, they count as here.

use super::{Result, refuse, settings};
use crate::domain::ids::UserId;
use crate::domain::participant::PersonInSlack;
use crate::domain::program::Settings;
use crate::slack::event::Actor;
use crate::store::{Reading, people, programs};

/// The people who act for the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    pub people: Vec<UserId>,
    /// None of the owners is left (or none was named), so these are the workspace's admins, as far as Slack told us.
    pub are_admins: bool,
}

/// The owners who are here, or else the workspace's admins. Nobody while there is no program.
pub async fn acting(tx: &mut Reading) -> Result<Acting> {
    let people = living(tx).await?;
    if !people.is_empty() || programs::find(tx).await?.is_none() {
        let are_admins = false;
        return Ok(Acting { people, are_admins });
    }
    Ok(Acting {
        people: people::admins(tx).await?,
        are_admins: true,
    })
}

/// The owners in the settings who are here.
pub async fn living(tx: &mut Reading) -> Result<Vec<UserId>> {
    let Some(program) = programs::find(tx).await? else {
        return Ok(Vec::new());
    };
    let mut living = Vec::with_capacity(program.settings.owners.len());
    for owner in &program.settings.owners {
        if is_here(people::find(tx, owner).await?.as_ref()) {
            living.push(owner.clone());
        }
    }
    Ok(living)
}

/// The owners in the settings of whom Slack has told us nothing yet. They are asked about as soon as they are named, and then
/// hourly; until Slack answers they count as here, or a silent Slack would lock an only owner out.
pub async fn unheard(tx: &mut Reading) -> Result<Vec<UserId>> {
    let Some(program) = programs::find(tx).await? else {
        return Ok(Vec::new());
    };
    let mut unheard = Vec::new();
    for owner in &program.settings.owners {
        if people::find(tx, owner).await?.is_none() {
            unheard.push(owner.clone());
        }
    }
    Ok(unheard)
}

/// Everybody who may have been told something as an owner: to withdraw it.
pub async fn ever(tx: &mut Reading) -> Result<Vec<UserId>> {
    let mut ever = people::admins(tx).await?;
    if let Some(program) = programs::find(tx).await? {
        ever.extend(program.settings.owners.iter().cloned());
    }
    ever.sort();
    ever.dedup();
    Ok(ever)
}

/// The support contact, if there is one who is here.
pub async fn contact(tx: &mut Reading) -> Result<Option<UserId>> {
    let Some(contact) = named_contact(tx).await? else {
        return Ok(None);
    };
    let is_here = is_here(people::find(tx, &contact).await?.as_ref());
    Ok(is_here.then_some(contact))
}

/// The support contact in the settings, if they are gone.
pub async fn contact_gone(tx: &mut Reading) -> Result<Option<UserId>> {
    let named = named_contact(tx).await?;
    let here = contact(tx).await?;
    Ok(named.filter(|_| here.is_none()))
}

async fn named_contact(tx: &mut Reading) -> Result<Option<UserId>> {
    let program = programs::find(tx).await?;
    Ok(program.and_then(|program| program.settings.support_contact.clone()))
}

/// Whether the settings name any owner, here or not.
pub async fn are_named(tx: &mut Reading) -> Result<bool> {
    let program = programs::find(tx).await?;
    Ok(program.is_some_and(|program| !program.settings.owners.is_empty()))
}

/// Everybody whom the settings name, here or not: Slack is asked about them.
pub async fn named(tx: &mut Reading) -> Result<Vec<UserId>> {
    let Some(program) = programs::find(tx).await? else {
        return Ok(Vec::new());
    };
    let settings = &program.settings;
    let mut named: Vec<UserId> = settings.owners.clone();
    let contact = settings.support_contact.iter();
    named.extend(
        contact
            .filter(|one| !settings.owners.contains(one))
            .cloned(),
    );
    Ok(named)
}

/// Whether this person may act for the program.
pub async fn is_owner(tx: &mut Reading, user: &UserId) -> Result<bool> {
    let Some(program) = programs::find(tx).await? else {
        return Ok(false);
    };
    let person = people::find(tx, user).await?;
    owns(tx, &program.settings, user, person.as_ref()).await
}

/// The same for a person who is already loaded.
pub async fn owns(
    tx: &mut Reading,
    settings: &Settings,
    user: &UserId,
    person: Option<&PersonInSlack>,
) -> Result<bool> {
    if !is_here(person) {
        return Ok(false);
    }
    if settings.owners.contains(user) {
        return Ok(true);
    }
    let is_admin = person.is_some_and(|person| person.admin);
    Ok(is_admin && living(tx).await?.is_empty())
}

/// Refuses anyone who may not act for the program.
pub async fn owners_only(tx: &mut Reading, actor: &Actor) -> Result<()> {
    settings(tx).await?;
    if is_owner(tx, &actor.user).await? {
        return Ok(());
    }
    refuse("Only the program's owners can do that. `/reverse-mentor help` shows what you can do.")
}

/// Whether Slack has not said that they are gone.
pub fn is_here(person: Option<&PersonInSlack>) -> bool {
    person.is_none_or(|person| person.full_member && !person.deleted)
}
