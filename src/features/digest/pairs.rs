//! What the owners' weekly note says of pairs that would like some help, and of those that meet without signed goals.

use super::part::{Part, part};
use crate::domain::companion::Thing;
use crate::md;
use crate::slack::words::Md;
use crate::store::checkins::CallForHelp;
use jiff::Timestamp;

/// `day`: a day in words.
pub(super) fn calls(calls: &[CallForHelp], day: impl Fn(Timestamp) -> String) -> Option<Part> {
    let line = |call: &CallForHelp| {
        md!(
            "{} and {}, since {}",
            call.mentor,
            call.mentee,
            day(call.since)
        )
    };
    let things = calls.iter().map(|call| Thing::WantsHelp(call.pair));
    part(
        "pairs that would like some help",
        things.collect(),
        "*Pairs that would like some help*\nI don't pass on reasons, or who asked. A friendly word to both is a good start; under \
         *All pairs* you can hand them to your support contact. I list them for four weeks.",
        calls.iter().map(line).collect(),
    )
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
