//! The people whom the settings name: owners and the support contact. They are looked up before they are stored.

use super::changes;
use super::messages;
use super::rights::{Right, holds_right, right};
use crate::domain::happening::Happening;
use crate::domain::ids::UserId;
use crate::domain::program::Settings;
use crate::domain::timer::{LookedUp, Purpose};
use crate::features::Result;
use crate::shared::look_up::{self, Named, Word};
use crate::store::{Tx, audit, programs};

/// The people whom the settings did not name before.
pub(super) fn newly(settings: &Settings, before: &Settings) -> Vec<Named> {
    let owners = settings.owners.iter();
    let owners = owners.filter(|owner| !before.owners.contains(owner));
    let contact = settings.support_contact.iter();
    let contact = contact.filter(|contact| before.support_contact.as_ref() != Some(*contact));
    vec![
        Named {
            field: "owners",
            purpose: Purpose::Owner,
            people: owners.cloned().collect(),
        },
        Named {
            field: "support_contact",
            purpose: Purpose::Contact,
            people: contact.cloned().collect(),
        },
    ]
}

/// Takes out the people whom Slack has not told us about. There is an owner meanwhile, and the contact stays who it was.
pub(super) fn without(
    settings: &mut Settings,
    unknown: &[(Purpose, UserId)],
    before: &Settings,
    actor: &UserId,
) {
    let is_unknown = |as_what: Purpose, user: &UserId| {
        unknown
            .iter()
            .any(|(purpose, one)| *purpose == as_what && one == user)
    };
    settings
        .owners
        .retain(|owner| !is_unknown(Purpose::Owner, owner));
    if settings.owners.is_empty() {
        settings.owners.push(actor.clone());
    }
    let contact = settings.support_contact.as_ref();
    if contact.is_some_and(|contact| is_unknown(Purpose::Contact, contact)) {
        settings.support_contact.clone_from(&before.support_contact);
    }
}

/// Slack answered about somebody who asked for the settings: the form's button, or who can change them.
async fn rights_known(tx: &mut Tx, waited: &LookedUp) -> Result<()> {
    let found = programs::find(tx).await?;
    let settings = found.as_ref().map(|program| program.settings.as_ref());
    let result = if look_up::word(tx, &waited.person).await? == Word::Unknown {
        messages::no_word().into()
    } else if found.as_ref().is_some_and(|program| program.declared) {
        messages::declared().into()
    } else if holds_right(tx, settings, &waited.person).await? {
        messages::may_set_up()
    } else {
        messages::admins_only().into()
    };
    look_up::tell(tx, waited, result).await
}

/// Slack answered about somebody named in the settings, or has not in time.
pub async fn looked_up(tx: &mut Tx, waited: &LookedUp) -> Result<()> {
    let person = &waited.person;
    if waited.purpose == Purpose::Rights {
        return rights_known(tx, waited).await;
    }
    match look_up::word(tx, person).await? {
        Word::Unknown => return look_up::tell(tx, waited, look_up::no_word(person)).await,
        Word::Barred(why) => {
            let words = look_up::barred(person, waited.purpose, why);
            return look_up::tell(tx, waited, words.into()).await;
        }
        Word::Member => {}
    }
    let found = programs::find(tx).await?;
    let editable = found.filter(|program| !program.declared);
    let Some(mut settings) = editable.map(|program| Settings::clone(&program.settings)) else {
        return look_up::tell(tx, waited, messages::declared().into()).await;
    };
    // The asker may have lost the right meanwhile.
    if !matches!(right(tx, Some(&settings), &waited.asker).await?, Right::Yes) {
        return look_up::tell(tx, waited, messages::admins_only().into()).await;
    }
    let before = settings.clone();
    let result = if waited.purpose == Purpose::Owner {
        if !settings.owners.contains(person) {
            settings.owners.push(person.clone());
        }
        messages::is_an_owner(person)
    } else {
        settings.support_contact = Some(person.clone());
        messages::is_the_contact(person)
    };
    if programs::save(tx, &settings, false).await? {
        audit::note(tx, &waited.asker, "settings_saved", "program").await?;
        tx.happens(Happening::SettingsChanged);
        changes::tell(tx, messages::By::Owner(&waited.asker), &before, &settings).await?;
    }
    look_up::tell(tx, waited, result.into()).await
}
