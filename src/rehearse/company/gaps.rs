//! What a file leaves open is made up, so that people see a first round from the list they have.

use super::people;
use crate::people_file::{Manager, Part, PeopleFile};
use crate::rehearse::names;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;

/// Words of the file named in a sentence.
const NAMED: usize = 3;

/// What was made up for a file.
pub(super) struct Gaps {
    /// The stage of each row, for those whose stage the file does not say in our words.
    ranks: Vec<usize>,
    pub without_topics: bool,
    rng: ChaCha8Rng,
    /// In sentences.
    pub words: Vec<String>,
}

impl Gaps {
    pub fn of(file: &PeopleFile, seed: u64) -> Self {
        // Of its own: what the file says is dealt with as without gaps.
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x6761_7073);
        let members = || {
            file.rows
                .iter()
                .filter(|row| matches!(row.part, Part::Member(_)))
        };
        let without_topics = members().all(|row| row.share.is_empty() && row.learn.is_empty());
        let mut words = Vec::new();
        if without_topics {
            words.push(
                "The file has no topics (share and learn), so everyone's are made up.".to_owned(),
            );
        }
        let unread = members().filter(|row| row.rank.is_none() || row.stage_word.is_some());
        let unread: Vec<_> = unread.collect();
        if !unread.is_empty() {
            let all: BTreeSet<&str> = unread
                .iter()
                .filter_map(|row| row.stage_word.as_deref())
                .collect();
            words.push(format!(
                "The stages of {} of {} people are made up{}.",
                unread.len(),
                members().count(),
                because(&all)
            ));
        }
        Self {
            ranks: heights(file)
                .into_iter()
                .map(|height| made_up_rank(height, &mut rng))
                .collect(),
            without_topics,
            rng,
            words,
        }
    }

    pub fn rank(&self, at: usize, told: Option<usize>) -> usize {
        told.unwrap_or(self.ranks[at])
    }

    /// What somebody shares, and would like to learn.
    pub fn topics(&mut self, rank: usize) -> (Vec<String>, Vec<String>) {
        people::topics_of(rank, &mut self.rng)
    }
}

fn because(words: &BTreeSet<&str>) -> String {
    let shown = words.iter().enumerate().filter(|(at, _)| *at < NAMED);
    let shown: Vec<String> = shown.map(|(_, word)| format!("“{word}”")).collect();
    let more = match words.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    match words.len() {
        0 => String::new(),
        1 => format!(": {} isn't one of the stages here", shown.concat()),
        _ => format!(": {}{more} aren't among the stages here", shown.join(", ")),
    }
}

/// How many levels of people are below each row.
fn heights(file: &PeopleFile) -> Vec<usize> {
    let mut heights = vec![0; file.rows.len()];
    for from in 0..file.rows.len() {
        let (mut at, mut height) = (from, 0);
        // More levels than there are stages; circles end here, too.
        while height < names::STAGES.len()
            && let Manager::Row(manager) = file.rows[at].manager
        {
            height += 1;
            heights[manager] = heights[manager].max(height);
            at = manager;
        }
    }
    heights
}

/// Whoever leads nobody is one of the first three, and each level below somebody is a stage more.
fn made_up_rank(height: usize, rng: &mut ChaCha8Rng) -> usize {
    match height {
        0 => rng.random_range(0..3),
        levels => (levels + 2).min(names::STAGES.len() - 1),
    }
}
