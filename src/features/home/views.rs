//! The parts of the App Home.

use crate::domain::cadence;
use crate::domain::ids::{ChannelId, UserId};
use crate::domain::matching::Obstacle;
use crate::domain::overview::{Group, PairAtWork};
use crate::domain::pair::Pair;
use crate::domain::participant::{Participant, Standing};
use crate::domain::program::Settings;
use crate::features::{NextMatch, find_partner_button, months, pause_button};
use crate::md;
use crate::shared::pair_card::{self, Viewer};
use crate::shared::{deliveries, overview};
use crate::slack::blocks::{Blocks, Button, button, listed};
use crate::slack::event::Action;
use crate::slack::words::{Md, when};
use crate::store::pair_card::PairCard;
use crate::store::participants;
use crate::store::rounds::{Awaiting, Round};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The most rounds shown, because a rolling program may have several.
const ROUNDS: usize = 3;
/// The most pairs worth a look on this page; the list of all has the others.
const PAIRS: usize = 5;

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

pub(super) fn ineligible() -> Blocks {
    Blocks::new()
        .section(
            "You're out of the program for now: it's for full members of the workspace, and Slack tells me that yours \
             is a guest account at the moment. When that changes, you're back in without doing anything.",
        )
        .buttons([support(), button("Who sees what", &Action::OpenPrivacy)])
}

/// When somebody without a partner is matched next, and what stands in the way.
#[derive(Clone, Copy)]
pub(super) struct Looking<'a> {
    pub next: &'a NextMatch,
    pub obstacle: Option<&'a Obstacle>,
}

pub(super) fn participant(
    me: &Participant,
    (open, cards): (&[Pair], &[PairCard]),
    looking: Looking,
    stage_known: bool,
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
    } else if open.is_empty() && me.waiting_since.is_some() {
        blocks = blocks.section(md!(
            "*You're in*, as {}.\nI'm looking for a partner for you. {}",
            me.profile.role.in_words(),
            looking.next.line_for_members()
        ));
        if let Some(obstacle) = looking.obstacle {
            blocks = blocks.section(obstacle.in_words());
        }
    }
    if open.is_empty() && me.waiting_since.is_none() {
        blocks = blocks
            .section(
                "*You don't have a partner at the moment*, and I won't look for one until you ask me to.",
            )
            .buttons([find_partner_button()]);
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
    /// People in the owners' file.
    pub listed: i64,
    pub people: participants::Counts,
    pub pairs: i64,
    /// How many people the first match wants, while the enrollment window is open.
    pub needed: Option<u32>,
}

/// An overview of the program for its owners: figures, no names.
pub(super) fn owner(settings: &Settings, counts: &Counts, next: &NextMatch) -> Blocks {
    let mut blocks = Blocks::new()
        .divider()
        .header("The program at a glance")
        .fields([
            md!("*Taking part*\n{}", counts.people.taking_part),
            md!("*Without a partner*\n{}", counts.people.without_partner),
            md!(
                "*Has one, would take another*\n{}",
                counts.people.would_take_another
            ),
            md!("*Pairs*\n{}", counts.pairs),
            md!("*{}*\n{}", next.label(), next.in_words()),
        ]);
    if let Some(needed) = counts.needed {
        let looking = counts.people.without_partner + counts.people.would_take_another;
        blocks = blocks.section(md!(
            "*For the first match:* {} of at least {} people have joined.",
            looking,
            needed
        ));
    }
    if counts.listed == 0 {
        blocks = blocks.section(
            "*Not here yet:* your organization. With a list of who reports to whom, most pairs need no look of yours.",
        );
    }
    if settings.support_contact.is_none() {
        blocks = blocks.section(
            "*Still missing:* a support contact, someone outside reporting lines who anyone can turn to.",
        );
    }
    blocks
}

/// What somebody who acts for the program can mend, each with the way to do it.
pub(super) fn to_mend(lines: Vec<Md>) -> Blocks {
    if lines.is_empty() {
        return Blocks::new();
    }
    Blocks::new().section(md!("*To mend*\n{}", Md::bullets(lines)))
}

pub(super) fn no_owner() -> Md {
    md!(
        "None of the program's owners is here, so the workspace's admins can do what owners do. Please name at least \
         two in `/reverse-mentor setup`."
    )
}

/// Owners of whom Slack has not told us yet.
pub(super) fn unheard(owners: &[UserId]) -> Md {
    md!(
        "Slack hasn't told me about {} yet, so I take it that they're here. I ask again every hour. If you know that \
         someone named as an owner is gone, name someone else in `/reverse-mentor setup`.",
        listed(owners)
    )
}

