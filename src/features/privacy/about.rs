//! Whether there is anything to erase, whoever asks: people have never joined, and are listed or named all the same.

use crate::domain::ids::UserId;
use crate::features::Result;
use crate::shared::owners;
use crate::store::personal_data::{self, Stored};
use crate::store::{Reading, organization, participants};

/// How much of somebody can be erased.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stores {
    Nothing,
    Something,
    Profile,
}

/// What there is about somebody that can be erased.
#[derive(Clone, Copy)]
pub(super) struct About {
    pub stores: Stores,
    /// The owners' list has them.
    pub is_listed: bool,
    /// They are an owner or the support contact.
    pub is_named: bool,
}

impl About {
    pub async fn read(tx: &mut Reading, user: &UserId) -> Result<Self> {
        let stores = if participants::standing(tx, user).await?.is_some() {
            Stores::Profile
        } else {
            let stored = personal_data::stored(tx, user).await?;
            if stored.iter().any(Stored::can_be_erased) {
                Stores::Something
            } else {
                Stores::Nothing
            }
        };
        Ok(Self {
            stores,
            is_listed: organization::find(tx, user).await?.is_some(),
            is_named: owners::named(tx).await?.contains(user),
        })
    }
}
