//! "Still good?", the midpoint and the closing: private, never a judgment.
use super::{Reply, Result};
use crate::slack::event::{Action, Actor, Answers};
use crate::store::Tx;

use crate::domain::ids::PairId;
use crate::slack::event::{NextStep, StillGood};
/// A cycle closed without a yes, or the midpoint passed: the check-ins that follow from it.
pub async fn cycle_closed(_tx: &mut Tx, _pair: PairId, _number: u8) -> Result<()> {
    Ok(())
}
/// The last cycle is over.
pub async fn cycles_done(_tx: &mut Tx, _pair: PairId) -> Result<()> {
    Ok(())
}
/// Timer `Checkin`.
pub async fn due(_tx: &mut Tx, _checkin: i64) -> Result<()> {
    Ok(())
}
pub async fn still_good(
    _tx: &mut Tx,
    _actor: &Actor,
    _checkin: i64,
    _said: StillGood,
) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn open(_tx: &mut Tx, _actor: &Actor, _checkin: i64) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn answered(
    _tx: &mut Tx,
    _actor: &Actor,
    _checkin: i64,
    _answers: &Answers,
) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn next(_tx: &mut Tx, _actor: &Actor, _checkin: i64, _next: NextStep) -> Result<Reply> {
    Ok(Reply::nothing())
}
