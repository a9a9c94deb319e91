//! The parts of the App Home.

use crate::domain::cadence;
use crate::domain::matching::Obstacle;
use crate::domain::pair::Pair;
use crate::domain::participant::{Participant, Standing};
use crate::domain::program::Settings;
use crate::features::{NextMatch, back_in, find_partner_button, months, pause_button};
use crate::md;
use crate::shared::another::Another;
use crate::shared::pair_card::{self, Viewer};
use crate::slack::blocks::{Blocks, Button, button};
use crate::slack::event::Action;
use crate::slack::words::Md;
use crate::store::pair_card::PairCard;

pub(super) fn no_program() -> Blocks {
    Blocks::new()
        .header("Reverse mentoring")
        .section(
            "Colleagues early in their careers teach senior ones: new technology, a fresh perspective, how the \
             company looks from where they stand. Both learn. I keep the program from fizzling out.",
        )
        .section("There's no program here yet. A workspace admin can start one in two minutes.")
        .buttons([
            button("Set up the program", &Action::OpenSettings).primary(),
            help(),
        ])
}

/// For a person who is not (or no longer) in the program.
pub(super) fn invitation(settings: &Settings, next: &NextMatch, was_in: bool) -> Blocks {
    let answers = [
        md!("About an hour a month, for {}.", months(settings.cycles)),
        next.line(),
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

pub(super) fn ineligible(settings: &Settings) -> Blocks {
    Blocks::new()
        .section(md!(
            "You're out of the program for now: it's for full members of the workspace, and Slack tells me that yours \
             is a guest account at the moment. {}",
            back_in(settings.retention_days)
        ))
        .buttons([
            support(),
            button("Who sees what", &Action::OpenPrivacy),
            button("Leave", &Action::OpenLeave),
        ])
}

/// When somebody is matched next, and what stands in the way.
#[derive(Clone, Copy)]
pub(super) struct Looking<'a> {
    /// Whom they found by an invitation, and when they are introduced.
    pub promised: Option<&'a Md>,
    /// Whether somebody who has a partner looks for another.
    pub another: Another,
    pub next: &'a NextMatch,
    pub obstacle: Option<&'a Obstacle>,
}

pub(super) fn participant(
    me: &Participant,
    (open, cards): (&[Pair], &[PairCard]),
    looking: Looking,
    (stage_known, circle): (bool, Blocks),
    viewer: Viewer,
) -> Blocks {
    let mut blocks = pair_card::show(Blocks::new(), open, cards, viewer);
    let paused = me.standing == Standing::Paused;
    if paused {
        let day = me.paused_until;
        let day = day.map(|at| cadence::say_day(at, viewer.zone, viewer.now));
        blocks = blocks.section(match day {
            Some(day) => md!("*You're on a break until {}.* Nobody is told why.", day),
            None => {
                md!("*You're on a break.* Nobody is told why. Press “Resume” whenever you like.")
            }
        });
    }
    if let Some(promised) = looking.promised {
        blocks = blocks.section(promised.clone());
    } else if !paused && open.is_empty() && me.waiting_since.is_some() {
        blocks = blocks.section(md!(
            "*You're in*, as {}.\nI'm looking for a partner for you. {}",
            me.profile.role.in_words(),
            looking.next.line_for_members()
        ));
        if let Some(obstacle) = looking.obstacle {
            blocks = blocks.section(obstacle.in_words());
        }
    }
    if open.is_empty() && me.waiting_since.is_none() && looking.promised.is_none() {
        blocks = blocks
            .section(
                "*You don't have a partner at the moment*, and I won't look for one until you ask me to.",
            )
            .buttons([find_partner_button()]);
    }
    if let Some(line) = looking.another.line() {
        let find = (looking.another == Another::MayAsk).then(find_partner_button);
        blocks = blocks.section(line).buttons(find);
    }
    if !stage_known {
        blocks = blocks.section(
            "*Please check your profile:* the program's list of stages has changed, and yours is no longer on it.",
        );
    }
    let standing = if paused {
        button("Resume", &Action::Resume).primary()
    } else {
        pause_button()
    };
    blocks
        .append(circle)
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

fn support() -> Button {
    button("Talk to someone", &Action::Support)
}

fn help() -> Button {
    button("Help", &Action::OpenHelp)
}
