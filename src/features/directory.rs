//! What Slack tells about people and conversations: zones, guests, deactivated accounts, removed apps.
use super::Result;
use crate::domain::participant::PersonInSlack;
use crate::store::Tx;
/// Asks Slack about participants we know too little of (timer `Directory`).
pub async fn look(_tx: &mut Tx) -> Result<()> {
    Ok(())
}
/// Slack told us about a person.
pub async fn seen(_tx: &mut Tx, _person: &PersonInSlack) -> Result<()> {
    Ok(())
}
/// The app was removed or its token revoked.
pub async fn uninstalled(_tx: &mut Tx) -> Result<()> {
    Ok(())
}
/// Slack will not deliver to this recipient: `lane` and `kind` as in the outbox, `error` Slack's code.
pub async fn undeliverable(_tx: &mut Tx, _lane: &str, _kind: &str, _error: &str) -> Result<()> {
    Ok(())
}
