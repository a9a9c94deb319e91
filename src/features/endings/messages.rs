//! What people read when a pair ends.

use super::{AGAIN, YES};
use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::domain::pair::Pair;
use crate::domain::program::Matching;
use crate::md;
use crate::slack::blocks::{Blocks, Input, Modal, button};
use crate::slack::event::{Action, Form};
use crate::slack::words::Md;

/// Asks once, kindly, and shows what the partner will read.
pub fn form(pair: &Pair, user: &UserId) -> Modal {
    let partner = pair.partner_of(user);
    let theirs = Md::join(
        words(user)
            .as_str()
            .lines()
            .map(|line| md!("> {}", Md::already_safe(line.to_owned()))),
        "\n",
    );
    let blocks = Blocks::new()
        .section(md!(
            "Pairs end for many reasons, and none has to be given. If you end this one, {} reads these words and \
             nothing else:",
            partner
        ))
        .section(theirs)
        .input(
            Input::checkboxes(AGAIN, "And you?", &[("Look for a new partner for me", YES)]).optional(),
        )
        .context("Nobody is told that it was you, and nobody is asked why. Your shared conversation stays yours.");
    let pair = pair.id;
    Modal::form(Form::End { pair }, "End this pair", "End it kindly", blocks)
}

/// Submitted or opened after the fact.
pub fn over_already() -> Modal {
    Modal::notice(
        "End this pair",
        Blocks::new().section("This pair has come to an end already. There is nothing left to do."),
    )
}

/// To whoever ended it.
pub fn done(partner: &UserId, again: bool) -> Modal {
    let next = if again {
        "You are in the next match."
    } else {
        "If you would like another partner one day, `/reverse-mentor join` puts you into the next match."
    };
    Modal::notice(
        "End this pair",
        Blocks::new()
            .section(md!(
                "Done. {} reads the words you saw, without your name on the decision and without reasons. \
                 Thank you for the time you gave.",
                partner
            ))
            .section(next),
    )
}

fn words(partner: &UserId) -> Md {
    md!(
        "Your reverse mentoring pair with {} has come to an end. That happens. It is nobody's fault, and no reasons are \
         given. Thank you for what you brought to it.",
        partner
    )
}

/// To a partner, privately: the same words whatever the reason.
pub fn ended(pair: &Pair, user: &UserId) -> Message {
    let words = words(pair.partner_of(user));
    let again = button(
        "Find me a new partner",
        &Action::WantRematch { pair: pair.id },
    )
    .primary();
    Blocks::new()
        .section(words.clone())
        .section("Would you like to be in the next match? Only if and when it suits you.")
        .buttons([again])
        .context("Only you see this.")
        .message(words)
}

/// The last line in the group DM.
pub fn farewell() -> Message {
    "This pair has come to an end. Thank you both for the time you gave each other. I will not post here again; \
     the conversation stays yours."
        .into()
}

pub fn waiting(matching: Matching) -> Message {
    match matching {
        Matching::Rounds => "You are in the next match. I write to you as soon as there is news.",
        Matching::Rolling => {
            "I am looking for a new partner for you. You hear from me as soon as somebody fits."
        }
    }
    .into()
}

pub fn waiting_paused() -> Message {
    "Noted: you are in the next match once you are back. `/reverse-mentor resume` ends your pause."
        .into()
}

pub fn no_room() -> Message {
    "You have as many partners as you asked for right now. `/reverse-mentor profile` lets you ask for more.".into()
}

pub fn not_in() -> Message {
    "You are not in the program at the moment. `/reverse-mentor join` takes you back in, and into the next match.".into()
}
