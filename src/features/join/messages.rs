//! Texts of joining.

use crate::domain::ids::UserId;
use crate::domain::matching::Obstacle;
use crate::domain::message::Message;
use crate::domain::participant::Profile;
use crate::domain::program::{Matching, Problem, Settings};
use crate::domain::timer::Purpose;
use crate::domain::wording::Worded;
use crate::features::NextMatch;
use crate::md;
use crate::shared::look_up;
use crate::shared::opening::opening;
use crate::slack::blocks::{Blocks, Modal, button, listed};
use crate::slack::event::Action;
use crate::slack::words::Md;

pub(super) fn full_members_only() -> Md {
    md!(
        "Thank you for your interest. This program is for full members of the workspace, and Slack tells me that your \
         account is a guest or an app. If that changes, please try again."
    )
}

/// Slack's word is an hour old or more: it may be another one now.
pub(super) fn asking_again() -> Md {
    md!(
        "One moment: this program is for full members of the workspace, and Slack told me that you're a guest or an app. I'm asking \
         Slack again now. You'll get a direct message with the result; there's nothing else to do."
    )
}

/// The same under a form that they have filled in, which stays as it is.
pub(super) fn asking_meanwhile() -> Problem {
    let text = "One moment: Slack told me that you're a guest or an app, so I'm asking it again now. You'll get a direct message with \
                the result. What you've filled in stays here as long as this form is open.";
    ("role", text.to_owned())
}

/// Slack hasn't answered about somebody who wants to join.
pub(super) fn no_word() -> Md {
    md!(
        "Slack hasn't told me by now whether you're a full member of the workspace. Please try `/reverse-mentor join` again later."
    )
}

/// Slack has answered: who waited for it may join.
pub(super) fn may_join() -> Message {
    let text = md!("Slack says that you're a full member of this workspace, so you can take part.");
    Blocks::new()
        .section(text.clone())
        .section("If your form is still open, press *Join* there once more.")
        .buttons([button("Join", &Action::OpenJoin).primary()])
        .message(text)
}

/// The same for somebody who is back in with that.
pub(super) fn back_already() -> Message {
    let text = md!(
        "Slack says that you're a full member again, so you're back in the program with the profile you had."
    );
    Blocks::new()
        .section(text.clone())
        .buttons([button("Look at my profile", &Action::OpenJoin)])
        .message(text)
}

/// Read by the person alone.
pub(super) fn already_in() -> Message {
    let text =
        md!("You're in the program already, so there's nothing to fill in. Good to have you.");
    Blocks::new()
        .section(text.clone())
        .buttons([button("Look at my profile", &Action::OpenJoin)])
        .message(text)
}

/// A text in place of the modal.
pub(super) fn notice(text: Md) -> Modal {
    Modal::notice("Reverse mentoring", Blocks::new().section(text))
}

/// `asked`: named, and not stored before Slack has answered about them.
pub(super) fn joined(
    settings: &Settings,
    profile: &Profile,
    next: &NextMatch,
    asked: &[UserId],
    obstacle: Option<&Obstacle>,
) -> Modal {
    let looking = match (next, settings.matching) {
        (NextMatch::First { when, .. }, _) => {
            md!("I'll look for a partner who's a good fit for you. {}", when)
        }
        (NextMatch::AfterBreak(when), _) => {
            md!("I'll look for a partner who's a good fit for you: {}", when)
        }
        (NextMatch::Next(_), Matching::Rolling) => {
            md!("From now on, I'll look for a partner who's a good fit for you.")
        }
        (NextMatch::Next(when), Matching::Rounds) => md!(
            "I'll look for a partner who's a good fit for you in the next round: {}",
            when
        ),
    };
    let approval = if settings.approval {
        md!(" One of the program's owners looks over every match first.")
    } else {
        Md::default()
    };
    let lead = match opening(settings, Worded::Welcome) {
        Some(words) => md!("*You're in.*\n{}", words),
        None => md!("*You're in.* Thank you for joining."),
    };
    let blocks = Blocks::new()
        .section(lead)
        .section(summary(profile))
        .section(md!(
            "*What happens next*\n{}{} I'll write to you privately as soon as there's news.",
            looking,
            approval
        ))
        .append(waits(asked))
        .append(advice(profile, obstacle))
        .context(change());
    Modal::notice("You're in", blocks)
}

/// How a profile was saved again.
#[derive(Clone, Copy)]
pub(super) struct Saved {
    pub paused: bool,
    /// Whether anything in it is new.
    pub changed: bool,
}

pub(super) fn saved(
    profile: &Profile,
    saved: Saved,
    asked: &[UserId],
    obstacle: Option<&Obstacle>,
) -> Modal {
    let lead = if saved.changed {
        "*Saved.* This applies from the next match on."
    } else {
        "*Nothing changed.* Your profile is as it was before."
    };
    let mut blocks = Blocks::new().section(lead).section(summary(profile));
    if saved.paused {
        blocks = blocks.section(md!(
            "You're on a break, so nobody is matched with you for now. `/reverse-mentor resume` brings you back."
        ));
    }
    let blocks = blocks
        .append(waits(asked))
        .append(advice(profile, obstacle))
        .context(change());
    Modal::notice("Your profile", blocks)
}

fn waits(asked: &[UserId]) -> Blocks {
    if asked.is_empty() {
        return Blocks::new();
    }
    Blocks::new().section(look_up::one_moment(asked))
}

/// Slack has answered about somebody the profile names.
pub(super) fn noted(person: &UserId, purpose: Purpose) -> Md {
    if purpose == Purpose::Manager {
        return md!(
            "I've noted {} as your manager, so you two aren't paired, and neither are you and anyone above them.",
            person
        );
    }
    md!(
        "{} is on your list of people you'd rather not be paired with. Only you can see it.",
        person
    )
}

fn summary(profile: &Profile) -> Md {
    let mut lines = vec![
        md!("*You take part as* {}.", profile.role.in_words()),
        md!("*Stage:* {}", profile.stage),
    ];
    if !profile.share.is_empty() {
        lines.push(md!("*You share:* {}", listed(&profile.share)));
    }
    if !profile.learn.is_empty() {
        lines.push(md!("*You would like to learn:* {}", listed(&profile.learn)));
    }
    Md::join(lines, "\n")
}

/// Kind hints about answers that would prevent a match, or make it poorer.
fn advice(profile: &Profile, obstacle: Option<&Obstacle>) -> Blocks {
    let mut blocks = Blocks::new();
    if let Some(obstacle) = obstacle {
        blocks = blocks.section(obstacle.in_words());
    }
    let nothing_to_share = profile.role.mentors() && profile.share.is_empty();
    let nothing_to_learn = !profile.role.mentors() && profile.learn.is_empty();
    if nothing_to_share || nothing_to_learn {
        blocks = blocks.section(md!(
            "A few topics make for a better match. You can add them any time; everyone knows something worth sharing."
        ));
    }
    blocks
}

fn change() -> Md {
    md!(
        "`/reverse-mentor profile` changes what you told me, `pause` gives you a break, `leave` ends it. \
         `/reverse-mentor help` shows the rest."
    )
}
