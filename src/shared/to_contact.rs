//! Words to the support contact. Of one of whom Slack has not told us yet (a file may name anybody) they wait for its word.

use super::look_up::{self, Word};
use super::{Result, owners};
use crate::domain::ids::UserId;
use crate::domain::key::Key;
use crate::domain::message::Message;
use crate::domain::outgoing::{Kind, Lane, Passed, PassesOn, To, What};
use crate::domain::timer::Timer;
use crate::md;
use crate::slack::words::Md;
use crate::store::{Tx, outbox, timers};

/// Passes somebody's words on to the support contact; false while they wait for Slack's word about the contact. Then `by` hears the
/// result, and nothing stored in the meantime says in the open who wrote.
pub async fn pass_on(tx: &mut Tx, by: &UserId, contact: &UserId, message: Message) -> Result<bool> {
    let (key, to) = (Key::ToContact(tx.new_id()), To::Person(contact.clone()));
    let passes_on = PassesOn::of(by, Passed::ToContact);
    if look_up::word(tx, contact).await? == Word::Member {
        outbox::pass_on(tx, passes_on, to, &key, message).await?;
        return Ok(true);
    }
    let what = What::Post {
        to,
        message,
        chart: None,
        reservation: None,
        passes_on: Some(passes_on),
    };
    if let Some(row) = outbox::keep(tx, Kind::Answer, &key, &what).await? {
        timers::at(tx, &Timer::News(row), tx.now + look_up::PATIENCE).await?;
        look_up::ask_at_once(tx, contact).await?;
    }
    Ok(false)
}

/// Slack has told us about somebody: what waits for that goes out, or is dropped, and who wrote it hears so.
pub async fn contact_known(tx: &mut Tx, person: &UserId) -> Result<()> {
    let lane = Lane::Person(person.clone());
    for (row, key) in outbox::queued(tx, &lane).await? {
        if matches!(key, Some(Key::ToContact(_))) {
            contact_answered(tx, row).await?;
        }
    }
    Ok(())
}

/// The same for one message (of those that wait), also when Slack has not answered in time.
pub(super) async fn contact_answered(tx: &mut Tx, row: i64) -> Result<()> {
    let Some(kept) = outbox::kept(tx, row).await? else {
        return Ok(());
    };
    let What::Post {
        to: To::Person(contact),
        passes_on: Some(PassesOn { by, .. }),
        ..
    } = &kept.what
    else {
        return Ok(());
    };
    timers::cancel(tx, &Timer::News(row)).await?;
    let is_contact = owners::contact(tx).await?.as_ref() == Some(contact);
    let result = match look_up::word(tx, contact).await? {
        Word::Member if is_contact => {
            outbox::moment_has_come(tx, &kept).await?;
            md!(
                "Slack has answered: your message is on its way to {}. They'll answer you in Slack, not through me.",
                contact
            )
        }
        word => {
            outbox::let_go(tx, row).await?;
            not_passed_on(contact, word)
        }
    };
    answer(tx, by, result).await
}

/// Somebody's data is erased: what they wrote and Slack surely has not taken reaches nobody any more, and whoever wrote to them
/// hears that it won't.
pub async fn erased(tx: &mut Tx, user: &UserId) -> Result<()> {
    for (row, failed, what) in outbox::words_to_contacts(tx).await? {
        let What::Post {
            to: To::Person(contact),
            passes_on: Some(PassesOn { by, .. }),
            ..
        } = &what
        else {
            continue;
        };
        if user != by && user != contact {
            continue;
        }
        timers::cancel(tx, &Timer::News(row)).await?;
        outbox::drop_words(tx, row, &what.lane()).await?;
        // Of what failed they have heard.
        if user != by && !failed {
            answer(tx, by, not_passed_on(contact, Word::Member)).await?;
        }
    }
    Ok(())
}

/// To whoever wrote: what became of it.
async fn answer(tx: &mut Tx, by: &UserId, text: Md) -> Result<()> {
    let key = Key::AnswerElsewhere {
        user: by.clone(),
        id: tx.new_id(),
    };
    let to = To::Person(by.clone());
    outbox::post(tx, to, Kind::Answer, &key, text.into(), None).await?;
    Ok(())
}

fn not_passed_on(contact: &UserId, word: Word) -> Md {
    let why = match word {
        Word::Unknown => "Slack hasn't told me who they are",
        Word::Barred(_) => "Slack says that they aren't a full member of this workspace",
        Word::Member => "they're no longer the support contact",
    };
    md!(
        "I'm sorry: I haven't sent your message to {}, because {}. Nobody has read it, and I don't keep it. \
         `/reverse-mentor support` shows who can help.",
        contact,
        Md::from(why)
    )
}
