//! The texts of the digest.

use crate::domain::cadence;
use crate::domain::digest::{Line, Published};
use crate::domain::message::Message;
use crate::domain::program::Settings;
use crate::domain::trend::Trend;
use crate::domain::wording::Worded;
use crate::features::NextMatch;
use crate::md;
use crate::shared::opening::opening;
use crate::slack::blocks::{Blocks, button};
use crate::slack::event::Action;
use crate::slack::words::{Md, when};
use jiff::Timestamp;

/// The week in figures for everybody, with earlier weeks in a chart. `next`: when people are matched next.
pub(super) fn digest(
    settings: &Settings,
    published: &Published,
    trend: Option<&Trend>,
    next: &NextMatch,
) -> Message {
    let text = md!(
        "{}: {} active pairs, {} people in the program.",
        title(settings),
        published.active_pairs.to_string(),
        published.joined_people.to_string()
    );
    figures(settings, published, trend, next)
        .buttons([button("Join", &Action::JoinFromChannel).primary()])
        .context(never_shown(published))
        .message(text)
}

/// The same for an owner alone. `due`: when the digest is posted next.
pub(super) fn preview(
    settings: &Settings,
    published: &Published,
    trend: Option<&Trend>,
    (next, due, now): (&NextMatch, Option<Timestamp>, Timestamp),
) -> Message {
    let due = due.map(|at| {
        let fallback = cadence::say_when_and_where(at, &settings.zone(), now);
        md!(" The next digest is due {}.", when(at, &fallback))
    });
    let due = due.unwrap_or_default();
    let lead = match &settings.digest_channel {
        Some(channel) => md!(
            "*A preview, only for you.* This is what {} would read now.{}",
            channel,
            due
        ),
        None => md!(
            "*A preview, only for you.* There's no channel for the digest yet; you can pick one in \
             `/reverse-mentor setup`."
        ),
    };
    Blocks::new()
        .section(lead)
        .divider()
        .append(figures(settings, published, trend, next))
        .divider()
        .context(never_shown(published))
        .context(
            "Nothing here counts as posted. The next digest moves from these figures in the same steps, so comparing the \
             two says nothing about one person. In the channel, it also has a *Join* button.",
        )
        .message(md!("A preview of the digest, only for you."))
}

fn title(settings: &Settings) -> String {
    format!("{} this week", settings.name)
}

fn figures(
    settings: &Settings,
    published: &Published,
    trend: Option<&Trend>,
    next: &NextMatch,
) -> Blocks {
    let lines = published.lines();
    let figures = Md::bullets(
        lines
            .iter()
            .map(|Line { label, value }| md!("*{}:* {}", label, value)),
    );
    let mut blocks = Blocks::new().header(&title(settings));
    if let Some(words) = opening(settings, Worded::Digest) {
        blocks = blocks.section(words);
    }
    blocks = blocks.section(figures);
    if let Some(trend) = trend {
        blocks = blocks.picture("Recent weeks in figures", &trend.alt());
    }
    blocks.section(md!(
        "*{}:* {}\n*Want to take part?* Press *Join* or type `/reverse-mentor join`. You'll see what to expect \
         before you decide, and only you see the form.",
        next.label(),
        next.in_words()
    ))
}

fn never_shown(published: &Published) -> Md {
    md!(
        "Never shown here: names, anything anyone wrote, or figures over fewer than {}. {}",
        published.minimum,
        published.note()
    )
}

pub(super) fn preview_is_coming() -> Md {
    "The preview is on its way to you in our direct messages.".into()
}

pub(super) fn nothing_to_preview(settings: &Settings) -> Md {
    md!(
        "Nothing would be posted now: every figure would be “fewer than {}”, and numbers that small could single someone \
         out. The digest starts once a figure covers {} people.",
        settings.minimum_group.max(2),
        settings.minimum_group.max(2)
    )
}
