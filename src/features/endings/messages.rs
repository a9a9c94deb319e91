//! Texts for the end of a pair.

use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::domain::overview::Care;
use crate::domain::pair::Pair;
use crate::domain::program::Matching;
use crate::md;
use crate::shared::{overview, pair_card};
use crate::slack::blocks::{Blocks, Input, Modal, button};
use crate::slack::event::{Action, Form};
use crate::slack::words::Md;

/// The field in which a person who ends a pair asks for a new partner, and its value.
pub const AGAIN: &str = "again";
pub const YES: &str = "yes";

/// Whether a person waits for a new partner, or why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waits {
    Yes,
    Paused,
    /// They found a partner by an invitation who takes up their place, in these words.
    Promised(Md),
    NoRoom,
    NotIn,
}

impl Waits {
    fn in_words(self) -> Md {
        match self {
            Self::Yes => "You're in the next match.".into(),
            Self::Paused => PAUSED.into(),
            Self::Promised(line) => line,
            Self::NoRoom => NO_ROOM.into(),
            Self::NotIn => NOT_IN.into(),
        }
    }
}

/// What whoever ends a pair has said of another partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// They chose another at the closing.
    Chosen,
    /// They are asked. `waits`: they were in line for a further partner anyway.
    Asked { waits: bool },
    /// Their other pairs are as many as they asked for.
    NoRoom,
}

/// Asks for confirmation, and shows what the partner will read.
pub fn form(pair: &Pair, user: &UserId, next: Next) -> Modal {
    let partner = pair.partner_of(user);
    let theirs = overview::quoted(&words(user));
    let blocks = Blocks::new()
        .section(md!(
            "Pairs end for many reasons, and you don't have to give one. If you end this one, {} reads these words \
             and nothing else:",
            partner
        ))
        .section(theirs);
    let blocks = match next {
        Next::Chosen => blocks.section("As you chose, I'll look for another partner for you."),
        Next::Asked { waits } => {
            let look = [("Look for a new partner for me", YES)];
            let ticked: &[&str] = if waits { &[YES] } else { &[] };
            let look = Input::checkboxes(AGAIN, "And you?", &look).optional();
            blocks.input(look.picked(ticked))
        }
        Next::NoRoom => blocks,
    };
    let blocks = blocks.context("Nobody is told that it was you, and nobody is asked why. Your shared conversation stays yours.");
    let pair = pair.id;
    Modal::form(Form::End { pair }, "End this pair", "End it kindly", blocks)
}

/// For an owner: what both will read.
pub fn owners_form(pair: &Pair) -> Modal {
    let (mentor, mentee) = (&pair.mentor, &pair.mentee);
    let lead = md!(
        "{} and {} each read these words, with the other's name, and are offered another match. They learn neither \
         who decided nor why. A friendly word from you before it is kinder than any message of mine.",
        mentor,
        mentee
    );
    let theirs = words(mentee);
    overview::words_first(pair.id, Care::End, lead, &theirs, "End it kindly")
}

pub fn ended_by_owner(pair: &Pair) -> Modal {
    let done = md!(
        "Done. {} and {} each read the words you saw in their working hours, and can ask for another match.",
        pair.mentor,
        pair.mentee
    );
    overview::cared_for(Care::End, done)
}

/// A person with several partners wants to end a pair: asks which.
pub fn which(pairs: &[Pair], user: &UserId) -> Message {
    let text = md!(
        "Which of your pairs do you mean? Nothing ends until you've read what your partner will read."
    );
    let mut blocks = Blocks::new().section(text.clone());
    for pair in pairs {
        let end = button("End this pair", &Action::OpenEnd { pair: pair.id })
            .about(&pair_card::partner_aloud(pair, pairs, user));
        blocks = blocks
            .section(md!("You and {}", pair.partner_of(user)))
            .buttons([end]);
    }
    blocks.context("Only you can see this.").message(text)
}

pub fn no_pair() -> Message {
    "You're not in a pair at the moment, so there's nothing to end. `/reverse-mentor status` shows where you stand.".into()
}

