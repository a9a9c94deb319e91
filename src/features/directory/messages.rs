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
        "Slack tells me that your account is a guest now. The reverse mentoring program is for full members, so you are \
         out of it for the time being. Thank you for having been part of it. Should your account change again, you \
         are back without doing anything. `/reverse-mentor support` shows whom you can talk to."
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
            md!("I am looking for a partner for you."),
            button("Look at my profile", &Action::OpenJoin).primary(),
        ),
        Stands::NotLooking => (
            md!("I am not looking for a partner for you until you ask me to."),
            find_partner_button(),
        ),
        Stands::Paused(Some(day)) => (
            md!("You are on the break you took, until {}.", day),
            button("Resume", &Action::Resume),
        ),
        Stands::Paused(None) => (
            md!("You are on the break you took, until you end it."),
            button("Resume", &Action::Resume),
        ),
    };
    let text = md!(
        "Welcome back: Slack tells me that you are a full member again, so you take part in reverse mentoring again \
         with the profile you had. {} If that no longer fits, or you would rather not, that is fine too.",
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
    let text = md!("Some messages could not be delivered.");
    let mut blocks = Blocks::new()
        .section(md!(
            "*{}* What was in them stays private; this is whom it concerns:",
            text
        ))
        .section(Md::bullets(lines));
    if more > 0 {
        blocks = blocks.context(md!("And {} more.", more));
    }
    blocks
        .context("Only the program's owners see this, once a day at most.")
        .message(text)
}
