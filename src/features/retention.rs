//! Forgetting what is no longer needed.
use super::Result;
use crate::domain::ids::PairId;
use crate::store::Tx;
/// Timer `Retention`, daily: prunes what was handled and sent, and sets the next.
pub async fn daily(_tx: &mut Tx) -> Result<()> {
    Ok(())
}
/// Timer `Erase`: the free text of a pair closed long ago.
pub async fn erase(_tx: &mut Tx, _pair: PairId) -> Result<()> {
    Ok(())
}
