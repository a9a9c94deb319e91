//! Where one stands: status, pause, resume, leave.
use super::{Reply, Result};
use crate::slack::event::{Action, Actor, Answers};
use crate::store::Tx;

use crate::domain::ids::UserId;
use jiff::civil::Date;
pub async fn status(_tx: &mut Tx, _actor: &Actor) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn pause(_tx: &mut Tx, _actor: &Actor, _until: Option<Date>) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn resume(_tx: &mut Tx, _actor: &Actor) -> Result<Reply> {
    Ok(Reply::nothing())
}
/// A pause is over (timer).
pub async fn pause_ended(_tx: &mut Tx, _user: &UserId) -> Result<()> {
    Ok(())
}
/// `/reverse-mentor leave`: asks once, in a modal.
pub async fn open_leave(_tx: &mut Tx, _actor: &Actor) -> Result<Reply> {
    Ok(Reply::nothing())
}
pub async fn leave(_tx: &mut Tx, _actor: &Actor, _answers: &Answers) -> Result<Reply> {
    Ok(Reply::nothing())
}
