//! Who sees what; see and erase what is known about one.
use super::{Reply, Result};
use crate::slack::event::{Action, Actor, Answers};
use crate::store::Tx;

pub async fn show(_tx: &mut Tx, _actor: &Actor) -> Result<Reply> {
    Ok(Reply::nothing())
}
