//! Tells the other features that a profile was saved.

use crate::domain::happening::Happening;
use crate::domain::ids::UserId;
use crate::domain::participant::{Participant, Profile};
use crate::store::Tx;

/// A profile was saved in place of `before`.
pub(super) fn saved(tx: &mut Tx, user: &UserId, profile: &Profile, before: Option<&Participant>) {
    tx.happens(Happening::ProfileSaved(user.clone()));
    let was = before.and_then(|before| before.profile.manager.clone());
    if profile.manager != was {
        let user = user.clone();
        tx.happens(Happening::ManagerChanged { user, was });
    }
}
