//! Rounds: proposed, looked over by an owner, approved.
use super::{Reply, Result};
use crate::slack::event::{Action, Actor, Answers};
use crate::store::Tx;

use crate::domain::ids::{RoundId, UserId};
/// The round's day has come (timer `Round`): sets the next one and asks for matching now.
pub async fn scheduled(_tx: &mut Tx) -> Result<()> {
    Ok(())
}
/// Somebody joined, changed or came back: rolling programs look for pairs now.
pub async fn look_again(_tx: &mut Tx) -> Result<()> {
    Ok(())
}
/// What matching needs; none when there is no program. Reads only: solving happens outside any transaction.
pub async fn gather(_tx: &mut Tx) -> Result<Option<Input>> {
    Ok(None)
}
/// Everything a round is made from.
pub struct Input;
/// What came of it.
pub struct Solved;
/// Pure and slow: run on a blocking thread.
pub fn solve(_input: &Input) -> Solved {
    Solved
}
/// Stores the round, tells owners (or approves it, where no approval is asked).
pub async fn propose(_tx: &mut Tx, _input: Input, _solved: Solved) -> Result<()> {
    Ok(())
}
/// An owner asks for a round now.
pub async fn asked(_tx: &mut Tx, _actor: &Actor) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn show(_tx: &mut Tx, _actor: &Actor, _round: RoundId) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn drop_proposal(
    _tx: &mut Tx,
    _actor: &Actor,
    _round: RoundId,
    _mentor: &UserId,
    _mentee: &UserId,
) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn approve(_tx: &mut Tx, _actor: &Actor, _round: RoundId) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn reject(_tx: &mut Tx, _actor: &Actor, _round: RoundId) -> Result<Reply> {
    Ok(Reply::nothing())
}
/// A round has waited for approval for some days (timer `RoundWaits`).
pub async fn waits(_tx: &mut Tx, _round: RoundId) -> Result<()> {
    Ok(())
}
