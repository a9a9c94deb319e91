//! Joining, and editing what one said.
use super::{Reply, Result};
use crate::slack::event::{Action, Actor, Answers};
use crate::store::Tx;

/// `/reverse-mentor join` and `profile`: the modal.
pub async fn open(_tx: &mut Tx, _actor: &Actor) -> Result<Reply> {
    Ok(Reply::nothing())
}
/// The join modal was submitted.
pub async fn submitted(_tx: &mut Tx, _actor: &Actor, _answers: &Answers) -> Result<Reply> {
    Ok(Reply::nothing())
}
