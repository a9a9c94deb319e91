//! What somebody asks us to pass on to others.

use super::ids::{InvitationId, UserId};
use serde::{Deserialize, Serialize};

/// Whose words a message is, or on whose behalf it goes: they hear when it does not arrive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassesOn {
    pub by: UserId,
    pub what: Passed,
    /// The words, where their author may want to try again with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<String>,
}

impl PassesOn {
    pub fn of(by: &UserId, what: Passed) -> Self {
        Self {
            by: by.clone(),
            what,
            draft: None,
        }
    }
}

/// What somebody asked us to pass on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Passed {
    /// A message to the support contact.
    ToContact,
    Invitation(InvitationId),
    /// A reflection, shared with the partner.
    Thought,
    /// To the owners: a pair would like some help.
    CallForHelp,
    /// A note with a skipped month, for the partner.
    Note,
    /// An owner's announcement of the program, for a channel.
    Announcement,
}
