//! What one can do here.
use super::{Reply, Result};
use crate::slack::event::{Action, Actor, Answers};
use crate::store::Tx;

use crate::domain::command::Misunderstood;
pub async fn show(_tx: &mut Tx, _actor: &Actor) -> Result<Reply> {
    Ok(Reply::nothing())
}
/// A word we do not know: the nearest we know, and help.
pub fn misunderstood(_what: &Misunderstood) -> Reply {
    Reply::nothing()
}
