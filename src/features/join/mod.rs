//! Joining, and editing what one said: one modal, saved in one step.

mod messages;
mod read;
#[cfg(test)]
mod tests;
mod views;

use super::{Reply, Result, next_match, settings};
use crate::domain::happening::Happening;
use crate::domain::ids::UserId;
use crate::domain::participant::{PersonInSlack, Standing};
use crate::slack::event::{Actor, Answers};
use crate::store::{Tx, participants, people};

/// The most topics one shares, or learns: more says less about what matters.
const TOPICS: usize = 10;

/// `/reverse-mentor join` and `profile`: the modal.
pub async fn open(tx: &mut Tx, actor: &Actor) -> Result<Reply> {
    let settings = settings(tx).await?;
    if is_barred(tx, &actor.user).await? {
        return Ok(Reply::say(messages::full_members_only()));
    }
    let before = participants::find(tx, &actor.user).await?;
    let next = next_match(tx, &settings).await?;
    Ok(Reply::modal(views::form(&settings, before.as_ref(), &next)))
}

/// The join modal was submitted. Doing it twice is doing it once: it says how things are, not what to change.
pub async fn submitted(tx: &mut Tx, actor: &Actor, answers: &Answers) -> Result<Reply> {
    let settings = settings(tx).await?;
    if is_barred(tx, &actor.user).await? {
        let text = messages::full_members_only();
        return Ok(Reply::modal(messages::notice(text)));
    }
    let profile = match read::profile(answers, &settings, &actor.user) {
        Ok(profile) => profile,
        Err(problems) => return Ok(Reply::errors(problems)),
    };
    let joined = participants::save(tx, &actor.user, &profile).await?;
    tx.happens(Happening::ProfileSaved(actor.user.clone()));
    let paused = participants::standing(tx, &actor.user).await? == Some(Standing::Paused);
    let next = next_match(tx, &settings).await?;
    let done = if joined {
        messages::joined(&settings, &profile, &next)
    } else {
        messages::saved(&settings, &profile, paused)
    };
    Ok(Reply::modal(done))
}

/// Whether Slack told us that they are no full member. Somebody unknown may join: the directory is asked at once,
/// and nobody is matched before it has answered.
async fn is_barred(tx: &mut Tx, user: &UserId) -> Result<bool> {
    let person: Option<PersonInSlack> = people::find(tx, user).await?;
    Ok(person.is_some_and(|person| person.deleted || !person.full_member))
}
