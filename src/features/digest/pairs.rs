//! Parts of the weekly note about pairs: calls for help, pairs in one reporting line, and pairs without signed goals.

use super::part::{Part, first, part};
use crate::domain::companion::Thing;
use crate::domain::pair::Pair;
use crate::md;
use crate::shared::one_line::end_button;
use crate::slack::blocks::Blocks;
use crate::slack::words::Md;
use crate::store::checkins::CallForHelp;
use jiff::Timestamp;

/// `owns`: whether its reader has the list of all pairs. `day`: a day in words.
pub(super) fn calls(
    calls: &[CallForHelp],
    owns: bool,
    day: impl Fn(Timestamp) -> String,
) -> Option<Part> {
    let line = |call: &CallForHelp| {
        md!(
            "{} and {}, since {}",
            call.mentor,
            call.mentee,
            day(call.since)
        )
    };
    let things = calls.iter().map(|call| Thing::WantsHelp(call.pair));
    let heading = if owns {
        "*Pairs that would like some help*\nI don't pass on reasons, or who asked. A friendly word to both is a good start; under \
         *All pairs* you can hand them to your support contact. I list them for four weeks."
    } else {
        "*Pairs that would like some help*\nI don't pass on reasons, or who asked. A friendly word to both is a good start."
    };
    part(
        "pairs that would like some help",
        things.collect(),
        heading,
        calls.iter().map(line).collect(),
    )
}

/// Pairs of whom one is above the other since a re-organization.
pub(super) fn in_one_line(all: &[Pair]) -> Option<Part> {
    let (pairs, more) = first(all)?;
    let blocks = Blocks::new().section(
        "*Pairs in one reporting line*\nSince a change of managers, one of them is above the other. They don't know \
         that I've noticed. A friendly word, your support contact, or a kind end: that's for you to decide.",
    );
    let blocks = pairs.iter().fold(blocks, |blocks, pair| {
        let end = end_button("End it kindly", pair);
        blocks.section_with(md!("{} and {}", pair.mentor, pair.mentee), end)
    });
    let things = all.iter().map(|pair| Thing::InOneLine(pair.id));
    Some(Part {
        name: "pairs in one reporting line",
        things: things.collect(),
        blocks: blocks.append(more),
        has_buttons: false,
    })
}

/// Nothing to act on, so it's in no section, and no reason to write.
pub(super) fn unsigned(pairs: usize) -> Option<Md> {
    match pairs {
        0 => None,
        1 => Some("1 pair meets without signed goals, and that's all right.".into()),
        some => Some(md!(
            "{} pairs meet without signed goals, and that's all right.",
            some
        )),
    }
}
