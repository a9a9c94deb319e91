//! One short question after a meeting, for oneself unless one shares it.
use super::{Reply, Result};
use crate::slack::event::{Action, Actor, Answers};
use crate::store::Tx;

use crate::domain::ids::{CycleId, PairId, ReflectionId};
pub async fn ask(_tx: &mut Tx, _pair: PairId, _cycle: CycleId) -> Result<()> {
    Ok(())
}
pub async fn open(_tx: &mut Tx, _actor: &Actor, _reflection: ReflectionId) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn answered(
    _tx: &mut Tx,
    _actor: &Actor,
    _reflection: ReflectionId,
    _answers: &Answers,
) -> Result<Reply> {
    Ok(Reply::nothing())
}
