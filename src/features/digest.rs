//! The weekly digest for everybody, and its private companion for owners.
use super::Result;
use crate::store::Tx;
/// Timer `Digest`: posts, and sets the next.
pub async fn weekly(_tx: &mut Tx) -> Result<()> {
    Ok(())
}
