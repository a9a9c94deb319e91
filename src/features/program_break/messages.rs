//! Texts of the program's break.

use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::md;
use crate::slack::blocks::{Blocks, Input, Modal};
use crate::slack::event::Form;
use crate::slack::words::Md;

pub(super) const DATE: &str = "date";
const TITLE: &str = "Pause the program";

/// `has_window`: the first match is still to come.
pub(super) fn form(until: Option<&str>, has_window: bool) -> Modal {
    let now = match until {
        Some(day) => md!(
            "The program is on a break until {}. What you choose here replaces it.",
            day
        ),
        None => md!(
            "For a company holiday or a busy season. Until it's over, nobody is asked anything, no round is made and no digest is \
             posted. Months wait, and nobody falls behind."
        ),
    };
    let blocks = Blocks::new().section(now);
    let blocks = if has_window {
        blocks.section(
            "If the break passes over the first match, that comes after it. Everyone who waits for it reads so in their working hours.",
        )
    } else {
        blocks
    };
    let blocks = blocks
        .input(Input::date(DATE, "The day it goes on"))
        .context(
            "Each pair reads one line in its group DM, at a time when it's at work, and one when it goes on. Planned meetings stand, and calls for help go out as \
             ever. It goes on by itself on that day, and you can resume it earlier.",
        );
    Modal::form(Form::ProgramBreak, TITLE, "Start the break", blocks)
}

pub(super) fn begun(until: &str) -> Modal {
    let text: Md = md!(
        "The program is on a break until {}, and goes on by itself. My Home tab has a button to resume it earlier.",
        until
    );
    Modal::notice(TITLE, Blocks::new().section(text))
}

pub(super) fn resumed() -> Message {
    "The program goes on. Pairs continue in the next days, and the next round comes on its day."
        .into()
}

pub(super) fn told_owners(by: &UserId, until: &str) -> Message {
    md!(
        "{} has the program take a break until {}. Each pair reads so at a time when it's at work, months wait, and it goes on by itself.",
        by,
        until
    )
    .into()
}

pub(super) fn told_owners_resumed(by: &UserId) -> Message {
    md!(
        "{} has ended the program's break. Pairs continue in the next days.",
        by
    )
    .into()
}
