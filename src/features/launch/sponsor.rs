//! A note that an executive can send in their own name: the owner gets it as text, with the facts filled in, to copy or forward.

use crate::domain::cadence;
use crate::domain::key::Key;
use crate::domain::message::Message;
use crate::domain::program::{Matching, Settings};
use crate::domain::timer::Timer;
use crate::domain::wording;
use crate::features::{NextMatch, Reply, Result, months, next_match, owners_only, settings};
use crate::md;
use crate::shared::breaks;
use crate::slack::blocks::{Blocks, Input, Modal};
use crate::slack::event::{Actor, Answers, Form};
use crate::store::outbox::{self, Kind, To};
use crate::store::{Reading, Tx, timers};

const TITLE: &str = "A note for a sponsor";
const WORDS: &str = "words";
/// The longest note, in characters: one section of a message.
const LONGEST: usize = 1_500;

/// A draft with the facts, to change.
pub async fn open_sponsors_note(tx: &mut Reading, actor: &Actor) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let draft = draft(tx).await?;
    let blocks = Blocks::new()
        .section(
            "People join when someone they look up to asks them. Make this draft yours; I'll send it to you alone, and your sponsor \
             sends it to people they know.",
        )
        .input(Input::text(WORDS, "The note", LONGEST).filled(&draft));
    Ok(Reply::modal(Modal::form(
        Form::SponsorsNote,
        TITLE,
        "Send it to me",
        blocks,
    )))
}

/// Sends the note to the owner, and to nobody else.
pub async fn sponsors_note(tx: &mut Tx, actor: &Actor, answers: &Answers) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let Some(words) = answers.text(WORDS) else {
        let problem = "Write a line or two, in the sponsor's voice.".to_owned();
        return Ok(Reply::errors(vec![(WORDS, problem)]));
    };
    if let Err(problem) = wording::calls_nobody(words) {
        return Ok(Reply::errors(vec![(WORDS, problem)]));
    }
    let key = Key::SponsorsNote(tx.new_id());
    let to = To::Person(actor.user.clone());
    outbox::post(tx, to, Kind::Answer, &key, note(words), None).await?;
    let text = "It's on its way to you, in a direct message. Copy it or forward it from there.";
    Ok(Reply::modal(Modal::notice(
        TITLE,
        Blocks::new().section(text),
    )))
}

/// Nothing but the note, so that it can be forwarded as it is.
fn note(words: &str) -> Message {
    Blocks::new()
        .section(md!("{}", words))
        .message(md!("A note for a sponsor to send: {}", words))
}

async fn draft(tx: &mut Reading) -> Result<String> {
    let settings = settings(tx).await?;
    let matched = matched(tx, &settings).await?;
    Ok(format!(
        "I'm taking part in {name}, and I'd like you to think about it, too.\n\nA junior colleague teaches a senior one, and both \
         learn. It takes about an hour a month, for {months}. What two people say there stays between them, and anyone can stop at \
         any time without giving a reason.\n\nTo join, type /reverse-mentor join in Slack: it's a short form that only you see. \
         {matched}",
        name = settings.name,
        months = months(settings.cycles),
    ))
}

/// When people are matched, in plain text.
async fn matched(tx: &mut Reading, settings: &Settings) -> Result<String> {
    let next = next_match(tx).await?;
    if let NextMatch::First { .. } = next {
        return Ok(next.in_words().into_string());
    }
    if breaks::of_program(tx).await?.is_some() {
        return Ok("People are matched again after the program's break.".to_owned());
    }
    let rounds = settings.matching == Matching::Rounds;
    let due = timers::due(tx, &Timer::Round).await?;
    Ok(match due.filter(|due| rounds && *due > tx.now) {
        Some(at) => {
            let day = cadence::say_day(at, &settings.zone(), tx.now);
            format!("The next match is on {day}.")
        }
        None => "You'll hear as soon as there's a good match for you.".to_owned(),
    })
}
