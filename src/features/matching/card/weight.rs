//! How much of a round fits on one page. Slack accepts about 13,000 characters of blocks in a message, and 100 blocks and 250 kB in
//! a modal.

use super::Card;
use crate::slack::blocks::Blocks;
use crate::slack::words::Md;
use crate::store::rounds::Proposal;

/// What pairs may take up on one page, and how they are shown there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Room {
    pub blocks: usize,
    pub characters: usize,
    pub style: Style,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Each pair has its menu beside it.
    Menus,
    /// Pairs are lines, several to a block; only those to check have a button.
    Lines,
}

/// The blocks that pairs may take up in a message: the rest needs room, too.
const BLOCKS: usize = 38;
/// All blocks of a message together, with some room for the ids that tell equal buttons apart.
const CHARACTERS: usize = 12_500;
/// The heading, the summary, and the line about the page.
const HEADING: usize = 1_500;
/// What telling equal buttons apart adds to a pair.
const TOLD_APART: usize = 100;
/// The line break between two lines.
const BREAK: usize = 2;

impl Card {
    /// The room in a message, where pairs are shown with menus if all of them fit.
    pub(super) fn in_message(&self) -> Room {
        let rest = weight(self.with_the_rest(Blocks::new())).1;
        let (done, more) = weight(self.with_done(Blocks::new()));
        let rest = rest + more;
        let room = Room {
            blocks: BLOCKS.saturating_sub(done),
            characters: CHARACTERS.saturating_sub(HEADING + rest),
            style: Style::Menus,
        };
        if self.page(0, room).len() == self.listed().len() {
            room
        } else {
            let style = Style::Lines;
            Room { style, ..room }
        }
    }

    /// The room in a modal.
    pub(super) const fn in_modal() -> Room {
        Room {
            blocks: 84,
            characters: 200_000,
            style: Style::Menus,
        }
    }

    /// The listed pairs that fit in `room`, starting from the nth; at least one, if there is any.
    pub(super) fn page(&self, from: usize, mut room: Room) -> Vec<&Proposal> {
        let mut page = Vec::new();
        for pair in self.listed().into_iter().skip(from) {
            let (blocks, characters) = self.weight_of(pair, room.style);
            let fits = blocks <= room.blocks && characters <= room.characters;
            if !fits && !page.is_empty() {
                break;
            }
            room.blocks = room.blocks.saturating_sub(blocks);
            room.characters = room.characters.saturating_sub(characters);
            page.push(pair);
        }
        page
    }

    /// The first pair of the page that contains the pair to show.
    pub(super) fn from(&self, room: Room) -> usize {
        let at = self.at.min(self.listed().len().saturating_sub(1));
        let mut from = 0;
        loop {
            let shown = self.page(from, room).len();
            if shown == 0 || at < from + shown {
                return from;
            }
            from += shown;
        }
    }

    fn weight_of(&self, pair: &Proposal, style: Style) -> (usize, usize) {
        if style == Style::Lines && !Self::has_a_button(pair) && !pair.is_about_to_meet() {
            return (0, json(self.item(pair).as_str()) + BREAK);
        }
        let (blocks, characters) = weight(self.with_pair(Blocks::new(), pair, style));
        (blocks, characters + TOLD_APART)
    }
}

/// Blocks, and characters of their JSON.
fn weight(blocks: Blocks) -> (usize, usize) {
    let blocks = blocks.message(Md::default()).blocks;
    let text = serde_json::to_string(&blocks).unwrap_or_default();
    (blocks.len(), text.chars().count())
}

fn json(text: &str) -> usize {
    serde_json::to_string(text).map_or(text.len(), |text| text.chars().count())
}
