//! Texts about meetings that are off.

use super::on_their_clocks;
use crate::domain::cadence::say_day;
use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::features::meetings::month::Month;
use crate::md;
use crate::slack::blocks::Blocks;
use crate::slack::words::{Md, quote};
use jiff::Timestamp;

/// One of them skips the month, or calls its meeting off; for both, in their group DM. The words are the same whether or not one
/// of them has said that they met. `off`: the meeting that was planned; `on_break`: their months wait.
pub fn skipped(
    month: &Month,
    (by, note): (&UserId, Option<&str>),
    off: Option<Timestamp>,
    on_break: bool,
    now: Timestamp,
) -> Message {
    let next = if month.cycle.number >= month.pair.cycles {
        Md::default()
    } else if on_break {
        "Your months continue after the break.".into()
    } else if month.cycle.closes_at <= now {
        "The next month begins soon.".into()
    } else {
        md!(
            "The next month begins around {}.",
            say_day(month.cycle.closes_at, month.zone(), now)
        )
    };
    let lead = if off.is_some() {
        md!("*The meeting is off:* {} has called it off.", by)
    } else {
        md!("*No meeting this month:* {} has skipped it.", by)
    };
    let lead = md!(
        "{} That happens, and it says nothing about the two of you. {}",
        lead,
        next
    );
    let mut aloud = lead.clone();
    let mut blocks = Blocks::new().section(lead);
    if let Some(at) = off {
        let off = md!(
            "The meeting planned for {} is off. If it's in your calendar, delete it there, or open the file that follows.",
            on_their_clocks(at, month, now)
        );
        aloud = md!("{} {}", aloud, off);
        blocks = blocks.section(off);
    }
    if let Some(note) = note {
        blocks = blocks.section(md!("{} adds:\n{}", by, quote(note)));
    }
    blocks.message(aloud)
}
