//! The part of the App Home that only owners see.

use crate::domain::cadence;
use crate::domain::ids::{ChannelId, RoundId, UserId};
use crate::domain::overview::{Group, PairAtWork};
use crate::domain::program::{Matching, Settings};
use crate::domain::schedule::Schedule;
use crate::domain::settings_part::Part;
use crate::features::{NextMatch, months, worded_button};
use crate::md;
use crate::shared::overview;
use crate::slack::blocks::{Blocks, Button, button, listed};
use crate::slack::event::Action;
use crate::slack::words::{Md, when};
use crate::store::overview::Past;
use crate::store::participants;
use crate::store::rounds::{Awaiting, Origin, Round};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The most rounds shown, because a rolling program may have several.
const ROUNDS: usize = 3;
/// The most pairs worth a look on this page; the list of all has the others.
const PAIRS: usize = 5;

pub(super) struct Counts {
    /// People in the owners' file.
    pub listed: i64,
    pub people: participants::Counts,
    pub pairs: i64,
    /// How many people the first match wants, while the enrollment window is open.
    pub needed: Option<u32>,
    /// The channel whose digest waits.
    pub digest_waits: Option<ChannelId>,
}

/// An overview of the program for its owners: figures, no names.
pub(super) fn at_a_glance(settings: &Settings, counts: &Counts, next: &NextMatch) -> Blocks {
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
    if let Some(channel) = &counts.digest_waits {
        blocks = blocks.section(md!(
            "*The digest waits:* {} hears nothing until a figure covers at least {} people, so nobody can be singled \
             out.",
            channel,
            settings.minimum_group.max(2)
        ));
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

/// What the program does by itself, and what has been.
pub(super) fn so_far(
    past: Past,
    digest: Option<Timestamp>,
    settings: &Settings,
    (zone, now): (&TimeZone, Timestamp),
) -> Blocks {
    let mut lines = vec![in_words(settings)];
    if let (Some(channel), Some(at)) = (&settings.digest_channel, digest) {
        let day = cadence::say_day(at, zone, now);
        lines.push(md!("The last digest for {} is of {}.", channel, day));
    }
    if past != Past::default() {
        lines.push(md!(
            "Pairs so far: {} completed, {} ended before.",
            past.completed,
            past.ended
        ));
    }
    Blocks::new().context(Md::join(lines, "\n"))
}

/// The settings, as the program goes by them.
fn in_words(settings: &Settings) -> Md {
    let schedule = |text: &str| {
        let schedule = Schedule::parse(text).ok();
        schedule.map_or_else(|| text.to_owned(), |schedule| schedule.in_words())
    };
    let matched = match settings.matching {
        Matching::Rounds => md!("Matched {}", schedule(&settings.round_schedule)),
        Matching::Rolling => md!("Matched as soon as two fit"),
    };
    let approved = if settings.approval {
        "An owner approves each round."
    } else {
        "Pairs are introduced without approval."
    };
    md!(
        "{}. {} A pair meets for {}. Figures cover at least {} people.",
        matched,
        Md::from(approved),
        months(settings.cycles),
        settings.minimum_group
    )
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
                "*{}* The introductions begin {}; until then, nobody hears of it.",
                Md::from(match approved.origin {
                    Origin::ByHand => "A pair was made by hand.",
                    Origin::Swap => "Two pairs are to swap partners.",
                    Origin::Scheduled
                    | Origin::Asked
                    | Origin::Rolling
                    | Origin::Confirm
                    | Origin::Invite => "A round is approved.",
                }),
                begins
            ))
            .buttons([
                button("Undo", &Action::UndoApproval { round }),
                button("Look at it", &Action::ShowRound { round }),
            ]);
    }
    blocks
}

/// Pairs that owners decided on before the rest of their round, and of which nobody has heard yet.
pub(super) fn about_to_begin(
    rounds: &[(RoundId, Timestamp)],
    zone: &TimeZone,
    now: Timestamp,
) -> Blocks {
    let mut blocks = Blocks::new();
    for (round, begins) in rounds {
        let at = when(*begins, &cadence::say_when_and_where(*begins, zone, now));
        blocks = blocks
            .section(md!(
                "*Pairs are about to be introduced.* The first of them {}; until then, nobody hears of it.",
                at
            ))
            .buttons([button("Look or undo", &Action::ShowRound { round: *round })]);
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
        0 => {
            "Everyone in it is introduced in ten minutes at the soonest. Until then, you can undo it."
        }
        _ => {
            "They're introduced in ten minutes at the soonest. Until then, you can undo it. The pairs to check stay."
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

/// What owners can do, by what it is about. `has_list`: they have brought in people who can be reminded.
pub(super) fn buttons(declared: bool, on_break: bool, has_list: bool) -> Blocks {
    let rest = if on_break {
        vec![
            button("Resume the program", &Action::EndProgramBreak).primary(),
            button("Move the end of the break", &Action::OpenProgramBreak),
        ]
    } else {
        vec![button("Pause the program", &Action::OpenProgramBreak)]
    };
    let remind = button("Remind your list", &Action::OpenRemindInvited);
    let words = [
        Some(button("Announce it", &Action::OpenAnnounce)),
        Some(button("A note for a sponsor", &Action::OpenSponsorsNote)),
        has_list.then_some(remind),
        Some(worded_button()),
    ];
    let words = words.into_iter().flatten();
    let blocks = Blocks::new()
        .section("*Pairs and people*")
        .buttons(
            [
                button("Propose a round now", &Action::ProposeRound),
                button("All pairs", &Action::ShowPairs),
                button("People", &Action::ShowPeople),
                button("Bring in your people", &Action::OpenImport),
            ]
            .into_iter()
            .chain(rest),
        )
        .section("*Words*")
        .buttons(words)
        .section("*Figures*")
        .buttons([
            button("Preview the digest", &Action::PreviewDigest),
            button("Report", &Action::MakeReport),
            button("Export", &Action::ExportProgram),
        ]);
    if declared {
        return blocks.context(
            "Only owners see this part. Settings are kept in program.toml on the server.",
        );
    }
    let parts = Part::STEPS.map(|part| button(part.title(), &Action::EditSettings(part)));
    let recipes = button("Recipes", &Action::OpenRecipes);
    blocks
        .section("*Settings*")
        .buttons(parts.into_iter().chain([recipes]))
        .context("Only owners see this part.")
}
