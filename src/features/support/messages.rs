//! Texts of a message to the support contact.

use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::md;
use crate::slack::blocks::{Blocks, Input, Modal};
use crate::slack::event::Form;
use crate::slack::words::{Md, quote};

/// The field with the person's words.
pub(super) const WORDS: &str = "words";
/// The longest message, in characters: it fits into the form's hidden text (Slack: 3,000) whatever is in it.
pub(super) const LONGEST: usize = 1_000;
/// Characters per section: even if every one of them is escaped, Slack takes it whole.
const PART: usize = 500;

pub(super) const NOTHING_WRITTEN: &str =
    "There's nothing here yet. Write a line, or close this window.";

const TITLE: &str = "Talk to someone";

fn field() -> Input {
    Input::text(WORDS, "Your words", LONGEST)
}

pub(super) fn form(contact: &UserId) -> Modal {
    let blocks = Blocks::new()
        .section(md!(
            "You can write to {} here, about anything that troubles you. You'll see exactly what they'll read before \
             it's sent.",
            contact
        ))
        .input(field());
    Modal::form(Form::ToContact, TITLE, "Show it to me first", blocks)
}

/// What the contact will read, and the words once more to change them.
pub(super) fn preview(user: &UserId, contact: &UserId, words: &str) -> Modal {
    let form = Form::ToContactPreview {
        contact: contact.clone(),
        words: words.to_owned(),
    };
    let blocks = Blocks::new()
        .section(md!("{} will read exactly this, from you:", contact))
        .divider()
        .append(letter(user, words))
        .divider()
        .input(
            field()
                .filled(words)
                .hint("If you change something here, you'll see it again before it's sent."),
        )
        .context("Nobody else reads it, and I forget it once Slack has it.");
    Modal::form(form, TITLE, "Send", blocks)
}

/// What the contact reads.
pub(super) fn to_the_contact(user: &UserId, words: &str) -> Message {
    letter(user, words).message(md!("{} asked me to pass something on to you.", user))
}

fn letter(user: &UserId, words: &str) -> Blocks {
    let mut blocks = Blocks::new().section(md!(
        "{} asked me to pass this on to you, as the program's support contact:",
        user
    ));
    let characters: Vec<char> = words.chars().collect();
    let whole = quote(words);
    if whole.as_str().len() <= 3 * PART {
        blocks = blocks.section(whole);
    } else {
        for part in characters.chunks(PART) {
            blocks = blocks.section(quote(&part.iter().collect::<String>()));
        }
    }
    blocks.context(md!(
        "You can answer {} in Slack. I don't read what you two write.",
        user
    ))
}

pub(super) fn on_its_way(contact: &UserId) -> Modal {
    let text: Md = md!(
        "Your message is on its way to {}. They'll answer you in Slack, not through me. I don't keep a copy.",
        contact
    );
    Modal::notice(TITLE, Blocks::new().section(text))
}
