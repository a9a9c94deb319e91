//! A pair ends without fault.
use super::{Reply, Result};
use crate::slack::event::{Action, Actor, Answers};
use crate::store::Tx;

use crate::domain::happening::Ending;
use crate::domain::ids::{PairId, UserId};
pub async fn open(_tx: &mut Tx, _actor: &Actor, _pair: PairId) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn submitted(
    _tx: &mut Tx,
    _actor: &Actor,
    _pair: PairId,
    _answers: &Answers,
) -> Result<Reply> {
    Ok(Reply::nothing())
}
/// Somebody left or cannot take part any more: their pairs end.
pub async fn departed(_tx: &mut Tx, _user: &UserId, _own_choice: bool) -> Result<()> {
    Ok(())
}
/// A pair is over: neutral words to the partner, a rematch offered, the retention clock started.
pub async fn ended(_tx: &mut Tx, _pair: PairId, _by: Option<&UserId>, _why: Ending) -> Result<()> {
    Ok(())
}
pub async fn rematch(_tx: &mut Tx, _actor: &Actor, _pair: PairId) -> Result<Reply> {
    Ok(Reply::nothing())
}
