//! Texts about breaks. They never say why.

use crate::domain::cadence::say_day;
use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::features::meetings::month::Month;
use crate::md;
use crate::slack::words::Md;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// One of them is away; for both, in their group DM. The start, end and reason are theirs to tell.
pub fn on_break(user: &UserId, month: Option<&Month>, now: Timestamp) -> Message {
    md!(
        "{} is taking a break from the program. Your months are on hold and continue afterwards; there's nothing to do.{}",
        user,
        planned(month, now)
    )
    .into()
}

/// Their months would continue; for both, in their group DM.
pub fn begins_later(away: &[UserId]) -> Message {
    let who = match away {
        [one] => md!("{} is", one),
        both => md!(
            "{} are",
            Md::join(both.iter().map(|user| md!("{}", user)), " and ")
        ),
    };
    md!(
        "{} taking a break from the program, so your months continue when it's over. Until then, there's nothing to do.",
        who
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

fn planned(month: Option<&Month>, now: Timestamp) -> &'static str {
    if month.is_some_and(|month| month.cycle.is_ahead(now)) {
        " The meeting you've planned is yours to keep or move."
    } else {
        ""
    }
}

/// The whole program is on a break; for both, in their group DM.
pub fn program_on_break(
    until: Timestamp,
    month: Option<&Month>,
    (zone, now): (&TimeZone, Timestamp),
) -> Message {
    md!(
        "The whole program takes a break until {}. Your months are on hold and continue afterwards; there's nothing to do.{}",
        say_day(until, zone, now),
        planned(month, now)
    )
    .into()
}

/// The program goes on; for both, in their group DM. `goes_on`: more months follow.
pub fn program_goes_on(goes_on: bool) -> Message {
    if goes_on {
        "The program's break is over, so your months continue. I'll be in touch when it's time to plan."
    } else {
        "The program's break is over. The last of your months ended in the meantime."
    }
    .into()
}
