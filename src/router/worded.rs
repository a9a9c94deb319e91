//! What people will read, as the features that send it would write it, and the company's own words in it.

use crate::domain::message::Message;
use crate::domain::program::Settings;
use crate::domain::wording::Worded;
use crate::features::{Reply, Result, digest, introduction, join, next_match, settings, setup};
use crate::slack::event::{Actor, Answers};
use crate::store::{Reading, Tx};

/// A message as people will read it.
pub(super) async fn show(tx: &mut Reading, actor: &Actor, worded: Worded) -> Result<Reply> {
    let settings = settings(tx).await?;
    let example = example(tx, worded, &settings).await?;
    setup::show_worded(tx, actor, worded, &example).await
}

/// The same with the words that an owner has just written, before they are saved.
pub(super) async fn look(
    tx: &mut Reading,
    actor: &Actor,
    worded: Worded,
    answers: &Answers,
) -> Result<Reply> {
    let settings = match setup::reworded(tx, actor, worded, answers).await? {
        Ok(settings) => settings,
        Err(problems) => return Ok(Reply::errors(problems)),
    };
    let example = example(tx, worded, &settings).await?;
    Ok(setup::worded_looked(&settings, worded, &example))
}

/// Saves the words, if they are as they were shown; others are shown first.
pub(super) async fn save(
    tx: &mut Tx,
    actor: &Actor,
    (worded, shown): (Worded, &str),
    answers: &Answers,
) -> Result<Reply> {
    if setup::words(answers) != shown {
        return look(tx, actor, worded, answers).await;
    }
    setup::save_worded(tx, actor, worded, answers).await
}

async fn example(tx: &mut Reading, worded: Worded, settings: &Settings) -> Result<Message> {
    let next = next_match(tx).await?;
    Ok(match worded {
        Worded::Welcome => join::example(settings, &next),
        Worded::Introduction => introduction::example(settings),
        Worded::Digest => digest::example(settings, &next),
    })
}