pub(super) fn contact_gone(contact: &UserId) -> Md {
    md!(
        "The support contact, {}, is no longer in this workspace. Please name someone else in `/reverse-mentor setup`.",
        contact
    )
}

pub(super) fn no_digest(channel: &ChannelId, error: &str) -> Md {
    md!(
        "The last digest for {} didn't arrive: {}",
        channel,
        deliveries::reason(error)
    )
}

/// Direct messages wait, for three days at most, until somebody turns the app's Messages tab on.
pub(super) fn no_direct_messages() -> Blocks {
    Blocks::new().section(
        "*I can't send direct messages:* my Messages tab is off. The person who manages the app can turn it on under \
         *App Home*. My messages wait for three days.",
    )
}

/// The rounds that wait for an owner.
pub(super) fn to_approve(waiting: &[Awaiting], zone: &TimeZone, now: Timestamp) -> Blocks {
    let mut blocks = Blocks::new();
    for waits in waiting.iter().take(ROUNDS) {
        let check = match waits.to_check {
            0 => Md::default(),
            some if some == waits.pairs => ", to check one by one".into(),
            some => md!(", {} of them to check one by one", some),
        };
        let text = md!(
            "*A round is waiting for your approval:* {}{}, since {}.",
            pairs(waits.pairs),
            check,
            cadence::say_day(waits.since, zone, now)
        );
        let round = waits.id;
        let look = button("Look at it", &Action::ShowRound { round });
        let buttons = [Some(look.primary()), approve(waits)];
        blocks = blocks.section(text).buttons(buttons.into_iter().flatten());
    }
    match waiting.len().saturating_sub(ROUNDS) {
        0 => blocks,
        more => blocks.context(md!("And {} more after these.", more)),
    }
}

/// How the pairs stand, and those worth a look in a line each, with what an owner can do.
pub(super) fn pairs_at_work(pairs: &[PairAtWork], zone: &TimeZone, now: Timestamp) -> Blocks {
    if pairs.is_empty() {
        return Blocks::new();
    }
    let worth_a_look = pairs
        .iter()
        .filter(|pair| pair.stands.group() == Group::ToLookAt);
    let shown: Vec<PairAtWork> = worth_a_look.clone().take(PAIRS).cloned().collect();
    let blocks = Blocks::new().section(md!("*Pairs:* {}", overview::counts(pairs)));
    let blocks = overview::lines(blocks, &shown, zone, now);
    match worth_a_look.count().saturating_sub(shown.len()) {
        0 => blocks,
        more => blocks.context(md!("And {} more worth a look, under *All pairs*.", more)),
    }
}

/// Approved rounds of which nobody has heard yet.
pub(super) fn approved(rounds: &[Round], zone: &TimeZone, now: Timestamp) -> Blocks {
    let mut blocks = Blocks::new();
    for approved in rounds {
        let Some(begins) = approved.introduce_at else {
            continue;
        };
        let begins = when(begins, &cadence::say_when_and_where(begins, zone, now));
        let round = approved.id;
        blocks = blocks
            .section(md!(
                "*A round is approved.* The introductions begin {}; until then, nobody hears of it.",
                begins
            ))
            .buttons([
                button("Undo", &Action::UndoApproval { round }),
                button("Look at it", &Action::ShowRound { round }),
            ]);
    }
    blocks
}

/// Approves what needs no look of its own. The names are not on this page, so nothing else can be introduced from it.
fn approve(waits: &Awaiting) -> Option<Button> {
    let sure = waits.pairs - waits.to_check;
    if sure == 0 {
        return None;
    }
    let label = match (sure, waits.to_check) {
        (1, 0) => "Approve".to_owned(),
        (n, 0) => format!("Approve all {n}"),
        (1, _) => "Approve 1 pair".to_owned(),
        (n, _) => format!("Approve {n} pairs"),
    };
    let consequence = match waits.to_check {
        0 => "Everyone in it is introduced in ten minutes. Until then, you can undo it.",
        _ => {
            "They're introduced in ten minutes. Until then, you can undo it. The pairs to check stay."
        }
    };
    let action = Action::ApproveRound { round: waits.id };
    Some(button(&label, &action).confirm("Approve this round?", consequence, "Approve", "Not yet"))
}

fn pairs(n: i64) -> Md {
    match n {
        1 => md!("1 pair"),
        many => md!("{} pairs", many),
    }
}

fn support() -> Button {
    button("Talk to someone", &Action::Support)
}

fn help() -> Button {
    button("Help", &Action::OpenHelp)
}
