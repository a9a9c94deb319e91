//! Texts about breaks. They never say why.

use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::features::meetings::month::Month;
use crate::md;
use crate::slack::words::Md;
use jiff::Timestamp;

/// One of them is away; for both, in their group DM. The start, end and reason are theirs to tell.
pub fn on_break(user: &UserId, month: Option<&Month>, now: Timestamp) -> Message {
    let meeting = if month.is_some_and(|month| month.cycle.is_ahead(now)) {
        " The meeting you've planned is yours to keep or move."
    } else {
        ""
    };
    md!(
        "{} is taking a break from the program. Your months are on hold and continue afterwards; there's nothing to do.{}",
        user,
        meeting
    )
    .into()
}

/// Their months would begin (with `number`) or continue; for both, in their group DM.
pub fn begins_later(away: &[UserId], number: u8) -> Message {
    let who = match away {
        [one] => md!("{} is", one),
        both => md!(
            "{} are",
            Md::join(both.iter().map(|user| md!("{}", user)), " and ")
        ),
    };
    let what = if number == 1 {
        "your first month begins"
    } else {
        "your months continue"
    };
    md!(
        "{} taking a break from the program, so {} when it's over. Until then, there's nothing to do.",
        who,
        what
    )
    .into()
}

/// They are back; for both, in their group DM. `goes_on`: more months follow.
pub fn back(user: &UserId, goes_on: bool) -> Message {
    if goes_on {
        md!(
            "{} is back, so your months continue. I'll be in touch when it's time to plan.",
            user
        )
    } else {
        md!(
            "{} is back. The last of your months ended in the meantime.",
            user
        )
    }
    .into()
}
