//! A friendly nudge that an owner asked for.

use super::{aloud, shared_choices};
use crate::domain::message::Message;
use crate::domain::overview::Care;
use crate::features::meetings::month::Month;
use crate::md;
use crate::shared::overview;
use crate::slack::blocks::{Blocks, Modal};
use crate::slack::words::Md;
use jiff::Timestamp;

const WORDS: &str = "*A friendly hello from the program.* There's no time for this month's meeting yet. If one of these suits \
                     you both, it's one press. If it's a busy month, leaving it out is fine, too.";

/// For both, in their group DM.
pub fn owners_nudge(month: &Month, now: Timestamp) -> Message {
    let slots = month.slots(now);
    shared_choices(Blocks::new().section(WORDS), month, &slots, now).message(md!(
        "A friendly hello from the program. There's no time for this month's meeting yet. {}",
        aloud(&slots, month, now)
    ))
}

/// For the owner, before it is sent.
pub fn owners_nudge_form(month: &Month) -> Modal {
    let lead = md!(
        "{} and {} read this in their group DM, with times that suit both calendars. It doesn't say that you asked.",
        month.pair.mentor,
        month.pair.mentee
    );
    overview::words_first(
        month.pair.id,
        Care::Nudge,
        lead,
        &Md::from(WORDS),
        "Send it",
    )
}
