//! The texts of the digest.

use crate::domain::digest::{Line, Published};
use crate::domain::message::Message;
use crate::domain::program::Settings;
use crate::domain::trend::Trend;
use crate::features::NextMatch;
use crate::md;
use crate::slack::blocks::Blocks;
use crate::slack::words::Md;

/// The week in figures for everybody, with earlier weeks in a chart. `next`: when people are matched next.
pub(super) fn digest(
    settings: &Settings,
    published: &Published,
    trend: Option<&Trend>,
    next: &NextMatch,
) -> Message {
    let title = format!("{} this week", settings.name);
    let minimum = published.minimum;
    let (text, figures, note) = if has_figures(published) {
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
        (text, figures, md!(" {}", published.note()))
    } else {
        let text = md!(
            "{}: figures appear here once each covers at least {} people, so nobody can be singled out.",
            title,
            minimum
        );
        let small = md!(
            "The program is running. Figures appear here once each covers at least {} people, so nobody can be \
             singled out.",
            minimum
        );
        (text, small, Md::default())
    };
    let mut blocks = Blocks::new().header(&title).section(figures);
    if let Some(trend) = trend {
        blocks = blocks.picture("Recent weeks in figures", &trend.alt());
    }
    blocks
        .section(md!(
            "*{}:* {}\n*Want to take part?* Type `/reverse-mentor join`. You'll see what to expect before you \
             decide.",
            next.label(),
            next.in_words()
        ))
        .context(md!(
            "Never shown here: names, anything anyone wrote, or figures over fewer than {}.{}",
            minimum,
            note
        ))
        .message(text)
}

/// Whether any figure is shown, including topics and confidence, each of which has its own group.
fn has_figures(published: &Published) -> bool {
    let figures = [
        published.active_pairs,
        published.met_pairs,
        published.agreements_signed,
        published.joined_people,
        published.waiting_people,
        published.open_to_another,
    ];
    figures.iter().any(|figure| figure.number().is_some())
        || !published.topics.is_empty()
        || published.confidence_tenths.is_some()
}
