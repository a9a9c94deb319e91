//! Texts about the mentor circle.

use crate::domain::ids::ChannelId;
use crate::md;
use crate::slack::words::Md;

pub(super) fn there_is_none() -> Md {
    md!("This program doesn't have a mentor circle at the moment.")
}

pub(super) fn for_mentors() -> Md {
    md!(
        "The mentor circle is for people who mentor in this program. You'll find it on my Home tab when you do."
    )
}

pub(super) fn is_being_added(channel: &ChannelId) -> Md {
    md!(
        "You'll be in the mentor circle, {}, in a moment. If it isn't for you, type `/leave` there.",
        channel
    )
}

/// Slack did not add them, for a reason that is the owners' to mend.
pub(super) fn not_added() -> Md {
    md!(
        "I couldn't add you to the mentor circle: Slack doesn't let me yet. It's nothing you did, and the program's owners \
         will read what it takes. You can try again on my Home tab."
    )
}
