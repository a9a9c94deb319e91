//! Direct messages to the bot are answered like the command, in the same conversation. Nothing of what people write is kept.

use super::{Reply, Result};
use crate::domain::key::Key;
use crate::slack::event::Actor;
use crate::store::Tx;
use crate::store::outbox::{self, Kind, To};

/// Puts the reply on its way. A form cannot open from here, so a button comes in its place. The same message is answered
/// once, under whatever ids Slack tells of it.
pub async fn answer(tx: &mut Tx, actor: &Actor, written: i64, reply: Reply) -> Result<Reply> {
    let shown = reply.modal.map(|modal| modal.into_message());
    let Some(message) = shown.or(reply.say).or(reply.replace) else {
        return Ok(Reply::nothing());
    };
    let user = actor.user.clone();
    let to = To::Person(user.clone());
    let key = Key::DirectAnswer { user, written };
    outbox::post(tx, to, Kind::Answer, &key, message, None).await?;
    Ok(Reply::nothing())
}
