//! Tells the other features that a profile was saved.

use crate::domain::happening::Happening;
use crate::domain::ids::UserId;
use crate::domain::participant::{Participant, Profile};
use crate::features::{Result, settings};
use crate::store::{Tx, timers, workdays};

/// A profile was saved in place of `before`.
pub(super) async fn saved(
    tx: &mut Tx,
    user: &UserId,
    profile: &Profile,
    before: Option<&Participant>,
) -> Result<()> {
    tx.happens(Happening::ProfileSaved(user.clone()));
    let was = before.and_then(|before| before.profile.manager.clone());
    if profile.manager != was {
        let user = user.clone();
        tx.happens(Happening::ManagerChanged { user, was });
    }
    let hours = before.and_then(|before| before.profile.hours);
    if profile.hours != hours {
        let fallback = settings(tx).await?.zone();
        let now = workdays::of(tx, user, &fallback).await?;
        timers::hours_changed(tx, user, hours.unwrap_or_default(), &now).await?;
        tx.happens(Happening::ZoneChanged(user.clone()));
    }
    Ok(())
}
