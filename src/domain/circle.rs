//! The mentor circle: a channel for the program's mentors, which each of them joins by a press of their own.

use super::ids::ChannelId;
use super::named::named;
use jiff::Timestamp;

named! {
    /// What has become of the circle for one mentor.
    pub enum Step {
        /// They have read of it once, in a message that they got anyway.
        Offered = "offered",
        /// They pressed the button, and Slack is being asked to add them.
        Asked = "asked",
        /// Slack has added them. Whether they have left since, only Slack knows.
        Joined = "joined",
        /// Slack did not add them. They can press again.
        Refused = "refused",
    }
}

/// How far one mentor is with a circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The channel that it is about: the settings may name another one by now.
    pub channel: ChannelId,
    pub step: Step,
    pub at: Timestamp,
}
