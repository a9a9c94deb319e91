//! The parts of the App Home.

use crate::domain::cadence;
use crate::domain::pair::Pair;
use crate::domain::participant::{Participant, Standing};
use crate::domain::program::Settings;
use crate::features::{find_partner_button, months, pause_button};
use crate::md;
use crate::shared::pair_card::{self, Viewer};
use crate::slack::blocks::{Blocks, Button, button};
use crate::slack::event::Action;
use crate::slack::words::Md;
use crate::store::outlook::Outlook;
use crate::store::rounds::Awaiting;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The most rounds shown, because a rolling program may have several.
const ROUNDS: usize = 3;

pub(super) fn no_program() -> Blocks {
    Blocks::new()
        .header("Reverse mentoring")
        .section(
            "Colleagues early in their careers teach senior ones: new technology, fresh viewer, how the company feels \
             from below. Both learn. I run the program so that it does not fall asleep.",
        )
        .section("There is no program here yet. A workspace admin can start one in two minutes.")
        .buttons([
            button("Set up the program", &Action::OpenSettings).primary(),
            help(),
        ])
}

/// For a person who is not (or no longer) in the program.
pub(super) fn invitation(settings: &Settings, next: &Md, was_in: bool) -> Blocks {
    let answers = [
        md!("About an hour a month, for {}.", months(settings.cycles)),
        md!("Next match: {}", next),
        md!("You can pause or leave at any time, without giving a reason."),
    ];
    let join = if was_in { "Join again" } else { "Join" };
    let mut blocks = Blocks::new();
    if !settings.purpose.trim().is_empty() {
        blocks = blocks.section(md!("{}", settings.purpose));
    }
    blocks
        .section(md!(
            "A junior colleague, the mentor, teaches a senior one, the mentee. They meet once a month and both learn."
        ))
        .section(Md::bullets(answers))
        .buttons([
            button(join, &Action::OpenJoin).primary(),
            button("Who sees what", &Action::OpenPrivacy),
            help(),
        ])
}

pub(super) fn ineligible() -> Blocks {
    Blocks::new()
        .section(
            "You are out of the program for now: it is for full members of the workspace, and Slack tells me that your \
             account is a guest at the moment. When that changes, you are back without doing anything.",
        )
        .buttons([support(), button("Who sees what", &Action::OpenPrivacy)])
}

pub(super) fn participant(
    me: &Participant,
    (open, outlooks): (&[Pair], &[Outlook]),
    next: &Md,
    stage_known: bool,
    viewer: Viewer,
) -> Blocks {
    let mut blocks = pair_card::show(Blocks::new(), open, outlooks, viewer);
    let paused = me.standing == Standing::Paused;
    if paused {
        let day = me.paused_until;
        let day = day.map(|at| cadence::say_day(at, viewer.zone, viewer.now));
        blocks = blocks.section(match day {
            Some(day) => md!("*You are paused until {}.* Nobody is told why.", day),
            None => md!("*You are paused.* Nobody is told why. Press “Resume” whenever you like."),
        });
    } else if open.is_empty() && me.waiting_since.is_some() {
        blocks = blocks.section(md!(
            "*You're in*, as {}.\nI am looking for a partner for you. Next match: {}",
            me.profile.role.in_words(),
            next
        ));
    }
    if open.is_empty() && me.waiting_since.is_none() {
        blocks = blocks
            .section(
                "*You have no partner at the moment*, and I am not looking for one until you ask me to.",
            )
            .buttons([find_partner_button()]);
    }
    if !stage_known {
        blocks = blocks.section(
            "*Please look at your profile:* the program's list of stages has changed, and yours is no longer in it.",
        );
    }
    let standing = if paused {
        button("Resume", &Action::Resume).primary()
    } else {
        pause_button()
    };
    blocks
        .divider()
        .buttons([
            button("Edit my profile", &Action::OpenJoin),
            standing,
            support(),
            button("Who sees what", &Action::OpenPrivacy),
            help(),
            button("Leave", &Action::OpenLeave),
        ])
        .context("Only you can see this page.")
}

pub(super) struct Counts {
    pub taking_part: i64,
    pub waiting: i64,
    pub pairs: i64,
}

/// An overview of the program for its owners: figures, no names.
pub(super) fn owner(settings: &Settings, counts: &Counts, next: &Md) -> Blocks {
    let mut blocks = Blocks::new()
        .divider()
        .header("The program at a glance")
        .fields([
            md!("*Taking part*\n{}", counts.taking_part),
            md!("*Waiting for a partner*\n{}", counts.waiting),
            md!("*Pairs*\n{}", counts.pairs),
            md!("*Next match*\n{}", next),
        ]);
    if settings.support_contact.is_none() {
        blocks = blocks.section(
            "*Still missing:* a support contact, somebody outside reporting lines whom anyone may turn to.",
        );
    }
    blocks
}

/// Direct messages wait, for three days at most, until somebody turns the app's Messages tab on.
pub(super) fn no_direct_messages() -> Blocks {
    Blocks::new().section(
        "*I can't send direct messages:* my Messages tab is off. Somebody who manages the app can turn it on under \
         *App Home*. My messages wait for three days.",
    )
}

/// The rounds that wait for an owner.
pub(super) fn to_approve(waiting: &[Awaiting], zone: &TimeZone, now: Timestamp) -> Blocks {
    let mut blocks = Blocks::new();
    for round in waiting.iter().take(ROUNDS) {
        let pairs = match round.pairs {
            1 => md!("1 pair"),
            many => md!("{} pairs", many),
        };
        let text = md!(
            "*A round waits for your approval:* {}, since {}.",
            pairs,
            cadence::say_day(round.since, zone, now)
        );
        let round = round.id;
        let approve = button("Approve", &Action::ApproveRound { round }).confirm(
            "Approve this round?",
            "Everybody in it is introduced right away.",
            "Approve",
            "Not yet",
        );
        let look = button("Look at it", &Action::ShowRound { round });
        blocks = blocks.section(text).buttons([look.primary(), approve]);
    }
    match waiting.len().saturating_sub(ROUNDS) {
        0 => blocks,
        more => blocks.context(md!("And {} more, behind these.", more)),
    }
}

pub(super) fn owner_buttons(declared: bool) -> Blocks {
    let mut buttons = vec![button("Propose a round now", &Action::ProposeRound)];
    if !declared {
        buttons.push(button("Settings", &Action::OpenSettings));
    }
    Blocks::new().buttons(buttons).context(if declared {
        "Only owners see this part. Settings are kept in program.toml on the server."
    } else {
        "Only owners see this part."
    })
}

fn support() -> Button {
    button("Talk to somebody", &Action::Support)
}

fn help() -> Button {
    button("Help", &Action::OpenHelp)
}
