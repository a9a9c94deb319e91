//! Identifiers. Slack's are opaque text; ours are numbers in order of creation.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! slack_id {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }
    )*};
}

macro_rules! our_id {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

slack_id! {
    /// A Slack workspace (`T…`), or an organization (`E…`) where Slack names no workspace.
    TeamId,
    /// A person (`U…` or `W…`).
    UserId,
    /// A conversation (`C…`, `D…` or `G…`).
    ChannelId
}

our_id! {
    /// One matching run.
    RoundId,
    /// A mentor and a mentee.
    PairId,
    /// One month of a pair.
    CycleId,
    /// One question for one partner after a meeting.
    ReflectionId,
    /// One check-in with a partner, or one note to an owner.
    CheckinId,
    /// One colleague whom another asked to be their mentor.
    InvitationId,
    /// One file of people that an owner brings in.
    ImportId
}
