//! How far the decisions on a round have come: what is introduced, what is about to be and can be undone, what is left.

use super::{Card, pairs};
use crate::domain::cadence::say_when_and_where;
use crate::md;
use crate::slack::blocks::{Blocks, button, lines_in_short, listed};
use crate::slack::event::Action;
use crate::slack::words::{Md, when};
use crate::store::rounds::{Proposal, State};

/// The most pairs in a list of those that need nothing more.
const SHOWN: usize = 15;

impl Card {
    /// "30 pairs are introduced, 2 are about to be, and 1 is left to check." None before the first decision.
    pub(super) fn progress(&self) -> Option<Md> {
        let (made, soon) = (self.made().count(), self.about_to_meet().count());
        if made + soon == 0 {
            return None;
        }
        let (sure, left) = (self.sure().count(), self.open().count());
        let to_do = if sure == 0 { "check" } else { "look over" };
        let parts = [
            (made, "introduced".to_owned()),
            (soon, "about to be introduced".to_owned()),
            (left, format!("left to {to_do}")),
        ];
        let parts = parts.into_iter().filter(|(n, _)| *n > 0).enumerate();
        let parts: Vec<Md> = parts
            .map(|(at, (n, what))| match (at, n) {
                (0, 1) => md!("1 pair is {}", what),
                (0, n) => md!("{} pairs are {}", n, what),
                (_, 1) => md!("1 is {}", what),
                (_, n) => md!("{} are {}", n, what),
            })
            .collect();
        let unheard = match left {
            0 => "",
            _ if made == 0 => " Nobody has heard anything yet.",
            1 => " Those two haven't heard anything yet.",
            _ => " Nobody in those has heard anything yet.",
        };
        Some(md!("{}.{}", listed(&parts), Md::from(unheard)))
    }

    /// What was decided before the rest, while it can be undone, and after.
    pub(super) fn with_done(&self, blocks: Blocks) -> Blocks {
        let is_open = self.round.state == State::Proposed;
        // Those that were checked stand among the others, where each can be undone, as long as the round waits.
        let soon: Vec<&Proposal> = self
            .about_to_meet()
            .filter(|pair| !is_open || !pair.must_confirm)
            .collect();
        let mut blocks = blocks;
        if let Some(begins) = soon.iter().filter_map(|pair| pair.introduce_at).min() {
            let at = when(begins, &say_when_and_where(begins, &self.zone, self.now));
            let words = md!(
                "*Approved: {}.* Nobody in them has heard of it yet: the introductions begin {}. Until then, you can undo this.\n{}",
                pairs(soon.len()),
                at,
                lines(&soon)
            );
            let round = self.round.id;
            let undo = button("Undo", &Action::UndoApproval { round });
            blocks = blocks.section(words).buttons([undo]);
        }
        let made: Vec<&Proposal> = self.made().collect();
        if is_open && !made.is_empty() {
            blocks = blocks.section(md!("*Introduced*\n{}", lines(&made)));
        }
        blocks
    }

    /// When a checked pair is introduced.
    pub(super) fn checked(&self, pair: &Proposal) -> Option<Md> {
        let begins = pair.introduce_at.filter(|_| pair.is_about_to_meet())?;
        let at = when(begins, &say_when_and_where(begins, &self.zone, self.now));
        Some(match &pair.settled_by {
            Some(owner) => md!("_Checked by_ {}. They're introduced {}.", owner, at),
            None => md!("_Checked._ They're introduced {}.", at),
        })
    }
}

fn lines(pairs: &[&Proposal]) -> Md {
    let lines = pairs
        .iter()
        .map(|pair| md!("{} mentors {}", pair.mentor, pair.mentee));
    Md::bullets(lines_in_short(lines.collect(), SHOWN))
}
