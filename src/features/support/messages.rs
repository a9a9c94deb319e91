//! Texts of a message to the support contact.

use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::domain::overview::Care;
use crate::domain::pair::Pair;
use crate::md;
use crate::shared::overview;
use crate::slack::blocks::{Blocks, Input, Modal, listed};
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

/// Whom somebody turns to.
pub(super) enum Contact {
    Somebody(UserId),
    /// It is they themselves.
    Oneself,
    /// Somebody they are or were paired with, whom the trouble may be about.
    Partner,
    Nobody,
}

/// `owners`: those whom this person can turn to.
pub(super) fn who_helps(contact: &Contact, owners: &[UserId]) -> Md {
    match contact {
        Contact::Oneself => md!(
            "You're this program's support contact: people may write to you about anything that troubles them here. If something \
             troubles you yourself, you can write to {}anyone you trust outside your reporting line.",
            if owners.is_empty() {
                Md::default()
            } else {
                md!("{}, or to ", listed(owners))
            }
        ),
        Contact::Somebody(contact) => contact_line(contact, owners),
        Contact::Partner if owners.is_empty() => md!(
            "This program's support contact is or was your partner here, so someone else may be easier to talk to: someone in HR, or \
             anyone you trust outside your reporting line."
        ),
        Contact::Partner => md!(
            "This program's support contact is or was your partner here, so someone else may be easier to talk to: you can write to \
             {}, or to anyone you trust outside your reporting line.",
            listed(owners)
        ),
        Contact::Nobody if owners.is_empty() => md!(
            "This program has no support contact at the moment. Someone in HR, or anyone you trust outside your \
             reporting line, can help."
        ),
        Contact::Nobody => md!(
            "This program has no support contact at the moment; its owners still have to name one. Until then, you can \
             write to {}, or to anyone you trust outside your reporting line.",
            listed(owners)
        ),
    }
}

fn contact_line(contact: &UserId, owners: &[UserId]) -> Md {
    let others: Vec<UserId> = owners.iter().filter(|o| *o != contact).cloned().collect();
    let otherwise = if others.is_empty() {
        Md::default()
    } else {
        md!(
            " If they're too close to it, {} can find someone else.",
            listed(&others)
        )
    };
    md!(
        "You can write to {} about anything that troubles you here: your pair, a confidence that wasn't kept, or just \
         a doubt. They were chosen to be outside its reporting lines.{}",
        contact,
        otherwise
    )
}

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
    let blocks = Blocks::new().section(md!(
        "{} asked me to pass this on to you, as the program's support contact:",
        user
    ));
    blocks.append(in_parts(words)).context(md!(
        "You can answer {} in Slack. I don't read what you two write.",
        user
    ))
}

/// Somebody's words, whole.
fn in_parts(words: &str) -> Blocks {
    let whole = quote(words);
    if whole.as_str().len() <= 3 * PART {
        return Blocks::new().section(whole);
    }
    let characters: Vec<char> = words.chars().collect();
    let parts = characters.chunks(PART);
    parts.fold(Blocks::new(), |blocks, part| {
        blocks.section(quote(&part.iter().collect::<String>()))
    })
}

pub(super) fn on_its_way(contact: &UserId) -> Modal {
    let text: Md = md!(
        "Your message is on its way to {}. They'll answer you in Slack, not through me. I don't keep a copy.",
        contact
    );
    Modal::notice(TITLE, Blocks::new().section(text))
}

/// Slack has not told us about the contact yet.
pub(super) fn waits(contact: &UserId) -> Modal {
    Modal::notice(TITLE, Blocks::new().section(one_moment(contact)))
}

fn one_moment(contact: &UserId) -> Md {
    md!(
        "One moment: I'm asking Slack about {}, and nobody reads your message before it has answered. You'll get a direct message with \
         the result; there's nothing else to do.",
        contact
    )
}

/// For an owner: what the contact will read about a pair, and room for a note of theirs.
pub(super) fn look_after_form(owner: &UserId, contact: &UserId, pair: &Pair) -> Modal {
    let form = Form::Care {
        pair: pair.id,
        care: Care::Support,
    };
    let blocks = Blocks::new()
        .section(md!("{} reads this right away:", contact))
        .section(overview::quoted(&asks_to_look_after(owner, pair)))
        .input(
            Input::text(WORDS, "A note of yours", LONGEST)
                .hint("They read it with the message. Please leave out what was told to you in confidence.")
                .optional(),
        )
        .context(
            "The pair isn't told. I know no reasons to pass on, and I don't keep a copy of your note once Slack has it.",
        );
    Modal::form(form, "Hand to support", "Ask them", blocks)
}

fn asks_to_look_after(owner: &UserId, pair: &Pair) -> Md {
    md!(
        "{} asks you, as the program's support contact, to look after the pair of {} and {}. A friendly “How's it \
         going?” to each of them is a good start.",
        owner,
        pair.mentor,
        pair.mentee
    )
}

/// What the contact reads.
pub(super) fn look_after(owner: &UserId, pair: &Pair, note: Option<&str>) -> Message {
    let text = asks_to_look_after(owner, pair);
    let mut blocks = Blocks::new().section(text.clone());
    if let Some(note) = note {
        blocks = blocks.append(in_parts(note));
    }
    blocks
        .context(md!(
            "The two don't know of this message. You can answer {} in Slack.",
            owner
        ))
        .message(text)
}

pub(super) fn handed_over(contact: &UserId, is_sent: bool) -> Modal {
    let text = if is_sent {
        md!(
            "Your message is on its way to {}. They'll answer you in Slack, not through me.",
            contact
        )
    } else {
        one_moment(contact)
    };
    overview::cared_for(Care::Support, text)
}
