//! What people will read, shown to owners before anybody gets it, and the company's own words at its top.

use super::changes;
use super::messages::{By, declared};
use crate::domain::message::Message;
use crate::domain::program::{Problem, Settings};
use crate::domain::wording::{LONGEST, Placeholder, Worded};
use crate::features::{Reply, Result, nothing_changed, owners_only, refuse, worded_button};
use crate::md;
use crate::slack::blocks::{Blocks, Button, Input, Modal, button};
use crate::slack::event::{Action, Actor, Answers, Form};
use crate::slack::words::Md;
use crate::store::{Reading, Tx, audit, programs};

const TITLE: &str = "What people will read";
const WORDS: &str = "words";

/// Shows one of the messages, with buttons to the others.
pub async fn show_worded(
    tx: &mut Reading,
    actor: &Actor,
    worded: Worded,
    example: &Message,
) -> Result<Reply> {
    owners_only(tx, actor).await?;
    let program = programs::find(tx).await?;
    let editable = program.is_some_and(|program| !program.declared);
    Ok(Reply::page(page(worded, example, editable)))
}

/// Opens the form for the company's words.
pub async fn open_worded(tx: &mut Reading, actor: &Actor, worded: Worded) -> Result<Reply> {
    let settings = editable(tx, actor).await?;
    let blocks = Blocks::new()
        .section(md!(
            "A few words of your own for the top of the {}. What people have to know stays below them: who sees what, what \
             happens next, and how to get out.",
            worded.in_a_sentence()
        ))
        .append(field(worded, settings.wording.of(worded)));
    let form = Form::Worded { worded };
    let title = worded.name();
    Ok(Reply::page(Modal::form(
        form,
        title,
        "Show it to me first",
        blocks,
    )))
}

/// The settings with the words of this form; a problem with what is wrong with them.
pub async fn reworded(
    tx: &mut Reading,
    actor: &Actor,
    worded: Worded,
    answers: &Answers,
) -> Result<Result<Settings, Vec<Problem>>> {
    let mut settings = editable(tx, actor).await?;
    let words = words(answers);
    if let Err(problem) = worded.check(words) {
        return Ok(Err(vec![(WORDS, problem)]));
    }
    settings.wording.set(worded, words);
    Ok(Ok(settings))
}

/// The message as it will read, and its words once more to change them.
pub fn worded_looked(settings: &Settings, worded: Worded, example: &Message) -> Reply {
    let words = settings.wording.of(worded);
    let form = Form::WordedLooked {
        worded,
        words: words.to_owned(),
    };
    let blocks = Blocks::new()
        .section(lead(worded))
        .divider()
        .append(Blocks::to_read(example))
        .divider()
        .append(field(worded, words))
        .context("If you change something here, you'll see it again before it's saved.");
    Reply::modal(Modal::form(form, worded.name(), "Save", blocks))
}

/// Saves the words. Whatever is sent from now on has them.
pub async fn save_worded(
    tx: &mut Tx,
    actor: &Actor,
    worded: Worded,
    answers: &Answers,
) -> Result<Reply> {
    let before = editable(tx, actor).await?;
    let settings = match reworded(tx, actor, worded, answers).await? {
        Ok(settings) => settings,
        Err(problems) => return Ok(Reply::errors(problems)),
    };
    if !programs::save(tx, &settings, false).await? {
        return Ok(Reply::modal(nothing_changed()));
    }
    audit::note(tx, &actor.user, "words_saved", worded.as_str()).await?;
    changes::tell(tx, By::Owner(&actor.user), &before, &settings).await?;
    let how = if settings.wording.of(worded).is_empty() {
        "is as I write it, without words of yours"
    } else {
        "begins with your words"
    };
    let text = md!(
        "*Saved.* From now on, the {} {}. What was sent before stays as it was.",
        worded.in_a_sentence(),
        Md::from(how)
    );
    let blocks = Blocks::new().section(text).buttons([worded_button()]);
    Ok(Reply::modal(Modal::notice(worded.name(), blocks)))
}

/// What somebody has written.
pub fn words(answers: &Answers) -> &str {
    answers.text(WORDS).unwrap_or_default()
}

/// The settings, for an owner who may change them here.
async fn editable(tx: &mut Reading, actor: &Actor) -> Result<Settings> {
    owners_only(tx, actor).await?;
    match programs::find(tx).await? {
        Some(program) if !program.declared => Ok(Settings::clone(&program.settings)),
        _ => refuse(declared()),
    }
}

fn field(worded: Worded, words: &str) -> Blocks {
    let means = |placeholder: &Placeholder| {
        let becomes = match placeholder {
            Placeholder::Program => "the program's name",
            Placeholder::Months => "how long a pair meets",
            Placeholder::Mentor => "the mentor",
            Placeholder::Mentee => "the mentee",
        };
        format!("{} becomes {becomes}", placeholder.written())
    };
    let means: Vec<String> = worded.placeholders().iter().map(means).collect();
    let input = Input::text(WORDS, "In your words", LONGEST)
        .optional()
        .filled(words)
        .hint(&format!(
            "At most {LONGEST} characters. {}. Leave it empty for none.",
            means.join(", ")
        ));
    Blocks::new().input(input)
}

fn page(worded: Worded, example: &Message, editable: bool) -> Modal {
    let mut blocks = Blocks::new()
        .section(lead(worded))
        .buttons(Worded::ALL.map(|one| tab(one, worded)))
        .divider()
        .append(Blocks::to_read(example));
    if editable {
        blocks = blocks
            .divider()
            .buttons([button("Add your own words", &Action::OpenWorded { worded })]);
    }
    Modal::notice(TITLE, blocks)
}

fn tab(one: Worded, shown: Worded) -> Button {
    let tab = button(one.name(), &Action::ShowWorded { worded: one });
    if one == shown { tab.primary() } else { tab }
}

/// Says who reads it when, and that the people and figures in it are made up.
fn lead(worded: Worded) -> Md {
    match worded {
        Worded::Welcome => {
            "*Right after joining*, people read this. Only they see it. Here it's for Mina, who is made up."
        }
        Worded::Introduction => {
            "*When two are matched*, they read this in a message of their own. Mina and Robert are made up."
        }
        Worded::Digest => {
            "*Once a week*, the digest channel reads this, with a chart of recent weeks once there are some. *It's an example:* \
             the figures are made up."
        }
    }
    .into()
}
