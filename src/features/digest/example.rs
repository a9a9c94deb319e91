//! The digest with made-up figures.

use super::messages;
use crate::domain::digest::{Facts, safe};
use crate::domain::message::Message;
use crate::domain::program::Settings;
use crate::features::NextMatch;

/// The digest as a channel would read it after some months: the figures are made up.
pub fn example(settings: &Settings, next: &NextMatch) -> Message {
    let published = safe(&made_up(settings), None, settings.minimum_group);
    messages::digest(settings, &published, None, next)
}

/// Every figure is several times the smallest group, whatever that is.
fn made_up(settings: &Settings) -> Facts {
    let groups = |number: u32| settings.minimum_group.saturating_mul(number);
    let learning: Vec<String> = settings.topics.first().cloned().into_iter().collect();
    Facts {
        active_pairs: groups(5),
        met_pairs: groups(3),
        reported_pairs: groups(4),
        agreements_signed: groups(4),
        agreements_total: groups(5),
        joined_people: groups(12),
        waiting_people: groups(2),
        topics_offered: settings.topics.clone(),
        learning: (0..groups(3)).map(|_| learning.clone()).collect(),
        ..Facts::default()
    }
}
