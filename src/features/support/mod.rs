//! A discreet way to a contact outside reporting lines. Showing them only reads, so no record remains that somebody asked.
//! A message to them is sent as it was previewed; no copy stays here once Slack has it.

mod messages;
#[cfg(test)]
mod tests;

use super::{Reply, Result, refuse, settings};
use crate::domain::ids::{PairId, UserId};
use crate::domain::pair::Pair;
use crate::shared::{overview, owners, to_contact};
use crate::slack::blocks::{Blocks, button};
use crate::slack::event::{Action, Actor, Answers};
use crate::store::{Reading, Tx, audit, pairs};
use messages::{Contact, WORDS};

async fn contact_for(tx: &mut Reading, user: &UserId) -> Result<Contact> {
    Ok(match owners::contact(tx).await? {
        Some(contact) if contact == *user => Contact::Oneself,
        Some(contact) if partners(tx, user).await?.contains(&contact) => Contact::Partner,
        Some(contact) => Contact::Somebody(contact),
        None => Contact::Nobody,
    })
}

/// Everybody this person is or was paired with.
async fn partners(tx: &mut Reading, user: &UserId) -> Result<Vec<UserId>> {
    let own = pairs::of(tx, user).await?;
    Ok(own
        .iter()
        .map(|pair| pair.partner_of(user).clone())
        .collect())
}

pub async fn show(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    settings(tx).await?;
    let partners = partners(tx, &actor.user).await?;
    let mut owners = owners::living(tx).await?;
    owners.retain(|owner| !partners.contains(owner) && *owner != actor.user);
    let contact = contact_for(tx, &actor.user).await?;
    let writes = matches!(contact, Contact::Somebody(_));
    let text = messages::who_helps(&contact, &owners);
    let write = writes.then(|| button("Write to them", &Action::WriteToContact));
    let message = Blocks::new()
        .section(text.clone())
        .buttons(write)
        .context("Nobody is told that you asked, and it isn't written down.")
        .message(text);
    Ok(Reply::say(message))
}

/// "Write to them": the form.
pub async fn open(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    let contact = contact_of(tx, actor).await?;
    Ok(Reply::modal(messages::form(&contact)))
}

/// The form was submitted: shows what the contact will read. Nothing is sent.
pub async fn preview(tx: &mut Reading, actor: &Actor, answers: &Answers) -> Result<Reply> {
    let contact = contact_of(tx, actor).await?;
    Ok(match answers.text(WORDS) {
        Some(words) => Reply::modal(messages::preview(&actor.user, &contact, words)),
        None => Reply::errors(vec![(WORDS, messages::NOTHING_WRITTEN.to_owned())]),
    })
}

/// The preview was submitted. `shown`: whom it named, and the words in it. Other words, or another contact since, are shown
/// first.
pub async fn send(
    tx: &mut Tx,
    actor: &Actor,
    shown: (&UserId, &str),
    answers: &Answers,
) -> Result<Reply> {
    let contact = contact_of(tx, actor).await?;
    let Some(words) = answers.text(WORDS) else {
        return Ok(Reply::errors(vec![(
            WORDS,
            messages::NOTHING_WRITTEN.to_owned(),
        )]));
    };
    if shown != (&contact, words) {
        return Ok(Reply::modal(messages::preview(
            &actor.user,
            &contact,
            words,
        )));
    }
    let message = messages::to_the_contact(&actor.user, words);
    let is_sent = to_contact::pass_on(tx, &actor.user, &contact, message).await?;
    Ok(Reply::modal(if is_sent {
        messages::on_its_way(&contact)
    } else {
        messages::waits(&contact)
    }))
}

/// An owner is about to ask the contact to look after a pair: shows what the contact will read.
pub async fn open_for_pair(tx: &mut Reading, actor: &Actor, id: PairId) -> Result<Reply> {
    let (pair, contact) = for_pair_of_others(tx, actor, id).await?;
    Ok(Reply::modal(messages::look_after_form(
        &actor.user,
        &contact,
        &pair,
    )))
}

/// The contact is asked, as it was shown. The two hear nothing of it: how to begin is for the contact to decide.
pub async fn for_pair(tx: &mut Tx, actor: &Actor, id: PairId, answers: &Answers) -> Result<Reply> {
    let (pair, contact) = for_pair_of_others(tx, actor, id).await?;
    let note = answers.text(WORDS);
    let message = messages::look_after(&actor.user, &pair, note);
    let is_sent = to_contact::pass_on(tx, &actor.user, &contact, message).await?;
    audit::note(
        tx,
        &actor.user,
        "pair_handed_to_support",
        &format!("pair {id}"),
    )
    .await?;
    Ok(Reply::modal(messages::handed_over(&contact, is_sent)))
}

/// The pair, and the contact, who is outside it.
async fn for_pair_of_others(tx: &mut Reading, actor: &Actor, id: PairId) -> Result<(Pair, UserId)> {
    let pair = overview::pair_of_others(tx, actor, id).await?;
    let contact = match contact_for(tx, &actor.user).await? {
        // It is about others.
        Contact::Partner => owners::contact(tx).await?,
        _ => None,
    };
    let contact = match contact {
        Some(contact) => contact,
        None => contact_of(tx, actor).await?,
    };
    if pair.has(&contact) {
        return refuse(
            "The support contact is in this pair, so they can't look after it. Someone else outside its reporting lines can.",
        );
    }
    Ok((pair, contact))
}

/// The contact, for somebody who can write to them.
async fn contact_of(tx: &mut Reading, actor: &Actor) -> Result<UserId> {
    settings(tx).await?;
    match contact_for(tx, &actor.user).await? {
        Contact::Somebody(contact) => Ok(contact),
        Contact::Oneself => refuse("You're this program's support contact yourself."),
        Contact::Partner => refuse(
            "The support contact is or was your partner here, so nothing was sent. `/reverse-mentor support` shows who else can help.",
        ),
        Contact::Nobody => refuse(
            "This program has no support contact at the moment, so nothing was sent. `/reverse-mentor support` shows \
             who else can help.",
        ),
    }
}
