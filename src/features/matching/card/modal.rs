//! A round in a modal: page by page, with a menu beside each pair. It stays at the page where something was changed.

use super::decided::LINES;
use super::{Card, ONLY_OWNERS};
use crate::features::Reply;
use crate::md;
use crate::slack::blocks::{Blocks, Modal};
use crate::slack::words::Md;
use crate::store::rounds::State;

impl Card {
    /// The current state, where the button was pressed: on the card, or in the modal.
    pub fn reply(&self) -> Reply {
        Reply::replace(self.message()).or_modal(self.modal())
    }

    /// The whole round.
    pub fn modal(&self) -> Modal {
        let blocks = if self.round.state == State::Proposed {
            self.to_decide_in_modal()
        } else {
            self.all_decided()
        };
        Modal::notice("Round", blocks)
    }

    fn to_decide_in_modal(&self) -> Blocks {
        let room = Self::in_modal();
        let total = self.listed().len();
        let from = self.from(room);
        let shown = self.page(from, room);
        let blocks = self.with_done(Blocks::new().section(self.summary()));
        let mut blocks = self.with_pairs(blocks, &shown, room);
        let until = from + shown.len();
        if until - from < total {
            blocks = blocks
                .context(md!("Pairs {} to {} of {}.", from + 1, until, total))
                .buttons(self.turns(from, until, total));
        }
        self.with_the_rest(blocks)
    }

    fn all_decided(&self) -> Blocks {
        let mut blocks = self.undo(Blocks::new().section(self.what_happened()));
        let lines: Vec<Md> = self.of_outcome().map(|pair| self.line(pair)).collect();
        for some in lines.chunks(LINES) {
            blocks = blocks.section(Md::bullets(some));
        }
        if self.round.state != State::Approved {
            blocks = self.with_done(blocks);
        }
        if !self.unmatched.is_empty() {
            blocks = self.with_left_over(blocks);
        }
        blocks.context(ONLY_OWNERS)
    }
}
