//! Goals in both directions, signed by both.
use super::{Reply, Result};
use crate::slack::event::{Action, Actor, Answers};
use crate::store::Tx;

use crate::domain::ids::PairId;
/// A pair was introduced: draft goals are offered, both ways.
pub async fn offer(_tx: &mut Tx, _pair: PairId) -> Result<()> {
    Ok(())
}
pub async fn open(_tx: &mut Tx, _actor: &Actor, _pair: PairId) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn edited(
    _tx: &mut Tx,
    _actor: &Actor,
    _pair: PairId,
    _version: i64,
    _answers: &Answers,
) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn sign(_tx: &mut Tx, _actor: &Actor, _pair: PairId, _version: i64) -> Result<Reply> {
    Ok(Reply::nothing())
}
/// Still a signature missing (timer `Unsigned`).
pub async fn unsigned(_tx: &mut Tx, _pair: PairId) -> Result<()> {
    Ok(())
}
