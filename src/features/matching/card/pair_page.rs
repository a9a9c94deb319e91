//! The pages about one pair, in a modal: why these two, and which of them is set aside.

use super::Card;
use super::pair::reasons;
use crate::domain::ids::UserId;
use crate::domain::matching::Edit;
use crate::md;
use crate::slack::blocks::{Blocks, Button, Modal, button};
use crate::slack::event::Action;
use crate::slack::words::Md;
use crate::store::rounds::Proposal;

impl Card {
    /// Why these two.
    pub fn pair_page(&self, pair: &Proposal) -> Modal {
        let fit = md!(
            "{}: {} of 100. Most of it is what the one wants to learn and the other can share.",
            fit(pair.score),
            pair.score
        );
        let blocks = Blocks::new()
            .section(self.with_lines(pair))
            .section(fit)
            .section(reasons(pair))
            .buttons([self.back_to(pair)]);
        Modal::notice("Why these two?", blocks.context(super::ONLY_OWNERS))
    }

    /// Which of the two is set aside, or brought back.
    pub fn aside_page(&self, pair: &Proposal) -> Modal {
        let blocks = Blocks::new()
            .section(self.line(pair))
            .section(
                "Someone who is set aside gets no partner this time. They keep their place, and hear only that nobody who fits \
                 was free. *Look again* then finds someone else for the other.",
            )
            .buttons([
                self.aside(&pair.mentor, "Set the mentor aside", "Bring the mentor back"),
                self.aside(&pair.mentee, "Set the mentee aside", "Bring the mentee back"),
                self.back_to(pair),
            ]);
        Modal::notice("Set one of them aside", blocks.context(super::ONLY_OWNERS))
    }

    fn aside(&self, who: &UserId, set: &str, back: &str) -> Button {
        let (label, edit) = if self.is_set_aside(who) {
            (back, Edit::Back)
        } else {
            (set, Edit::Aside)
        };
        let nobody = UserId::from("");
        button(
            label,
            &Action::Edit(self.round.id, edit, who.clone(), nobody),
        )
    }

    /// Back to the page of the round where this pair is.
    fn back_to(&self, pair: &Proposal) -> Button {
        let from = self.index_of(&pair.mentor, &pair.mentee);
        let round = self.round.id;
        button("Back to the round", &Action::PageRound { round, from })
    }
}

/// A score in words.
fn fit(score: u8) -> Md {
    match score {
        75.. => "An excellent match",
        55.. => "A strong match",
        40.. => "A good match",
        _ => "A fair match",
    }
    .into()
}
