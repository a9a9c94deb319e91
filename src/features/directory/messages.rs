//! Texts for people about their account, and for owners about failed deliveries.

use crate::domain::message::Message;
use crate::features::find_partner_button;
use crate::md;
use crate::shared::deliveries;
use crate::slack::blocks::{Blocks, button};
use crate::slack::event::Action;
use crate::slack::words::Md;
use crate::store::outbox::Failed;

/// The most lines in one note.
const LINES: usize = 15;

pub(super) fn lost() -> Md {
    md!(
        "Slack tells me that yours is a guest account now. The reverse mentoring program is for full members, so \
         you're out of it for the time being. Thank you for being part of it. When that changes, you're back in \
         without doing anything. `/reverse-mentor support` shows who you can talk to."
    )
}

/// The standing of a person who is back: the same as before.
pub(super) enum Stands {
    Waits,
    /// No partner, and they have not asked for one.
    NotLooking,
    /// On a break, until this day if they named one.
    Paused(Option<String>),
}

pub(super) fn back(stands: &Stands) -> Message {
    let (now, first) = match stands {
        Stands::Waits => (
            md!("I'm looking for a partner for you."),
            button("Look at my profile", &Action::OpenJoin).primary(),
        ),
        Stands::NotLooking => (
            md!("I won't look for a partner for you until you ask me to."),
            find_partner_button(),
        ),
        Stands::Paused(Some(day)) => (
            md!("You're still on your break, until {}.", day),
            button("Resume", &Action::Resume),
        ),
        Stands::Paused(None) => (
            md!("You're still on your break, until you end it."),
            button("Resume", &Action::Resume),
        ),
    };
    let text = md!(
        "Welcome back. Slack tells me that you're a full member again, so you're back in reverse mentoring with the \
         profile you had. {} If it no longer fits, or you'd rather not take part, that's fine too.",
        now
    );
    let profile = button("Look at my profile", &Action::OpenJoin);
    let profile = (!matches!(stands, Stands::Waits)).then_some(profile);
    Blocks::new()
        .section(text.clone())
        .buttons(
            [
                Some(first),
                profile,
                Some(button("Leave", &Action::OpenLeave)),
            ]
            .into_iter()
            .flatten(),
        )
        .context("Only you can see this.")
        .message(text)
}

/// The private note to owners: recipients, kinds of message, reasons, and fixes.
pub(super) fn undelivered(failed: &[Failed]) -> Message {
    let mut lines = deliveries::lines(failed);
    let more = lines.len().saturating_sub(LINES);
    lines.truncate(LINES);
    let text = md!("Some messages couldn't be delivered.");
    let mut blocks = Blocks::new()
        .section(md!(
            "*{}* What was in them stays private. Here's who they were for:",
            text
        ))
        .section(Md::bullets(lines));
    if more > 0 {
        blocks = blocks.context(md!("And {} more.", more));
    }
    blocks
        .context("Only the program's owners see this, at most once a day.")
        .message(text)
}
