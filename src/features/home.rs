//! The App Home.
use super::{Reply, Result};
use crate::slack::event::{Action, Actor, Answers};
use crate::store::Tx;

/// The person's App Home, as `views.publish` takes it. Reads only.
pub async fn view(_tx: &mut Tx, _actor: &Actor) -> Result<serde_json::Value> {
    Ok(crate::slack::blocks::home_view(
        crate::slack::blocks::Blocks::new(),
    ))
}
