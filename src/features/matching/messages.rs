//! The short notes owners read about rounds.

use super::card::{left_over, pairs};
use crate::domain::ids::UserId;
use crate::domain::matching::Binding;
use crate::domain::message::Message;
use crate::md;
use crate::slack::blocks::Blocks;
use crate::slack::words::Md;

/// An asked-for or scheduled round came to nothing.
pub fn nothing_found(unmatched: &[(UserId, Binding)]) -> Message {
    let words: Md = match unmatched.len() {
        0 => "I looked for pairs. Nobody is waiting for a partner right now.".into(),
        1 => "I looked for pairs and found none this time. One person is waiting.".into(),
        n => md!(
            "I looked for pairs and found none this time. {} people are waiting.",
            n
        ),
    };
    let mut blocks = Blocks::new().section(words.clone());
    if !unmatched.is_empty() {
        blocks = blocks.section(left_over(unmatched)).context(
            "They are told kindly what stood in the way, where it reveals nobody else, and not the same again within a month. Only the program's owners see this.",
        );
    }
    blocks.message(words)
}

/// An owner asked for a round.
pub fn looking(approval: bool) -> Message {
    if approval {
        "I'll look for pairs now; you'll get the proposal here in a minute.".into()
    } else {
        "I'll look for pairs now and introduce them right away; you'll hear from me here in a minute.".into()
    }
}

/// A round an owner asked for, where no approval is asked.
pub fn introducing(n: usize) -> Message {
    match n {
        0 => "I found pairs, and each of them needs a look from an owner first.".into(),
        1 => "I found 1 pair and am introducing the two right now.".into(),
        n => md!("I found {} and am introducing them right now.", pairs(n)).into(),
    }
}
