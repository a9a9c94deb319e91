//! Pairs in one reporting line, as owners read about them in several places.

use crate::domain::pair::Pair;
use crate::slack::blocks::{Button, button};
use crate::slack::event::Action;

/// Ends the pair, after asking.
pub fn end_button(label: &str, pair: &Pair) -> Button {
    button(label, &Action::EndInOneLine { pair: pair.id }).confirm(
        "End this pair?",
        "Both read that their pair has come to an end, without a reason and without your name. They're offered another match.",
        "End it kindly",
        "Not now",
    )
}
