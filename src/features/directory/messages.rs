//! Texts for people about their account, and for owners about failed deliveries.

use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::features::{back_in, find_partner_button};
use crate::md;
use crate::slack::blocks::{Blocks, Button, button, lines_in_short};
use crate::slack::event::Action;
use crate::slack::words::Md;

/// The most lines in one note.
const LINES: usize = 15;

pub(super) fn lost(retention_days: u16) -> Md {
    md!(
        "Slack tells me that yours is a guest account now. The reverse mentoring program is for full members, so \
         you're out of it for the time being. Thank you for being part of it. {} `/reverse-mentor support` shows who you \
         can talk to.",
        back_in(retention_days)
    )
}

/// The standing of a person who is back: the same as before.
pub(super) enum Stands {
    Waits,
    /// No partner, and they have not asked for one.
    NotLooking,
    /// On a break.
    Paused,
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
        // They read it once the break is over.
        Stands::Paused => (
            md!("Your break is as you set it, and `/reverse-mentor status` says how you stand."),
            button("Look at my profile", &Action::OpenJoin).primary(),
        ),
    };
    let text = md!(
        "Welcome back. Slack tells me that you're a full member again, so you're back in reverse mentoring with the \
         profile you had. {} If it no longer fits, or you'd rather not take part, that's fine too.",
        now
    );
    let profile = button("Look at my profile", &Action::OpenJoin);
    let profile = matches!(stands, Stands::NotLooking).then_some(profile);
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

/// The private note to owners: which messages, reasons, and fixes; and, if something may be sent `again`, the button.
pub(super) fn undelivered(lines: Vec<Md>, again: Option<Button>) -> Message {
    let lines = lines_in_short(lines, LINES);
    let text = md!("Some messages couldn't be delivered.");
    let blocks = Blocks::new()
        .section(md!(
            "*{}* What was in them stays private. Here's who they were for:",
            text
        ))
        .section(Md::bullets(lines));
    blocks
        .buttons(again.map(Button::primary))
        .context("Only the program's owners see this, at most once a day.")
        .message(text)
}

/// What came of *Send again*: which messages are on their way, and how many were left.
pub(super) fn sent_again(sent: Vec<Md>, left: usize) -> Message {
    let left = match left {
        0 => None,
        1 => Some(md!("One message was left, because it no longer applies.")),
        many => Some(md!(
            "{} messages were left, because they no longer apply.",
            many
        )),
    };
    if sent.is_empty() {
        let text = md!(
            "There's nothing to send again: what failed has been sent again already, or no longer applies."
        );
        return Blocks::new().section(text.clone()).message(text);
    }
    let sent = lines_in_short(sent, LINES);
    let text = md!("On their way again:");
    let mut blocks = Blocks::new().section(md!("*{}*\n{}", text, Md::bullets(sent)));
    if let Some(left) = left {
        blocks = blocks.context(left);
    }
    blocks
        .context("If Slack refuses one again, I'll tell you.")
        .message(text)
}

/// What Slack refuses to the workspace, and what it takes again.
pub(super) fn refusals(lasting: Vec<Md>, over: Vec<Md>) -> Message {
    let mut blocks = Blocks::new();
    let text = if lasting.is_empty() {
        md!("Slack accepts what I send again.")
    } else {
        md!("Slack won't let me do everything I need to.")
    };
    if !lasting.is_empty() {
        blocks = blocks.section(md!("*{}*\n{}", text, Md::bullets(lasting))).context(
            "Nothing is lost: it waits, in order. I try again by myself, at least once an hour.",
        );
    }
    if !over.is_empty() {
        let over = Md::bullets(over);
        blocks = blocks
            .section(md!("*Slack accepts what I send again.*\n{}", over))
            .context(
                "What was waiting is on its way. Reminders whose day has passed are left out.",
            );
    }
    blocks
        .context("Only the program's owners and the workspace's admins see this.")
        .message(text)
}

/// The app was not in the workspace since this day, and is again.
pub(super) fn back_again(since: &str) -> Message {
    let text = md!("I'm back, and the program goes on.");
    Blocks::new()
        .section(md!(
            "*{}*\nI've been away from this workspace since {}. People, pairs and goals are as they were. Reminders whose day has passed \
             are left out.",
            text,
            since
        ))
        .context("Only the program's owners see this.")
        .message(text)
}

/// To admins, who act for the program while none of its owners is left (`named`: the settings name some).
pub(super) fn no_owner(named: bool) -> Message {
    let text = if named {
        md!("None of the reverse mentoring program's owners is in this workspace anymore.")
    } else {
        md!("The reverse mentoring program has no owners yet.")
    };
    Blocks::new()
        .section(md!(
            "*{}* Until there are new ones, you and the other workspace admins can do what owners do: approve matches \
             on my Home tab, for example. Please name at least two owners in `/reverse-mentor setup`.",
            text
        ))
        .context("Only the workspace's admins see this, at most once a week.")
        .message(text)
}

pub(super) fn contact_gone(contact: &UserId) -> Message {
    let text = md!(
        "The program's support contact, {}, is no longer in this workspace.",
        contact
    );
    Blocks::new()
        .section(md!(
            "*{}* People who look for support read that there's none at the moment. Please name someone outside \
             reporting lines in `/reverse-mentor setup`.",
            text
        ))
        .context("Only the program's owners see this.")
        .message(text)
}
