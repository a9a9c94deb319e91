//! Whether somebody who has a partner looks for another one: what they read of it, and how they ask.

use super::Result;
use crate::domain::participant::{Participant, Standing};
use crate::slack::words::Md;
use crate::store::{Reading, candidates};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Another {
    /// They look for another.
    Looks,
    /// They would have room, and have not asked.
    MayAsk,
    /// They have as many as they asked for.
    No,
}

impl Another {
    pub async fn of(tx: &mut Reading, me: &Participant) -> Result<Self> {
        let places = candidates::places_as_known_with_promised(tx, &me.user).await?;
        let is_here = me.standing == Standing::Active;
        Ok(match (places.has_room(&me.profile), me.waiting_since) {
            (true, Some(_)) if is_here => Self::Looks,
            (true, None) => Self::MayAsk,
            _ => Self::No,
        })
    }

    pub fn line(self) -> Option<Md> {
        match self {
            Self::Looks => Some("I'm also looking for another partner for you.".into()),
            Self::MayAsk => {
                Some("You have room for another partner. Just say so if you'd like one.".into())
            }
            Self::No => None,
        }
    }
}
