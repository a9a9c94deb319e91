//! The introduction of two people who are made up.

use super::messages;
use crate::domain::message::Message;
use crate::domain::program::Settings;
use crate::domain::wording::Worded;
use crate::shared::{example, opening};

/// The introduction as two made-up people would read it.
pub fn example(settings: &Settings) -> Message {
    let (mina, robert) = (example::mina(settings), example::robert(settings));
    let two = (&example::MINA, &example::ROBERT);
    messages::introduction(
        opening::for_two(settings, Worded::Introduction, two),
        (&example::MINA, Some(&mina)),
        (&example::ROBERT, Some(&robert)),
        &example::reasons(settings),
    )
}
