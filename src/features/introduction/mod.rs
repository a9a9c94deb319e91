//! Two people meet: the group DM, why they were matched, who makes the first move.
use super::Result;
use crate::domain::ids::RoundId;
use crate::store::Tx;
/// A round was approved: its pairs are made and introduced; the rest are told.
pub async fn introduce(_tx: &mut Tx, _round: RoundId) -> Result<()> {
    Ok(())
}
