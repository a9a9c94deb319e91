//! The announcement of a program, with a *Join* button, in a channel that an owner picks. The words are theirs; they see the whole
//! before it is posted. And a note that a sponsor can send to people they know.

mod messages;
mod reminder;
mod sponsor;
#[cfg(test)]
mod tests;

pub use reminder::{do_not_ask, open_reminder, remind, remind_one, unsent};
pub use sponsor::{open_sponsors_note, sponsors_note};

use super::{Reply, Result, next_match, owners_only, settings};
use crate::domain::ids::ChannelId;
use crate::domain::key::Key;
use crate::domain::wording;
use crate::slack::event::{Actor, Answers};
use crate::store::outbox::{self, Passed, PassesOn, To, What};
use crate::store::{Reading, Tx, audit};
use messages::{CHANNEL, WORDS};

/// Asks where, and for the words.
pub async fn open(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    owners_only(tx, actor).await?;
    if let Some((channel, words)) = not_taken(tx, actor).await? {
        return Ok(Reply::modal(messages::form(Some(&channel), &words)));
    }
    let settings = settings(tx).await?;
    Ok(Reply::modal(messages::form(
        None,
        &messages::suggested(&settings),
    )))
}

/// This owner's last announcement, if Slack did not take it: its channel and words.
async fn not_taken(tx: &mut Reading, actor: &Actor) -> Result<Option<(ChannelId, String)>> {
    let Some(delivery) = outbox::failed_announcement(tx).await? else {
        return Ok(None);
    };
    let What::Post {
        to: To::Channel(channel),
        passes_on: Some(passes_on),
        ..
    } = delivery.what
    else {
        return Ok(None);
    };
    let is_own = passes_on.by == actor.user;
    let draft = passes_on.draft.filter(|_| is_own);
    Ok(draft.map(|words| (channel, words)))
}

/// Shows the announcement as the channel will read it.
pub async fn look(tx: &mut Reading, actor: &Actor, answers: &Answers) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let (channel, words) = match read(answers) {
        Ok(read) => read,
        Err(wrong) => return Ok(Reply::errors(wrong)),
    };
    let settings = settings(tx).await?;
    let next = next_match(tx).await?;
    Ok(Reply::modal(messages::looked(
        &settings, &channel, words, &next,
    )))
}

/// Posts it, if it is as it was shown; other words, or another channel, are shown first.
pub async fn post(
    tx: &mut Tx,
    actor: &Actor,
    shown: (&ChannelId, &str),
    answers: &Answers,
) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let (channel, words) = match read(answers) {
        Ok(read) => read,
        Err(wrong) => return Ok(Reply::errors(wrong)),
    };
    if shown != (&channel, words) {
        return look(tx, actor, answers).await;
    }
    let settings = settings(tx).await?;
    let next = next_match(tx).await?;
    let key = Key::Announcement(tx.new_id());
    let passes_on = PassesOn {
        draft: Some(words.to_owned()),
        ..PassesOn::of(&actor.user, Passed::Announcement)
    };
    let message = messages::announcement(&settings, words, &next);
    outbox::pass_on(tx, passes_on, To::Channel(channel.clone()), &key, message).await?;
    audit::note(tx, &actor.user, "program_announced", channel.as_str()).await?;
    Ok(Reply::modal(messages::posted(&channel)))
}

fn read(answers: &Answers) -> Result<(ChannelId, &str), Vec<(&'static str, String)>> {
    let channel = answers.channel(CHANNEL).map(ChannelId::from);
    match (channel, answers.text(WORDS)) {
        (Some(channel), Some(words)) => match wording::calls_nobody(words) {
            Ok(()) => Ok((channel, words)),
            Err(problem) => Err(vec![(WORDS, problem)]),
        },
        (None, _) => Err(vec![(
            CHANNEL,
            "Pick the channel that people read.".to_owned(),
        )]),
        (_, None) => Err(vec![(
            WORDS,
            "Write a line or two: why you do this.".to_owned(),
        )]),
    }
}
