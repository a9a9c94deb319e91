//! A section of the owners' weekly note.

use crate::domain::companion::Thing;
use crate::md;
use crate::slack::blocks::{Blocks, lines_in_short};
use crate::slack::words::Md;

/// The most lines in one section.
const LINES: usize = 10;

/// A section of the note, with the things it lists.
pub(super) struct Part {
    /// What it is called where nothing in it is new.
    pub name: &'static str,
    pub things: Vec<Thing>,
    pub blocks: Blocks,
    /// Something waits for the owner's press, so it is never only counted.
    pub has_buttons: bool,
}

/// The first of some, and a line about the others; none if there are none.
pub(super) fn first<T>(all: &[T]) -> Option<(&[T], Blocks)> {
    let shown = &all[..all.len().min(LINES)];
    let more = match all.len() - shown.len() {
        0 => Blocks::new(),
        more => Blocks::new().context(md!("… and {} more.", more)),
    };
    (!shown.is_empty()).then_some((shown, more))
}

/// A heading with lines under it; none without lines.
pub(super) fn part(
    name: &'static str,
    things: Vec<Thing>,
    heading: &'static str,
    lines: Vec<Md>,
) -> Option<Part> {
    if lines.is_empty() {
        return None;
    }
    let lines = Md::bullets(lines_in_short(lines, LINES));
    Some(Part {
        name,
        things,
        blocks: Blocks::new().section(md!("{}\n{}", Md::from(heading), lines)),
        has_buttons: false,
    })
}
