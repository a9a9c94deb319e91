//! Waiting for Slack's word about a person.

use crate::domain::ids::UserId;
use crate::domain::named::named;

/// Somebody waits for Slack's word about a person, before anything is stored about that person or sent to them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LookedUp {
    pub person: UserId,
    /// The person who named them, and who hears the result.
    pub asker: UserId,
    pub purpose: Purpose,
}

named! {
    /// The reason for which somebody named a person.
    pub enum Purpose {
        /// They are invited to be a mentor.
        Invite = "invite",
        /// They are to be an owner of the program.
        Owner = "owner",
        /// They are to be the support contact.
        Contact = "contact",
        /// They are the asker's manager.
        Manager = "manager",
        /// The asker would rather not be paired with them.
        RatherNot = "rather_not",
        /// They asked for the settings themselves, and may be an admin.
        Rights = "rights",
        /// They want to join themselves, and were no full member when Slack last spoke of them.
        Join = "join",
        /// They are one of two who found each other: the asker said yes to an invitation.
        Accept = "accept",
    }
}