/// For a form that is opened or submitted too late.
pub fn over_already(next: Option<Waits>) -> Modal {
    let next = next.map_or("There's nothing left to do.".into(), Waits::in_words);
    let blocks = Blocks::new().section(md!("This pair has already ended. {}", next));
    Modal::notice("End this pair", blocks)
}

/// For the person who ended it.
pub fn done(partner: &UserId, next: Option<Waits>) -> Modal {
    let next = match next {
        Some(waits) => waits.in_words(),
        None => {
            "If you'd like another partner one day, `/reverse-mentor status` has a button for that."
                .into()
        }
    };
    Modal::notice(
        "End this pair",
        Blocks::new()
            .section(md!(
                "Done. {} reads the words you saw, without a hint of who decided or why. Thank you for the time you \
                 gave.",
                partner
            ))
            .section(next),
    )
}

fn words(partner: &UserId) -> Md {
    md!(
        "Your reverse mentoring pair with {} has come to an end. That happens. It's nobody's fault, and no reasons \
         are given. Thank you for what you brought to it.",
        partner
    )
}

/// For a partner, privately: the same words for every reason, and never who ended it. `is_in_line`: they wait for another
/// partner already.
pub fn ended(pair: &Pair, user: &UserId, is_in_line: bool) -> Message {
    let words = words(pair.partner_of(user));
    if is_in_line {
        return in_line(words);
    }
    let offer = "Would you like to be in the next match? Only if and when it suits you.";
    with_offer(pair, words, offer)
}

fn in_line(words: Md) -> Message {
    // They may read it days later, and have changed their mind.
    let next = "If you're still looking for another partner, you're in line, and there's nothing you need to do.";
    let blocks = Blocks::new().section(words.clone()).section(next);
    blocks.context("Only you can see this.").message(words)
}

/// For both, privately, when six weeks went by without a meeting or a signature.
pub fn released(pair: &Pair, user: &UserId, is_in_line: bool) -> Message {
    let words = md!(
        "In six weeks, I haven't heard of a meeting between you and {}. That happens: calendars fill up, seasons are busy. I've \
         released you both, so that nobody has to carry it along. It's nobody's fault.",
        pair.partner_of(user)
    );
    if is_in_line {
        return in_line(words);
    }
    let offer = "Would you like to be matched again? Only if and when it suits you.";
    with_offer(pair, words, offer)
}

fn with_offer(pair: &Pair, words: Md, offer: &'static str) -> Message {
    let again = Action::WantRematch { pair: pair.id };
    Blocks::new()
        .section(words.clone())
        .section(offer)
        .buttons([button("Find me a new partner", &again).primary()])
        .context("Only you can see this.")
        .message(words)
}

/// The last message in the group DM.
/// `planned`: whether a meeting was ahead, of which a file follows. They may read it after its time.
pub fn farewell(planned: bool) -> Message {
    if planned {
        "This pair has come to an end. Thank you both for the time you gave each other. The meeting you had planned may be in your \
         calendars: the file that follows takes it out. After that, I won't post here again; the conversation stays yours."
    } else {
        "This pair has come to an end. Thank you both for the time you gave each other. I won't post here again; the \
         conversation stays yours."
    }
    .into()
}

const PAUSED: &str = "Noted: you'll be in the next match once you're back. `/reverse-mentor resume` ends your break.";
const NO_ROOM: &str = "Right now you have as many partners as you asked for. `/reverse-mentor profile` lets you ask for more.";
const NOT_IN: &str = "You're not in the program at the moment. `/reverse-mentor join` brings you in, and into the next match.";

/// For a person who asked for another partner.
pub fn waiting(waits: Waits, matching: Matching) -> Message {
    match (waits, matching) {
        (Waits::Yes, Matching::Rounds) => {
            "You're in the next match. I'll write to you as soon as there's news.".into()
        }
        (Waits::Yes, Matching::Rolling) => {
            "I'm looking for a partner for you. You'll hear from me as soon as there's a good fit."
                .into()
        }
        (other, _) => other.in_words().into(),
    }
}
