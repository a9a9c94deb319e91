//! A round in a modal: all pairs at once, with the same buttons as its card.

use super::card::{Card, LINES, ONLY_OWNERS, PAIRS, Room};
use crate::features::Reply;
use crate::md;
use crate::slack::blocks::{Blocks, Modal};
use crate::slack::words::Md;
use crate::store::rounds::{Proposal, State};

/// The room for pairs in one modal: Slack accepts 100 blocks.
const MODAL: Room = Room {
    blocks: 80,
    characters: usize::MAX,
};

impl Card {
    /// The current state, where the button was pressed: on the card, or in the modal.
    pub fn reply(&self) -> Reply {
        Reply::replace(self.message()).or_modal(self.modal())
    }

    /// The whole round. Long rounds omit the reasons, which are on the card.
    pub fn modal(&self) -> Modal {
        let blocks = if self.round.state == State::Proposed {
            self.to_decide_in_modal()
        } else {
            self.decided()
        };
        Modal::notice("Round", blocks)
    }

    fn to_decide_in_modal(&self) -> Blocks {
        let total = self.open().count();
        // The modal has its own pages, which are longer than a message's.
        let from = self.from(MODAL);
        let shown = self.page(from, MODAL);
        let mut blocks = Blocks::new().section(self.summary());
        for pair in &shown {
            let words = if total <= PAIRS {
                self.shown(pair)
            } else {
                line(pair)
            };
            blocks = self.with_pair(blocks, pair, words);
        }
        let until = from + shown.len();
        if until - from < total {
            blocks = blocks
                .context(md!("Pairs {} to {} of {}.", from + 1, until, total))
                .buttons(self.turns(from, until, total));
        }
        self.with_the_rest(blocks)
    }

    fn decided(&self) -> Blocks {
        let mut blocks = Blocks::new().section(self.what_happened());
        let lines: Vec<Md> = self.listed().map(line).collect();
        for some in lines.chunks(LINES) {
            blocks = blocks.section(Md::bullets(some));
        }
        if !self.unmatched.is_empty() {
            blocks = blocks.divider().section(self.left_over());
        }
        blocks.context(ONLY_OWNERS)
    }
}

fn line(pair: &Proposal) -> Md {
    let check = if pair.must_confirm {
        " · _please check_"
    } else {
        ""
    };
    let (mentor, mentee, score) = (&pair.mentor, &pair.mentee, pair.score);
    md!(
        "{} mentors {} · {}{}",
        mentor,
        mentee,
        score,
        Md::from(check)
    )
}
