//! The texts of the digest.

use crate::domain::digest::{Line, Published};
use crate::domain::message::Message;
use crate::domain::program::Settings;
use crate::domain::trend::Trend;
use crate::md;
use crate::slack::blocks::{Blocks, button};
use crate::slack::event::Action;
use crate::slack::words::Md;

/// The week in figures for everybody, with earlier weeks in a chart. `next`: when people are matched next.
pub(super) fn digest(
    settings: &Settings,
    published: &Published,
    trend: Option<&Trend>,
    next: &Md,
) -> Message {
    let title = format!("{} this week", settings.name);
    let text = md!(
        "{}: {} active pairs, {} people in the program.",
        title,
        published.active_pairs.to_string(),
        published.joined_people.to_string()
    );
    let lines = published.lines();
    let figures = Md::bullets(
        lines
            .iter()
            .map(|Line { label, value }| md!("*{}:* {}", label, value)),
    );
    let mut blocks = Blocks::new().header(&title).section(figures);
    if let Some(trend) = trend {
        blocks = blocks.picture("Recent weeks in figures", &trend.alt());
    }
    blocks
        .section(md!(
            "*Next match:* {}\n*Want to take part?* Press *Join* or type `/reverse-mentor join`. You'll see what to \
             expect before you decide, and only you see the form.",
            next
        ))
        .buttons([button("Join", &Action::JoinFromChannel).primary()])
        .context(md!(
            "Never shown here: names, anything anyone wrote, or figures over fewer than {}. {}",
            published.minimum,
            published.note()
        ))
        .message(text)
}
