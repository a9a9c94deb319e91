//! Asking a colleague directly.

use super::{Reply, Result};
use crate::domain::ids::UserId;
use crate::slack::event::{Actor, Answers};
use crate::store::Tx;

/// `/reverse-mentor invite @colleague`; without a colleague, a modal asks whom.
pub async fn ask(_tx: &mut Tx, _actor: &Actor, _who: Option<&UserId>) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn submitted(_tx: &mut Tx, _actor: &Actor, _answers: &Answers) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn answered(
    _tx: &mut Tx,
    _actor: &Actor,
    _invitation: i64,
    _accept: bool,
) -> Result<Reply> {
    Ok(Reply::nothing())
}
