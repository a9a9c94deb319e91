//! What can be open in a program. "Whatever is open has a next step with a date, or it stands on the owners' list."

use super::named::named;
use jiff::{SignedDuration, Timestamp};

/// A next step that is this late has been lost: the scheduler tries what fails again within six hours.
const LATE: SignedDuration = SignedDuration::from_hours(24);

named! {
    /// The rows of the table "What is open, and what happens by itself" in ARCHITECTURE.md.
    #[derive(PartialOrd, Ord)]
    pub enum Kind {
        Waiting = "somebody waiting",
        Wanted = "a round that is wanted",
        FirstMatch = "a first match to come",
        Invitation = "an invitation",
        RoundToApprove = "a round to approve",
        Introducing = "a round that is being introduced",
        NotBegun = "two who have not begun",
        Unsigned = "an unsigned agreement of two who meet",
        Month = "a month",
        BreakWithDate = "a break with a date",
        BreakWithoutDate = "a break without one",
        ProgramBreak = "a break of the whole program",
        Checkin = "a check-in",
        CallForHelp = "a call for help",
        Closing = "a closing",
        News = "news that waits for its moment",
        Import = "a file of people on its way in",
        FailedDelivery = "a failed delivery",
        Refused = "what Slack refuses to the workspace",
        NoOwner = "a program without a living owner",
        Removed = "a workspace that removed the app",
    }
}

/// Something that is open now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenThing {
    pub kind: Kind,
    /// The id of what it is about: a person, a pair, a round and so on.
    pub about: String,
    pub since: Timestamp,
    /// When the next step is due, or when the list on which it stands goes out; none: nothing will happen.
    pub next: Option<Timestamp>,
}

impl OpenThing {
    /// Whether nothing happens by itself: it has no next step, or the step's time has passed a day ago.
    pub fn is_stalled(&self, now: Timestamp) -> bool {
        self.next.is_none_or(|next| now.duration_since(next) > LATE)
    }
}
