//! What a program begins with.

use crate::domain::ids::UserId;
use crate::domain::program::Settings;
use crate::features::Result;
use crate::store::{Reading, people};

/// The initial settings of a program: defaults, with the person who sets it up as owner, in their zone.
pub(super) async fn first(tx: &mut Reading, user: &UserId) -> Result<Settings> {
    let person = people::find(tx, user).await?;
    let zone = person
        .filter(|person| person.time_zone().is_some())
        .and_then(|person| person.zone);
    let defaults = Settings::default();
    Ok(Settings {
        owners: vec![user.clone()],
        time_zone: zone.unwrap_or_else(|| defaults.time_zone.clone()),
        ..defaults
    })
}
