//! Whether there is anything to erase, whoever asks: people have never joined, and are listed or named all the same.

use crate::domain::ids::UserId;
use crate::features::Result;
use crate::shared::owners;
use crate::store::personal_data::{self, Stored};
use crate::store::{Reading, organization, participants};

/// What there is about somebody that can be erased.
#[derive(Clone, Copy)]
pub(super) struct About {
    pub anything: bool,
    pub has_profile: bool,
    /// The owners' list has them.
    pub is_listed: bool,
    /// They are an owner or the support contact.
    pub is_named: bool,
}

impl About {
    pub async fn read(tx: &mut Reading, user: &UserId) -> Result<Self> {
        let stored = personal_data::stored(tx, user).await?;
        Ok(Self {
            anything: stored.iter().any(Stored::can_be_erased),
            has_profile: participants::standing(tx, user).await?.is_some(),
            is_listed: organization::find(tx, user).await?.is_some(),
            is_named: owners::named(tx).await?.contains(user),
        })
    }
}
