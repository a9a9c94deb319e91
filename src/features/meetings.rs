//! The months of a pair: a time is found, people meet, nobody is blamed.
use super::{Reply, Result};
use crate::slack::event::{Action, Actor, Answers};
use crate::store::Tx;

use crate::domain::ids::{CycleId, PairId, UserId};
use crate::slack::event::MetAnswer;
/// Both have signed: the first cycle opens.
pub async fn begin(_tx: &mut Tx, _pair: PairId) -> Result<()> {
    Ok(())
}
/// Timer `CycleOpens`, subject `pair/number`.
pub async fn opens(_tx: &mut Tx, _subject: &str) -> Result<()> {
    Ok(())
}
pub async fn week_passed(_tx: &mut Tx, _cycle: CycleId) -> Result<()> {
    Ok(())
}
pub async fn fortnight_passed(_tx: &mut Tx, _cycle: CycleId) -> Result<()> {
    Ok(())
}
pub async fn meeting_soon(_tx: &mut Tx, _cycle: CycleId) -> Result<()> {
    Ok(())
}
pub async fn meeting_over(_tx: &mut Tx, _cycle: CycleId) -> Result<()> {
    Ok(())
}
pub async fn closes(_tx: &mut Tx, _cycle: CycleId) -> Result<()> {
    Ok(())
}
pub async fn pick_slot(_tx: &mut Tx, _actor: &Actor, _cycle: CycleId, _at: i64) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn open_other_time(_tx: &mut Tx, _actor: &Actor, _cycle: CycleId) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn other_time(
    _tx: &mut Tx,
    _actor: &Actor,
    _cycle: CycleId,
    _answers: &Answers,
) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn sort_out(_tx: &mut Tx, _actor: &Actor, _cycle: CycleId) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn open_skip(_tx: &mut Tx, _actor: &Actor, _cycle: CycleId) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn skip(
    _tx: &mut Tx,
    _actor: &Actor,
    _cycle: CycleId,
    _answers: &Answers,
) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn did_meet(
    _tx: &mut Tx,
    _actor: &Actor,
    _cycle: CycleId,
    _said: MetAnswer,
) -> Result<Reply> {
    Ok(Reply::nothing())
}
/// The global shortcut "Log a mentoring meeting".
pub async fn open_log(_tx: &mut Tx, _actor: &Actor) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn logged(_tx: &mut Tx, _actor: &Actor, _answers: &Answers) -> Result<Reply> {
    Ok(Reply::nothing())
}
/// A partner paused or resumed, or the pair ended: timers follow.
pub async fn partner_changed(_tx: &mut Tx, _user: &UserId) -> Result<()> {
    Ok(())
}
pub async fn ended(_tx: &mut Tx, _pair: PairId) -> Result<()> {
    Ok(())
}
