//! The owners' part of the App Home: the settings in words, and what owners can do.

use crate::domain::cadence;
use crate::domain::program::{Matching, Settings};
use crate::domain::schedule::Schedule;
use crate::domain::settings_part::Part;
use crate::features::months;
use crate::md;
use crate::slack::blocks::{Blocks, button};
use crate::slack::event::Action;
use crate::slack::words::Md;
use crate::store::overview::Past;
use jiff::Timestamp;
use jiff::tz::TimeZone;

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
        "an owner approves"
    } else {
        "introduced without approval"
    };
    md!(
        "{}, {}. {} a pair, statistics from {} people on.",
        matched,
        Md::from(approved),
        months(settings.cycles),
        settings.minimum_group
    )
}

pub(super) fn owner_buttons(declared: bool, on_break: bool) -> Blocks {
    let mut buttons = vec![
        button("Propose a round now", &Action::ProposeRound),
        button("All pairs", &Action::ShowPairs),
        button("People", &Action::ShowPeople),
    ];
    buttons.extend([
        button("Bring in your people", &Action::OpenImport),
        button("Announce it", &Action::OpenAnnounce),
        button("Report", &Action::MakeReport),
        button("Export", &Action::ExportProgram),
    ]);
    buttons.push(if on_break {
        button("Resume the program", &Action::EndProgramBreak).primary()
    } else {
        button("Pause the program", &Action::OpenProgramBreak)
    });
    let mut blocks = Blocks::new().buttons(buttons);
    if !declared {
        let parts = Part::STEPS.map(|part| button(part.title(), &Action::EditSettings(part)));
        blocks = blocks.section("*Settings*").buttons(parts);
    }
    blocks.context(if declared {
        "Only owners see this part. Settings are kept in program.toml on the server."
    } else {
        "Only owners see this part."
    })
}
