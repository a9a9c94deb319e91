//! Two who share no working hours are each written to alone.

use super::{NO_SLOTS, other_ways, why_alone};
use crate::domain::ids::UserId;
use crate::domain::message::Message;
use crate::features::meetings::month::Month;
use crate::md;
use crate::slack::blocks::{Blocks, button};
use crate::slack::event::Action;
use crate::slack::words::Md;
use jiff::Timestamp;

/// A week without a plan, if they share no working hours: there are no times to propose then.
pub fn nudge_week_alone(month: &Month, user: &UserId, now: Timestamp) -> Message {
    let partner = month.pair.partner_of(user);
    let lead = md!("No time for this month's meeting with {} yet.", partner);
    if *user == month.pair.mentor {
        return nothing_to_arrange(month, &lead);
    }
    Blocks::new()
        .section(md!(
            "*{}* Calendars fill up; it happens. Either of you can pick a time.",
            lead
        ))
        .section(NO_SLOTS)
        .buttons(other_ways(month, &[], now))
        .context(why_alone(partner))
        .message(md!("{} Either of you can pick one.", lead))
}

/// The mentor is never asked to schedule.
fn nothing_to_arrange(month: &Month, lead: &Md) -> Message {
    let (cycle, partner) = (month.cycle.id, &month.pair.mentee);
    let words = "Finding one is theirs, so there's nothing for you to chase. If you two have a time already, tell me and I'll \
                 remind you both.";
    Blocks::new()
        .section(md!("*{}* {}", lead, words))
        .buttons([button("We have a time", &Action::OtherTime { cycle })])
        .context(why_alone(partner))
        .message(md!("{} {}", lead, words))
}
